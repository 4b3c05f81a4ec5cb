"""Forms of segments: what they are called, what they are for, and their tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from segue.control.segments.models import Segment
from segue.profiles.pasted import pasted
from segue.profiles.problems import explanation
from segue.segments.tags import LONGEST_DESCRIPTION
from segue.sync.export_rules import LONGEST_STATEMENT
from segue.web.forms import SegueForm
from segue.web.sayings import told


def tags_typed(text: str) -> Sequence[str]:
    """Return the tags of a text in which they are parted by commas."""
    return text.split(",")


class AboutForm(SegueForm):
    """What a segment is called, what it is for, and its tags."""

    label = forms.CharField(label=_("Name"), max_length=100, strip=True)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=2_000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known-tags"}),
        help_text=_(
            "Parted by commas, at most 20. People find the segment by them; Mailchimp does not learn of them."
        ),
    )

    @classmethod
    def of(cls, segment: Segment, sent: Mapping[str, Any] | None) -> AboutForm:
        """Return the form of a segment."""
        kept = {
            "label": segment.label,
            "description": segment.description,
            "tags": ", ".join(segment.tags),
        }
        return cls(sent, initial=kept)

    def wanted(self) -> dict[str, Any]:
        """Return what the operation takes."""
        return {**self.cleaned_data, "tags": tags_typed(self.cleaned_data["tags"])}


class TagsForm(SegueForm):
    """Tags that several segments get, and tags that they lose."""

    fields_by_code = {"segment_tags": "add"}  # noqa: RUF012

    add = forms.CharField(
        label=_("Tags to add"),
        required=False,
        max_length=2_000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known-tags"}),
        help_text=_("Parted by commas."),
    )
    take = forms.CharField(
        label=_("Tags to take away"),
        required=False,
        max_length=2_000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known-tags"}),
        help_text=_("Parted by commas."),
    )

    def field_of(self, mistake: Any) -> str | None:
        """Return the field that a mistake belongs to: what is too much was added."""
        return "add" if mistake.path == "tags" else None

    def clean(self) -> dict[str, Any]:
        """Ask for at least one tag."""
        cleaned = super().clean() or {}
        if not (cleaned.get("add") or cleaned.get("take")):
            self.add_error("add", _("Write at least one tag to add or to take away."))
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """Return what the operation takes."""
        return {name: tags_typed(self.cleaned_data[name]) for name in ("add", "take")}


class QuickForm(SegueForm):
    """The name of a quick segment; what it is made of is ticked beside it."""

    label = forms.CharField(label=_("Name"), max_length=100, strip=True)


SHOWN_MISTAKES = 50
"""Lines with mistakes that are shown one by one."""


class PastedForm(SegueForm):
    """Addresses, pasted or as a file; `read` is what they hold once the form is valid."""

    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("CSV or text in UTF-8: one address a line, alone or among other cells."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    addresses = forms.CharField(
        label=_("E-mail addresses"),
        required=False,
        strip=False,
        help_text=_("One a line, or several with commas between them."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )
    leave_out = forms.BooleanField(label=_("Leave out the lines with mistakes"), required=False)
    consented = forms.ChoiceField(
        label=_("How these people consented"),
        widget=forms.RadioSelect,
        initial="",
        required=False,
        choices=[
            ("", _("Nothing is known: whoever has no profile is shown and not exported")),
            (
                "attested",
                _("I attest that these people consented: whoever has no profile is exported too"),
            ),
        ],
        help_text=_("Where there is a profile, its own answer counts, whatever is attested here."),
    )
    statement = forms.CharField(
        label=_("Attestation in your own words"),
        required=False,
        max_length=LONGEST_STATEMENT,
        help_text=_(
            "How and when they consented, for instance on which form. It is kept with your name and the day."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("label", "do", "addresses", "file", "leave_out", "consented", "statement")
    read = pasted("")
    further = 0

    def clean(self) -> dict[str, Any]:
        """Read the addresses; lines with mistakes have to be left out on purpose. Nothing of them is kept before."""
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file and cleaned.get("addresses", "").strip():
            self.add_error(
                "file",
                gettext(
                    "Addresses stand in the field above, too. Send one of the two, then the other."
                ),
            )
            return cleaned
        try:
            text = file.read().decode("utf-8-sig") if file else cleaned.get("addresses", "")
        except UnicodeDecodeError:
            self.add_error(
                "file",
                gettext(
                    "The file is no text in UTF-8. Save it as “CSV UTF-8”, or paste the addresses."
                ),
            )
            return cleaned
        self.read = pasted(text)
        where = "file" if file else "addresses"
        if self.read.problems and not cleaned.get("leave_out"):
            count = len(self.read.problems)
            words = ngettext(
                "%(count)d line holds no address. Correct it, or leave it out.",
                "%(count)d lines hold no address. Correct them, or leave them out.",
                count,
            )
            self.add_error(where, words % {"count": count})
        elif not self.read.addresses:
            self.add_error(where, gettext("Write at least one address."))
        if self.attests and not cleaned.get("statement", "").strip():
            self.add_error("statement", gettext("Say how these people consented."))
        return cleaned

    @property
    def attests(self) -> bool:
        """Return whether somebody attests that these people consented."""
        return bool(self.cleaned_data.get("consented") == "attested")

    @property
    def attested(self) -> str:
        """Return the words of the attestation, "" for none."""
        return str(self.cleaned_data["statement"]).strip() if self.attests else ""

    def mistake_lines(self) -> Sequence[tuple[int, str]]:
        """Return the lines that hold no address, each with what is wrong; the first of them, and `further` how many more."""
        found = sorted(self.read.problems.items())
        self.further = max(0, len(found) - SHOWN_MISTAKES)
        return [
            (line, told(explanation(problem).meaning)) for line, problem in found[:SHOWN_MISTAKES]
        ]


class ListForm(PastedForm):
    """A new list: its name and the addresses on it."""

    label = forms.CharField(label=_("Name"), max_length=100, strip=True)


class AddressesForm(PastedForm):
    """Addresses that are put on a list, or taken off."""

    do = forms.ChoiceField(
        label=_("What to do"),
        widget=forms.RadioSelect,
        initial="add",
        choices=[("add", _("Put them on the list")), ("take", _("Take them off the list"))],
    )

    @property
    def attests(self) -> bool:
        """Return whether somebody attests: never of people who are taken off."""
        return super().attests and self.cleaned_data.get("do") == "add"
