"""Member objects as JSON, fast: the constant parts of an audience are bytes made once, only the rest is formatted.

A batch of 500 answers with about 1.5 MB. Source of the fields: FACTS.md §3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import orjson

from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.contacts import Contact
from mailchimp_sandbox.links import member_links

_KEY = "0123456789abcdef-the-key-goes-here"
_BATCH: Final = (
    b'{"id":"%b","email_address":%b,"unique_email_id":"%b","contact_id":"%b","email_type":"%b",'
    b'"status":"%b","merge_fields":%b,"stats":{"avg_open_rate":0,"avg_click_rate":0},'
    b'"ip_signup":%b,"timestamp_signup":"%b","ip_opt":%b,"timestamp_opt":"%b","member_rating":2,'
    b'"last_changed":"%b","language":%b,"vip":%b,"email_client":"","location":{"latitude":%b,'
    b'"longitude":%b,"gmtoff":0,"dstoff":0,"country_code":"","timezone":""%b},"tags_count":%d,"tags":%b,'
)
_REGION: Final = b',"region":""'
"""Whole members have it, those of a batch or a segment do not. Source: FACTS.md §3 (recorded), the published shapes."""
_NOTHING = b'""'


@lru_cache(maxsize=65536)
def iso(seconds: int) -> str:
    """Return the time as Mailchimp writes it, `""` when unset. Source: FACTS.md §3."""
    if not seconds:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


@lru_cache(maxsize=65536)
def _iso_bytes(seconds: int) -> bytes:
    return iso(seconds).encode()


def unique_email_id(contact: Contact) -> str:
    """Return ten hex digits that follow the address, unlike the md5. Source: FACTS.md §3, §8."""
    return contact.key[:21:-1]


def full_name(values: dict[str, Any]) -> str:
    """Return first and last name, `""` when both are unset."""
    return f"{values.get('FNAME', '')} {values.get('LNAME', '')}".strip()


class MemberRenderer:
    """Write the members of one audience. `base_url` ends with /3.0."""

    def __init__(self, audience: Audience, base_url: str) -> None:
        """Prepare the constant parts."""
        self.audience = audience
        self.base_url = base_url
        links = orjson.dumps(member_links(base_url, audience.list_id, _KEY))
        tail = b'"list_id":"%b","_links":%b}' % (audience.list_id.encode(), links)
        self._tail_parts = tail.split(_KEY.encode())

    def for_batch(self, contacts: Iterable[Contact]) -> bytes:
        """Return the JSON array of members as a batch call shows them: no full_name, web_id, source."""
        return b"[%b]" % b",".join(self._batch_member(contact) for contact in contacts)

    def full(self, contacts: Iterable[Contact]) -> bytes:
        """Return the JSON array of whole members."""
        return b"[%b]" % b",".join(self.member(contact) for contact in contacts)

    def for_segment(self, contacts: Iterable[Contact]) -> bytes:
        """Return the JSON array of members as a segment's call shows them: like a batch, without contact_id."""
        members = orjson.loads(self.for_batch(contacts))
        for one in members:
            del one["contact_id"]
        return orjson.dumps(members)

    def _permissions(self, contact: Contact) -> bytes:
        """Return the member's marketing permissions, nothing where the audience has none. Source: FACTS.md §3, §10."""
        if not self.audience.permissions:
            return b""
        return b'"marketing_permissions":%b,' % orjson.dumps(permissions_of(self.audience, contact))

    def without_tags(self, contacts: Iterable[Contact]) -> list[dict[str, Any]]:
        """Return members as the segment's listing shows them. Source: FACTS.md §3."""
        made = []
        for contact in contacts:
            row = {
                name: read(self, contact)
                for name, read in MEMBER_FIELDS.items()
                if name not in _NOT_IN_SEGMENTS
            }
            row["location"] = _place(contact)
            if not contact.reason:
                del row["unsubscribe_reason"]
            made.append(row)
        return made

    def member(self, contact: Contact) -> bytes:
        """Return one whole member."""
        batch = self._batch_member(contact, _REGION)
        values = orjson.loads(self.audience.merge_json(contact))
        reason = b""
        if contact.status == "unsubscribed" and contact.reason:
            reason = b'"unsubscribe_reason":%b,' % orjson.dumps(contact.reason)
        extra = b'"full_name":%b,"web_id":%d,%b"consents_to_one_to_one_messaging":true,%b"source":%b,' % (
            orjson.dumps(full_name(values)),
            contact.serial + WEB_ID_OFFSET,
            reason,
            self._permissions(contact),
            orjson.dumps(contact.source),
        )  # fmt: skip
        return batch[:1] + extra + batch[1:]

    def _batch_member(self, contact: Contact, region: bytes = b"") -> bytes:
        key = contact.key.encode()
        place = contact.location
        head = _BATCH % (
            key,
            orjson.dumps(contact.email),
            unique_email_id(contact).encode(),
            self.audience.contact_id(contact).encode(),
            contact.email_type.encode(),
            contact.status.encode(),
            self.audience.merge_json(contact),
            orjson.dumps(contact.ip_signup) if contact.ip_signup else _NOTHING,
            _iso_bytes(contact.signed_up_at),
            orjson.dumps(contact.ip_opt) if contact.ip_opt else _NOTHING,
            _iso_bytes(contact.opted_in_at),
            _iso_bytes(contact.last_changed),
            orjson.dumps(contact.language) if contact.language else _NOTHING,
            b"true" if contact.vip else b"false",
            orjson.dumps(place[0]),
            orjson.dumps(place[1]),
            region,
            len(contact.tag_set.tags),
            contact.tag_set.rendered(),
        )
        return head + key.join(self._tail_parts)

    def selected(self, contacts: Iterable[Contact], names: list[str]) -> list[dict[str, Any]]:
        """Return only the named fields of members, unknown names left out; cheap for large pages."""
        known = MEMBER_FIELDS.keys() - (set() if self.audience.permissions else {_PERMISSIONS})
        readers = [(name, MEMBER_FIELDS[name]) for name in names if name in known]
        made = []
        for contact in contacts:
            row = {name: read(self, contact) for name, read in readers}
            if not contact.reason and "unsubscribe_reason" in row:
                del row["unsubscribe_reason"]
            made.append(row)
        return made


WEB_ID_OFFSET: Final = 400_000_000
_NOT_IN_SEGMENTS: Final = frozenset(
    {"tags", "tags_count", "contact_id", "full_name", "web_id", "source", "consents_to_one_to_one_messaging",
     "marketing_permissions"}
)  # fmt: skip
_PERMISSIONS: Final = "marketing_permissions"


def permissions_of(audience: Audience, contact: Contact) -> list[dict[str, Any]]:
    """Return the permissions of the audience and which of them the contact gave."""
    return [
        {
            "marketing_permission_id": one.permission_id,
            "text": one.text,
            "enabled": one.permission_id in contact.permissions,
        }
        for one in audience.permissions
    ]


def _place(contact: Contact) -> dict[str, Any]:
    latitude, longitude = contact.location
    return {
        "latitude": latitude, "longitude": longitude, "gmtoff": 0, "dstoff": 0,
        "country_code": "", "timezone": "",
    }  # fmt: skip


def _tags(contact: Contact) -> Any:
    return orjson.loads(contact.tag_set.rendered())


Reader = Callable[[MemberRenderer, Contact], Any]
MEMBER_FIELDS: Final[dict[str, Reader]] = {
    "id": lambda _r, c: c.key,
    "email_address": lambda _r, c: c.email,
    "unique_email_id": lambda _r, c: unique_email_id(c),
    "contact_id": lambda r, c: r.audience.contact_id(c),
    "full_name": lambda r, c: full_name(r.audience.merge_of(c)),
    "web_id": lambda _r, c: c.serial + WEB_ID_OFFSET,
    "email_type": lambda _r, c: c.email_type,
    "status": lambda _r, c: c.status,
    "unsubscribe_reason": lambda _r, c: c.reason,
    "consents_to_one_to_one_messaging": lambda _r, _c: True,
    "merge_fields": lambda r, c: orjson.loads(r.audience.merge_json(c)),
    "stats": lambda _r, _c: {"avg_open_rate": 0, "avg_click_rate": 0},
    "ip_signup": lambda _r, c: c.ip_signup,
    "timestamp_signup": lambda _r, c: iso(c.signed_up_at),
    "ip_opt": lambda _r, c: c.ip_opt,
    "timestamp_opt": lambda _r, c: iso(c.opted_in_at),
    "member_rating": lambda _r, _c: 2,
    "last_changed": lambda _r, c: iso(c.last_changed),
    "language": lambda _r, c: c.language,
    "vip": lambda _r, c: c.vip,
    "email_client": lambda _r, _c: "",
    "location": lambda _r, c: {**_place(c), "region": ""},
    "marketing_permissions": lambda r, c: permissions_of(r.audience, c),
    "source": lambda _r, c: c.source,
    "tags_count": lambda _r, c: len(c.tag_set.tags),
    "tags": lambda _r, c: _tags(c),
    "list_id": lambda r, _c: r.audience.list_id,
    "_links": lambda r, c: member_links(r.base_url, r.audience.list_id, c.key),
}
"""How each field of a member is read, in the order of the reply. Source: FACTS.md §3."""
