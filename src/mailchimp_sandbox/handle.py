"""What a person, or a contact, does in Mailchimp outside the API: the sandbox's handle for tests and the demonstration.

Every method is safe to call from another thread than the server's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from mailchimp_sandbox.account import default_options
from mailchimp_sandbox.addresses import key_of
from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.contacts import STATUSES, Contact, Tag
from mailchimp_sandbox.merge_validation import TYPES, MergeField
from mailchimp_sandbox.operations import Operation
from mailchimp_sandbox.orders import Orders
from mailchimp_sandbox.problems import Problem
from mailchimp_sandbox.profile import permissions
from mailchimp_sandbox.rules_status import By, apply_status
from mailchimp_sandbox.views import AudienceView, MemberView, audience_view, member_view
from mailchimp_sandbox.writing import Writing, merged_values


class UnknownToSandboxError(LookupError):
    """The audience or contact named does not exist in the sandbox; the text names neither address nor key."""


class Handle(Orders):
    """Act on a running sandbox in this process. Addresses are given in any case."""

    # -- audiences -------------------------------------------------------------------------------

    def add_audience(
        self,
        list_id: str | None = None,
        *,
        name: str = "Customers",
        double_opt_in: bool = False,
        marketing_permissions: Iterable[str] = (),
        merge_fields: Mapping[str, str] | None = None,
    ) -> str:
        """Make an audience and return its id; `merge_fields` maps further tags to types, such as {"AGE": "number"}.

        `marketing_permissions` are the texts that contacts are asked to agree to; none: the audience asks nothing.
        """
        with self._account.lock:
            made = self._account.add_audience(list_id, name, double_opt_in=double_opt_in)
            made.permissions = permissions(made.list_id, tuple(marketing_permissions))
            for tag, type_ in (merge_fields or {}).items():
                _add_field(made, tag, type_, required=False, choices=())
            return made.list_id

    def add_merge_field(
        self,
        list_id: str,
        tag: str,
        type_: str = "text",
        *,
        required: bool = False,
        choices: Iterable[str] = (),
    ) -> None:
        """Make a merge field by hand."""
        with self._account.lock:
            _add_field(self._audience(list_id), tag, type_, required=required, choices=choices)

    def delete_audience(self, list_id: str) -> None:
        """A user of the account deletes an audience with everything in it."""
        self._done("DELETE", list_id)

    def delete_merge_field(self, list_id: str, tag: str) -> None:
        """A user of the account deletes a merge field with all its values."""
        with self._account.lock:
            found = self._audience(list_id).fields.get(tag)
            if found is None:
                raise UnknownToSandboxError(f"Audience {list_id} has no merge field {tag}.")
            self._done("DELETE", list_id, f"/merge-fields/{found.merge_id}")

    def delete_tag(self, list_id: str, name: str) -> None:
        """A user of the account deletes a tag; made again, it has another id."""
        with self._account.lock:
            self._done("DELETE", list_id, f"/segments/{self._tag(list_id, name).tag_id}")

    def rename_tag(self, list_id: str, name: str, to: str) -> None:
        """A user of the account gives a tag another name; its id stays."""
        with self._account.lock:
            path = f"/segments/{self._tag(list_id, name).tag_id}"
            self._done("PATCH", list_id, path, {"name": to})

    def audience(self, list_id: str) -> AudienceView:
        """Return an audience in numbers."""
        with self._account.lock:
            return audience_view(self._audience(list_id))

    def audiences(self) -> list[AudienceView]:
        """Return all audiences in numbers."""
        with self._account.lock:
            self._edge.operations.catch_up()
            return [audience_view(one) for one in self._account.audiences.values()]

    # -- contacts --------------------------------------------------------------------------------

    def members(self, list_id: str, *, status: str | None = None) -> list[MemberView]:
        """Return all contacts, archived ones too, or those of one status; sorted by address."""
        with self._account.lock:
            audience = self._audience(list_id)
            found = audience.by_key.values() if status is None else audience.by_status[status]
            views = [member_view(audience, contact) for contact in found]
        return sorted(views, key=lambda view: view.email.lower())

    def member(self, list_id: str, email: str) -> MemberView | None:
        """Return one contact, or None when it is not there at all."""
        with self._account.lock:
            audience = self._audience(list_id)
            contact = audience.by_key.get(key_of(email))
            return None if contact is None else member_view(audience, contact)

    def is_erased(self, list_id: str, email: str) -> bool:
        """Tell whether the contact was deleted for good."""
        with self._account.lock:
            return key_of(email) in self._audience(list_id).erased

    def add_contact(
        self,
        list_id: str,
        email: str,
        *,
        status: str = "subscribed",
        tags: Iterable[str] = (),
        merge_fields: Mapping[str, Any] | None = None,
        opted_out_by: str = "contact",
    ) -> None:
        """Put a contact there in any status; `opted_out_by` counts for unsubscribed ones.

        Raises: ValueError when it is there already, for an unknown status, or for values that are refused.
        """
        if status not in STATUSES:
            raise ValueError(f"There is no status {status!r}. Known: {', '.join(STATUSES)}.")
        with self._account.lock:
            audience, now, key = self._audience(list_id), self._account.now(), key_of(email)
            if key in audience.by_key:
                raise ValueError("The sandbox already has this contact.")
            try:
                values = merged_values(self._writing(audience), None, dict(merge_fields or {}))
            except Problem as problem:
                raise ValueError(f"{problem.detail} {problem.errors}") from problem
            contact = audience.add(key, email.strip())
            audience.set_merge(contact, values or {})
            apply_status(audience, contact, "subscribed", now=now)
            if status != "subscribed":
                by: By = "contact" if opted_out_by == "contact" else "admin"
                apply_status(audience, contact, status, now=now, by=by)
            for name in tags:
                audience.add_tag(contact, self._account.tag_named(audience, name, now), now)
            audience.touch(contact, now)

    def contact_unsubscribes(self, list_id: str, email: str) -> None:
        """The contact clicks "unsubscribe": from now on nobody but the contact may subscribe it again."""
        self._set_status(list_id, email, "unsubscribed", by_contact=True)

    def admin_unsubscribes(self, list_id: str, email: str) -> None:
        """A user of the account unsubscribes the contact; the API may subscribe it again."""
        self._set_status(list_id, email, "unsubscribed")

    def clean(self, list_id: str, email: str) -> None:
        """Mail to the contact bounced."""
        self._set_status(list_id, email, "cleaned")

    def archive(self, list_id: str, email: str) -> None:
        """A user of the account archives the contact."""
        self._set_status(list_id, email, "archived")

    def confirm_pending(self, list_id: str, email: str) -> None:
        """The contact clicks the link of the confirmation mail.

        Raises: ValueError when it is not pending.
        """
        with self._account.lock:
            if self._contact(list_id, email)[1].status != "pending":
                raise ValueError("Only a pending contact can confirm.")
            self._set_status(list_id, email, "subscribed")

    def resubscribe_by_form(self, list_id: str, email: str) -> None:
        """The contact signs up by Mailchimp's form, whatever was before, erased too. Source: FACTS.md §6."""
        with self._account.lock:
            if key_of(email) not in self._audience(list_id).by_key:
                self.add_contact(list_id, email)
                self._contact(list_id, email)[1].source = "Hosted Signup Form"
            else:
                self._set_status(list_id, email, "subscribed")

    def change_address(self, list_id: str, email: str, to: str) -> None:
        """The contact changes its address.

        Raises: ValueError when Mailchimp would refuse: only a subscribed contact may, and to a free address.
        """
        with self._account.lock:
            key = self._contact(list_id, email)[1].key
            self._done("PATCH", list_id, f"/members/{key}", {"email_address": to})

    def erase(self, list_id: str, email: str) -> None:
        """A user of the account deletes the contact for good."""
        with self._account.lock:
            audience, contact = self._contact(list_id, email)
            audience.erase(contact)

    def set_merge_field(self, list_id: str, email: str, *, tag: str, value: Any) -> None:
        """A user of the account edits one value."""
        with self._account.lock:
            audience, contact = self._contact(list_id, email)
            values = merged_values(self._writing(audience), contact, {tag: value})
            if values is not None:
                audience.set_merge(contact, values)
                audience.touch(contact, self._account.now())

    def add_tag(self, list_id: str, email: str, name: str) -> None:
        """A user of the account tags the contact."""
        with self._account.lock:
            audience, contact = self._contact(list_id, email)
            tag = self._account.tag_named(audience, name, self._account.now())
            audience.add_tag(contact, tag, self._account.now())
            audience.touch(contact, self._account.now())

    def remove_tag(self, list_id: str, email: str, name: str) -> None:
        """A user of the account takes a tag off the contact."""
        with self._account.lock:
            audience, contact = self._contact(list_id, email)
            tag = audience.tag_by_name.get(self._account.tag_key(name))
            if tag is not None and audience.remove_tag(contact, tag):
                audience.touch(contact, self._account.now())

    # -- within ----------------------------------------------------------------------------------

    def _audience(self, list_id: str) -> Audience:
        self._edge.operations.catch_up()
        found = self._account.audiences.get(list_id)
        if found is None:
            raise UnknownToSandboxError(f"The sandbox has no audience {list_id}.")
        return found

    def _tag(self, list_id: str, name: str) -> Tag:
        found = self._audience(list_id).tag_by_name.get(self._account.tag_key(name))
        if found is None:
            raise UnknownToSandboxError(f"Audience {list_id} has no such tag.")
        return found

    def _done(self, method: str, list_id: str, path: str = "", body: Any = None) -> None:
        """Do what the API can do, without a call.

        Raises: ValueError in Mailchimp's words, without addresses.
        """
        operation = Operation(
            method=method,
            path=f"/lists/{list_id}{path}",
            body="" if body is None else orjson.dumps(body).decode(),
        )
        with self._account.lock:
            self._audience(list_id)
            try:
                self._edge.operations.answer(operation, caller_ip="127.0.0.1")
            except Problem as problem:
                said = ", ".join(one.message for one in problem.errors) or problem
                raise ValueError(f"Mailchimp would refuse: {said}") from problem

    def _contact(self, list_id: str, email: str) -> tuple[Audience, Contact]:
        audience = self._audience(list_id)
        contact = audience.by_key.get(key_of(email))
        if contact is None:
            raise UnknownToSandboxError(f"Audience {list_id} has no such contact.")
        return audience, contact

    def _set_status(
        self, list_id: str, email: str, status: str, *, by_contact: bool = False
    ) -> None:
        with self._account.lock:
            audience, contact = self._contact(list_id, email)
            by: By = "contact" if by_contact else "admin"
            changed = apply_status(audience, contact, status, now=self._account.now(), by=by)
            if changed or contact.opted_out_by != by:
                if by_contact:
                    contact.opted_out_by = "contact"
                audience.touch(contact, self._account.now())

    def _writing(self, audience: Audience) -> Writing:
        return Writing(
            account=self._account,
            audience=audience,
            now=self._account.now(),
            caller_ip="127.0.0.1",
            skips_required=True,
        )


def _add_field(
    audience: Audience, tag: str, type_: str, *, required: bool, choices: Iterable[str]
) -> None:
    if type_ not in TYPES:
        raise ValueError(f"There is no merge field type {type_!r}. Known: {', '.join(TYPES)}.")
    merge_id = max((field.merge_id for field in audience.fields.values()), default=0) + 1
    made = MergeField(merge_id=merge_id, tag=tag, name=tag.title(), type=type_, required=required)
    made.options = default_options(type_) | ({"choices": list(choices)} if choices else {})
    audience.fields[tag] = made
    audience.fields_changed()
