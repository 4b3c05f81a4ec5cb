"""Forms of channels. A stored target is never put into a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from segue.control.notices.models import Channel, ChannelKind
from segue.web.forms import SegueForm
from segue.web.sayings import language_choices

ADMINISTRATORS, ADDRESS, SERVICE = "administrators", "address", "service"


class ChannelForm(SegueForm):
    """What can be changed of a channel."""

    fields_by_code = {  # noqa: RUF012
        "channel_name": "name",
        "channel_address": "address",
        "channel_service": "service",
        "channel_place": "service",
        "channel_twice": "way",
    }

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    address = forms.CharField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    service = forms.CharField(
        label=_("Address of the service"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "As Apprise writes it: slack://…, workflows://…, json://… for a webhook. It is kept encrypted and not shown "
            "again."
        ),
    )
    language = forms.ChoiceField(label=_("Language of the messages"), choices=language_choices)

    @classmethod
    def of(cls, channel: Channel, sent: Mapping[str, Any] | None) -> ChannelForm:
        """Return the form of a channel, with the fields that its kind has."""
        form = cls(sent, initial={"name": channel.name, "language": channel.language})
        kept = {"name"} if channel.is_to_administrators else {"name", "language"}
        if not channel.is_to_administrators:
            target = ADDRESS if channel.kind == ChannelKind.MAIL else SERVICE
            form.fields[target].help_text = _("Leave it empty to keep the one that is stored.")
            kept.add(target)
        for name in set(form.fields) - kept:
            del form.fields[name]
        return form

    def wanted(self) -> dict[str, Any]:
        """Return what the operation takes."""
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"],
            "target": cleaned.get(ADDRESS) or cleaned.get(SERVICE) or "",
            "language": cleaned.get("language", ""),
        }


class NewChannelForm(ChannelForm):
    """A new channel: which way it goes decides which fields count."""

    way = forms.ChoiceField(
        label=_("How"),
        widget=forms.RadioSelect,
        choices=[
            (ADDRESS, _("E-mail to an address, such as that of a team")),
            (SERVICE, _("Chat or webhook: Slack, Microsoft Teams and many others")),
            (ADMINISTRATORS, _("E-mail to all administrators; of an export also to whoever made it")),
        ],
    )  # fmt: skip
    field_order = ("way", "name", "address", "service", "language")

    def clean(self) -> dict[str, Any]:
        """Ask for the address that the chosen way needs."""
        cleaned = super().clean() or {}
        way = cleaned.get("way")
        if way in (ADDRESS, SERVICE) and not cleaned.get(way):
            self.add_error(way, _("Give the address that messages go to."))
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """Return what the operation takes."""
        way = self.cleaned_data["way"]
        return {
            "kind": ChannelKind.APPRISE if way == SERVICE else ChannelKind.MAIL,
            "name": self.cleaned_data["name"],
            "target": "" if way == ADMINISTRATORS else self.cleaned_data[way],
            "language": self.cleaned_data["language"],
        }
