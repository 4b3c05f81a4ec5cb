"""Add, edit, duplicate, schedule, detach and remove exports. Nothing here runs one: saving runs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from segue.control.audit.models import Action
from segue.control.audit.operations import Detail, record, record_each
from segue.control.connections import operations as connections
from segue.control.connections.models import Connection
from segue.control.connections.policy import manage_connections, see_connections, use_connection
from segue.control.exports import policy, queries
from segue.control.exports.checks import mistakes_in
from segue.control.exports.draft import AudienceFacts, Draft, draft_of
from segue.control.exports.keeping import (
    fill,
    free_name,
    keep_parts,
    new_key,
    subject_of,
    summary,
)
from segue.control.exports.models import Export, ScheduleMode
from segue.control.exports.schedules import next_run, recurrence_as_json, recurrence_as_text
from segue.control.origins import Origin, adopted_already, owned_by_file
from segue.control.people.models import Person
from segue.control.people.policy import not_visible, require
from segue.control.predicates import Predicate
from segue.control.recurrence import Recurrence, checked
from segue.control.statuses import Status
from segue.core.errors import ConfigurationProblem

AT_ONCE = 200
"""Exports that one statement reads or changes: databases bound how many keys one may hold."""

NAMED = 20
"""Exports that a refusal names."""


class Fate(StrEnum):
    """What becomes of an export whose connection is removed."""

    REMOVE = "remove"
    DETACH = "detach"


@transaction.atomic
def add(*, draft: Draft, facts: AudienceFacts, actor: Person, now: datetime) -> Export:
    """Keep a new export. Nothing runs; it runs with every scheduled refresh from now on.

    Raises: ConfigurationProblem with every mistake.
    """
    require(actor, policy.add_exports, see=policy.see_exports)
    _check(draft, facts, known=None, actor=actor)
    export = Export(key=new_key(draft.name), created_by=actor, created_at=now)
    fill(export, draft, facts, actor=actor, now=now)
    record(
        Action.EXPORT_ADDED,
        actor=actor,
        now=now,
        subject=subject_of(export),
        details={
            "audience": export.audience_id,
            "segments": [c.segment for c in draft.segments],
            "first_run": str(export.first_run),
        },
    )
    return export


@transaction.atomic
def edit(
    *, export: Export, draft: Draft, facts: AudienceFacts, actor: Person, now: datetime
) -> None:
    """Change an export, also to attach a connection again. Nothing runs. A detached export may stay so.

    Raises: ConfigurationProblem with every mistake, or when the export was removed meanwhile.
    """
    _hold(export, actor)
    if export.is_from_file:
        raise owned_by_file(export.name)
    _check(draft, facts, known=export, actor=actor)
    before = summary(export)
    if export.connection is None and draft.connection is not None:
        # What its own schedule missed while it was detached does not run at once: saving runs nothing.
        export.next_run_at = next_run(export, now=now)
    fill(export, draft, facts, actor=actor, now=now)
    after = summary(export)
    if before != after:
        record(
            Action.EXPORT_EDITED,
            actor=actor,
            now=now,
            subject=subject_of(export),
            details={"before": before, "after": after},
        )


@transaction.atomic
def adopt(*, export: Export, actor: Person, now: datetime) -> None:
    """Let an export from a file belong to the pages: applying a file changes it no more, and refuses to declare it again.

    Raises: ConfigurationProblem when it belongs to the pages already, or is gone.
    """
    require(actor, policy.adopt_exports, export, see=policy.see_exports)
    held = Export.objects.filter(pk=export.pk, removed_at=None, origin=Origin.FILE)
    if not held.update(origin=Origin.PAGE, declared_name="", updated_at=now):
        raise adopted_already(export.name)
    record(Action.EXPORT_ADOPTED, actor=actor, now=now, subject=subject_of(export))


@transaction.atomic
def duplicate(*, exports: Sequence[Export], actor: Person, now: datetime) -> list[Export]:
    """Make a copy of each under another name, its schedule switched off: two alike should not both run unseen."""
    return [_copy(export, actor, now) for export in exports]


@transaction.atomic
def switch_schedules(
    *, exports: Sequence[Export], is_on: bool, actor: Person, now: datetime
) -> None:
    """Switch the schedules of exports on or off, each keeping the one it has."""
    held = _hold_all(exports, actor)
    for export in held:
        export.schedule_is_on = is_on
    _keep_schedules(held, actor, now)


@transaction.atomic
def define_schedules(
    *,
    exports: Sequence[Export],
    is_on: bool,
    recurrence: Recurrence | None,
    actor: Person,
    now: datetime,
) -> None:
    """Give exports one schedule in place of what each had; `recurrence` None: with every scheduled refresh.

    Raises: ConfigurationProblem when the recurrence is not one.
    """
    kept = None if recurrence is None else recurrence_as_json(checked(recurrence))
    held = _hold_all(exports, actor)
    for export in held:
        export.schedule_is_on = is_on
        export.schedule_mode = ScheduleMode.EVERY_REFRESH if kept is None else ScheduleMode.OWN
        export.recurrence = kept
    _keep_schedules(held, actor, now)


@transaction.atomic
def detach(*, exports: Sequence[Export], actor: Person, now: datetime) -> None:
    """Take the connection away: the exports stay and do not run until another is attached."""
    held = _hold_all(exports, actor, act=policy.detach_export)
    held = [one for one in held if one.connection is not None]
    for keys in _by_many(held):
        Export.objects.filter(pk__in=keys).update(connection=None)
    record_each(
        Action.EXPORT_DETACHED,
        actor=actor,
        now=now,
        subjects=[(subject_of(one), {"connection": one.connection_id}) for one in held],
    )
    for one in held:
        one.connection = None


@transaction.atomic
def remove(*, exports: Sequence[Export], actor: Person, now: datetime) -> None:
    """Remove exports: they never run again, what they did stays on record. Tags in Mailchimp stay as they are."""
    held = _hold_all(exports, actor)
    for keys in _by_many(held):
        Export.objects.filter(pk__in=keys).update(removed_at=now, connection=None)
    for one in held:
        one.removed_at, one.connection = now, None
    record_each(
        Action.EXPORT_REMOVED,
        actor=actor,
        now=now,
        subjects=((subject_of(one), {}) for one in held),
    )


@transaction.atomic
def remove_connection(
    *, connection: Connection, fates: Mapping[int, Fate], actor: Person, now: datetime
) -> None:
    """Remove a connection; each of its exports is removed or detached first.

    Raises: ConfigurationProblem when an export that uses it was not decided upon.
    """
    require(actor, manage_connections, see=see_connections)
    used_by = list(queries.of_connection(connection).select_for_update(of=("self",)))
    undecided = [export.name for export in used_by if export.pk not in fates]
    if undecided:
        named = [*undecided[:NAMED], *(["…"] if len(undecided) > NAMED else [])]
        raise ConfigurationProblem(
            _("The connection is used by: %(exports)s.") % {"exports": ", ".join(named)},
            action=_("Choose for each export whether it is removed or detached."),
            code="connection_in_use",
            context={"exports": len(undecided)},
        )
    for fate, act in ((Fate.REMOVE, remove), (Fate.DETACH, detach)):
        act(exports=[e for e in used_by if fates[e.pk] is fate], actor=actor, now=now)
    connections.remove(connection=connection, actor=actor, now=now)


def _check(draft: Draft, facts: AudienceFacts, *, known: Export | None, actor: Person) -> None:
    if draft.connection is not None:
        _hold_connection(draft.connection, actor)
    mistakes = mistakes_in(draft, facts, known=known)
    if mistakes:
        raise ConfigurationProblem(
            ngettext(
                "The export cannot be saved: %(count)d entry needs your attention.",
                "The export cannot be saved: %(count)d entries need your attention.",
                len(mistakes),
            )
            % {"count": len(mistakes)},
            action=_("Correct the marked entries and save again."),
            code="export_invalid",
            context={"mistakes": len(mistakes)},
            mistakes=mistakes,
        )


def _hold_connection(connection: Connection, actor: Person) -> None:
    """Ask whether the actor may use the connection as it is now, not as it was when somebody chose it.

    Raises: NotVisible when it was removed meanwhile.
    """
    rows = Connection.objects.select_for_update(of=("self",), no_key=True)
    current = rows.filter(pk=connection.pk).first()
    if current is None:
        raise not_visible()
    require(actor, use_connection, current)


def _hold(export: Export, actor: Person) -> None:
    """Read the export again and keep others from changing it until the end; then ask whether the actor may.

    Raises: ConfigurationProblem when it was removed meanwhile.
    """
    try:
        export.refresh_from_db(from_queryset=queries.exports().select_for_update(of=("self",)))
    except Export.DoesNotExist:
        raise _gone(export) from None
    require(actor, policy.edit_export, export, see=policy.see_exports, refusal=policy.refusal)


def _hold_all(
    exports: Sequence[Export], actor: Person, *, act: Predicate = policy.edit_export
) -> list[Export]:
    """Hold exports and ask as `_hold` does, for the act, in a few statements for thousands; return them, as they are now."""
    held: dict[int, Export] = {}
    for keys in _by_many(exports):
        rows = queries.exports().filter(pk__in=keys).select_for_update(of=("self",))
        held.update((one.pk, one) for one in rows)
    for export in exports:
        if export.pk not in held:
            raise _gone(export)
        vars(export).update(vars(held[export.pk]))
        require(actor, act, export, see=policy.see_exports, refusal=policy.refusal)
    return list(exports)


def _by_many(exports: Sequence[Export]) -> Iterator[list[int]]:
    """Yield the exports' keys, in one order for everybody, so that two who change the same never wait for each other."""
    keys = sorted(export.pk for export in exports)
    for begin in range(0, len(keys), AT_ONCE):
        yield keys[begin : begin + AT_ONCE]


def _gone(export: Export) -> ConfigurationProblem:
    return ConfigurationProblem(
        _("The export %(name)s was removed meanwhile.") % {"name": export.name},
        action=_("Go back to the list of exports."),
        code="export_gone",
        context={"export": export.pk},
    )


def _copy(export: Export, actor: Person, now: datetime) -> Export:
    _hold(export, actor)
    copy = Export.objects.get(pk=export.pk)
    copy.pk, copy._state.adding = None, True
    copy.name = free_name(export.name)
    copy.origin, copy.declared_name = Origin.PAGE, ""
    copy.key = new_key(copy.name)
    copy.schedule_is_on, copy.next_run_at = False, None
    copy.last_run_id, copy.refreshed_at = None, None
    copy.last_status, copy.last_status_at = Status.NOT_STARTED, None
    copy.created_by, copy.created_at, copy.updated_at = actor, now, now
    copy.save()
    keep_parts(copy, draft_of(export))
    record(
        Action.EXPORT_DUPLICATED,
        actor=actor,
        now=now,
        subject=subject_of(copy),
        details={"from": export.pk, "first_run": str(copy.first_run)},
    )
    return copy


def _keep_schedules(exports: Sequence[Export], actor: Person, now: datetime) -> None:
    for export in exports:
        export.next_run_at, export.updated_at = next_run(export, now=now), now
    changed = ("schedule_is_on", "schedule_mode", "recurrence", "next_run_at", "updated_at")
    Export.objects.bulk_update(exports, changed, batch_size=AT_ONCE)
    record_each(
        Action.EXPORT_SCHEDULED,
        actor=actor,
        now=now,
        subjects=((subject_of(one), _schedule_words(one)) for one in exports),
    )


def _schedule_words(export: Export) -> dict[str, Detail]:
    return {
        "on": export.schedule_is_on,
        "mode": str(export.schedule_mode),
        "recurrence": recurrence_as_text(export),
    }
