"""What the pages of data sources show: the profiles as they were counted last, and everything about one source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from segue.control.refreshes.standing import last_profiles_task, profiles_refreshed_at
from segue.control.segments.models import Segment
from segue.control.segments.queries import segments
from segue.control.sources import queries
from segue.control.sources.models import DataSource, ProfileCount
from segue.core.errors import ConfigurationProblem
from segue.profiles.file_facts import encodings
from segue.profiles.schema import Attribute, Table
from segue.service import words
from segue.service.declared import declared, use_of
from segue.service.readings import last_snapshot, problems_of
from segue.web.charts import Point, line_chart
from segue.web.problems import Worded, worded
from segue.web.reading_words import change_words, place_words
from segue.web.sources.problem_words import problem_words

if TYPE_CHECKING:
    from segue.profiles.ports import AddressCounts, Snapshot
    from segue.profiles.reading import Loss, ProblemCount


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeLine:
    """One attribute of the profiles."""

    label: str
    type: str
    is_personal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLine:
    """What the profiles' values of one e-mail attribute are worth."""

    label: str
    valid: int
    missing: int
    invalid: int
    duplicates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How many profiles there were over time; `chart` "" with fewer than two counts."""

    chart: SafeString
    counts: Sequence[ProfileCount]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilesCard:
    """The profiles; `count` None: nothing was read yet. `problem`: why the last reading cannot be shown."""

    count: int | None
    at: datetime | None
    attributes: Sequence[AttributeLine]
    addresses: Sequence[AddressLine]
    trend: Trend
    problem: Worded | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """One kind of problem of a source's last reading, at one place."""

    words: str
    action: str
    place: str
    count: int
    samples: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """What depends on a source and what was wrong with it.

    `unchanged_since` is when its rows were read, None where the last refresh read them; `full_at` when all were read of one
    that is read by a rising column.
    """

    read_as: Sequence[str]
    unchanged_since: datetime | None
    full_at: datetime | None
    attributes: Sequence[AttributeLine]
    tables: Sequence[str]
    segments: Sequence[Segment]
    problems: Sequence[ProblemLine]
    losses: Sequence[tuple[str, Loss]]
    changes: Sequence[str]
    trend: Trend | None
    problem: Worded | None


def profiles_card(snapshot: Snapshot | None, problem: Worded | None) -> ProfilesCard:
    """Return the profiles as the last refresh left them, given what `read_last` found."""
    latest = queries.latest_profile_count()
    attributes = queries.attributes()
    labels = {one.name: str(one) for one in attributes}
    return ProfilesCard(
        count=latest.profiles if latest else None,
        at=profiles_refreshed_at(last_profiles_task(), latest),
        attributes=[
            AttributeLine(
                label=str(one),
                type=words.type_words(one.type),
                is_personal=one.personal,
            )
            for one in attributes
        ],
        addresses=[
            _address_line(labels.get(name, name), counts)
            for name, counts in (snapshot.addresses.items() if snapshot else ())
        ],
        trend=profile_trend(),
        problem=problem,
    )


def source_card(source: DataSource) -> SourceCard:
    """Return everything about one source that its row does not hold."""
    snapshot, problem = read_last()
    found = problems_of(source.name, snapshot) if snapshot and source.refreshed_at else ()
    attributes, tables, names = _dependents(source)
    by_name = {row.name: row for row in segments().filter(name__in=names)}
    return SourceCard(
        unchanged_since=_unchanged_since(source.name, snapshot),
        full_at=snapshot.full_at(source.name) if snapshot else None,
        read_as=encodings(snapshot.source_files.get(source.name, ()) if snapshot else ()),
        attributes=[_attribute_line(one) for one in attributes],
        tables=[words.name_of(one) for one in tables],
        segments=[by_name[name] for name in names if name in by_name],
        problems=[_problem_line(one) for one in found],
        losses=_losses_of(source.name, snapshot) if found and snapshot else (),
        changes=[
            change_words(one)
            for one in (snapshot.reading.changes if snapshot else ())
            if one.source == source.name
        ],
        trend=profile_trend() if source.feeds_profiles else None,
        problem=problem,
    )


def _unchanged_since(source: str, snapshot: Snapshot | None) -> datetime | None:
    at = snapshot.source_read_at.get(source) if snapshot else None
    return at if snapshot and at != snapshot.taken_at else None


def profile_trend() -> Trend:
    """Return how many profiles the last refreshes found."""
    counts = queries.profile_trend()
    points = [Point(at=one.at, value=one.profiles) for one in counts]
    chart = line_chart(points, title=_("Profiles over time"))
    return Trend(chart=chart, counts=list(reversed(counts)))


def _dependents(
    source: DataSource,
) -> tuple[Sequence[Attribute], Sequence[Table], Sequence[str]]:
    configuration = declared()
    if configuration is None or source.name not in configuration.sources:
        return (), (), ()
    use = use_of(source.name, configuration)
    return use.attributes, use.tables, use.segments


def read_last() -> tuple[Snapshot | None, Worded | None]:
    """Return what was read last, or why it cannot be shown."""
    try:
        return last_snapshot(), None
    except ConfigurationProblem as problem:
        return None, worded(problem)


def _attribute_line(attribute: Attribute) -> AttributeLine:
    return AttributeLine(
        label=words.name_of(attribute),
        type=words.type_words(attribute.type),
        is_personal=attribute.personal,
    )


def _address_line(label: str, counts: AddressCounts) -> AddressLine:
    return AddressLine(
        label=label,
        valid=counts.valid,
        missing=counts.missing,
        invalid=sum(counts.problems.values()),
        duplicates=counts.duplicates,
    )


def _problem_line(found: ProblemCount) -> ProblemLine:
    told = problem_words(found.kind)
    place = found.column or found.attribute or ""
    return ProblemLine(
        words=told.meaning,
        action=told.action,
        place=place,
        count=found.count,
        samples=found.samples,
    )


def _losses_of(source: str, snapshot: Snapshot) -> Sequence[tuple[str, Loss]]:
    """Return what was lost of a source, most of what was written first, each with what its place is called."""
    found = [loss for loss in snapshot.reading.losses if loss.source == source and loss.lost]
    return [(place_words(loss.label), loss) for loss in sorted(found, key=lambda loss: -loss.share)]
