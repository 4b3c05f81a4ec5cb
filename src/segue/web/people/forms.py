"""Forms about people: sign in, passwords, account, invitations, roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.control.people.models import Person, Role
from segue.web.forms import SegueForm
from segue.web.people.signing import proven
from segue.web.requests import PageRequest
from segue.web.time_zones import offer_time_zones
from segue.words.catalogue import languages
from segue.words.languages import own_name

LONGEST_PASSWORD = 256
"""More is never typed; hashing it would only cost time."""


def role_choices() -> list[tuple[str, SafeString]]:
    """Return the roles, each with what it may do."""
    allowed = {
        Role.VIEWER: _("sees exports, segments and status, and changes nothing"),
        Role.CONTRIBUTOR: _("also changes segments, and exports on shared connections"),
        Role.ADMINISTRATOR: _("may do everything, including connections, people and schedules"),
    }
    return [
        (
            role.value,
            format_html(
                '<span><strong>{}</strong> <span class="choice-more">{}</span></span>',
                role.label,
                allowed[role],
            ),
        )
        for role in Role
    ]


def own_password(*, attrs: Mapping[str, str] | None = None, **options: Any) -> forms.CharField:
    """Return the field in which the reader enters their own password again; `attrs` are further ones of its input."""
    return forms.CharField(
        label=gettext_lazy("Your Segue password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", **(attrs or {})}),
        error_messages={"required": gettext_lazy("Enter your own Segue password again.")},
        **options,
    )


class SignInForm(SegueForm):
    """E-mail and password; `person` is whose they are. The field's name is the one by which failures are counted."""

    username = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: PageRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.person: Person | None = None
        self.is_refused = False

    def clean(self) -> None:
        """Find the person. One answer for a wrong address and a wrong password."""
        if self.errors:
            return
        self.person = proven(self.request, **self.cleaned_data)
        self.is_refused = self.person is None
        if self.is_refused:
            self.add_error(None, _("E-mail or password is wrong. Check both and try again."))


class NewPasswordForm(SegueForm):
    """A password to choose, typed twice."""

    fields_by_code = {"password_too_weak": "password"}  # noqa: RUF012

    password = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "At least 10 characters: not a common password, not only digits, not like your name or address."
        ),
    )
    repeated = forms.CharField(
        label=gettext_lazy("Repeat the new password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_repeated(self) -> str:
        """Refuse a slip of the fingers."""
        repeated = str(self.cleaned_data["repeated"])
        if repeated != self.cleaned_data.get("password", repeated):
            raise forms.ValidationError(_("The two passwords differ. Type the same one twice."))
        return repeated


class PasswordChangeForm(NewPasswordForm):
    """Another password, for whoever knows the one so far. Wrong ones count like failed sign-ins."""

    field_order = ("current", "password", "repeated")

    current = forms.CharField(
        label=gettext_lazy("Current password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: PageRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_current(self) -> str:
        """Refuse a password that is not the actor's."""
        current = str(self.cleaned_data["current"])
        user = self.request.user
        known = isinstance(user, Person) and proven(self.request, user.email, current) == user
        if not known:
            raise forms.ValidationError(_("This is not the password that you sign in with."))
        return current


class PasswordResetForm(SegueForm):
    """Whose password is forgotten."""

    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class AccountForm(SegueForm):
    """How Segue calls and addresses somebody."""

    fields_by_code = {"person_name": "name", "unknown_time_zone": "time_zone"}  # noqa: RUF012

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=lambda: [(code, own_name(code)) for code in languages()],
        help_text=gettext_lazy("Of pages and mails."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("All times are shown in it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_time_zones(self)


class InviteForm(SegueForm):
    """Whom to invite, and as what."""

    fields_by_code = {  # noqa: RUF012
        "person_address": "email",
        "person_address_taken": "email",
        "password_wrong": "password",
        "sign_in_locked": "password",
    }

    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=role_choices,
        widget=forms.RadioSelect,
        initial=Role.VIEWER,
    )
    password = own_password(
        required=False, help_text=gettext_lazy("Needed to invite anybody but a viewer.")
    )


class RoleForm(SegueForm):
    """The role of a person, and the password of whoever gives it."""

    fields_by_code = {"password_wrong": "password", "sign_in_locked": "password"}  # noqa: RUF012

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=role_choices,
        widget=forms.RadioSelect,
    )
    password = own_password(
        help_text=gettext_lazy("A role is given by whoever signs in again for it.")
    )


class ProofForm(SegueForm):
    """The reader's own password, where it is needed."""

    fields_by_code = {"password_wrong": "password", "sign_in_locked": "password"}  # noqa: RUF012

    password = own_password()

    def __init__(self, *args: Any, needs_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_password:
            del self.fields["password"]


class AcceptForm(NewPasswordForm):
    """What an invited person says of themselves. The address is asked for where the invitation names none."""

    fields_by_code = {  # noqa: RUF012
        **NewPasswordForm.fields_by_code,
        "person_name": "name",
        "person_address": "email",
        "person_address_taken": "email",
        "unknown_time_zone": "time_zone",
    }
    field_order = ("email", "name", "password", "repeated", "time_zone")

    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("All times are shown in it.")
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["repeated"].label = _("Repeat the password")
        if address:
            del self.fields["email"]
        offer_time_zones(self)
        if not self.is_bound:
            self.fields["time_zone"].widget.attrs["data-own-zone"] = ""
