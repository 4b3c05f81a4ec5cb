"""Exports that a file declares: kept by their names there. What was made in the pages is never touched."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import Detail, record, record_each
from segue.control.connections.declared_connections import forget_connection, of_files
from segue.control.connections.models import Connection
from segue.control.exports import policy, queries
from segue.control.exports.keeping import keep_parts, new_key, subject_of, summary
from segue.control.exports.models import Export
from segue.control.exports.schedules import next_run
from segue.control.origins import Origin
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.sync import export as engine


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredExport:
    """An export as a file declares it: its name there, what people read, and the connection that is meant."""

    name: str
    label: str
    connection: Connection
    export: engine.Export


@transaction.atomic
def keep_exports(
    declared: Sequence[DeclaredExport], *, actor: Person | None, now: datetime
) -> None:
    """Make these the exports that come from files. Nothing runs. `actor` None: the installation's own user.

    A known one keeps its schedule and its history, under another name too when it says what it `was`; one that was
    removed and is declared again goes on where it ended.
    """
    if actor is not None:
        require(actor, policy.adopt_exports, see=policy.see_exports)
    known = {one.declared_name: one for one in Export.objects.filter(origin=Origin.FILE)}
    rows = [(one, known.get(one.name) or known.get(one.export.was)) for one in declared]
    kept = {row.pk for _one, row in rows if row is not None}
    _remove([one for one in known.values() if one.pk not in kept], actor, now)
    _free_names(declared, [row for _one, row in rows if row is not None])
    for one, row in rows:
        _keep(one, row, actor, now)


@transaction.atomic
def forget_connections(names: Collection[str], *, actor: Person | None, now: datetime) -> None:
    """Remove the connections from files that are not among these names.

    Raises: ConfigurationProblem `connection_in_use` when exports of the pages use one.
    """
    for name, connection in of_files().items():
        if name not in names:
            _refuse_used(name, list(queries.of_connection(connection)))
            forget_connection(connection, actor=actor, now=now)


def note_account(connection: Connection) -> None:
    """Tell the exports of a connection from a file whose account that is, now that it was looked at."""
    rows = Export.objects.filter(connection=connection, removed_at=None)
    account = (
        Connection.objects.filter(pk=connection.pk).values_list("account_id", flat=True).first()
    )
    rows.filter(account_id="").update(account_id=account or "")
    for audience in connection.audiences.all():
        rows.filter(audience_id=audience.audience_id, audience_name="").update(
            audience_name=audience.name
        )


def _refuse_used(name: str, exports: Sequence[Export]) -> None:
    if exports:
        raise ConfigurationProblem(
            said(
                "Exports of the pages use the connection `%(name)s`, which the file declares no more: %(exports)s.",
                name=name,
                exports=", ".join(one.name for one in exports),
            ),
            action=said(
                "Adopt the connection in the pages first; or give those exports another one."
            ),
            code="connection_in_use",
            context={"exports": len(exports)},
        )


def _free_names(declared: Sequence[DeclaredExport], rows: Sequence[Export]) -> None:
    """Take away the names that change, so that two exports can swap theirs."""
    wanted = {one.label for one in declared}
    for row in rows:
        if row.name in wanted:
            Export.objects.filter(pk=row.pk).update(name=f"\u2026 {row.key}")


def _keep(one: DeclaredExport, row: Export | None, actor: Person | None, now: datetime) -> None:
    is_known = row is not None and row.removed_at is None
    before = summary(row) if row is not None and is_known else []
    export = row or Export(key=new_key(one.name), origin=Origin.FILE, created_at=now)
    _fill(export, one)
    if not is_known:
        export.removed_at, export.next_run_at = None, next_run(export, now=now)
    export.updated_at = now
    export.save()
    keep_parts(export, one.export)
    if not is_known:
        details: dict[str, Detail] = {
            "declared": one.name,
            "first_run": str(export.first_run),
        }
        action = Action.EXPORT_ADDED
    elif before == (after := summary(export)):
        return
    else:
        details = {"declared": one.name, "before": before, "after": after}
        action = Action.EXPORT_EDITED
    record(action, actor=actor, now=now, subject=subject_of(export), details=details)


def _fill(export: Export, one: DeclaredExport) -> None:
    wanted, connection = one.export, one.connection
    export.name, export.declared_name = one.label, one.name
    if export.audience_id != wanted.audience_id or export.connection != connection:
        export.account_id = connection.account_id
        export.audience_name = _audience_name(connection, wanted.audience_id)
    export.connection, export.audience_id = connection, wanted.audience_id
    export.email_attribute = wanted.email_attribute
    export.newest_by = wanted.winner.newest_by or ""
    export.new_status, export.new_status_said = wanted.new_status.value, wanted.new_status_said
    export.profile_limit, export.brakes = wanted.profile_limit, _written_brakes(wanted.brakes)
    for name in engine.OPTIONS:
        setattr(export, name, getattr(wanted, name).value)
    _fill_consent(export, wanted.consent or engine.Consent())


def _fill_consent(export: Export, consent: engine.Consent) -> None:
    export.consent_attribute = consent.attribute or ""
    export.attestation, export.attested_by = consent.attestation, None
    export.attested_by_name, export.attested_on = consent.attested_by or "", consent.attested_on


def _written_brakes(brakes: engine.Brakes) -> dict[str, float | None]:
    """Return what differs from the defaults."""
    usual = engine.Brakes()
    named: Mapping[str, float | None] = {
        one.name: getattr(brakes, one.name) for one in fields(brakes)
    }
    return {name: value for name, value in named.items() if value != getattr(usual, name)}


def _audience_name(connection: Connection, audience_id: str) -> str:
    seen = connection.audiences.filter(audience_id=audience_id).first()
    return seen.name if seen else ""


def _remove(exports: Sequence[Export], actor: Person | None, now: datetime) -> None:
    living = [one for one in exports if one.removed_at is None]
    rows = Export.objects.filter(pk__in=[one.pk for one in living])
    rows.update(removed_at=now, connection=None)
    record_each(
        Action.EXPORT_REMOVED,
        actor=actor,
        now=now,
        subjects=[(subject_of(one), {"declared": one.declared_name}) for one in living],
    )
