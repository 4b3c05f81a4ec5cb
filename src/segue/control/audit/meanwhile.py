"""What became of something since somebody opened it, by the audit log: the version that a form was opened on.

Every operation writes its entry in the transaction of what it changes, so that the newest entry of the actions that
count is a version: nothing has changed as long as there is no newer one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from segue.control.audit.models import Action, Entry
from segue.core.errors import UnsafePlan

AT_ONCE = 200
"""Subjects that one statement asks for: databases bound how many values one may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a form changes: the subjects of one kind, and the actions by which they become other than it shows.

    No `ids`: there is one of the kind only, whatever its entries call it.
    """

    kind: str
    ids: tuple[str, ...]
    actions: tuple[Action, ...]


class ChangedMeanwhile(UnsafePlan):
    """What a form changes has become another since it was opened; nothing was done. `entries` are what was done, newest first."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__(
            _("It was changed since you opened it; nothing was saved."),
            action=_("Look at both versions and choose."),
            code="changed_meanwhile",
        )
        self.entries = tuple(entries)


def version_of(watched: Watched) -> int:
    """Return the version as it is now: the newest entry that counts; 0 for none."""
    return max((_newest(watched, ids) for ids in _by_many(watched)), default=0)


def changes_since(watched: Watched, version: int) -> list[Entry]:
    """Return the entries that are newer than the version, newest first."""
    found = [one for ids in _by_many(watched) for one in _of(watched, ids).filter(pk__gt=version)]
    return sorted(found, key=lambda entry: entry.pk, reverse=True)


def check_unchanged(watched: Watched, version: int | None) -> None:
    """Do nothing. Raises: ChangedMeanwhile. `version` None: nobody says what was seen."""
    if version is not None and (found := changes_since(watched, version)):
        raise ChangedMeanwhile(found)


def do_unchanged(watched: Watched, version: int | None, operation: Callable[[], object]) -> None:
    """Call the operation in the transaction of the check, so that of two at once one is told.

    Raises: ChangedMeanwhile; whatever the operation raises.
    """
    with transaction.atomic():
        _hold(watched)
        check_unchanged(watched, version)
        operation()


def _hold(watched: Watched) -> None:
    """Let others that change the same wait. SQLite's transactions begin one after the other by themselves."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(key)) "
            "FROM unnest(%s::text[]) WITH ORDINALITY AS keys(key, place) ORDER BY place",
            [watched.kind, sorted(watched.ids) or [""]],
        )


def _of(watched: Watched, ids: Sequence[str]) -> QuerySet[Entry]:
    found = Entry.objects.filter(subject_kind=watched.kind, action__in=watched.actions)
    return found.filter(subject_id__in=ids) if ids else found


def _newest(watched: Watched, ids: Sequence[str]) -> int:
    newest: int | None = _of(watched, ids).aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def _by_many(watched: Watched) -> Sequence[tuple[str, ...]]:
    ids = watched.ids
    return [ids[begin : begin + AT_ONCE] for begin in range(0, len(ids), AT_ONCE)] or [()]
