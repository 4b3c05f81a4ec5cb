"""One audience in memory: contacts, tags and merge fields, with the indexes that make reads cheap. No rules here."""

from __future__ import annotations

from hashlib import md5
from typing import Any

import orjson

from mailchimp_sandbox.addresses import key_of
from mailchimp_sandbox.contacts import STATUSES, Contact, Tag, TagSet
from mailchimp_sandbox.merge_validation import MergeField
from mailchimp_sandbox.profile import Permission, Profile
from mailchimp_sandbox.webhooks import Webhook


class Audience:
    """An audience ("list"). `changed` orders contacts by their last change, `present` leaves archived ones out.

    `erased` keeps the keys of contacts deleted for good. Source: FACTS.md §6.
    """

    def __init__(self, list_id: str, name: str, *, double_opt_in: bool, created_at: int) -> None:
        """Make an empty audience without merge fields."""
        self.list_id = list_id
        self.name = name
        self.double_opt_in = double_opt_in
        self.created_at = created_at
        self.profile = Profile()
        self.permissions: tuple[Permission, ...] = ()
        self.webhooks: dict[str, Webhook] = {}
        self.by_key: dict[str, Contact] = {}
        self.by_serial: dict[int, Contact] = {}
        self.by_status: dict[str, dict[Contact, None]] = {status: {} for status in STATUSES}
        self.present: dict[Contact, None] = {}
        self.changed: dict[Contact, None] = {}
        self.erased: set[str] = set()
        self.fields: dict[str, MergeField] = {}
        self.fields_version = 0
        self.blank_merge: dict[str, Any] = {}
        self.required_tags: frozenset[str] = frozenset()
        self.tags: dict[int, Tag] = {}
        self.tag_by_name: dict[str, Tag] = {}
        self.tag_sets: dict[frozenset[Tag], TagSet] = {}
        self.no_tags = self.tag_set(frozenset())
        self.next_serial = 1
        self.version = 0
        self.renderer: Any = None
        self.last_selection: tuple[Any, list[Contact]] | None = None
        self.stats: tuple[float, dict[str, Any]] | None = None
        self.last_unsubscribed_at = 0
        self.suffix = md5(list_id.encode(), usedforsecurity=False).hexdigest()[8:]

    def find(self, name: str) -> Contact | None:
        """Return the contact with this md5, plain address or contact_id, or None. Source: FACTS.md §3."""
        found = self.by_key.get(name.lower())
        if found is None and "@" in name:
            found = self.by_key.get(key_of(name))
        if found is None and len(name) == 32 and name.endswith(self.suffix):
            found = self.by_serial.get(int(name[:8], 16))
        return found

    def contact_id(self, contact: Contact) -> str:
        """Return the identity that survives renaming and archiving, 32 hex digits. Source: FACTS.md §6."""
        return f"{contact.serial:08x}{self.suffix}"

    def add(self, key: str, email: str, *, serial: int = 0) -> Contact:
        """Make a contact without a status; follow with `set_status` and `touch`."""
        contact = Contact(key, email, serial or self.next_serial, self.no_tags)
        self.next_serial = max(self.next_serial, contact.serial + 1)
        self.by_key[key] = contact
        self.by_serial[contact.serial] = contact
        self.erased.discard(key)
        return contact

    def set_status(self, contact: Contact, status: str) -> None:
        """Move the contact to another status and keep every index true."""
        before, contact.status = contact.status, status
        if before == status:
            return
        if before:
            del self.by_status[before][contact]
        self.by_status[status][contact] = None
        if status == "archived":
            self.present.pop(contact, None)
        elif before in ("", "archived"):
            self.present[contact] = None
        step = (status == "subscribed") - (before == "subscribed")
        if step:
            for tag in contact.tag_set.tags:
                tag.active += step

    def touch(self, contact: Contact, now: int) -> None:
        """Note that the contact changed in this second."""
        contact.last_changed = now
        self.changed.pop(contact, None)
        self.changed[contact] = None
        self.version += 1

    def rename(self, contact: Contact, key: str, email: str) -> None:
        """Give the contact another address; its contact_id stays."""
        del self.by_key[contact.key]
        contact.key, contact.email = key, email
        self.by_key[key] = contact
        self.erased.discard(key)

    def erase(self, contact: Contact) -> None:
        """Remove the contact for good and remember its key."""
        for tag in contact.tag_set.tags:
            tag.active -= contact.status == "subscribed"
            del tag.members[contact]
        del self.by_key[contact.key], self.by_serial[contact.serial]
        del self.by_status[contact.status][contact]
        self.present.pop(contact, None)
        self.changed.pop(contact, None)
        self.erased.add(contact.key)
        self.version += 1

    def tag_set(self, tags: frozenset[Tag]) -> TagSet:
        """Return the one shared object for this combination."""
        found = self.tag_sets.get(tags)
        if found is None:
            found = self.tag_sets[tags] = TagSet(tags)
        return found

    def add_tag(self, contact: Contact, tag: Tag, now: int) -> bool:
        """Put the tag on the contact; False when it had it."""
        if contact in tag.members:
            return False
        self._flip(contact, tag)
        tag.members[contact] = now
        tag.active += contact.status == "subscribed"
        return True

    def remove_tag(self, contact: Contact, tag: Tag) -> bool:
        """Take the tag off the contact; False when it lacked it."""
        if tag.members.pop(contact, None) is None:
            return False
        self._flip(contact, tag)
        tag.active -= contact.status == "subscribed"
        return True

    def _flip(self, contact: Contact, tag: Tag) -> None:
        here = contact.tag_set
        there = here.neighbours.get(tag)
        if there is None:
            there = self.tag_set(frozenset(here.tags) ^ {tag})
            here.neighbours[tag] = there
        contact.tag_set = there

    def forget_tag(self, tag: Tag, name_key: str) -> None:
        """Delete the tag everywhere."""
        for contact in list(tag.members):
            self.remove_tag(contact, tag)
        del self.tags[tag.tag_id]
        del self.tag_by_name[name_key]
        self.tag_sets = {tags: shared for tags, shared in self.tag_sets.items() if tag not in tags}
        for shared in self.tag_sets.values():
            shared.neighbours.pop(tag, None)
        self.version += 1

    def fields_changed(self) -> None:
        """Bring what derives from the merge fields up to date; the listing is ordered by tag (FACTS.md §7)."""
        self.fields = {tag: self.fields[tag] for tag in sorted(self.fields)}
        self.blank_merge = dict.fromkeys(self.fields, "")
        self.required_tags = frozenset(tag for tag, one in self.fields.items() if one.required)
        self.fields_version += 1
        self.version += 1

    def move_values(self, tag: str, new_tag: str | None) -> None:
        """Carry every contact's value from one merge tag to another, or drop it when there is no other."""
        for contact in self.by_key.values():
            values: dict[str, Any] = orjson.loads(contact.merge)
            value = values.pop(tag, "")
            if new_tag is not None:
                values[new_tag] = value
            contact.merge = _compact(orjson.dumps(values))

    def merge_of(self, contact: Contact) -> dict[str, Any]:
        """Return every merge field with its value, `""` when unset. Source: FACTS.md §7."""
        values: dict[str, Any] = orjson.loads(contact.merge)
        if contact.fields_version == self.fields_version:
            return values
        return {tag: values.get(tag, "") for tag in self.fields}

    def merge_json(self, contact: Contact) -> bytes:
        """Return the same as JSON, renewing what is kept when the fields changed."""
        if contact.fields_version != self.fields_version:
            self.set_merge(contact, self.merge_of(contact))
        return contact.merge

    def set_merge(self, contact: Contact, values: dict[str, Any]) -> None:
        """Keep these values; they hold every merge field."""
        contact.merge = _compact(orjson.dumps(values))
        contact.fields_version = self.fields_version


def _compact(made: bytes) -> bytes:
    """Copy, because what orjson returns lies in a kilobyte that stays half empty."""
    return bytes(memoryview(made))
