"""The state file: JSON lines, replaced atomically. Keys and tokens are not in it."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Final

import orjson

from mailchimp_sandbox.account import Account
from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.contacts import Contact, Tag
from mailchimp_sandbox.merge_validation import MergeField
from mailchimp_sandbox.profile import Permission, Profile
from mailchimp_sandbox.webhooks import Webhook

FORMAT: Final = 1
_PLAIN: Final = (
    "key", "email", "serial", "status", "opted_out_by", "reason", "email_type", "language", "vip", "ip_opt",
    "ip_signup", "opted_in_at", "signed_up_at", "unsubscribed_at", "last_changed", "source", "permissions",
)  # fmt: skip
"""Kept as they are, in this order; then the place, the merge values and the tags with their times.

New ones come at the end: a file that was written before they existed lacks them."""
_PLAIN_AT_FIRST: Final = len(_PLAIN) - 1


def save(account: Account, file: Path) -> None:
    """Write everything to the file at once: a reader sees the old contents or the new."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as out:
            _line(out, {"format": FORMAT, "next_tag_id": account.next_tag_id})
            for audience in account.audiences.values():
                _write_audience(out, audience)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def load(account: Account, file: Path) -> None:
    """Read what `save` wrote into an empty account.

    Raises: ValueError when the file is none of ours.
    """
    audience: Audience | None = None
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                record = orjson.loads(line)
                if isinstance(record, list):
                    if audience is None:
                        raise ValueError("a contact before any audience")
                    _read_contact(audience, record)
                elif "format" in record:
                    _check_format(record)
                    account.next_tag_id = record["next_tag_id"]
                else:
                    audience = _read_audience(record)
                    account.audiences[audience.list_id] = audience
            except (ValueError, KeyError, TypeError, IndexError) as error:
                text = f"{file.name} line {number} is no sandbox state: {error}."
                raise ValueError(f"{text} Delete the file to begin anew.") from error
    for loaded in account.audiences.values():
        _put_in_order(loaded)


def _check_format(record: dict[str, Any]) -> None:
    if record["format"] != FORMAT:
        raise ValueError(f"format {record['format']} where {FORMAT} is known")


def _line(out: IO[bytes], record: Any) -> None:
    out.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))


def _write_audience(out: IO[bytes], audience: Audience) -> None:
    _line(
        out,
        {
            "list_id": audience.list_id,
            "name": audience.name,
            "double_opt_in": audience.double_opt_in,
            "created_at": audience.created_at,
            "next_serial": audience.next_serial,
            "profile": audience.profile.document(),
            "permissions": [one._asdict() for one in audience.permissions],
            "webhooks": [asdict(one) for one in audience.webhooks.values()],
            "last_unsubscribed_at": audience.last_unsubscribed_at,
            "erased": sorted(audience.erased),
            "fields": [asdict(field) for field in audience.fields.values()],
            "tags": [_tag_record(tag) for tag in audience.tags.values()],
            "tag_keys": {key: tag.tag_id for key, tag in audience.tag_by_name.items()},
        },
    )
    for contact in audience.by_key.values():
        _line(out, _contact_record(audience, contact))


def _tag_record(tag: Tag) -> list[Any]:
    return [tag.tag_id, tag.name, tag.created_at, tag.updated_at]


def _contact_record(audience: Audience, contact: Contact) -> list[Any]:
    record = [getattr(contact, name) for name in _PLAIN]
    tags = [[tag.tag_id, tag.members[contact]] for tag in contact.tag_set.tags]
    return [*record, contact.location, orjson.Fragment(audience.merge_json(contact)), tags]


def _read_audience(record: dict[str, Any]) -> Audience:
    audience = Audience(
        record["list_id"],
        record["name"],
        double_opt_in=record["double_opt_in"],
        created_at=record["created_at"],
    )
    audience.fields = {field["tag"]: MergeField(**field) for field in record["fields"]}
    audience.fields_changed()
    for tag_id, name, created_at, updated_at in record["tags"]:
        tag = audience.tags[tag_id] = Tag(tag_id, name, created_at)
        tag.updated_at = updated_at
    audience.tag_by_name = {
        key: audience.tags[number] for key, number in record["tag_keys"].items()
    }
    audience.erased = set(record["erased"])
    audience.next_serial = record["next_serial"]
    audience.profile = Profile(**record.get("profile", {}))
    audience.permissions = tuple(Permission(**one) for one in record.get("permissions", ()))
    webhooks = [Webhook(**one) for one in record.get("webhooks", ())]
    audience.webhooks = {one.webhook_id: one for one in webhooks}
    audience.last_unsubscribed_at = record["last_unsubscribed_at"]
    return audience


def _read_contact(audience: Audience, record: list[Any]) -> None:
    *plain, place, values, tags = record
    if not _PLAIN_AT_FIRST <= len(plain) <= len(_PLAIN):
        raise ValueError("a contact of another shape")
    named = dict(zip(_PLAIN, plain, strict=False))
    named["permissions"] = tuple(named.get("permissions", ()))
    contact = audience.add(named["key"], named["email"], serial=named["serial"])
    status = named.pop("status")
    for name, value in named.items():
        setattr(contact, name, value)
    contact.location = (place[0], place[1])
    audience.set_merge(contact, values)
    audience.set_status(contact, status)
    for tag_id, added_at in tags:
        audience.add_tag(contact, audience.tags[tag_id], added_at)


def _put_in_order(audience: Audience) -> None:
    """Rebuild the order of changes."""
    ordered = sorted(audience.by_key.values(), key=lambda contact: contact.last_changed)
    audience.changed = dict.fromkeys(ordered)
    audience.version += 1
