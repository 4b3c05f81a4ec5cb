"""Read an export's chosen segments and work out the tag of each. Mailchimp is not asked here."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter

from segue.configuration.names import Declared
from segue.configuration.sections import Part
from segue.core.sentences import said
from segue.sync.export import SegmentTag

_DEFAULT_TEMPLATE = "{label}"
_UNREAD = SegmentTag(segment="", tag="")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTags:
    """The chosen segments in the order of the file, one for each element, sound or not.

    `unread` are the places of elements that have a mistake, `untagged` of those whose tag only the segment would tell.
    """

    chosen: tuple[SegmentTag, ...]
    unread: frozenset[int]
    untagged: frozenset[int]


def read_tags(export: Part, declared: Declared) -> ReadTags:
    """Return the chosen segments with their tags; one whose tag is not known has the tag ""."""
    template = export.get("tag", _DEFAULT_TEMPLATE)
    if not _check_template(export, template):
        template = _DEFAULT_TEMPLATE
    listed = export.value.get("segments")
    elements = listed if isinstance(listed, list) else []
    chosen = [
        _chosen(export, f"{export.at('segments')}[{index}]", value, template, declared)
        for index, value in enumerate(elements)
    ]
    unread = frozenset(index for index, one in enumerate(chosen) if one is None)
    by_template = frozenset(index for index, one in enumerate(elements) if not _is_tagged(one))
    unknown = (i for i, one in enumerate(chosen) if one and one.segment not in declared.segments)
    return ReadTags(
        chosen=tuple(one or _UNREAD for one in chosen),
        unread=unread,
        untagged=by_template.intersection(unknown),
    )


def _is_tagged(element: object) -> bool:
    return isinstance(element, dict) and "tag" in element


def _chosen(
    export: Part, path: str, value: object, template: str, declared: Declared
) -> SegmentTag | None:
    """Return one element as it is meant, None where it has a mistake."""
    below = value if isinstance(value, dict) else {"segment": value}
    if not Part(findings=export.findings, path=path, value=below).is_sound:
        return None
    name = str(below["segment"])
    if _is_tagged(value):
        return SegmentTag(segment=name, tag=str(below["tag"]).strip())
    segment = declared.segments.get(name)
    if segment is None:
        return SegmentTag(segment=name, tag="")
    tag = template.format(label=segment.label or name, name=name)
    return SegmentTag(segment=name, tag=tag.strip())


def _check_template(export: Part, template: str) -> bool:
    try:
        fields = [part[1:] for part in Formatter().parse(template) if part[1] is not None]
    except ValueError:
        fields = [("?", "", None)]
    if not fields:
        message = said(
            "The template for tags holds neither {label} nor {name}, so all tags are alike."
        )
    elif any(field not in (("label", "", None), ("name", "", None)) for field in fields):
        message = said(
            "The template for tags holds something else in braces than {label} or {name}."
        )
    else:
        return True
    export.findings.report(
        export.at("tag"),
        message,
        action='Use {label} or {name}, such as "Segue: {label}".',
        code="bad_template",
    )
    return False
