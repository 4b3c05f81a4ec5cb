"""Say what an export is: its data matching, segments, consent and limits in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.control.exports.models import Blanks, Export, ExportField, NewStatus
from segue.control.exports.offered import offered_attributes
from segue.control.exports.options import OPTIONS
from segue.sync.contact_fields import BESIDE, BESIDE_KEYS
from segue.sync.export import Brakes
from segue.web import formats

NEW_STATUS_WORDS = {
    NewStatus.SUBSCRIBED: gettext_lazy(
        "New contacts receive campaigns at once. They must have consented."
    ),
    NewStatus.PENDING: gettext_lazy(
        "Mailchimp asks new contacts by e-mail to confirm; until they do, they receive nothing else."
    ),
    NewStatus.TRANSACTIONAL: gettext_lazy(
        "New contacts never receive campaigns, only messages such as order confirmations."
    ),
}

PART_NAMES = {
    "addr1": gettext_lazy("Street"),
    "addr2": gettext_lazy("Address line 2"),
    "city": gettext_lazy("City"),
    "state": gettext_lazy("State or region"),
    "zip": gettext_lazy("Postal code"),
    "country": gettext_lazy("Country"),
}

_STANDARD = {"FNAME": gettext_lazy("First name"), "LNAME": gettext_lazy("Last name")}
_BESIDE_NAMES = {one.key: gettext_lazy(str(one.name)) for one in BESIDE}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedField:
    """One line of the data matching: the merge field's name and tag, and what feeds it; a constant is never blank."""

    name: str
    tag: str
    fed_from: str
    blanks: str = ""

    @property
    def is_beside(self) -> bool:
        """Whether contacts hold it beside the merge fields: it has no tag to tell."""
        return self.tag in BESIDE_KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsInWords:
    """What an export is, in words."""

    email: str
    fields: Sequence[MatchedField]
    winner: str
    consent: str
    new_status: str
    options: Sequence[tuple[str, str]]
    brakes: Sequence[str]


def settings_of(export: Export) -> SettingsInWords:
    """Return the export's settings in words."""
    labels = {attribute.name: str(attribute) for attribute in offered_attributes()}
    return SettingsInWords(
        email=labels.get(export.email_attribute, export.email_attribute),
        fields=[_field(field, labels) for field in export.fields.all()],
        winner=_winner(export, labels),
        consent=_consent(export, labels),
        new_status=str(NEW_STATUS_WORDS[NewStatus(export.new_status)]),
        options=[(str(one.label), str(one.of(export).label)) for one in OPTIONS],
        brakes=brakes_in_words(Brakes(**export.brakes)),
    )


def field_name(tag: str, name: str) -> str:
    """Return what a merge field is called: what every audience has in the reader's language."""
    return str(_STANDARD.get(tag) or _BESIDE_NAMES.get(tag) or name or tag)


def brakes_in_words(brakes: Brakes) -> Sequence[str]:
    """Say when a plan waits for approval."""
    words = [
        _(
            "more than %(share)s of the acknowledged people would lose their tags (at least %(least)s)"
        )
        % {
            "share": formats.share(brakes.removal_share),
            "least": formats.number(brakes.removal_least),
        },
        _("a segment lost more than %(share)s of its members (at least %(least)s)")
        % {
            "share": formats.share(brakes.shrink_share),
            "least": formats.number(brakes.shrink_least),
        },
        _("more people would be added than %(share)s of those acknowledged (at least %(least)s)")
        % {
            "share": formats.share(brakes.growth_share),
            "least": formats.number(brakes.growth_least),
        },
        *_field_brakes(brakes),
        _(
            "more than %(share)s of the people whom an attribute left out would be left out no more, or have no value of it (at least %(least)s)"
        )
        % {
            "share": formats.share(brakes.guard_share),
            "least": formats.number(brakes.guard_least),
        },
    ]
    if brakes.stale_after_days is not None:
        words.append(
            formats.filled(
                _("a data source has not changed for %(days)s {days:day|days}"),
                days=formats.number(brakes.stale_after_days),
            )
        )
    return words


def _field_brakes(brakes: Brakes) -> Sequence[str]:
    return [
        words % {"share": formats.share(share), "least": formats.number(least)}
        for words, share, least in (
            (
                _(
                    "the addresses of more than %(share)s of the acknowledged people would change (at least %(least)s)"
                ),
                brakes.move_share,
                brakes.move_least,
            ),
            (
                _(
                    "more than %(share)s of them would lose the value of a merge field, or all get the same one (at least %(least)s)"
                ),
                brakes.wipe_share,
                brakes.wipe_least,
            ),
            (
                _(
                    "more than %(share)s of them would get another value of a merge field (at least %(least)s)"
                ),
                brakes.change_share,
                brakes.change_least,
            ),
            (
                _(
                    "more than %(share)s of the written values of an attribute that the export stands on could not be read (at least %(least)s)"
                ),
                brakes.unread_share,
                brakes.unread_least,
            ),
        )
    ]


def _field(field: ExportField, labels: Mapping[str, str]) -> MatchedField:
    if field.value is not None:
        name = field_name(field.tag, field.name)
        return MatchedField(name=name, tag=field.tag, fed_from=constant_words(field.value))
    names = [name for name in field.parts.values() if name] or [field.attribute]
    return MatchedField(
        name=field_name(field.tag, field.name),
        tag=field.tag,
        fed_from=", ".join(labels.get(name, name) for name in names),
        blanks=_("a blank %(does)s") % {"does": Blanks(field.blanks).label},
    )


def constant_words(value: str) -> str:
    """Say that everybody gets the same."""
    return _("“%(value)s” for everybody") % {"value": value}


def _winner(export: Export, labels: Mapping[str, str]) -> str:
    if not export.newest_by:
        return _("the profile with the first key")
    return _("the profile with the latest %(attribute)s") % {
        "attribute": labels.get(export.newest_by, export.newest_by)
    }


def _consent(export: Export, labels: Mapping[str, str]) -> str:
    if export.consent_attribute:
        return _("only people whose attribute %(attribute)s is true") % {
            "attribute": labels.get(export.consent_attribute, export.consent_attribute)
        }
    if export.attestation and export.attested_on:
        return _("attested by %(person)s on %(day)s") % {
            "person": export.attested_by_name,
            "day": formats.day(export.attested_on, "d MMMM y"),
        }
    return _("none: new contacts are not subscribed by this export")
