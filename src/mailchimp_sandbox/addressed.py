"""The addresses that a call names, and calls and replies without some of them: for faults that strike by address."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

import orjson

_LISTS: Final = ("members_to_add", "members_to_remove", "static_segment")


class Named(NamedTuple):
    """One address that a call names; `path` is where, as a refusal would write it."""

    path: str
    address: str


def named(payload: bytes) -> list[Named]:
    """Return the addresses in a call's body: of a contact, of a batch's members, of a segment's lists."""
    try:
        body: Any = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return []
    return list(_named(body)) if isinstance(body, dict) else []


def without(payload: bytes, addresses: Collection[str]) -> bytes:
    """Return the body of a batch without these members."""
    body = orjson.loads(payload)
    left_out = {address.strip().lower() for address in addresses}
    if isinstance(body.get("members"), list):
        body["members"] = [one for one in body["members"] if _address(one) not in left_out]
    return orjson.dumps(body)


def reply_without(reply: bytes, addresses: Collection[str]) -> bytes:
    """Return a batch's reply that names these members nowhere."""
    document = orjson.loads(reply)
    left_out = {address.strip().lower() for address in addresses}
    for name, total in (("new_members", "total_created"), ("updated_members", "total_updated")):
        kept = [one for one in document.get(name, []) if _address(one) not in left_out]
        document[name], document[total] = kept, len(kept)
    return orjson.dumps(document)


def _named(body: dict[str, Any]) -> Iterator[Named]:
    members = body.get("members")
    if isinstance(members, list):
        for position, one in enumerate(members):
            yield Named(f"members.item:{position}.merge_fields", _address(one, as_sent=True))
    elif isinstance(body.get("email_address"), str):
        yield Named("merge_fields", body["email_address"])
    for name in _LISTS:
        for position, address in enumerate(body.get(name) or ()):
            yield Named(f"{name}.item:{position}", str(address))


def _address(member: Any, *, as_sent: bool = False) -> str:
    sent = str(member.get("email_address", "")) if isinstance(member, dict) else ""
    return sent if as_sent else sent.strip().lower()
