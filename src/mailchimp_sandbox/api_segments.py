"""Tags as static segments: list, create, rename, fill, empty, delete; and the search for tags. Source: FACTS.md §3, §5."""

from __future__ import annotations

from itertools import islice
from typing import Final, Literal

import orjson

from mailchimp_sandbox.addresses import key_of
from mailchimp_sandbox.contacts import Contact, Tag
from mailchimp_sandbox.exchange import Call, Reply, of_type, texts
from mailchimp_sandbox.links import SEGMENT, Link, collection_links, links
from mailchimp_sandbox.problems import (
    invalid_payload,
    not_found,
    too_many_segment_members,
)
from mailchimp_sandbox.rendering import iso
from mailchimp_sandbox.writing import Json, check_tag_name, read_fine_time

LIMIT: Final = 500
"""Addresses to add and addresses to remove a call. Source: FACTS.md §2."""
_ONE = "Lists/Segments/Instance.json"


def collection(call: Call) -> Reply:
    """List the tags; saved and fuzzy segments do not exist in the sandbox."""
    audience = call.audience()
    offset, count = call.page()
    kind = call.query.get("type", "static")
    is_shown = kind == "static" and call.query.get("exclude_type") != "static"
    found = [tag for tag in audience.tags.values() if is_shown and _is_in_time(call, tag)]
    document = {
        "segments": [_segment(call, tag) for tag in found[offset : offset + count]],
        "list_id": audience.list_id,
        "total_items": len(found),
        "_links": collection_links(call.base_url, _path(call), "Lists/Segments"),
    }
    return call.answer(document, "Lists/Segments/Collection.json")


def create(call: Call) -> Reply:
    """Create a tag with these members; unknown addresses are ignored. Source: FACTS.md §3."""
    audience, body = call.audience(), call.body()
    name = of_type(body, "name", str, "string")
    if "static_segment" not in body:
        raise invalid_payload("static_segment", "The sandbox knows static segments only.")
    addresses = texts(body, "static_segment")
    check_tag_name(call.account, name, "name")
    if call.account.tag_key(name) in audience.tag_by_name:
        raise invalid_payload("name", "Sorry, that tag already exists.")
    tag = call.account.tag_named(audience, name, call.now)
    _fill(call, tag, addresses)
    return call.answer(_segment(call, tag), _ONE)


def one(call: Call) -> Reply:
    """Show one tag as a segment."""
    return call.answer(_segment(call, _tag(call)), _ONE)


def change(call: Call) -> Reply:
    """Rename a tag or replace its members; `[]` empties it. Source: FACTS.md §3."""
    tag, body = _tag(call), call.body()
    if "name" in body:
        _rename(call, tag, of_type(body, "name", str, "string"))
    if "static_segment" in body:
        keep = set(_known(call, texts(body, "static_segment")))
        for contact in [member for member in tag.members if member not in keep]:
            call.audience().remove_tag(contact, tag)
            call.audience().touch(contact, call.now)
        _fill(call, tag, body["static_segment"])
    tag.updated_at = call.now
    return call.answer(_segment(call, tag), _ONE)


def delete(call: Call) -> Reply:
    """Delete a tag everywhere: 204. Source: FACTS.md §5."""
    tag = _tag(call)
    members = list(tag.members)
    call.audience().forget_tag(tag, call.account.tag_key(tag.name))
    for contact in members:
        call.audience().touch(contact, call.now)
    return Reply(status=204)


def add_and_remove(call: Call) -> Reply:
    """Add and remove up to 500 addresses each; unknown ones are ignored. Source: FACTS.md §3."""
    tag, body = _tag(call), call.body()
    to_add, to_remove = texts(body, "members_to_add"), texts(body, "members_to_remove")
    for name, addresses in (("members_to_add", to_add), ("members_to_remove", to_remove)):
        if len(addresses) > LIMIT:
            raise too_many_segment_members(name)
    errors: list[Json] = []
    added = _apply(call, tag, to_add, "add", errors)
    removed = _apply(call, tag, to_remove, "remove", errors)
    if added or removed:
        tag.updated_at = call.now
    renderer = call.renderer()
    reply = (
        b'{"members_added":%b,"members_removed":%b,"errors":%b,"total_added":%d,"total_removed":%d,'
        b'"error_count":%d,"_links":%b}'
    ) % (
        renderer.for_segment(added),
        renderer.for_segment(removed),
        orjson.dumps(errors),
        len(added),
        len(removed),
        len(errors),
        orjson.dumps(_links(call, tag)),
    )
    return Reply(status=200, body=reply, schema=_ONE)


def members(call: Call) -> Reply:
    """List the members of a tag, only active ones unless others are asked for. Source: FACTS.md §3."""
    tag = _tag(call)
    offset, count = call.page()
    shown = {"subscribed"}
    for status in ("cleaned", "transactional", "unsubscribed"):
        if call.flag(f"include_{status}"):
            shown.add(status)
    found = (contact for contact in tag.members if contact.status in shown)
    total = tag.active
    if len(shown) > 1:
        total = sum(contact.status in shown for contact in tag.members)
    page = list(islice(found, offset, offset + count))
    path = f"{_path(call)}/{tag.tag_id}/members"
    document = {
        "members": call.renderer().without_tags(page),
        "total_items": total,
        "_links": collection_links(call.base_url, path, "Lists/Segments/Members"),
    }
    return call.answer(document, "Lists/Segments/Members/Collection.json")


def add_member(call: Call) -> Reply:
    """Put the tag on one contact. Source: the published shape.

    Raises: Problem #23 for an address that is not on the list.
    """
    tag = _tag(call)
    contact = call.audience().by_key.get(
        key_of(of_type(call.body(), "email_address", str, "string"))
    )
    if contact is None:
        raise not_found()
    if call.audience().add_tag(contact, tag, call.now):
        call.audience().touch(contact, call.now)
        tag.updated_at = call.now
    return call.answer(call.renderer().without_tags([contact])[0], "Lists/Members/Instance.json")


def remove_member(call: Call) -> Reply:
    """Take the tag off one contact: 204.

    Raises: Problem #23 for a contact that lacks it.
    """
    tag, contact = _tag(call), call.contact()
    if not call.audience().remove_tag(contact, tag):
        raise not_found()
    call.audience().touch(contact, call.now)
    tag.updated_at = call.now
    return Reply(status=204)


def search(call: Call) -> Reply:
    """Find tags whose name begins so; without a name, all. Source: FACTS.md §3."""
    audience = call.audience()
    prefix = call.account.tag_key(call.query.get("name", ""))
    found = [
        {"id": tag.tag_id, "name": tag.name}
        for key, tag in audience.tag_by_name.items()
        if key.startswith(prefix)
    ]
    # Source: FACTS.md §3 and the published shape: no _links here.
    document = {"tags": found, "total_items": len(found)}
    return call.answer(document, "Lists/TagSearch/Collection.json")


def _tag(call: Call) -> Tag:
    text = call.params["segment_id"]
    tag = call.audience().tags.get(int(text)) if text.isascii() and text.isdecimal() else None
    if tag is None:
        raise not_found()
    return tag


def _rename(call: Call, tag: Tag, name: str) -> None:
    check_tag_name(call.account, name, "name")
    audience, key = call.audience(), call.account.tag_key(name)
    if audience.tag_by_name.get(key, tag) is not tag:
        raise invalid_payload("name", "Sorry, that tag already exists.")
    del audience.tag_by_name[call.account.tag_key(tag.name)]
    audience.tag_by_name[key] = tag
    tag.name = name.strip()
    for shared in audience.tag_sets.values():
        shared.forget_rendering()


def _known(call: Call, addresses: list[str]) -> list[Contact]:
    by_key = call.audience().by_key
    found = (by_key.get(key_of(address)) for address in addresses)
    return list(dict.fromkeys(contact for contact in found if contact is not None))


def _fill(call: Call, tag: Tag, addresses: list[str]) -> None:
    for contact in _known(call, addresses):
        if call.audience().add_tag(contact, tag, call.now):
            call.audience().touch(contact, call.now)


def _apply(
    call: Call,
    tag: Tag,
    addresses: list[str],
    action: Literal["add", "remove"],
    errors: list[Json],
) -> list[Contact]:
    """Add or remove; contacts that are not subscribed as the switch says (FACTS.md §11.4)."""
    audience, treatment = call.audience(), call.switches.segment_call_on_non_subscribed
    done = []
    for contact in _known(call, addresses):
        if contact.status != "subscribed" and treatment != "apply":
            if treatment == "error":
                text = "Email address is not subscribed to the list."
                errors.append({"email_addresses": [contact.email], "error": text})
            continue
        if action == "add":
            changed = audience.add_tag(contact, tag, call.now)
        else:
            changed = audience.remove_tag(contact, tag)
        if changed:
            audience.touch(contact, call.now)
            done.append(contact)
    return done


def _is_in_time(call: Call, tag: Tag) -> bool:
    for name, moment in (("created_at", tag.created_at), ("updated_at", tag.updated_at)):
        since, before = call.query.get(f"since_{name}"), call.query.get(f"before_{name}")
        if since and moment <= read_fine_time(since, f"since_{name}"):
            return False
        if before and moment >= read_fine_time(before, f"before_{name}"):
            return False
    return True


def _segment(call: Call, tag: Tag) -> Json:
    return {
        "id": tag.tag_id,
        "name": tag.name,
        "member_count": tag.active,
        "type": "static",
        "created_at": iso(tag.created_at),
        "updated_at": iso(tag.updated_at),
        "options": {"match": "any", "conditions": []},
        "list_id": call.params["list_id"],
        "_links": _links(call, tag),
    }


def _links(call: Call, tag: Tag) -> list[Link]:
    names = {"list_id": call.params["list_id"], "segment_id": str(tag.tag_id)}
    return links(call.base_url, SEGMENT, **names)


def _path(call: Call) -> str:
    return f"/lists/{call.params['list_id']}/segments"
