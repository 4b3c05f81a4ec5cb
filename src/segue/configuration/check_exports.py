"""Report exports that would undo each other's work in one audience, or claim one another's past.

What is a conflict in an audience is decided in `sync.conflicts`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations

from segue.configuration.document import child
from segue.configuration.findings import Findings
from segue.core.sentences import said
from segue.sync.conflicts import Conflict, ConflictKind, conflicts
from segue.sync.export import Export, FieldMatch


def check_exports(findings: Findings, exports: Mapping[str, Export]) -> None:
    """Report, at the later of two exports of one audience, everything on which they disagree."""
    for first, second in combinations(exports.values(), 2):
        if (first.connection, first.audience_id) == (second.connection, second.audience_id):
            for conflict in conflicts(first, second):
                _report(findings, conflict, first=first.name, path=f"exports.{second.name}")


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


def _report(findings: Findings, conflict: Conflict, *, first: str, path: str) -> None:
    match conflict.kind:
        case ConflictKind.EMAIL:
            findings.report(
                f"{path}.match.email",
                _told(conflict, first=first),
                action="Use one e-mail attribute for all exports of an audience.",
                code="email_conflict",
            )
        case ConflictKind.FIELD:
            findings.report(
                child(f"{path}.match.fields", conflict.subject),
                _told(conflict, first=first),
                action="Feed the merge field alike in both, or use another merge field.",
                code="field_conflict",
                key=True,
            )
        case ConflictKind.WINNER:
            findings.report(
                f"{path}.winner",
                _told(conflict, first=first),
                action="Give both exports the same `winner`.",
                code="winner_conflict",
            )
        case ConflictKind.TAG:
            findings.report(
                f"{path}.segments[{conflict.index}]",
                _told(conflict, first=first),
                action="Spell the tag alike, or give it another name.",
                code="tag_conflict",
            )


def _told(conflict: Conflict, *, first: str) -> str:
    """Return what is wrong between an export and the one declared before it, which is called `first`."""
    match conflict.kind:
        case ConflictKind.EMAIL:
            return said(
                "Export `%(first)s` fills the same audience by the e-mail attribute `%(earlier)s`.",
                first=first,
                earlier=conflict.earlier,
            )
        case ConflictKind.FIELD:
            return said(
                "Export `%(first)s` writes %(what)s into %(subject)s of the same audience.",
                first=first,
                what=_fed(conflict.field),
                subject=conflict.subject,
            )
        case ConflictKind.WINNER:
            return said(
                "Export `%(first)s` chooses another winner among profiles with one address, and both write the same "
                "merge fields of one audience.",
                first=first,
            )
        case ConflictKind.TAG:
            return said(
                "Export `%(first)s` writes this tag as `%(earlier)s`: Mailchimp takes `%(subject)s` for the same tag.",
                first=first,
                earlier=conflict.earlier,
                subject=conflict.subject,
            )


def _fed(field: FieldMatch | None) -> str:
    if field is None or not field.attribute:
        return said("an address")
    return said("`%(attribute)s` as %(kind)s", attribute=field.attribute, kind=field.type)
