"""Which status may follow which, and the one way to change one: a guarded update that says whether it happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from segue.control.statuses import Status

RowModel = TypeVar("RowModel", bound=Model)

_Moves = Mapping[Status, frozenset[Status]]

_S = Status

REFRESH_MOVES: _Moves = {
    _S.QUEUED: frozenset({_S.REFRESHING, _S.CANCELED}),
    _S.REFRESHING: frozenset({_S.PROCESSING, _S.FAILED, _S.CANCELED, _S.REFRESHING, _S.QUEUED}),
    _S.PROCESSING: frozenset({_S.SUCCESSFUL, _S.SUCCESSFUL_WITH_SKIPS, _S.FAILED, _S.CANCELED}),
}
"""A data part that is taken over stays `refreshing`; one that must wait is queued again."""

_READ = frozenset({_S.SUCCESSFUL, _S.READ_WITH_PROBLEMS})

TASK_MOVES: _Moves = {
    _S.QUEUED: frozenset({_S.REFRESHING, *_READ, _S.SKIPPED, _S.CANCELED, _S.FAILED}),
    _S.REFRESHING: frozenset({*_READ, _S.FAILED, _S.SKIPPED, _S.CANCELED, _S.QUEUED}),
    _S.SUCCESSFUL: frozenset({_S.READ_WITH_PROBLEMS}),
}
"""That a source is read is told at once, and what could not be read of it only when all of them are."""

RUN_MOVES: _Moves = {
    _S.QUEUED: frozenset({_S.PROCESSING, _S.SKIPPED, _S.FAILED, _S.CANCELED}),
    _S.PROCESSING: frozenset(
        {
            _S.PROCESSING,
            _S.QUEUED,
            _S.SUCCESSFUL,
            _S.SUCCESSFUL_WITH_SKIPS,
            _S.NEEDS_APPROVAL,
            _S.FAILED_RETRYING,
            _S.FAILED,
            _S.CANCELED,
        }
    ),
    _S.NEEDS_APPROVAL: frozenset({_S.QUEUED, _S.CANCELED}),
    _S.FAILED_RETRYING: frozenset({_S.PROCESSING, _S.FAILED, _S.CANCELED}),
}
"""A run that is taken over stays `processing`; one whose account is busy is queued again."""


def sources_of(moves: _Moves, to: Status) -> list[Status]:
    """Return the statuses from which `to` may be reached."""
    return sorted(status for status, followers in moves.items() if to in followers)


def move(rows: QuerySet[RowModel], moves: _Moves, to: Status, **changes: Any) -> int:
    """Change the status of those rows that may, and return how many did: 0 means that somebody else was first."""
    return rows.filter(status__in=sources_of(moves, to)).update(status=to, **changes)
