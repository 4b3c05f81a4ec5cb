"""Who may have which status: the transitions of FACTS.md §6. Nothing is stored here except by `apply_status`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.contacts import Contact
from mailchimp_sandbox.problems import (
    Problem,
    contact_limit_reached,
    forgotten,
    in_compliance_state,
    invalid_payload,
)
from mailchimp_sandbox.switches import Switches

By = Literal["admin", "contact"]
"""Who changed a status."""
WRITABLE: Final = frozenset({"subscribed", "unsubscribed", "cleaned", "pending", "transactional"})
ADMIN_REASON: Final = "N/A (Unsubscribed by admin)"
"""Recorded. Source: FACTS.md §6."""


@dataclass(slots=True, kw_only=True)
class WantedStatus:
    """What a write says about the status; `""` means that it says nothing."""

    status: str = ""
    if_new: str = ""


def next_status(
    address: str, contact: Contact | None, wanted: WantedStatus, *, switches: Switches
) -> str:
    """Return the status after the write.

    Raises: Problem #11 for a contact that opted out or bounced, #4 for a new one without a status.
    Source: FACTS.md §6.
    """
    if contact is None:
        status = wanted.status or wanted.if_new
        if not status:
            raise no_status()
        return status
    if contact.status == "archived":
        return _from_archive(address, contact, wanted, switches)
    status = wanted.status or contact.status
    if status != contact.status:
        _refuse_opted_out(address, contact, status)
    return status


def _from_archive(address: str, contact: Contact, wanted: WantedStatus, switches: Switches) -> str:
    status = wanted.status
    if not status and wanted.if_new:
        match switches.archived_with_status_if_new:
            case "subscribed":
                status = wanted.if_new
            case "error":
                raise in_compliance_state(address)
            case "archived":
                return "archived"
    if not status:
        # Source: FACTS.md §6: a write that says nothing about the status leaves it alone.
        match switches.archived_without_status:
            case "subscribed":
                status = "subscribed"
            case "error":
                raise in_compliance_state(address)
    if status and switches.archived_keeps_opt_out:
        _refuse_opted_out(address, contact, status)
    return status or "archived"


def _refuse_opted_out(address: str, contact: Contact, status: str) -> None:
    if status in ("subscribed", "transactional") and contact.opted_out_by == "contact":
        # Assumption: also while the contact is pending again; only its own click ends the opt-out.
        raise in_compliance_state(address)
    if contact.status == "cleaned" and status in ("subscribed", "pending"):
        # Assumption: pending is refused like subscribed; FACTS.md §6 knows only the latter.
        raise in_compliance_state(address)


def refuse_protected(address: str, contact: Contact) -> None:
    """Refuse a contact that unsubscribed, by whom it may be, or bounced.

    Raises: Problem #11. Assumption: see the switch `unhonoured_status_if_new`.
    """
    if contact.status in ("unsubscribed", "cleaned") or contact.opted_out_by:
        raise in_compliance_state(address)


def no_status() -> Problem:
    """Return #4 for a contact that is sent without a status where one is needed."""
    return invalid_payload("", "Required fields were not provided: status_if_new")


def refuse_forgotten(audience: Audience, key: str, address: str) -> None:
    """Refuse a contact that was erased.

    Raises: Problem #12. Source: FACTS.md §6.
    """
    if key in audience.erased:
        raise forgotten(address)


def refuse_over_limit(counted: int, switches: Switches) -> None:
    """Refuse one more contact when the account is full. Assumption: see the switch `contact_limit`.

    Raises: Problem.
    """
    if switches.contact_limit is not None and counted >= switches.contact_limit:
        raise contact_limit_reached()


def apply_status(
    audience: Audience,
    contact: Contact,
    status: str,
    *,
    now: int,
    by: By = "admin",
) -> bool:
    """Store the status and what follows from it; tell whether anything changed. Source: FACTS.md §6."""
    before = contact.status
    if before == status:
        return False
    audience.set_status(contact, status)
    if status == "subscribed":
        contact.opted_out_by = contact.reason = ""
        if before in ("archived", "pending"):
            contact.opted_in_at = now
    elif status == "unsubscribed":
        audience.last_unsubscribed_at = now
        contact.unsubscribed_at = now
        contact.opted_out_by = by
        contact.reason = ADMIN_REASON if by == "admin" else "N/A (Unsubscribed by the contact)"
    if before == "" and status != "pending":
        contact.opted_in_at = now
    return True
