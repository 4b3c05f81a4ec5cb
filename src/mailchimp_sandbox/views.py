"""What tests and the page see of the sandbox's contents: frozen values, no live objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.contacts import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """One contact. `merge_fields` holds set values only; the last four do not count in comparisons.

    `opted_out_by` is "", contact or admin; `changed_at` in whole seconds since 1970.
    """

    email: str
    status: str
    tags: frozenset[str] = frozenset()
    merge_fields: Mapping[str, Any] = field(default_factory=dict)
    opted_out_by: str = field(default="", compare=False)
    changed_at: int = field(default=0, compare=False)
    contact_id: str = field(default="", compare=False)
    language: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceView:
    """One audience in numbers. `statuses` counts contacts, `tags` the contacts of any status that have the tag."""

    list_id: str
    name: str
    double_opt_in: bool
    statuses: Mapping[str, int]
    tags: Mapping[str, int]
    merge_tags: tuple[str, ...]
    erased: int


def member_view(audience: Audience, contact: Contact) -> MemberView:
    """Return the contact as it is now."""
    values = audience.merge_of(contact)
    return MemberView(
        email=contact.email,
        status=contact.status,
        tags=frozenset(tag.name for tag in contact.tag_set.tags),
        merge_fields={tag: value for tag, value in values.items() if value != ""},
        opted_out_by=contact.opted_out_by,
        changed_at=contact.last_changed,
        contact_id=audience.contact_id(contact),
        language=contact.language,
    )


def audience_view(audience: Audience) -> AudienceView:
    """Return the audience as it is now."""
    statuses = {status: len(contacts) for status, contacts in audience.by_status.items()}
    return AudienceView(
        list_id=audience.list_id,
        name=audience.name,
        double_opt_in=audience.double_opt_in,
        statuses={status: count for status, count in statuses.items() if count},
        tags={tag.name: len(tag.members) for tag in audience.tags.values()},
        merge_tags=tuple(audience.fields),
        erased=len(audience.erased),
    )


def calls_counted(counts: Mapping[tuple[str, str], int]) -> Counter[str]:
    """Return counts by `METHOD template`."""
    return Counter({f"{method} {template}": count for (method, template), count in counts.items()})
