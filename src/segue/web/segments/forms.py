"""Forms of segments: what they are called, what they are for, and their tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from segue.control.segments.models import Segment
from segue.segments.tags import LONGEST_DESCRIPTION
from segue.web.forms import SegueForm


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
