"""What applying a file changes of connections and exports: compared with the rows that come from files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from segue.configuration import Configuration
from segue.control.connections.declared_connections import DeclaredConnection, of_files, of_pages
from segue.control.connections.models import Connection, CredentialKind
from segue.control.exports.models import Export
from segue.control.exports.queries import exports as living_exports
from segue.control.exports.queries import of_connection
from segue.control.origins import Origin
from segue.service.changes import Change, changes
from segue.service.destinations import as_declared, as_kept, declared_connections
from segue.sync import export as engine


def connection_changes(after: Configuration) -> Sequence[Change]:
    """Return what becomes of the connections that come from files."""
    known = of_files()
    wanted = declared_connections(after)
    others = of_pages([one.label for one in wanted])
    return changes(
        {name: _declared(row) for name, row in known.items()},
        {one.name: one for one in wanted if one.name in known or one.label.lower() not in others},
        lambda one: one.label,
        _connection_words,
        used_by=_exports_by_connection(known),
    )


def export_changes(after: Configuration) -> Sequence[Change]:
    """Return what becomes of the exports that come from files."""
    rows = living_exports().filter(origin=Origin.FILE)
    known = {row.declared_name: row for row in rows.prefetch_related("fields", "segments__segment")}
    before = {_name_now(row, after): as_declared(row) for row in known.values()}
    wanted = {name: as_kept(one, after.connections) for name, one in after.exports.items()}
    named = {name: _named(one, name) for name, one in before.items()}
    return changes(named, wanted, lambda one: one.label, _export_words)


def _name_now(row: Export, after: Configuration) -> str:
    """Return the name under which a kept export is declared now: another one when that says what it was."""
    renamed = [one.name for one in after.exports.values() if one.was == row.declared_name]
    return next(iter(renamed), row.declared_name)


def _named(export: engine.Export, name: str) -> engine.Export:
    return replace(export, name=name)


def _declared(row: Connection) -> DeclaredConnection:
    return DeclaredConnection(
        name=row.declared_name,
        label=row.display_name,
        kind=CredentialKind(row.credential_kind),
        reference=row.secret_reference or {},
        base_url=row.base_url,
        honours_status_if_new=row.honours_status_if_new,
        contact_limit=row.contact_limit,
    )


def _exports_by_connection(known: Mapping[str, Connection]) -> Mapping[str, Sequence[str]]:
    """Return the exports of the pages that use each: those of files follow the file."""
    return {
        name: list(of_connection(row).filter(origin=Origin.PAGE).values_list("name", flat=True))
        for name, row in known.items()
    }


def _connection_words(one: DeclaredConnection) -> str:
    place = one.reference.get("env") or one.reference.get("file", "")
    return _("Mailchimp, its secret in %(place)s") % {"place": place}


def _export_words(one: engine.Export) -> str:
    return _("to the audience %(audience)s by %(connection)s: %(tags)s") % {
        "audience": one.audience_id,
        "connection": one.connection or _("no connection"),
        "tags": ", ".join(chosen.tag for chosen in one.segments),
    }
