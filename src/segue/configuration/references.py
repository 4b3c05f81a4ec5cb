"""Check references to profile attributes and their types. Reads no data."""

from __future__ import annotations

from collections.abc import Collection

from segue.configuration.findings import Findings, did_you_mean
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema

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
    """Return the profile attribute of that name, or report at `path` that there is none."""
    found = schema.attribute(name)
    if found is None:
        known = [attribute.name for attribute in schema.profiles.attributes]
        findings.report(
            path,
            f"The profiles have no attribute `{name}`.",
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
    wanted = " or ".join(kinds)
    proposal = f"Choose {' or '.join(f'`{n}`' for n in fitting[:5])}" if fitting else "Declare one"
    findings.report(
        path,
        f"`{name}` is of type {found.type}; {purpose} must be of type {wanted}.",
        action=f"{proposal}, or declare `{name}` with `type: {next(iter(kinds))}`.",
        code="wrong_attribute_type",
    )
