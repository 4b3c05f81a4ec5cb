"""Print one export as `segue.yaml` says it: what is so by default is left out."""

from __future__ import annotations

from dataclasses import fields, replace
from enum import StrEnum
from typing import Any, TypeAlias

from segue.configuration.read_exports import DEFAULT_PROFILE_LIMIT
from segue.control.exports.draft import engine_export
from segue.control.exports.models import Export
from segue.sync import export as engine
from segue.sync.contact_fields import BESIDE_KEYS

Values: TypeAlias = dict[str, Any]

LONGEST_FIELD_NAME = 50
"""Letters of a merge field's name that a file may say; it only counts where the field is made."""


def export_as_code(row: Export, name: str, connection: str) -> Values:
    """Return the export as it stands below its name, on the connection of that name."""
    export = engine_export(row)
    values: Values = {
        "label": row.name if row.name != name else "",
        "connection": connection,
        "audience": export.audience_id,
        "match": _match(export),
        "segments": [{"segment": one.segment, "tag": one.tag} for one in export.segments],
        "winner": {"newest_by": export.winner.newest_by} if export.winner.newest_by else {},
        "consent": _consent(export.consent),
        "new_contacts": export.new_status.value if export.new_status_said else "",
        "profile_limit": _unless(export.profile_limit, DEFAULT_PROFILE_LIMIT),
        "brakes": dict(row.brakes),
        **_options(export),
    }
    return {key: value for key, value in values.items() if value}


def _options(export: engine.Export) -> Values:
    """Return the options that differ from the engine's usual ones."""
    usual = {one.name: one.default for one in fields(engine.Export) if one.name in engine.OPTIONS}
    return {name: _unless(getattr(export, name), one) for name, one in usual.items()}


def _match(export: engine.Export) -> Values:
    """Return the data matching: what contacts hold beside merge fields stands beside these."""
    own = {one.tag: _field(one) for one in export.fields if one.tag not in BESIDE_KEYS}
    beside = {one.tag: _beside(one) for one in export.fields if one.tag in BESIDE_KEYS}
    return {"email": export.email_attribute, **beside, **({"fields": own} if own else {})}


def _beside(match: engine.FieldMatch) -> str | Values:
    """Return what feeds a field whose name and type are given."""
    return _field(replace(match, name="", type=engine.MergeType.TEXT))


def _field(match: engine.FieldMatch) -> str | Values:
    is_named = match.name not in ("", match.tag) and len(match.name) <= LONGEST_FIELD_NAME
    values: Values = {
        "attribute": match.attribute,
        "type": _unless(match.type.value, engine.MergeType.TEXT.value),
        "name": match.name if is_named else "",
        "create": match.create,
        "parts": dict(match.parts),
        "value": match.value,
        "blanks": _unless(match.blanks.value, engine.Blanks.KEEP.value),
    }
    given = {key: value for key, value in values.items() if value not in (None, "", False, {})}
    return match.attribute if given == {"attribute": match.attribute} else given


def _consent(consent: engine.Consent | None) -> Values:
    if consent is None:
        return {}
    if consent.attribute:
        return {"attribute": consent.attribute}
    return {
        "attested_by": consent.attested_by or "",
        "attested_on": consent.attested_on,
        "statement": consent.attestation,
    }


def _unless(value: Any, usual: Any) -> Any:
    """Return a value, None where it is the usual one."""
    return None if value == usual else str(value) if isinstance(value, StrEnum) else value
