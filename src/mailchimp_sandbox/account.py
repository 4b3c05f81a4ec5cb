"""The account behind the sandbox: its audiences, its keys and tokens, its switches and its clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from hashlib import md5

from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.contacts import Tag
from mailchimp_sandbox.merge_validation import MergeField
from mailchimp_sandbox.operations import OperationBatch
from mailchimp_sandbox.problems import not_found
from mailchimp_sandbox.rejections import Rejections
from mailchimp_sandbox.switches import Switches

Clock = Callable[[], float]
"""Seconds since 1970."""


class Account:
    """Everything the sandbox keeps. Hold `lock` while reading or changing it; requests do."""

    def __init__(self, *, api_key: str, switches: Switches, clock: Clock) -> None:
        """Make an account without audiences."""
        self.api_key = api_key
        self.switches = switches
        self.clock = clock
        self.audiences: dict[str, Audience] = {}
        self.audiences_made = 0
        self.audiences_deleted = 0
        self.batches: dict[str, OperationBatch] = {}
        self.batches_made = 0
        self.tokens: set[str] = set()
        self.revoked_tokens: set[str] = set()
        self.account_id = "5e91ba2cf1e4e7a7e1b0c0de"
        self.name = "Segue Sandbox"
        self.rejections = Rejections()
        self.lock = threading.RLock()
        self.next_tag_id = 4001
        self.ahead_s = 0.0

    @property
    def data_centre(self) -> str:
        """The part of the key after the dash, `us1` when there is none. Source: FACTS.md §1."""
        return self.api_key.rpartition("-")[2] if "-" in self.api_key else "us1"

    def now(self) -> int:
        """Return the second it is at Mailchimp: the clock's, and what `ahead_s` was moved on."""
        return int(self.moment())

    def moment(self) -> float:
        """Return the same with fractions."""
        return self.clock() + self.ahead_s

    def audience(self, list_id: str) -> Audience:
        """Return the audience.

        Raises: Problem #23 for an unknown one.
        """
        found = self.audiences.get(list_id)
        if found is None:
            raise not_found()
        return found

    def add_audience(self, list_id: str | None, name: str, *, double_opt_in: bool) -> Audience:
        """Make an audience with the four merge fields of a new one. Source: FACTS.md §7."""
        if list_id is None:
            list_id = self._free_id(name)
        if list_id in self.audiences:
            raise ValueError(f"The sandbox already has an audience {list_id}.")
        made = Audience(list_id, name, double_opt_in=double_opt_in, created_at=self.now())
        for merge_id, tag, label, type_, public in _FIRST_FIELDS:
            made.fields[tag] = MergeField(
                merge_id=merge_id, tag=tag, name=label, type=type_, public=public,
                display_order=merge_id + 1, options=default_options(type_),
            )  # fmt: skip
        made.fields_changed()
        self.audiences[list_id] = made
        self.audiences_made += 1
        return made

    def _free_id(self, name: str) -> str:
        """Return an id that no audience has, nor had since the sandbox started."""
        while True:
            seed = f"{self.api_key}/{self.audiences_made}/{name}"
            made = md5(seed.encode(), usedforsecurity=False).hexdigest()[:10]
            if made not in self.audiences:
                return made
            self.audiences_made += 1

    def delete_audience(self, list_id: str) -> None:
        """Forget an audience with everything in it.

        Raises: Problem #23 for an unknown one.
        """
        audience = self.audience(list_id)
        self.audiences_deleted += audience.version + 2
        del self.audiences[list_id]

    def tag_key(self, name: str) -> str:
        """Return what makes a tag name unique. Source: FACTS.md §5."""
        return name.strip().casefold() if self.switches.tags_ignore_case else name.strip()

    def tag_named(self, audience: Audience, name: str, now: int) -> Tag:
        """Return the tag, made when it does not exist. Source: FACTS.md §3."""
        key = self.tag_key(name)
        found = audience.tag_by_name.get(key)
        if found is None:
            found = Tag(self.next_tag_id, name.strip(), now)
            self.next_tag_id += 4
            audience.tags[found.tag_id] = audience.tag_by_name[key] = found
            audience.version += 1
        return found

    def version(self) -> int:
        """Return a number that grows with every change of contents."""
        kept = sum(audience.version + 1 for audience in self.audiences.values())
        return self.audiences_deleted + kept

    def contacts_counted(self) -> int:
        """Return what a plan counts: neither archived nor cleaned contacts. Source: FACTS.md §2."""
        return sum(
            len(audience.present) - len(audience.by_status["cleaned"])
            for audience in self.audiences.values()
        )


def default_options(type_: str) -> dict[str, object]:
    """Return the recorded options of a fresh field. Source: FACTS.md §7."""
    match type_:
        case "text":
            return {"size": 25}
        case "phone":
            return {"phone_format": "none"}
        case "address":
            return {"default_country": 164}
        case "date":
            return {"date_format": "MM/DD/YYYY"}
        case "birthday":
            return {"date_format": "MM/DD"}
    return {}


_FIRST_FIELDS = (
    (1, "FNAME", "First Name", "text", True),
    (2, "LNAME", "Last Name", "text", True),
    (3, "ADDRESS", "Address", "address", False),
    (4, "PHONE", "Phone Number", "phone", False),
)
"""merge_id, tag, name, type, public: as recorded (R1)."""
