"""The forms of a connection's set-up and of its removal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from segue.control.connections import queries
from segue.control.connections.models import Connection, Kind
from segue.control.connections.operations import Settings
from segue.control.connections.refusals import LONGEST_NAME
from segue.control.exports.operations import Fate
from segue.core.errors import ConnectionLost, TryLater
from segue.core.texts import line
from segue.web.forms import SegueForm
from segue.web.people.forms import own_password as password_again

_OF_FILES = ("display_name", "contact_limit", "honours_status_if_new")
"""What a file says of a connection, and the pages do not change."""

FORM_ID = "connection-form"
"""The form's id: its fields stand in several steps, and so name the form that they belong to."""
_OF_FORM = {"form": FORM_ID}


class NewConnectionForm(SegueForm):
    """The first steps: type, display name, who can use it, agreement."""

    fields_by_code = {  # noqa: RUF012
        "connection_name": "display_name",
        "connection_name_taken": "display_name",
        "consent_not_given": "agrees",
    }

    kind = forms.ChoiceField(
        label=_("Type"),
        choices=Kind.choices,
        initial=Kind.MAILCHIMP,
        widget=forms.RadioSelect(attrs=_OF_FORM),
    )
    display_name = forms.CharField(
        label=_("Display name"),
        max_length=LONGEST_NAME,
        help_text=_(
            "Choose a name that explains the purpose and the target of the connection: together with its type it "
            "is what people see."
        ),
        widget=forms.TextInput(attrs={**_OF_FORM, "autocomplete": "off"}),
        error_messages={"required": _("Give the connection a name that people recognise.")},
    )
    contributors = forms.BooleanField(
        label=_("Contributors"), required=False, widget=forms.CheckboxInput(attrs=_OF_FORM)
    )
    agrees = forms.BooleanField(
        label=_("I agree"),
        widget=forms.CheckboxInput(attrs=_OF_FORM),
        error_messages={"required": _("Read the text and select “I agree”.")},
    )


class ConnectionForm(NewConnectionForm):
    """What can be edited of a connection that was begun. The agreement is asked for only when there is none that counts.

    The password is asked for where contributors may be let in by what is saved.
    """

    fields_by_code = {  # noqa: RUF012
        **NewConnectionForm.fields_by_code,
        "password_wrong": "own_password",
        "sign_in_locked": "own_password",
    }

    kind = None  # type: ignore[assignment]
    own_password = password_again(
        required=False,
        help_text=_("Needed to let contributors use the connection."),
        attrs=_OF_FORM,
    )
    contact_limit = forms.IntegerField(
        label=_("Contact limit of the Mailchimp plan"),
        required=False,
        min_value=1,
        max_value=1_000_000_000,
        help_text=_(
            "How many contacts the plan includes. Before a run Segue says when an export would exceed it. Leave it "
            "empty when you do not know."
        ),
        widget=forms.NumberInput(attrs={**_OF_FORM, "inputmode": "numeric"}),
    )
    honours_status_if_new = forms.BooleanField(
        label=_("This account honours status_if_new"),
        required=False,
        help_text=_(
            "Switch it on only when a check against your account showed that it does. While it is off, new contacts "
            "are added in calls that refuse addresses which Mailchimp holds already: safe whatever the account does, "
            "and as fast."
        ),
        widget=forms.CheckboxInput(attrs=_OF_FORM),
    )

    def __init__(self, *args: Any, needs_agreement: bool, takes_proof: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_agreement:
            del self.fields["agrees"]
        if not takes_proof:
            del self.fields["own_password"]

    @property
    def takes_proof(self) -> bool:
        """Whether contributors may do more by what was typed than they could before. For a valid form only."""
        return "own_password" in self.fields and bool(self.cleaned_data["contributors"])

    def settings(self, language: str) -> Settings:
        """Return what was typed, as the operations take it; `language` is the one the text was read in."""
        given = self.cleaned_data
        return Settings(
            display_name=given["display_name"],
            is_shared=given["contributors"],
            contact_limit=given["contact_limit"],
            honours_status_if_new=given["honours_status_if_new"],
            agrees=given.get("agrees", False),
            language=language,
            password=given.get("own_password", ""),
        )


def filled(
    connection: Connection, *, needs_agreement: bool, sent: Mapping[str, Any] | None = None
) -> ConnectionForm:
    """Return the form as the connection is, or as it was sent; what a file says of it is only shown."""
    form = ConnectionForm(
        sent,
        needs_agreement=needs_agreement,
        takes_proof=queries.takes_proof_to_share(connection),
        initial={
            "display_name": connection.display_name,
            "contributors": connection.is_shared,
            "contact_limit": connection.contact_limit,
            "honours_status_if_new": connection.honours_status_if_new,
        },
    )
    for name in _OF_FILES if connection.is_from_file else ():
        form.fields[name].disabled = True
    return form


class ApiKeyForm(SegueForm):
    """An API key in place of the sign-in. What was typed never comes back to the page."""

    api_key = forms.CharField(
        label=_("API key"),
        max_length=200,
        help_text=_("Made in your Mailchimp account. It ends with its data centre, such as -us1."),
        widget=forms.PasswordInput(
            attrs={**_OF_FORM, "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Paste the API key.")},
    )

    def clean_api_key(self) -> str:
        """Leave out signs that nobody sees, which come along when a key is copied."""
        return line(self.cleaned_data["api_key"])

    def succeeds(self, operation: Callable[[], object]) -> bool:
        """Show what Mailchimp refuses, too, and that it does not answer."""
        try:
            return super().succeeds(operation)
        except (ConnectionLost, TryLater) as refused:
            self.adopt(refused)
            return False


class PasswordForm(SegueForm):
    """The person's own password, for signing in again."""

    fields_by_code = {"password_wrong": "password", "sign_in_locked": "password"}  # noqa: RUF012

    password = password_again(attrs=_OF_FORM)


DETACH_ALL = _("Detach all: keep them; they do not run until they get another connection")
REMOVE_ALL = _("Remove all: they never run again")
EACH = "each"
"""In place of what becomes of all exports: each is asked about by itself."""

ASKED_SINGLY = 50
"""Exports that a removal asks about one by one; of more it asks once for all of them."""


class RemovalForm(SegueForm):
    """What becomes of the exports that use a connection when it is removed: of all of them at once, or of each.

    `exports` are their names by key.
    """

    def __init__(self, *args: Any, exports: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._exports = exports
        if len(exports) > 1:
            self.fields["fate"] = _fate_of_all(or_each=not self.asks_once)
            self.fields["number"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=len(exports), required=False
            )
        for name, label in self._singly().items():
            self.fields[name] = _fate(
                label,
                detach=_("Detach: keep it; it does not run until it gets another connection"),
                remove=_("Remove: it never runs again"),
            )

    @property
    def asks_once(self) -> bool:
        """Whether there are too many exports to ask about each."""
        return len(self._exports) > ASKED_SINGLY

    def clean(self) -> dict[str, Any]:
        """Refuse an answer for all exports when there are others by now than were shown, and the lack of one for each."""
        cleaned = super().clean() or {}
        of_all = self._of_all(cleaned)
        if of_all and cleaned.get("number") != len(self._exports):
            self.add_error(
                None,
                _("Other exports use the connection by now. Look at them and choose again."),
            )
        for name in () if of_all else self._singly():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Choose what becomes of it."))
        return cleaned

    def fates(self) -> dict[int, Fate]:
        """Return what was chosen, by the exports' keys."""
        chosen = self.cleaned_data
        of_all = self._of_all(chosen)
        return {key: Fate(of_all or chosen[f"fate-{key}"]) for key in self._exports}

    def _singly(self) -> dict[str, str]:
        """Return the fields that ask about one export each, with its name."""
        if self.asks_once:
            return {}
        return {f"fate-{key}": name for key, name in self._exports.items()}

    def _of_all(self, chosen: Mapping[str, Any]) -> str:
        """Return what is to become of all exports, "" when each has an answer of its own."""
        of_all = chosen.get("fate") or ""
        return "" if of_all == EACH else of_all


def _fate_of_all(*, or_each: bool) -> forms.ChoiceField:
    """Ask about all exports at once; with `or_each` there is the choice to be asked about each."""
    each = [(EACH, _("Choose for each"))] if or_each else []
    return forms.ChoiceField(
        label=_("What becomes of them"),
        choices=[*each, (Fate.DETACH.value, DETACH_ALL), (Fate.REMOVE.value, REMOVE_ALL)],
        initial=EACH if or_each else Fate.DETACH.value,
        required=not or_each,
        widget=forms.RadioSelect,
    )


def _fate(label: Any, *, detach: Any, remove: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[(Fate.DETACH.value, detach), (Fate.REMOVE.value, remove)],
        initial=Fate.DETACH.value,
        required=False,
        widget=forms.RadioSelect,
    )
