"""Merge fields of an audience: list, create, show, change, delete. Source: FACTS.md §3, §7."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any, Final

from mailchimp_sandbox.account import default_options
from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.exchange import Call, Reply, of_type
from mailchimp_sandbox.links import MERGE_FIELD, collection_links, links
from mailchimp_sandbox.merge_validation import TYPES, MergeField
from mailchimp_sandbox.problems import (
    invalid_payload,
    merge_tag_taken,
    not_found,
    too_many_merge_fields,
)
from mailchimp_sandbox.writing import Json

_TAG: Final = re.compile(r"[A-Z0-9_]{1,10}")
"""Source: FACTS.md §2: ten characters, A–Z 0–9 and _."""
_SETTABLE: Final[dict[str, type]] = {
    "name": str,
    "required": bool,
    "default_value": str,
    "public": bool,
    "display_order": int,
    "help_text": str,
    "options": dict,
}
_ONE = "Lists/MergeFields/Instance.json"


def collection(call: Call) -> Reply:
    """List the merge fields by tag; EMAIL is none of them. Source: FACTS.md §7."""
    audience = call.audience()
    offset, count = call.page()
    found = list(audience.fields.values())
    if kind := call.query.get("type"):
        found = [field for field in found if field.type == kind]
    if "required" in call.query:
        found = [field for field in found if field.required == call.flag("required")]
    document = {
        "merge_fields": [_shown(call, field) for field in found[offset : offset + count]],
        "list_id": audience.list_id,
        "total_items": len(found),
        "merge_field_limit": call.switches.merge_field_limit,
        "_links": collection_links(call.base_url, _path(call), "Lists/MergeFields"),
    }
    return call.answer(document, "Lists/MergeFields/Collection.json")


def create(call: Call) -> Reply:
    """Create a merge field.

    Raises: Problem #4, #13, #14.
    """
    audience, body = call.audience(), call.body()
    name, kind = of_type(body, "name", str, "string"), of_type(body, "type", str, "string")
    if kind not in TYPES:
        raise invalid_payload("type", f"Value must be one of: {', '.join(TYPES)}")
    _check(body)
    tag = body.get("tag") or _free_tag(audience)
    if not isinstance(tag, str) or not _TAG.fullmatch(tag.upper()):
        raise invalid_payload("tag", "Merge tags take up to 10 letters, digits and underscores.")
    tag = tag.upper()
    if tag in audience.fields or tag == "EMAIL":
        raise merge_tag_taken(tag)
    if len(audience.fields) >= call.switches.merge_field_limit:
        raise too_many_merge_fields()
    merge_id = max((field.merge_id for field in audience.fields.values()), default=0) + 1
    field = MergeField(merge_id=merge_id, tag=tag, name=name, type=kind, display_order=merge_id + 1)
    field.options = default_options(kind)
    _apply(field, body)
    audience.fields[tag] = field
    audience.fields_changed()
    return call.answer(_shown(call, field), _ONE)


def one(call: Call) -> Reply:
    """Show one merge field."""
    return call.answer(_shown(call, _field(call)), _ONE)


def change(call: Call) -> Reply:
    """Change a merge field, not its type."""
    field, body = _field(call), call.body()
    _check(body)
    audience = call.audience()
    tag = str(body.get("tag", field.tag)).upper()
    if tag != field.tag:
        _retag(audience, field, tag)
    _apply(field, body)
    audience.fields_changed()
    return call.answer(_shown(call, field), _ONE)


def delete(call: Call) -> Reply:
    """Delete a merge field with all its values: 204."""
    field = _field(call)
    del call.audience().fields[field.tag]
    call.audience().move_values(field.tag, None)
    call.audience().fields_changed()
    return Reply(status=204)


def _retag(audience: Audience, field: MergeField, tag: str) -> None:
    if not _TAG.fullmatch(tag):
        raise invalid_payload("tag", "Merge tags take up to 10 letters, digits and underscores.")
    if tag in audience.fields:
        raise merge_tag_taken(tag)
    del audience.fields[field.tag]
    audience.fields[tag] = field
    audience.move_values(field.tag, tag)
    field.tag = tag


def _field(call: Call) -> MergeField:
    for field in call.audience().fields.values():
        if str(field.merge_id) == call.params["merge_id"]:
            return field
    raise not_found()


def _check(body: Json) -> None:
    for name, wanted in _SETTABLE.items():
        if name in body and type(body[name]) is not wanted:
            raise invalid_payload(name, f"Schema describes {wanted.__name__}, something else found")


def _apply(field: MergeField, body: Json) -> None:
    for name in _SETTABLE:
        if name == "options":
            field.options = {**field.options, **body.get("options", {})}
        elif name in body:
            setattr(field, name, body[name])


def _free_tag(audience: Audience) -> str:
    number = len(audience.fields) + 1
    while f"MMERGE{number}" in audience.fields:
        number += 1
    return f"MMERGE{number}"


def _shown(call: Call, field: MergeField) -> Json:
    shown: dict[str, Any] = asdict(field)
    shown["list_id"] = call.params["list_id"]
    names = {"list_id": call.params["list_id"], "merge_id": str(field.merge_id)}
    shown["_links"] = links(call.base_url, MERGE_FIELD, **names)
    return shown


def _path(call: Call) -> str:
    return f"/lists/{call.params['list_id']}/merge-fields"
