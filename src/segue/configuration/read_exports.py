"""Read the section `exports` into the engine's values. What exports do to each other is in `check_exports`."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from segue.configuration.export_faults import report_faults
from segue.configuration.names import Declared
from segue.configuration.read_consent import read_consent
from segue.configuration.read_matching import read_fields
from segue.configuration.read_tags import read_tags
from segue.configuration.sections import Part
from segue.core.sentences import said
from segue.segments.mistakes import did_you_mean
from segue.sync.export import OPTIONS, Brakes, Export, NewStatus, Winner

DEFAULT_PROFILE_LIMIT = 1_000_000
"""Profiles per export unless the file says otherwise. Source: PRODUCT.md §2.2."""

_FLOATS = frozenset(
    field.name for field in fields(Brakes) if field.name.endswith(("_share", "_days"))
)


def read_exports(section: Part, declared: Declared) -> dict[str, Export]:
    """Return the exports by name and report every mistake in them."""
    return {name: _export(name, part, declared=declared) for name, part in section.parts()}


def _export(name: str, part: Part, *, declared: Declared) -> Export:
    connection = part.get("connection", "")
    _check_connection(part, connection, declared)
    match = part.part("match")
    found = declared.connections.get(connection)
    tags = read_tags(part, declared)
    export = Export(
        name=name,
        connection=connection,
        audience_id=part.get("audience", ""),
        email_attribute=str(match.get("email", "")),
        segments=tags.chosen,
        fields=read_fields(match),
        winner=Winner(newest_by=part.part("winner").get("newest_by")),
        consent=read_consent(part),
        new_status=NewStatus(part.get("new_contacts", "subscribed")),
        profile_limit=part.get("profile_limit", DEFAULT_PROFILE_LIMIT),
        contact_limit=found.contact_limit if found else None,
        brakes=_brakes(part.part("brakes")),
        new_status_said=part.has("new_contacts"),
        was=str(part.get("was", "")),
        label=" ".join(str(part.get("label", "")).split()),
        **_options(part),
    )
    report_faults(part, export, declared, tags)
    return export


def _check_connection(part: Part, name: str, declared: Declared) -> None:
    if name and name not in declared.connection_names:
        part.findings.report(
            part.at("connection"),
            said("There is no connection `%(name)s`.", name=name),
            action=did_you_mean(name, declared.connection_names),
            code="unknown_connection",
        )


def _options(part: Part) -> dict[str, Any]:
    """Return the options that are given; of any other the engine's usual one holds."""
    written = {name: part.get(name) for name in OPTIONS}
    return {name: OPTIONS[name](word) for name, word in written.items() if word is not None}


def _brakes(part: Part) -> Brakes:
    numbers: dict[str, Any] = {
        key: float(number) if key in _FLOATS else number
        for key, number in part.value.items()
        if part.get(key) is not None
    }
    return Brakes(**numbers)
