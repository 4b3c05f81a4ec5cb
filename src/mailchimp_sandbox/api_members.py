"""One contact: read, create, upsert, change, archive, erase, tags. Source: FACTS.md §3, §6, §10."""

from __future__ import annotations

import orjson

from mailchimp_sandbox.addresses import key_of
from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.contacts import Contact
from mailchimp_sandbox.exchange import Call, Reply, of_type
from mailchimp_sandbox.links import link
from mailchimp_sandbox.problems import (
    address_change_refused,
    address_taken,
    cannot_archive,
    invalid_payload,
    member_exists,
    not_found,
)
from mailchimp_sandbox.rendering import iso
from mailchimp_sandbox.rules_status import (
    apply_status,
    next_status,
    refuse_forgotten,
    refuse_over_limit,
)
from mailchimp_sandbox.writing import (
    Json,
    apply_small,
    check_address,
    check_shape,
    check_tag_name,
    merged_values,
    permissions_given,
    small_changes,
    tags_named,
    wanted_status,
)

_SCHEMA = "Lists/Members/Instance.json"


def one(call: Call) -> Reply:
    """Show a contact, archived or not."""
    return _shown(call, call.contact())


def create(call: Call) -> Reply:
    """Create a contact; an archived one is revived. Source: FACTS.md §3, §10."""
    body = _checked_body(call)
    of_type(body, "email_address", str, "string")
    of_type(body, "status", str, "string")
    address = body["email_address"].strip()
    check_address(call.account, address)
    contact = call.audience().by_key.get(key_of(address))
    if contact is not None and contact.status != "archived":
        raise member_exists(address)
    return _shown(call, _write(call, body, address, contact))


def upsert(call: Call) -> Reply:
    """Create or change a contact; 200 for both. Source: FACTS.md §3, §6.

    Raises: Problem #10 when the path's hash is unknown and the body's address is another contact's.
    """
    body = _checked_body(call)
    audience, name = call.audience(), call.params["subscriber_hash"]
    contact = audience.find(name)
    if contact is None:
        address = body.get("email_address", name if "@" in name else "").strip()
        # Source: FACTS.md §6: an unknown hash in the path creates the body's address.
        contact = audience.by_key.get(key_of(address))
        if contact is not None and contact.status != "archived":
            raise member_exists(
                address
            )  # Recorded (R1). Assumption: an archived one is revived as by POST.
    return _shown(call, _changed(call, body, contact))


def change(call: Call) -> Reply:
    """Change a contact in part."""
    body = _checked_body(call)
    if body.get("status") == "transactional":
        raise invalid_payload(
            "status", "Value must be one of: cleaned, pending, subscribed, unsubscribed"
        )
    return _shown(call, _changed(call, body, call.contact()))


def archive(call: Call) -> Reply:
    """Archive a contact: 204, then 405. Source: FACTS.md §3, §6."""
    contact = call.contact()
    if contact.status in ("archived", "pending", "cleaned"):
        raise cannot_archive()
    apply_status(call.audience(), contact, "archived", now=call.now)
    call.audience().touch(contact, call.now)
    return Reply(status=204)


def erase(call: Call) -> Reply:
    """Delete a contact for good: 204. Source: FACTS.md §3."""
    audience, name = call.audience(), call.params["subscriber_hash"]
    contact = audience.find(name)
    if contact is None:
        key = key_of(name) if "@" in name else name.lower()
        if key in audience.erased and call.switches.erase_twice_status == "204":
            return Reply(status=204)
        raise not_found()
    audience.erase(contact)
    return Reply(status=204)


def tags(call: Call) -> Reply:
    """List the tags of a contact."""
    contact = call.contact()
    offset, count = call.page()
    found = [
        {"id": tag.tag_id, "name": tag.name, "date_added": iso(tag.members[contact])}
        for tag in contact.tag_set.tags
    ]
    document = {
        "tags": found[offset : offset + count],
        "total_items": len(found),
        "_links": [link(call.base_url, "self", _path(call, contact) + "/tags")],
    }
    return call.answer(document, "Lists/Members/Tags/Collection.json")


def change_tags(call: Call) -> Reply:
    """Add and remove tags: 204, also for an empty list and an archived contact. Source: FACTS.md §3, §5."""
    audience, contact = call.audience(), call.contact()
    wishes = of_type(call.body(), "tags", list, "array")
    for position, wish in enumerate(wishes):
        path = f"tags.item:{position}"
        if not isinstance(wish, dict) or not isinstance(wish.get("name"), str):
            raise invalid_payload(path, "Required fields were not provided: name")
        if wish.get("status") not in ("active", "inactive"):
            raise invalid_payload(f"{path}.status", "Value must be one of: active, inactive")
        check_tag_name(call.account, wish["name"], f"{path}.name")
    for wish in wishes:
        if wish["status"] == "active":
            added = call.account.tag_named(audience, wish["name"], call.now)
            audience.add_tag(contact, added, call.now)
        elif tag := audience.tag_by_name.get(call.account.tag_key(wish["name"])):
            audience.remove_tag(contact, tag)
    if wishes:
        # Source: FACTS.md §5: a tag that was there already moved last_changed; an empty list did not.
        audience.touch(contact, call.now)
    return Reply(status=204)


def _checked_body(call: Call) -> Json:
    call.audience()
    body = call.body()
    check_shape(body)
    return body


def _changed(call: Call, body: Json, contact: Contact | None) -> Contact:
    if contact is None:
        address = of_type(body, "email_address", str, "string").strip()
        check_address(call.account, address)
        return _write(call, body, address, None)
    address = body.get("email_address", contact.email).strip()
    if address != contact.email:
        check_address(call.account, address)
    return _write(call, body, address, contact)


def _write(call: Call, body: Json, address: str, contact: Contact | None) -> Contact:
    writing, audience = call.writing(), call.audience()
    key = key_of(address)
    is_moving = contact is not None and contact.key != key
    if contact is None or is_moving:
        refuse_forgotten(audience, key, address)
    status = next_status(address, contact, wanted_status(body), switches=call.switches)
    if contact is not None and is_moving:
        _refuse_move(audience, contact, key, address)
    values = merged_values(writing, contact, body.get("merge_fields"))
    small = small_changes(body)
    small["permissions"] = permissions_given(audience, contact, body)
    wanted_tags = tags_named(writing, body.get("tags", [])) if _may_tag(call) else []
    if contact is None or (contact.status == "archived" and status != "archived"):
        refuse_over_limit(call.account.contacts_counted(), call.switches)
    is_new = contact is None
    contact = contact or audience.add(key, address)
    if is_new:
        contact.ip_opt = call.caller_ip  # Source: FACTS.md §6.
    elif address != contact.email:
        audience.rename(contact, key, address)
    changed = apply_status(audience, contact, status, now=call.now) or is_new or is_moving
    if values is not None:
        audience.set_merge(contact, values)
        changed = True
    for tag in wanted_tags:
        changed = audience.add_tag(contact, tag, call.now) or changed
    if apply_small(contact, small) or changed:
        audience.touch(contact, call.now)
    return contact


def _may_tag(call: Call) -> bool:
    """Only POST takes tags. Source: FACTS.md §3."""
    return "subscriber_hash" not in call.params


def _refuse_move(audience: Audience, contact: Contact, key: str, address: str) -> None:
    if contact.status != "subscribed":
        raise address_change_refused(contact.status)
    other = audience.by_key.get(key)
    if other is not None:
        raise address_taken(address, other.status)


def _shown(call: Call, contact: Contact) -> Reply:
    body = call.renderer().member(contact)
    if call.query.get("fields") or call.query.get("exclude_fields"):
        return call.answer(orjson.loads(body), _SCHEMA)
    return Reply(status=200, body=body, schema=_SCHEMA)


def _path(call: Call, contact: Contact) -> str:
    return f"/lists/{call.params['list_id']}/members/{contact.key}"
