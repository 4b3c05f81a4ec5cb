"""Read an export's data matching: which attributes feed which merge fields. Mailchimp is not asked here."""

from __future__ import annotations

from collections.abc import Mapping

from segue.configuration.references import require_type
from segue.configuration.sections import Part
from segue.core.sentences import said
from segue.profiles.schema import ProfileSchema
from segue.sync.export import Blanks, FieldMatch, MergeType
from segue.sync.matching import FITTING


def read_fields(match: Part, schema: ProfileSchema) -> tuple[FieldMatch, ...]:
    """Return the matched merge fields in the order of the file and report what does not fit."""
    found = []
    section, blanks = match.part("fields"), str(match.get("blanks", Blanks.KEEP))
    for tag, written in section.value.items():
        if section.get(tag) is None:
            continue
        short = {"attribute": written} if isinstance(written, str) else None
        part = section.part(tag)
        _check_tag(section, tag)
        if short is None and not _is_complete(part, tag):
            continue
        field = _match(tag, short or part.value, blanks=blanks)
        _check_types(part, field, schema, is_short=short is not None)
        found.append(field)
    return tuple(found)


def _match(tag: str, value: Mapping[str, object], *, blanks: str) -> FieldMatch:
    parts = value.get("parts")
    return FieldMatch(
        tag=tag,
        attribute=str(value.get("attribute", "")),
        type=MergeType(str(value.get("type", "text"))),
        name=str(value.get("name", tag)),
        create=value.get("create") is True,
        parts=tuple(parts.items()) if isinstance(parts, dict) else (),
        blanks=Blanks(str(value.get("blanks", blanks))),
    )


def _check_tag(section: Part, tag: str) -> None:
    # Source: FACTS.md §7: EMAIL is not a merge field.
    if tag == "EMAIL":
        section.findings.report(
            section.at(tag),
            "EMAIL is not a merge field: the address is matched by `email`.",
            action="Remove this line.",
            code="email_is_no_field",
            key=True,
        )


def _is_complete(part: Part, tag: str) -> bool:
    kind = part.get("type", "text")
    if kind in (MergeType.RADIO, MergeType.DROPDOWN) and part.get("create"):
        part.findings.report(
            part.at("create"),
            said("A %(kind)s field cannot be created here: its choices are not known.", kind=kind),
            action="Create the field in Mailchimp with its choices, and remove `create`.",
            code="cannot_create",
            key=True,
        )
    is_address = kind == MergeType.ADDRESS
    wanted, unwanted = ("parts", "attribute") if is_address else ("attribute", "parts")
    if part.has(unwanted):
        part.findings.report(
            part.at(unwanted),
            said(
                "`%(unwanted)s` has no meaning for a merge field of type %(kind)s.",
                unwanted=unwanted,
                kind=kind,
            ),
            action=said("Give `%(wanted)s` instead, or change `type`.", wanted=wanted),
            code="option_not_for_type",
            key=True,
        )
    if not part.has(wanted):
        part.findings.report(
            part.path,
            said(
                "`%(wanted)s` is missing for merge field %(tag)s of type %(kind)s.",
                wanted=wanted,
                tag=tag,
                kind=kind,
            ),
            action="Give `parts` with addr1, city, state and zip."
            if is_address
            else "Give the profile attribute that feeds it.",
            code="missing_key",
            key=True,
        )
    return part.has(wanted) and not part.has(unwanted)


def _check_types(part: Part, match: FieldMatch, schema: ProfileSchema, *, is_short: bool) -> None:
    if match.parts:
        places = [(f"{part.at('parts')}.{key}", name) for key, name in match.parts]
    else:
        places = [(part.path if is_short else part.at("attribute"), match.attribute)]
    for place, name in places:
        require_type(
            part.findings,
            place,
            name,
            schema,
            kinds=FITTING[match.type],
            purpose=said("a merge field of type %(kind)s", kind=match.type),
        )
