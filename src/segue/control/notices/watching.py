"""Open a notice for everything that is wrong now and has none, and end those whose state is over. Tells nobody.

All of it is derived from the rows as they are: calling it twice, or from two workers, changes nothing more.
A state that comes back before its end was told opens its notice again instead of another one; as ends are told late
(`delivery.SETTLE`), a state that comes and goes within minutes is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum, auto

from django.db.models import Q

from segue.control.connections.models import Connection, Health
from segue.control.connections.queries import why_unusable
from segue.control.exports.models import Export
from segue.control.notices import places, states
from segue.control.notices.held_back import held_back
from segue.control.notices.models import Notice, NoticeKind
from segue.control.notices.reach import reached_nobody
from segue.control.notices.states import State
from segue.control.statuses import GOOD, Status

_Key = tuple[str, str]
_States = Mapping[_Key, State]


class Ending(Enum):
    """What becomes of a notice whose state is not seen any more."""

    STAYS = auto()
    """It cannot be told yet: the next run is on its way, or ended otherwise."""
    OVER = auto()
    """It is over, and people are told."""
    GONE = auto()
    """It does not matter any more, or another notice says more: nobody is told."""


def observe(now: datetime, *, also: Iterable[State] = ()) -> None:
    """Bring the notices in line with what is wrong now; `also` is wrong besides what the rows tell."""
    known = list(Notice.objects.filter(Q(resolved_at=None) | Q(recovery_sent_at=None)))
    open_notices = {_key_of(notice): notice for notice in known if notice.resolved_at is None}
    current = {
        **_current(open_notices, now),
        **{(state.kind.value, state.subject_key): state for state in also},
    }
    ended = {_key_of(notice): notice for notice in known if notice.resolved_at is not None}
    _open(current, open_notices, ended, now)
    _keep_fresh(current, open_notices)
    _end([notice for key, notice in open_notices.items() if key not in current], now)


def _current(known: Mapping[_Key, Notice], now: datetime) -> _States:
    """Return what is wrong now. That an export reached nobody goes on once it is told, also when nobody is left."""
    found: list[State] = [
        *states.ended_badly(),
        *states.at_work_too_long(now),
        *states.held_plans(),
        *states.silent_exports(now),
        *states.failed_refresh(),
        *states.broken_connections(),
        *held_back(),
    ]
    for nobody in reached_nobody():
        key = (nobody.state.kind.value, nobody.state.subject_key)
        if nobody.had_people or key in known:
            found.append(nobody.state)
    return {(state.kind.value, state.subject_key): state for state in found}


def _open(
    current: _States, known: Mapping[_Key, Notice], ended: Mapping[_Key, Notice], now: datetime
) -> None:
    new = [state for key, state in current.items() if key not in known]
    returned = [ended[key].pk for state in new if (key := _key(state)) in ended]
    Notice.objects.filter(pk__in=returned, recovery_sent_at=None).update(resolved_at=None)
    fresh = [_notice(state, now) for state in new if _key(state) not in ended]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)


def _keep_fresh(current: _States, known: Mapping[_Key, Notice]) -> None:
    """Let open notices lead to the newest run and name things as they are called now. Nobody is told again."""
    changed = []
    for key, notice in known.items():
        state = current.get(key)
        if state is None:
            continue
        fresh = (state.subject_name, state.path, state.values)
        if (notice.subject_name, notice.path, notice.values) != fresh:
            notice.subject_name, notice.path, notice.values = fresh
            changed.append(notice)
    Notice.objects.bulk_update(changed, ["subject_name", "path", "values"])


def _end(unseen: Iterable[Notice], now: datetime) -> None:
    unseen = list(unseen)
    if not unseen:
        return
    endings = _Endings(unseen)
    by_ending: dict[Ending, list[int]] = {ending: [] for ending in Ending}
    for notice in unseen:
        by_ending[endings.of(notice)].append(notice.pk)
    still_open = Notice.objects.filter(resolved_at=None)
    still_open.filter(pk__in=by_ending[Ending.OVER]).update(resolved_at=now)
    gone = still_open.filter(pk__in=by_ending[Ending.GONE])
    gone.update(resolved_at=now, recovery_sent_at=now)


class _Endings:
    """Knows the exports and connections that some notices are about, and so how each ends."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        keys = [notice.subject_key for notice in notices]
        exports = [pk for key in keys if (pk := places.export_of(key)) is not None]
        connections = [pk for key in keys if (pk := places.connection_of(key)) is not None]
        columns = ("name", "last_status", "last_status_at")
        attached = states.attached_exports().only(*columns)
        self._exports = attached.in_bulk(exports) if exports else {}
        rows = Connection.objects.select_related("export_user").defer("secret")
        self._connections = rows.in_bulk(connections) if connections else {}

    def of(self, notice: Notice) -> Ending:
        """Return how the notice ends."""
        if notice.kind in (NoticeKind.REFRESH_FAILED, NoticeKind.NO_WORKER):
            return Ending.OVER
        if notice.kind == NoticeKind.CONNECTION_BROKEN:
            return self._of_connection(places.connection_of(notice.subject_key))
        export = self._exports.get(places.export_of(notice.subject_key) or 0)
        return Ending.GONE if export is None else _of_export(notice, export)

    def _of_connection(self, pk: int | None) -> Ending:
        connection = self._connections.get(pk or 0)
        if connection is None:
            return Ending.GONE
        works = connection.health == Health.HEALTHY and why_unusable(connection) is None
        return Ending.OVER if works else Ending.STAYS


def _of_export(notice: Notice, export: Export) -> Ending:
    """Tell how a notice about a living, attached export ends: only a run that went well ends a failure."""
    went_well = export.last_status in GOOD
    lasts = (NoticeKind.RUN_FAILED, NoticeKind.EXPORTED_NOBODY, NoticeKind.PEOPLE_HELD)
    if notice.kind in lasts:
        return Ending.OVER if went_well else Ending.STAYS
    if notice.kind == NoticeKind.RUN_SKIPPED:
        ended_otherwise = export.last_status in (Status.FAILED, Status.NEEDS_APPROVAL)
        return Ending.OVER if went_well else Ending.GONE if ended_otherwise else Ending.STAYS
    if notice.kind == NoticeKind.TIMED_OUT:
        return Ending.OVER if went_well else Ending.GONE
    if notice.kind == NoticeKind.NOT_RUN:
        ran = export.last_status_at is not None and export.last_status_at > notice.since
        return Ending.OVER if ran else Ending.GONE
    return Ending.OVER


def _notice(state: State, now: datetime) -> Notice:
    return Notice(
        kind=state.kind,
        subject_key=state.subject_key,
        subject_name=state.subject_name,
        path=state.path,
        values=state.values,
        since=state.since or now,
        created_at=now,
    )


def _key(state: State) -> _Key:
    return state.kind.value, state.subject_key


def _key_of(notice: Notice) -> _Key:
    return notice.kind, notice.subject_key
