"""Batch subscribe, POST /lists/{list_id}: up to 500 contacts, each accepted or refused on its own.

Source: FACTS.md §3, §4 (batch-level errors), §9.5.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from mailchimp_sandbox.addresses import key_of
from mailchimp_sandbox.contacts import Contact, Tag
from mailchimp_sandbox.problems import FieldError, Problem, forbidden, invalid_payload
from mailchimp_sandbox.rules_status import (
    WantedStatus,
    apply_status,
    next_status,
    no_status,
    refuse_forgotten,
    refuse_over_limit,
    refuse_protected,
)
from mailchimp_sandbox.switches import Switches
from mailchimp_sandbox.writing import (
    Json,
    Writing,
    apply_small,
    check_address,
    check_shape,
    merged_values,
    small_changes,
    tags_named,
    wanted_status,
)

LIMIT: Final = 500
"""Members a call. Source: FACTS.md §2."""
_EXISTS = "ERROR_CONTACT_EXISTS"
_GENERIC = "ERROR_GENERIC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the call says beside its members. Source: FACTS.md §3."""

    update_existing: bool
    sync_tags: bool
    skip_duplicate_check: bool


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of the call: contacts and the JSON of `errors`, in the order sent."""

    created: list[Contact] = field(default_factory=list)
    updated: list[Contact] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)


def check_envelope(body: Json, switches: Switches) -> list[Json]:
    """Return the members when the call as a whole is acceptable.

    Raises: Problem #4 (§11.5: also for more than 500 members, or 413 by switch).
    """
    members = body.get("members")
    if members is None:
        raise invalid_payload("", "Required fields were not provided: members")
    if not isinstance(members, list):
        raise invalid_payload("members", "Schema describes array, object found instead")
    for name in ("update_existing", "sync_tags"):
        if not isinstance(body.get(name, False), bool):
            raise invalid_payload(name, "Schema describes boolean, string found instead")
    if len(members) > LIMIT:
        if switches.over_500_answer == "payload_too_large":
            detail = f"At most {LIMIT} members a call."
            raise Problem(status=413, title="Payload Too Large", detail=detail)
        raise invalid_payload(
            "members", f"This collection should contain {LIMIT} elements or less."
        )
    for position, member in enumerate(members):
        path = f"members.item:{position}"
        if not isinstance(member, dict):
            raise invalid_payload(path, "Schema describes object, string found instead")
        if switches.wrong_type_in_batch == "call":
            check_shape(member, path + ".")
    return members


def subscribe(writing: Writing, members: list[Json], envelope: Envelope) -> Outcome:
    """Apply every member that is acceptable and report each of them once."""
    outcome = Outcome()
    one_call = _OneCall(writing, envelope, members)
    for member in members:
        address = member.get("email_address", "")
        try:
            contact, is_new = one_call.apply(member, address)
        except Problem as problem:
            if problem.status == 403:
                raise
            outcome.errors.append(one_call.error(address, problem))
        else:
            if contact is not None:
                (outcome.created if is_new else outcome.updated).append(contact)
    return outcome


class _ExistsError(Problem):
    """The contact is there and update_existing is false."""


class _OneCall:
    def __init__(self, writing: Writing, envelope: Envelope, members: list[Json]) -> None:
        self.writing = writing
        self.envelope = envelope
        self.switches = writing.switches
        self.seen: set[str] = set()
        self.twice: frozenset[str] = frozenset()
        self.tags: dict[tuple[str, ...], list[Tag]] = {}
        self.refuses_known = (
            not self.switches.honours_status_if_new_in_batch
            and self.switches.unhonoured_status_if_new == "refused"
        )
        self.may_write_tags = self.switches.batch_tags_on_non_subscribed == "apply"
        if self.switches.duplicates_in_call == "reject_all" and not envelope.skip_duplicate_check:
            counts = Counter(key_of(str(member.get("email_address"))) for member in members)
            self.twice = frozenset(key for key, count in counts.items() if count > 1)

    def apply(self, member: Json, sent: Any) -> tuple[Contact | None, bool]:
        if self.switches.wrong_type_in_batch == "member":
            check_shape(member)
        address: str = sent.strip()
        check_address(self.writing.account, address)
        key = key_of(address)
        if self._repeats(key, address):
            return None, False
        contact = self.writing.audience.by_key.get(key)
        if contact is None:
            return self._create(member, key, address), True
        was_archived = contact.status == "archived"
        if not self.envelope.update_existing and not was_archived:
            raise _exists(address)
        status = self._update(member, contact)
        # Source: FACTS.md §3: re-added archived contacts come back under new_members.
        return contact, was_archived and status != "archived"

    def _repeats(self, key: str, address: str) -> bool:
        if key not in self.seen and key not in self.twice:
            self.seen.add(key)
            return False
        if self.envelope.skip_duplicate_check:
            return True  # Source: FACTS.md §3: the first occurrence wins.
        if self.switches.duplicates_in_call == "apply":
            return False
        # Assumption: the text is not recorded (FACTS.md §11.3).
        detail = f"{address} appears more than once in this request."
        raise Problem(status=400, title="Invalid Resource", detail=detail)

    def _create(self, member: Json, key: str, address: str) -> Contact:
        writing, audience = self.writing, self.writing.audience
        refuse_forgotten(audience, key, address)
        status = next_status(address, None, self._wanted(member), switches=self.switches)
        self._refuse_over_limit()
        values = merged_values(writing, None, member.get("merge_fields"))
        small = small_changes(member)
        tags = self._tags(member)
        contact = audience.add(key, address)
        contact.ip_opt = writing.caller_ip
        audience.set_merge(contact, values or {})
        apply_status(audience, contact, status, now=writing.now)
        apply_small(contact, small)
        self._put_tags(contact, tags)
        audience.touch(contact, writing.now)
        return contact

    def _update(self, member: Json, contact: Contact) -> str:
        writing, audience = self.writing, self.writing.audience
        status = self._next_status(member, contact)
        values = merged_values(writing, contact, member.get("merge_fields"))
        small = small_changes(member)
        tags = self._tags(member)
        if contact.status == "archived" and status not in ("archived", "cleaned"):
            self._refuse_over_limit()
        changed = apply_status(audience, contact, status, now=writing.now)
        if values is not None:
            audience.set_merge(contact, values)
            changed = True
        if small and apply_small(contact, small):
            changed = True
        if self._put_tags(contact, tags) or changed:
            audience.touch(contact, writing.now)
        return status

    def _next_status(self, member: Json, contact: Contact) -> str:
        sent = wanted_status(member)
        if not sent.status and not sent.if_new and self.switches.batch_without_status == "refused":
            raise no_status()
        if sent.if_new and not sent.status and self.refuses_known:
            refuse_protected(contact.email, contact)
        return next_status(contact.email, contact, self._wanted(member), switches=self.switches)

    def _refuse_over_limit(self) -> None:
        if self.switches.contact_limit is None:
            return
        try:
            refuse_over_limit(self.writing.account.contacts_counted(), self.switches)
        except Problem:
            if self.switches.contact_limit_answer == "call_403":
                raise forbidden() from None
            raise

    def _wanted(self, member: Json) -> WantedStatus:
        wanted = wanted_status(member)
        is_taken = self.switches.honours_status_if_new_in_batch or self.refuses_known
        if is_taken or not wanted.if_new:
            return wanted
        if self.switches.unhonoured_status_if_new == "acts_as_status":
            return WantedStatus(status=wanted.status or wanted.if_new)
        return WantedStatus(status=wanted.status)

    def _tags(self, member: Json) -> list[Tag] | None:
        names = member.get("tags")
        if names is None:
            return None
        key = tuple(names)
        found = self.tags.get(key)
        if found is None:
            found = self.tags[key] = tags_named(self.writing, names)
        return found

    def _put_tags(self, contact: Contact, tags: list[Tag] | None) -> bool:
        """Add the tags, or with sync_tags replace them; None (no `tags` sent) changes nothing.

        Assumption: sync_tags without `tags` leaves the contact's tags alone. Source: FACTS.md §3.
        """
        if tags is None or (contact.status != "subscribed" and not self.may_write_tags):
            return False
        audience, changed = self.writing.audience, False
        for tag in tags:
            if contact not in tag.members:
                changed = audience.add_tag(contact, tag, self.writing.now)
        if self.envelope.sync_tags and self.envelope.update_existing:
            for tag in set(contact.tag_set.tags).difference(tags):
                changed = audience.remove_tag(contact, tag)
        return changed

    def error(self, address: Any, problem: Problem) -> dict[str, str]:
        code = _EXISTS if isinstance(problem, _ExistsError) else _GENERIC
        shown = address if isinstance(address, str) else ""
        document = {"email_address": shown, "error": problem.detail, "error_code": code}
        first = problem.errors[0] if problem.errors else FieldError("", "")
        if first.message or self.switches.batch_error_fields == "empty":
            document |= {"field": first.field, "field_message": first.message}
        return document


def _exists(address: str) -> _ExistsError:
    detail = (
        f"{address} is already a list member, do you want to update? "
        "please provide update_existing:true in the request body"
    )
    return _ExistsError(status=400, title="Member Exists", detail=detail)
