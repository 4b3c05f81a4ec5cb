"""Find exports that would undo each other's work in one audience. Single exports are checked where they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

from segue.configuration.document import child
from segue.configuration.findings import Findings
from segue.sync.export import Export
from segue.sync.tags import folded


def check_exports(findings: Findings, exports: Mapping[str, Export]) -> None:
    """Report, at the later of two exports of one audience, everything on which they disagree."""
    for first, second in combinations(exports.values(), 2):
        if (first.connection, first.audience_id) == (second.connection, second.audience_id):
            _check_addresses(findings, first, second)
            _check_fields(findings, first, second)
            _check_tags(findings, first, second)


def _check_addresses(findings: Findings, first: Export, second: Export) -> None:
    if first.email_attribute != second.email_attribute:
        findings.report(
            f"exports.{second.name}.match.email",
            f"Export `{first.name}` fills the same audience by the e-mail attribute `{first.email_attribute}`.",
            action="Use one e-mail attribute for all exports of an audience.",
            code="email_conflict",
        )


def _check_fields(findings: Findings, first: Export, second: Export) -> None:
    earlier = {field.tag: field for field in first.fields}
    path = f"exports.{second.name}.match.fields"
    shared = [field for field in second.fields if field.tag in earlier]
    for field in shared:
        other = earlier[field.tag]
        if (field.attribute, field.parts, field.type) != (other.attribute, other.parts, other.type):
            findings.report(
                child(path, field.tag),
                f"Export `{first.name}` writes {_fed(other.attribute, other.type)} into {field.tag} of the same audience.",
                action="Feed the merge field alike in both, or use another merge field.",
                code="field_conflict",
                key=True,
            )
    if shared and first.winner != second.winner:
        findings.report(
            f"exports.{second.name}.winner",
            f"Export `{first.name}` chooses another winner among profiles with one address, "
            "and both write the same merge fields of one audience.",
            action="Give both exports the same `winner`.",
            code="winner_conflict",
        )


def _check_tags(findings: Findings, first: Export, second: Export) -> None:
    spelled = {folded(tag.tag): tag.tag for tag in first.segments}
    for index, tag in _numbered(second):
        other = spelled.get(folded(tag), tag)
        if other != tag:
            findings.report(
                f"exports.{second.name}.segments[{index}]",
                f"Export `{first.name}` writes this tag as `{other}`: Mailchimp takes `{tag}` for the same tag.",
                action="Spell the tag alike, or give it another name.",
                code="tag_conflict",
            )


def _numbered(export: Export) -> Iterable[tuple[int, str]]:
    return ((index, tag.tag) for index, tag in enumerate(export.segments))


def _fed(attribute: str, kind: str) -> str:
    return f"`{attribute}` as {kind}" if attribute else "an address"
