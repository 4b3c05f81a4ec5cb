"""Read an export's chosen segments and work out the tag of each. Mailchimp is not asked here."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from string import Formatter

from segue.configuration.names import Declared
from segue.configuration.sections import Part
from segue.core.sentences import said
from segue.segments.mistakes import did_you_mean
from segue.sync.export import SegmentTag
from segue.sync.identity import is_reserved
from segue.sync.tags import folded

LONGEST_TAG = 100
# Assumption: Mailchimp takes tag names of up to 100 characters (FACTS.md §2, §11.6: not verified).

_DEFAULT_TEMPLATE = "{label}"


def read_tags(export: Part, declared: Declared) -> tuple[SegmentTag, ...]:
    """Return the chosen segments with their tags, in the order of the file."""
    template = export.get("tag", _DEFAULT_TEMPLATE)
    if not _check_template(export, template):
        template = _DEFAULT_TEMPLATE
    chosen: list[SegmentTag] = []
    for part, name, own in _written(export):
        if not _check_segment(part, name, declared):
            continue
        segment = declared.segments[name]
        tag = own if own is not None else template.format(label=segment.label or name, name=name)
        found = SegmentTag(segment=name, tag=tag.strip())
        if _check_tag(part, found.tag) and _check_new(part, found, chosen):
            chosen.append(found)
    return tuple(chosen)


def _written(export: Part) -> Iterator[tuple[Part, str, str | None]]:
    """Yield each sound element with its segment's name and its own tag (None: by the template)."""
    listed = export.value.get("segments")
    for index, value in enumerate(listed if isinstance(listed, list) else []):
        below = value if isinstance(value, dict) else {"segment": value}
        part = Part(findings=export.findings, path=f"{export.at('segments')}[{index}]", value=below)
        if part.is_sound:
            yield part, str(below["segment"]), str(below["tag"]) if "tag" in below else None


def _check_segment(part: Part, name: str, declared: Declared) -> bool:
    if name not in declared.segment_names:
        part.findings.report(
            part.at("segment"),
            said("There is no segment `%(name)s`.", name=name),
            action=did_you_mean(name, declared.segment_names),
            code="unknown_segment",
        )
        return False
    segment = declared.segments.get(name)
    if segment is not None and not segment.active:
        part.findings.report(
            part.at("segment"),
            said("Segment `%(name)s` is inactive.", name=name),
            action="Set `active: true` in the segment, or take it out of this export.",
            code="inactive_segment",
        )
    return segment is not None


def _check_tag(part: Part, tag: str) -> bool:
    report = partial(part.findings.report, part.at("tag"))
    if not tag:
        report(said("The tag is empty."), action="Give the tag a name.", code="empty_tag")
    elif len(tag) > LONGEST_TAG:
        report(
            said(
                "The tag has %(length)s characters; at most %(most)s are allowed.",
                length=len(tag),
                most=LONGEST_TAG,
            ),
            action="Give a shorter `tag`.",
            code="tag_too_long",
        )
    elif not tag.isprintable():
        report(
            said("The tag holds a line break or another control character."),
            action="Write it on one line.",
            code="bad_tag",
        )
    elif is_reserved(tag):
        report(
            said("The tag `%(tag)s` is named as the stamp of an installation.", tag=tag),
            action="Give the segment another `tag`.",
            code="tag_reserved",
        )
    else:
        return True
    return False


def _check_new(part: Part, tag: SegmentTag, chosen: list[SegmentTag]) -> bool:
    for other in chosen:
        if other.segment == tag.segment:
            part.findings.report(
                part.path,
                said("Segment `%(segment)s` is chosen twice.", segment=tag.segment),
                action="Remove one.",
                code="segment_twice",
            )
            return False
        # Source: FACTS.md §5: tag names are the same when they differ by case only.
        if folded(other.tag) == folded(tag.tag):
            part.findings.report(
                part.path,
                said(
                    "Segments `%(other)s` and `%(segment)s` would share the tag `%(tag)s`: Mailchimp does not tell capitals from small letters.",
                    other=other.segment,
                    segment=tag.segment,
                    tag=tag.tag,
                ),
                action="Give one of them another `tag`.",
                code="tag_twice",
            )
            return False
    return True


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
