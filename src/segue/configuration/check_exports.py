"""Report exports that would undo each other's work in one audience, or claim one another's past.

What is a conflict in an audience is decided in `sync.conflicts`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations

from segue.configuration.document import child
from segue.configuration.findings import Findings
from segue.core.sentences import said
from segue.sync.export import Export
from segue.sync.export_conflicts import conflict_faults
from segue.sync.faults import Fault


def check_exports(findings: Findings, exports: Mapping[str, Export]) -> None:
    """Report, at the later of two exports of one audience, everything on which they disagree."""
    for first, second in combinations(exports.values(), 2):
        if (first.connection, first.audience_id) == (second.connection, second.audience_id):
            for fault in conflict_faults(first, second, called=first.name):
                _report(findings, fault, f"exports.{second.name}")


def check_earlier_names(
    findings: Findings, exports: Mapping[str, Export], names: Collection[str]
) -> None:
    """Report earlier names that are no export's past: names still declared (`names`), and names that two exports claim."""
    claimed: dict[str, str] = {}
    for export in exports.values():
        if not export.was:
            continue
        path = f"exports.{export.name}.was"
        if export.was == export.name:
            findings.report(
                path,
                "An export cannot have been itself.",
                action="Give the name under which it ran before, or take `was` away.",
                code="was_itself",
            )
        elif export.was in names:
            findings.report(
                path,
                said("`%(was)s` is still declared as an export of its own.", was=export.was),
                action="Rename that export instead of copying it, or take `was` away.",
                code="was_declared",
            )
        elif export.was in claimed:
            findings.report(
                path,
                said(
                    "Export `%(other)s` was `%(was)s` already.",
                    other=claimed[export.was],
                    was=export.was,
                ),
                action="Let one export go on where the earlier one ended, and take `was` away from the others.",
                code="was_twice",
            )
        claimed.setdefault(export.was, export.name)


def _report(findings: Findings, fault: Fault, path: str) -> None:
    steps = ("match", *fault.place) if fault.place[0] in ("email", "fields") else fault.place
    for step in steps:
        path = child(path, step)
    is_key = fault.code == "field_conflict"
    findings.report(path, fault.message, action=fault.action, code=fault.code, key=is_key)
