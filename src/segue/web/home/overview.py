"""What the home page shows, gathered: what needs attention, what ran and what comes, audiences, first steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Case, Value, When
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from segue.control.connections.agreements import to_agree_again
from segue.control.connections.models import AudienceCount
from segue.control.exports.audiences import FilledAudience, filled_audiences
from segue.control.exports.models import Export
from segue.control.exports.queries import gravest_first
from segue.control.notices.models import NoticeKind
from segue.control.notices.queries import open_notices
from segue.control.people.models import Person
from segue.control.refreshes import lately
from segue.control.refreshes.models import Refresh, Run, SystemSchedule
from segue.control.refreshes.queries import system_schedule
from segue.control.sources.models import label_of
from segue.control.sources.queries import read_with_problems
from segue.control.statuses import OPEN
from segue.web import formats
from segue.web.charts import Point, spark_line
from segue.web.exports.standstill import Line, lines
from segue.web.notices.rows import notice_row

MOST_WORRIES = 6
MOST_AUDIENCES = 12
MOST_EXPORTS = 25
EVERY_SEVENTH = 7

_URGENCY = (
    NoticeKind.NO_WORKER,
    NoticeKind.CONNECTION_BROKEN,
    NoticeKind.REFRESH_FAILED,
    NoticeKind.NEEDS_APPROVAL,
    NoticeKind.RUN_FAILED,
    NoticeKind.EXPORTED_NOBODY,
    NoticeKind.PEOPLE_HELD,
    NoticeKind.TIMED_OUT,
    NoticeKind.NOT_RUN,
    NoticeKind.RUN_SKIPPED,
)
"""What one would look at first: what stops most comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worry:
    """One thing that needs attention, and the way to where it is settled. `since` None: no beginning worth showing."""

    icon: str
    tone: str
    headline: str
    more: str
    href: str
    way: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The last refresh, what is at work, and what comes next; `unread` are data sources read with problems: name, label."""

    last: Refresh | None
    at_work: Refresh | None
    runs: int
    schedule: SystemSchedule
    next_export: Export | None
    unread: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceCard:
    """One audience with its line. `contacts` None: never counted; `change` since the day `since`, "" for one day only.

    `known_at` is when the contacts were counted, None when nobody noted it; `is_read`: by reading the audience, and not
    only by what Mailchimp told. `counts` are days in words with the contacts of each, oldest first: the last one and
    every seventh before it.
    """

    name: str
    exports: int
    contacts: int | None
    known_at: datetime | None
    is_read: bool
    change: int
    since: str
    line: SafeString
    counts: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One export with the run of it that ended last, None where none did; `is_at_work`: another one has begun."""

    export: Export
    run: Run | None

    @property
    def is_at_work(self) -> bool:
        """Whether the export runs, or waits for its turn, now."""
        return self.export.last_status in OPEN


def worries(person: Person, *, now: datetime) -> tuple[list[Worry], int]:
    """Return what needs attention most urgently, and how many things do altogether."""
    rank = Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(_URGENCY)))
    notices = open_notices(person)
    found = [
        Worry(
            icon=row.icon,
            tone=row.tone,
            headline=row.said.headline,
            more=f"{row.said.reason} {row.said.advice}".strip(),
            href=row.notice.path,
            way=row.way,
            since=row.notice.since,
        )
        for row in (
            notice_row(notice, now=now)
            for notice in notices.order_by(rank, "-created_at", "-id")[:MOST_WORRIES]
        )
    ]
    total = notices.count() if len(found) == MOST_WORRIES else len(found)
    unagreed = _unagreed() if person.is_administrator else []
    return [*unagreed, *found], total + len(unagreed)


def standing_still(person: Person) -> tuple[Sequence[Line], Sequence[Line]]:
    """Return a line for each reason why exports will not run, and one for each why they run on demand only.

    A broken connection of which a notice tells stands there.
    """
    kind = NoticeKind.CONNECTION_BROKEN
    told = open_notices(person).filter(kind=kind).values_list("subject_key", flat=True)
    found = lines(person, told=[int(key.rpartition(":")[2]) for key in told])
    return [one for one in found if not one.is_choice], [one for one in found if one.is_choice]


def pulse() -> Pulse:
    """Return what ran last and what comes next."""
    return Pulse(
        last=lately.last_refresh(),
        at_work=lately.refresh_at_work(),
        runs=lately.runs_waiting_or_at_work(),
        schedule=system_schedule(),
        next_export=lately.next_export(),
        unread=[(name, label_of(name)) for name in read_with_problems()],
    )


def audience_cards(*, today: date) -> tuple[list[AudienceCard], bool]:
    """Return the audiences that exports fill, with their lines, and whether there are more of them.

    Those of one name are told apart by their IDs.
    """
    found = filled_audiences(today=today, most=MOST_AUDIENCES + 1)
    times = Counter(one.name for one in found)
    return [
        _card(one, name=one.name if times[one.name] == 1 else f"{one.name} ({one.audience_id})")
        for one in found[:MOST_AUDIENCES]
    ], len(found) > MOST_AUDIENCES


def results() -> tuple[Sequence[Result], bool]:
    """Return one row an export, those that need somebody first, and whether there are more exports."""
    found = list(gravest_first()[: MOST_EXPORTS + 1])
    shown = found[:MOST_EXPORTS]
    last = lately.last_results(shown)
    return [Result(export=export, run=last.get(export.pk)) for export in shown], found != shown


def _unagreed() -> list[Worry]:
    return [
        Worry(
            icon="shield",
            tone="warn",
            headline=_("The text on data privacy and compliance has changed."),
            more=_("Read it and agree again for the connection “%(name)s”.")
            % {"name": connection.display_name},
            href=reverse("connection", kwargs={"pk": connection.pk}),
            way=_("Read and agree"),
        )
        for connection in to_agree_again()
    ]


def _card(audience: FilledAudience, *, name: str) -> AudienceCard:
    counts = [(one.day, one.contacts) for one in audience.counts]
    points = [Point(at=_counted_at(one), value=one.contacts) for one in audience.counts]
    last = audience.counts[-1] if counts else None
    title = _("Contacts of %(name)s over time") % {"name": name}
    return AudienceCard(
        name=name,
        exports=audience.exports,
        contacts=last.contacts if last else None,
        known_at=last.counted_at if last else None,
        is_read=bool(last and last.is_read),
        change=counts[-1][1] - counts[0][1] if counts else 0,
        since=_day(counts[0][0]) if len(counts) > 1 else "",
        line=spark_line(points, title=title),
        counts=[(_day(day), contacts) for day, contacts in reversed(counts[::-EVERY_SEVENTH])],
    )


def _counted_at(count: AudienceCount) -> datetime:
    """Return when a count was made; noon of its day where nobody noted it."""
    return count.counted_at or datetime.combine(count.day, time(12), tzinfo=UTC)


def _day(day: date) -> str:
    return formats.day(day, "d MMM y")
