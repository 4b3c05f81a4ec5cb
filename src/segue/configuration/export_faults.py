"""Tell what the rule book finds wrong with an export of a file, each at its line and column. Decides nothing."""

from __future__ import annotations

from typing import Any

from segue.configuration.document import child
from segue.configuration.names import Declared
from segue.configuration.read_tags import ReadTags
from segue.configuration.sections import Part
from segue.sync.contact_fields import BESIDE_KEYS
from segue.sync.export import Export
from segue.sync.export_rules import faults
from segue.sync.faults import Facts, Fault, Place

_BELOW_MATCH = ("email", "fields")
_REQUIRED = (("email",), ("segments",))
"""What the schema asks for itself, and tells of where it lacks."""
_AT_KEY = frozenset((
    "email_is_no_field", "cannot_create", "option_not_for_type", "missing_key", "consent_missing", "consent_twice",
    "attestation_incomplete",
))  # fmt: skip
_OF_SEVERAL = frozenset(("consent_twice", "attestation_incomplete"))
"""Faults of several keys together, which stand beside a mistake in one of them."""


def report_faults(part: Part, export: Export, declared: Declared, tags: ReadTags) -> None:
    """Report everything that the rule book has against the export which `part` was read into."""
    segments = dict.fromkeys(declared.segment_names, True)
    segments |= {name: segment.active for name, segment in declared.segments.items()}
    facts = Facts(unread=tags.unread, untagged=tags.untagged)
    found = faults(export, declared.schema, segments, facts)
    placed = [(_path(part, fault.place), fault) for fault in found]
    # All are held against what the structure told before one of them is told: two may stand at one place.
    for path, fault in [(p, fault) for p, fault in placed if not _is_told(part, fault, p)]:
        part.findings.report(
            path,
            fault.message,
            action=fault.action,
            code=fault.code,
            key=fault.code in _AT_KEY,
        )


def _is_told(part: Part, fault: Fault, path: str) -> bool:
    """Tell whether the file's structure has told the fault, or a mistake beside which it would only follow."""
    if fault.place in _REQUIRED and fault.code in ("missing_key", "empty"):
        return True
    if fault.code == "consent_missing":
        return any(part.findings.spoiled(part.at(key)) for key in ("consent", "new_contacts"))
    return part.findings.spoiled(path) and fault.code not in _OF_SEVERAL


def _path(part: Part, place: Place) -> str:
    """Return the path of a place, as far down as the file is written."""
    steps = ("match", *place) if place[0] in _BELOW_MATCH else place
    if place[0] == "fields" and place[1] in BESIDE_KEYS:
        steps = ("match", *place[1:])
    path = part.path
    value: Any = part.value
    for step in steps:
        if not _holds(value, step):
            break
        value = value[step]
        path = child(path, step)
    return path


def _holds(value: object, step: str | int) -> bool:
    if isinstance(value, list):  # also where the file has a list in place of a mapping
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value
