"""One contact and the tags on it, kept small: a million of them must fit in memory."""

from __future__ import annotations

from typing import Final

import orjson

STATUSES: Final = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")
LISTED_TAGS: Final = 50
"""How many tags a member object shows. Source: FACTS.md §2."""


class Tag:
    """A tag, which is a static segment. `members` keeps the order of adding and the second of it.

    `active` counts subscribed contacts only. Source: FACTS.md §5.
    """

    __slots__ = ("active", "created_at", "members", "name", "tag_id", "updated_at")

    def __init__(self, tag_id: int, name: str, created_at: int) -> None:
        """Make an empty tag."""
        self.tag_id = tag_id
        self.name = name
        self.created_at = created_at
        self.updated_at = created_at
        self.active = 0
        self.members: dict[Contact, int] = {}


class TagSet:
    """One combination of tags, shared by every contact that has it, with its JSON made once."""

    __slots__ = ("_rendered", "neighbours", "tags")

    def __init__(self, tags: frozenset[Tag]) -> None:
        """Make a combination; the order of the tags is arbitrary as recorded (FACTS.md §5)."""
        self.tags = tuple(sorted(tags, key=lambda tag: tag.tag_id * 2654435761 % 2**32))
        self.neighbours: dict[Tag, TagSet] = {}
        self._rendered = b""

    def rendered(self) -> bytes:
        """Return the JSON of at most 50 tags."""
        if not self._rendered:
            shown = [{"id": tag.tag_id, "name": tag.name} for tag in self.tags[:LISTED_TAGS]]
            self._rendered = orjson.dumps(shown)
        return self._rendered

    def forget_rendering(self) -> None:
        """Make the JSON anew next time: a tag got another name."""
        self._rendered = b""


class Contact:
    """One contact of one audience. Times are whole seconds since 1970, 0 when unset.

    `merge` is the JSON of all merge fields as of `fields_version`; `opted_out_by` is "" or contact or admin;
    `permissions` are the ids of the marketing permissions given.
    """

    __slots__ = (
        "email",
        "email_type",
        "fields_version",
        "ip_opt",
        "ip_signup",
        "key",
        "language",
        "last_changed",
        "location",
        "merge",
        "opted_in_at",
        "opted_out_by",
        "permissions",
        "reason",
        "serial",
        "signed_up_at",
        "source",
        "status",
        "tag_set",
        "unsubscribed_at",
        "vip",
    )

    def __init__(self, key: str, email: str, serial: int, tag_set: TagSet) -> None:
        """Make a contact without a status; the audience gives it one."""
        self.key = key
        self.email = email
        self.serial = serial
        self.status = ""
        self.merge = b"{}"
        self.fields_version = -1
        self.tag_set = tag_set
        self.opted_out_by = ""
        self.permissions: tuple[str, ...] = ()
        self.reason = ""
        self.email_type = "html"
        self.language = ""
        self.vip = False
        self.ip_opt = ""
        self.ip_signup = ""
        self.opted_in_at = 0
        self.signed_up_at = 0
        self.unsubscribed_at = 0
        self.last_changed = 0
        self.location: tuple[float, float] = (0, 0)
        self.source = "API - Generic"
