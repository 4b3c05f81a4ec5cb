"""The form that approves a held plan: the person types how many people it changes, the form carries its digest."""

from __future__ import annotations

import re

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.sync.plan import Plan
from segue.web import formats
from segue.web.forms import SegueForm
from segue.web.people.forms import own_password


class ApproveForm(SegueForm):
    """Approves exactly the plan that its page showed, by whoever signs in again for it.

    `takes_proof` False: no brake holds it, so that it is run without either.
    """

    fields_by_code = {"password_wrong": "password", "sign_in_locked": "password"}  # noqa: RUF012

    digest = forms.CharField(widget=forms.HiddenInput)
    count = forms.CharField(
        label=gettext_lazy("Type the number of changes"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    password = own_password()

    def __init__(
        self, filled: QueryDict | None = None, *, plan: Plan, takes_proof: bool = True
    ) -> None:
        super().__init__(filled, initial={"digest": plan.digest})
        self._plan = plan
        if not takes_proof:
            del self.fields["count"], self.fields["password"]

    def clean_count(self) -> str:
        """Compare the number, however it is grouped. Another plan's number is left to the operation, which refuses it."""
        typed = re.sub(r"[\s.,'’\u00a0\u202f]", "", self.cleaned_data["count"])
        changes = self._plan.changes
        if self.cleaned_data.get("digest") == self._plan.digest and typed != str(changes):
            words = _("This plan has %(count)s {count:change|changes}.")
            raise forms.ValidationError(formats.filled(words, count=formats.number(changes)))
        return typed
