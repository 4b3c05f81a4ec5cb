"""Apply one contact's part of a write: address, merge values, status, tags, small properties. No HTTP here.

Everything that can be refused is checked before anything is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from mailchimp_sandbox.account import Account
from mailchimp_sandbox.addresses import is_valid, looks_fake
from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.contacts import Contact, Tag
from mailchimp_sandbox.merge_validation import MergeError, validated
from mailchimp_sandbox.problems import (
    FieldError,
    fake_address,
    invalid_address,
    invalid_merge_fields,
    invalid_payload,
)
from mailchimp_sandbox.rules_status import WRITABLE, WantedStatus
from mailchimp_sandbox.switches import Switches

Json = dict[str, Any]
TYPES: Final[dict[str, type]] = {
    "email_address": str,
    "email_type": str,
    "status": str,
    "status_if_new": str,
    "merge_fields": dict,
    "interests": dict,
    "language": str,
    "vip": bool,
    "location": dict,
    "ip_signup": str,
    "timestamp_signup": str,
    "ip_opt": str,
    "timestamp_opt": str,
    "tags": list,
    "marketing_permissions": list,
}
_NAMES = {str: "string", dict: "object", bool: "boolean", list: "array"}
_SMALL: Final = frozenset(
    {"email_type", "language", "vip", "location", "ip_signup", "timestamp_signup", "ip_opt", "timestamp_opt"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What stays the same during one call."""

    account: Account
    audience: Audience
    now: int
    caller_ip: str
    skips_required: bool

    @property
    def switches(self) -> Switches:
        """The account's switches."""
        return self.account.switches


def check_shape(member: Json, path: str = "") -> None:
    """Check the types of what a member may hold; unknown keys are ignored.

    Raises: Problem #4 with the dotted path.
    """
    for name, value in member.items():
        wanted = TYPES.get(name)
        if wanted is not None and type(value) is not wanted:
            found = _NAMES.get(type(value), "null" if value is None else "number")
            message = f"Schema describes {_NAMES[wanted]}, {found} found instead"
            raise invalid_payload(path + name, message)
    for name in ("status", "status_if_new"):
        if member.get(name, "subscribed") not in WRITABLE:
            listed = ", ".join(sorted(WRITABLE))
            raise invalid_payload(path + name, f"Value must be one of: {listed}")
    for tag in member.get("tags", ()):
        if type(tag) is not str:
            raise invalid_payload(path + "tags", "Schema describes string, object found instead")


def wanted_status(member: Json) -> WantedStatus:
    """Return what the member says about the status."""
    return WantedStatus(status=member.get("status", ""), if_new=member.get("status_if_new", ""))


def check_address(account: Account, address: str) -> None:
    """Refuse addresses that are malformed, look fake or were marked for refusal.

    Raises: Problem #1, #2 or the marked one. Source: FACTS.md §4.
    """
    if not is_valid(address):
        raise invalid_address()
    if account.switches.refuses_fake_addresses and looks_fake(address):
        raise fake_address(address)
    if account.rejections.rules:
        account.rejections.check(address)


def merged_values(writing: Writing, contact: Contact | None, given: Json | None) -> Json | None:
    """Return all merge values after the write, or None when the write leaves them as they are.

    Unknown tags are ignored, omitted ones keep their value. Source: FACTS.md §7.
    Raises: Problem #3 with every bad field.
    """
    audience = writing.audience
    before = audience.blank_merge if contact is None else audience.merge_of(contact)
    if given is None and contact is not None:
        return None
    values = before.copy()
    errors = []
    for tag, value in (given or {}).items():
        field = audience.fields.get(tag)
        if field is None:
            continue
        try:
            values[tag] = validated(field, value, writing.switches)
        except MergeError as refusal:
            errors.append(FieldError(tag, str(refusal)))
    if audience.required_tags and not writing.skips_required:
        blank = (tag for tag in sorted(audience.required_tags) if values[tag] == "")
        errors.extend(FieldError(tag, "This value should not be blank.") for tag in blank)
    if errors:
        raise invalid_merge_fields(errors)
    return values if contact is None or values != before else None


def small_changes(member: Json, path: str = "") -> dict[str, Any]:
    """Return language, VIP mark, place, sign-up evidence by attribute of Contact.

    Raises: Problem #4 for a time that cannot be read.
    """
    if not (_SMALL & member.keys()):
        return {}
    changes: dict[str, Any] = {
        name: member[name] for name in ("language", "vip", "ip_signup", "ip_opt") if name in member
    }
    if member.get("email_type") in ("html", "text"):
        changes["email_type"] = member["email_type"]
    for name, attribute in (("timestamp_signup", "signed_up_at"), ("timestamp_opt", "opted_in_at")):
        if member.get(name):
            changes[attribute] = read_time(member[name], path + name)
    if "location" in member:
        place = member["location"]
        changes["location"] = (place.get("latitude", 0), place.get("longitude", 0))
    return changes


def permissions_given(audience: Audience, contact: Contact | None, body: Json) -> tuple[str, ...]:
    """Return the ids of all marketing permissions that are given after the write; omitted ones stay as they are.

    Raises: Problem #4 for an entry without id, or an id that the audience does not have (Assumption).
    """
    given = set(contact.permissions if contact is not None else ())
    known = {one.permission_id for one in audience.permissions}
    for position, wish in enumerate(body.get("marketing_permissions", ())):
        path = f"marketing_permissions.item:{position}"
        if not isinstance(wish, dict) or not isinstance(wish.get("enabled"), bool):
            raise invalid_payload(path, "Required fields were not provided: enabled")
        if wish.get("marketing_permission_id") not in known:
            raise invalid_payload(f"{path}.marketing_permission_id", "This value is not valid.")
        (given.add if wish["enabled"] else given.discard)(wish["marketing_permission_id"])
    return tuple(sorted(given))


def apply_small(contact: Contact, changes: dict[str, Any]) -> bool:
    """Store them; tell whether anything changed."""
    changed = False
    for attribute, value in changes.items():
        if getattr(contact, attribute) != value:
            setattr(contact, attribute, value)
            changed = True
    return changed


def check_tag_name(account: Account, name: str, path: str) -> None:
    """Refuse an empty or overlong tag name. Assumption: see the switch `tag_name_limit`.

    Raises: Problem #4.
    """
    limit = account.switches.tag_name_limit
    if not name.strip():
        raise invalid_payload(path, "This value should not be blank.")
    if limit is not None and len(name.strip()) > limit:
        raise invalid_payload(
            path, f"This value is too long. It has a maximum of {limit} characters."
        )


def tags_named(writing: Writing, names: list[str]) -> list[Tag]:
    """Return the tags of these names, made when they do not exist.

    Raises: Problem #4 for a name that is not accepted.
    """
    for name in names:
        check_tag_name(writing.account, name, "tags")
    return [writing.account.tag_named(writing.audience, name, writing.now) for name in names]


def read_time(text: str, path: str) -> int:
    """Read an ISO 8601 time, UTC when it names no zone, as seconds since 1970.

    Raises: Problem #4.
    """
    return int(read_fine_time(text, path))


def read_fine_time(text: str, path: str) -> float:
    """Read the same with fractions of a second; a blank in place of the plus sign is forgiven (query strings).

    Raises: Problem #4.
    """
    try:
        moment = datetime.fromisoformat(text[:10] + text[10:].replace(" ", "+"))
    except ValueError:
        raise invalid_payload(path, "This value is not a valid datetime.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()
