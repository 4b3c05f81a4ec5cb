"""Read declared attributes and check that their options fit their types. Reads no data."""

from __future__ import annotations

import re

from segue.configuration.sections import Part
from segue.configuration.time_zones import check_zone
from segue.core.sentences import either, said
from segue.profiles.schema import PROFILE_KEY, Attribute, AttributeType

_TYPES_OF_OPTION = {
    "formats": (AttributeType.DATE, AttributeType.TIMESTAMP, AttributeType.BIRTHDAY),
    "two_digit_years_from": (AttributeType.DATE, AttributeType.TIMESTAMP),
    "decimal_mark": (AttributeType.DECIMAL, AttributeType.INTEGER),
    "thousands_mark": (AttributeType.DECIMAL, AttributeType.INTEGER),
    "scale": (AttributeType.DECIMAL,),
    "time_zone": (AttributeType.TIMESTAMP,),
    "written_in": (AttributeType.TIMESTAMP,),
    "true_values": (AttributeType.BOOLEAN,),
    "false_values": (AttributeType.BOOLEAN,),
    "separator": (AttributeType.LIST,),
}
_DIRECTIVE = re.compile(r"%(-?.)?")
_KNOWN_DIRECTIVES = frozenset("YymdbBHIMSfpzZjaAuVGWUw%") | frozenset(
    f"-{letter}" for letter in "dmHIMSjy"
)
_SHORT_YEARS = frozenset(("y", "-y"))
_YEARS = _SHORT_YEARS | {"Y", "G"}


def read_attributes(section: Part, *, time_zone: str) -> tuple[Attribute, ...]:
    """Return the attributes in the order of the file and report what is wrong with them."""
    return tuple(_attribute(section, name, time_zone=time_zone) for name in section.value)


def _attribute(section: Part, name: str, *, time_zone: str) -> Attribute:
    _check_name(section, name)
    short = section.value[name]
    part = section.part(name)
    kind = AttributeType(part.get("type", "text"))
    is_known = not part.has("type") or part.get("type") is not None
    _check_options(part, kind if is_known else None)
    return Attribute(
        name=name,
        type=kind,
        column=short if isinstance(short, str) else part.get("column", ""),
        personal=part.get("personal", kind is AttributeType.EMAIL),
        formats=tuple(part.get("formats", ())),
        decimal_mark=part.get("decimal_mark", "."),
        thousands_mark=part.get("thousands_mark", ""),
        scale=part.get("scale", 2),
        time_zone=part.get("time_zone", time_zone),
        written_in=part.get("written_in", ""),
        label=str(part.get("label", "")),
        two_digit_years_from=part.get("two_digit_years_from", 1930),
        true_values=_words(part, "true_values"),
        false_values=_words(part, "false_values"),
        separator=part.get("separator", ","),
    )


def _check_name(section: Part, name: str) -> None:
    if name == PROFILE_KEY:
        section.findings.report(
            section.at(name),
            said("`%(name)s` is a name that Segue uses itself.", name=name),
            action="Choose another name for this attribute.",
            code="reserved_name",
            key=True,
        )


def _words(part: Part, option: str) -> tuple[str, ...]:
    """Return own words as text: unquoted ones may have been read as truth values or numbers."""
    found = part.get(option, ())
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in found)


def _check_words(part: Part) -> None:
    """Report a word that means both yes and no."""
    true = {word.strip().casefold() for word in _words(part, "true_values")}
    for index, word in enumerate(_words(part, "false_values")):
        if word.strip().casefold() in true:
            part.findings.report(
                f"{part.at('false_values')}[{index}]",
                said("`%(word)s` stands among the words for true and for false.", word=word),
                action="Keep it in one of the two.",
                code="words_overlap",
            )


def _check_options(part: Part, kind: AttributeType | None) -> None:
    """Report options that do not fit; `kind` None: the type has a mistake, so what depends on it is not judged."""
    if kind is not None:
        _check_kind(part, kind)
    if part.get("thousands_mark") == part.get("decimal_mark", "."):
        part.findings.report(
            part.at("thousands_mark"),
            "The decimal mark and the thousands mark are the same sign.",
            action="Give two different ones.",
            code="marks_alike",
        )
    for option in ("time_zone", "written_in"):
        if part.has(option):
            check_zone(part.findings, part.at(option), part.get(option, "UTC"))
    _check_words(part)
    if part.has("two_digit_years_from") and not _has_short_years(part):
        part.findings.report(
            part.at("two_digit_years_from"),
            "No format holds a year of two digits.",
            action='Remove it, or write %y in a format, such as "%d/%m/%y".',
            code="option_without_effect",
            key=True,
        )
    for index, text in enumerate(part.get("formats", ())):
        _check_format(part, f"{part.at('formats')}[{index}]", text, kind)


def _check_kind(part: Part, kind: AttributeType) -> None:
    for option, kinds in _TYPES_OF_OPTION.items():
        if part.has(option) and kind not in kinds:
            part.findings.report(
                part.at(option),
                said(
                    "`%(option)s` has no meaning for an attribute of type %(kind)s.",
                    option=option,
                    kind=kind,
                ),
                action=said("Remove it, or set `type: %(names)s`.", names=either(kinds)),
                code="option_not_for_type",
                key=True,
            )


def _has_short_years(part: Part) -> bool:
    return any(_SHORT_YEARS.intersection(_directives(text)) for text in part.get("formats", ()))


def _directives(text: str) -> list[str]:
    return [match.group(1) or "" for match in _DIRECTIVE.finditer(text)]


def _check_format(part: Part, path: str, text: str, kind: AttributeType | None) -> None:
    directives = _directives(text)
    unknown = [directive for directive in directives if directive not in _KNOWN_DIRECTIVES]
    if unknown:
        part.findings.report(
            path,
            said("`%%%(part)s` is not a part of a date.", part=unknown[0]),
            action='Use %Y %m %d %H %M %S and the like, such as "%d/%m/%Y".',
            code="bad_date_format",
        )
    elif kind not in (None, AttributeType.BIRTHDAY) and not _YEARS.intersection(directives):
        part.findings.report(
            path,
            "The format holds no year, so no date can be read with it.",
            action='Add %Y, such as "%d/%m/%Y".',
            code="bad_date_format",
        )
