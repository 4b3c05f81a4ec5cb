"""Check references to profile attributes and their types. Reads no data."""

from __future__ import annotations

from collections.abc import Collection

from segue.configuration.findings import Findings
from segue.core.sentences import either, said
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema
from segue.segments.mistakes import did_you_mean

ORDERED = (
    AttributeType.TIMESTAMP,
    AttributeType.DATE,
    AttributeType.INTEGER,
    AttributeType.DECIMAL,
)
"""Types of which one value is newer than another."""


def find_attribute(
    findings: Findings, path: str, name: str, schema: ProfileSchema
) -> Attribute | None:
    """Return the profile attribute of that name, or report at `path` that there is none.

    None without a report where the schema is unsure of it.
    """
    if schema.profiles.is_unsure(name):
        return None
    found = schema.attribute(name)
    if found is None:
        known = [attribute.name for attribute in schema.profiles.attributes]
        findings.report(
            path,
            said("The profiles have no attribute `%(name)s`.", name=name),
            action=did_you_mean(name, known),
            code="unknown_attribute",
        )
    return found


def require_type(
    findings: Findings,
    path: str,
    name: str,
    schema: ProfileSchema,
    *,
    kinds: Collection[AttributeType],
    purpose: str,
) -> None:
    """Report an attribute that does not exist or has none of the types that `purpose` needs."""
    found = find_attribute(findings, path, name, schema)
    if found is None or found.type in kinds:
        return
    fitting = [
        attribute.name for attribute in schema.profiles.attributes if attribute.type in kinds
    ]
    wanted = either(kinds)
    names, kind = either(f"`{one}`" for one in fitting[:5] or ("",)), next(iter(kinds))
    findings.report(
        path,
        said(
            "`%(name)s` is of type %(type)s; %(purpose)s must be of type %(wanted)s.",
            name=name,
            type=found.type,
            purpose=purpose,
            wanted=wanted,
        ),
        action=said(
            "Choose %(names)s, or declare `%(name)s` with `type: %(kind)s`.",
            names=names,
            name=name,
            kind=kind,
        )
        if fitting
        else said(
            "Declare one, or declare `%(name)s` with `type: %(kind)s`.", name=name, kind=kind
        ),
        code="wrong_attribute_type",
    )
