"""Check references to profile attributes and their types. Reads no data."""

from __future__ import annotations

from collections.abc import Collection

from segue.configuration.findings import Findings
from segue.profiles.schema import AttributeType, ProfileSchema
from segue.sync.export_fields import attribute_faults


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
    for fault in attribute_faults((), name, schema, kinds=kinds, purpose=purpose):
        findings.report(path, fault.message, action=fault.action, code=fault.code)
