"""The form of an export: the fields that every export has. Data matching and segments are rows of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.control.connections.models import Connection
from segue.control.connections.queries import usable_by
from segue.control.exports.checks import LONGEST_NAME
from segue.control.exports.draft import Draft, draft_of
from segue.control.exports.models import Export, NewStatus
from segue.control.exports.offered import offered_attributes
from segue.control.exports.options import OPTIONS
from segue.control.exports.suggestions import suggested_email
from segue.control.people.models import Person
from segue.control.sources.models import Attribute
from segue.core.errors import Mistake, Problem
from segue.core.sentences import together
from segue.core.texts import line
from segue.mailchimp.catalogue import STRANGE_REPLIES
from segue.profiles.schema import AttributeType
from segue.sync.export import Brakes
from segue.sync.export_fields import ORDERED
from segue.sync.export_rules import (
    LARGEST_GROWTH,
    LARGEST_LIMIT,
    LARGEST_SHARE,
    LONGEST_AGE_DAYS,
    LONGEST_STATEMENT,
)
from segue.web.forms import SegueForm
from segue.web.problems import worded
from segue.web.sayings import told

_CHECKS = {
    "hx-post": reverse_lazy("export-audience"),
    "hx-target": "#audience-part",
    "hx-swap": "outerHTML",
    "hx-sync": "closest form:queue last",
}
"""What makes a field check the audience when it is left, one check after the other."""

BRAKES = ("removal", "shrink", "growth", "move", "wipe", "change", "unread", "guard")
SHARES = tuple(f"{name}_share" for name in BRAKES)
LEASTS = tuple(f"{name}_least" for name in BRAKES)


LONGEST_AUDIENCE = 150
"""Characters of an audience's ID or name."""


class ConsentKind:
    """How the consent of new contacts is told."""

    ATTRIBUTE, ATTESTATION, NONE = "attribute", "attestation", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrakeFields:
    """A brake's share in per cent and its least number of people."""

    words: str
    share: BoundField
    least: BoundField


class SetUpForm(SegueForm):
    """What somebody wants an export to be. `part_errors` holds what is wrong with its rows, by their path."""

    fields_by_code = {  # noqa: RUF012
        "audience_not_found": "audience_id",
        "audience_unchecked": "audience_id",
        **dict.fromkeys(STRANGE_REPLIES, "audience_id"),
        "connection_refused": "connection",
        "export_name_taken": "name",
    }

    use_required_attribute = False

    connection = forms.ChoiceField(
        label=gettext_lazy("Connection for export"),
        widget=forms.Select(attrs=_CHECKS),
        error_messages={
            "required": gettext_lazy("Choose a connection in the Mailchimp section."),
            "invalid_choice": gettext_lazy(
                "This connection is not available to you. Choose another."
            ),
        },
    )
    name = forms.CharField(
        label=gettext_lazy("Display name"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Give the export a name.")},
    )
    audience_id = forms.CharField(
        label=gettext_lazy("Mailchimp audience ID"),
        widget=forms.TextInput(
            attrs={**_CHECKS, "list": "audiences", "autocomplete": "off", "spellcheck": "false"}
        ),
        max_length=LONGEST_AUDIENCE,
        error_messages={
            "required": gettext_lazy(
                "Enter the audience ID, or choose one of the account’s audiences."
            )
        },
    )
    email_attribute = forms.ChoiceField(
        label=gettext_lazy("Email"),
        error_messages={
            "required": gettext_lazy("Choose the attribute that holds the e-mail address.")
        },
    )
    consent_kind = forms.ChoiceField(
        label=gettext_lazy("How consent is known"), widget=forms.RadioSelect, required=False
    )
    consent_attribute = forms.ChoiceField(
        label=gettext_lazy("Attribute that must be true"), required=False
    )
    attestation = forms.CharField(
        label=gettext_lazy("Attestation in your own words"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_STATEMENT}),
        required=False,
    )
    new_status = forms.ChoiceField(
        label=gettext_lazy("New contacts"),
        choices=NewStatus.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    newest_by = forms.ChoiceField(label=gettext_lazy("Winner among duplicates"), required=False)
    profile_limit = forms.IntegerField(
        label=gettext_lazy("Limit of profiles"), min_value=1, max_value=LARGEST_LIMIT
    )
    removal_share = forms.FloatField(min_value=0, max_value=100 * LARGEST_SHARE)
    removal_least = forms.IntegerField(min_value=0, max_value=LARGEST_LIMIT)
    shrink_share = forms.FloatField(min_value=0, max_value=100 * LARGEST_SHARE)
    shrink_least = forms.IntegerField(min_value=0, max_value=LARGEST_LIMIT)
    growth_share = forms.FloatField(min_value=0, max_value=100 * LARGEST_GROWTH)
    growth_least = forms.IntegerField(min_value=0, max_value=LARGEST_LIMIT)
    move_share = forms.FloatField(min_value=0, max_value=100 * LARGEST_SHARE, required=False)
    move_least = forms.IntegerField(min_value=0, max_value=LARGEST_LIMIT, required=False)
    wipe_share = forms.FloatField(min_value=0, max_value=100 * LARGEST_SHARE, required=False)
    wipe_least = forms.IntegerField(min_value=0, max_value=LARGEST_LIMIT, required=False)
    change_share = forms.FloatField(min_value=0, max_value=100 * LARGEST_SHARE, required=False)
    change_least = forms.IntegerField(min_value=0, max_value=LARGEST_LIMIT, required=False)
    unread_share = forms.FloatField(min_value=0, max_value=100 * LARGEST_SHARE, required=False)
    unread_least = forms.IntegerField(min_value=0, max_value=LARGEST_LIMIT, required=False)
    guard_share = forms.FloatField(min_value=0, max_value=100 * LARGEST_SHARE, required=False)
    guard_least = forms.IntegerField(min_value=0, max_value=LARGEST_LIMIT, required=False)
    stale_after_days = forms.FloatField(
        label=gettext_lazy("A data source has not changed for so many days"),
        help_text=gettext_lazy("Empty: the age of data sources is not looked at."),
        min_value=0.01,
        max_value=LONGEST_AGE_DAYS,
        required=False,
    )

    def __init__(
        self, sent: QueryDict | None, *, person: Person, known: Export | None = None
    ) -> None:
        """Show what was sent, else the kept export, else a new one with what can be suggested."""
        self.part_errors: dict[str, list[str]] = {}
        self.suggested = "" if known else NewStatus.SUBSCRIBED.value
        self.was_suggested_anew = False
        self.attributes: Sequence[Attribute] = offered_attributes()
        self.offered = _offered(person, known)
        initial = _of_draft(draft_of(known)) if known else _of_new(self.attributes)
        super().__init__(sent.copy() if sent is not None else None, initial=initial)
        self._name_choices()
        # A detached export may stay so while something else of it is changed.
        self.fields["connection"].required = known is None or known.connection is not None

    def _name_choices(self) -> None:
        groups: list[Any] = [("", _("Choose a connection"))]
        if self.offered:
            groups.append(("Mailchimp", [(str(c.pk), c.display_name) for c in self.offered]))
        self._choose("connection", groups)
        self._offer("email_attribute", self._of_types(AttributeType.EMAIL))
        self._offer("consent_attribute", self._of_types(AttributeType.BOOLEAN))
        first_key = ("", _("The profile with the first key"))
        self._offer("newest_by", [first_key, *self._of_types(*ORDERED)[1:]])
        kinds = [
            (ConsentKind.ATTRIBUTE, _("An attribute of the profiles says who consented")),
            (ConsentKind.ATTESTATION, _("I attest that everybody in the segments consented")),
            (ConsentKind.NONE, _("Consent is not known")),
        ]
        self._choose("consent_kind", kinds)

    def _offer(self, name: str, fitting: Sequence[tuple[str, str]]) -> None:
        """Offer attributes; the one that the export has stays, though it is gone or of another type by now."""
        kept = self.initial[name]
        is_offered = any(kept == one for one, _label in fitting)
        gone = _("%(name)s (no longer there, or of another type)") % {"name": kept}
        self._choose(name, fitting if is_offered or not kept else [*fitting, (kept, gone)])

    def _choose(self, name: str, choices: Sequence[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _of_types(self, *types: AttributeType) -> list[tuple[str, str]]:
        fitting = [(one.name, str(one)) for one in self.attributes if one.type in types]
        return [("", _("Choose an attribute")), *fitting]

    @property
    def chosen_connection(self) -> Connection | None:
        """Return the chosen connection, None when none is or it is not the person's to use."""
        key = str(self["connection"].value() or "")
        return next((one for one in self.offered if str(one.pk) == key), None)

    @cached_property
    def wanted_audience(self) -> str:
        """Return the audience ID that stands in its field, whatever its capitals, or that of the only one of this name."""
        text = line(str(self["audience_id"].value() or ""))
        if self.chosen_connection is None or not text:
            return text
        known = self.chosen_connection.audiences.all()
        ids = [one.audience_id for one in known if one.audience_id.casefold() == text.casefold()]
        named = [one.audience_id for one in known if line(one.name).casefold() == text.casefold()]
        meant = ids or named
        return meant[0] if len(meant) == 1 and text not in ids else text

    def brake_fields(self) -> Sequence[BrakeFields]:
        """Return the brakes with their two fields each."""
        words = (
            _("So many acknowledged people would lose their tags"),
            _("A segment lost so many of its members"),
            _("So many people would be added, by those acknowledged before"),
            _("The address of so many people would change"),
            _("So many people would lose the value of a merge field, or all get the same one"),
            _("So many people would get another value of a merge field"),
            _("So many written values of an attribute that the export stands on could not be read"),
            _(
                "So many people whom an attribute left out would be left out no more, or have no value of it"
            ),
        )
        return [
            BrakeFields(words=said, share=self[share], least=self[least])
            for said, share, least in zip(words, SHARES, LEASTS, strict=True)
        ]

    @property
    def advanced_is_wrong(self) -> bool:
        """Tell whether a field is wrong that is folded away at first."""
        options = [one.name for one in OPTIONS]
        own = ("newest_by", "profile_limit", "stale_after_days", *options)

        return any(name in self.errors for name in (*own, *SHARES, *LEASTS))

    def option_fields(self) -> Sequence[BoundField]:
        """Return the fields of the options."""
        return [self[one.name] for one in OPTIONS]

    def has_section(self) -> bool:
        """Tell whether there is a Mailchimp section to choose from."""
        return bool(self.offered)

    def brakes(self) -> dict[str, float | int | None]:
        """Return the brakes that differ from the usual ones; an empty field means the usual one."""
        usual = Brakes()
        wanted: dict[str, Any] = {name: _share(self._value(name)) for name in SHARES}
        wanted |= {name: self._value(name) for name in (*LEASTS, "stale_after_days")}
        return {
            name: value
            for name, value in wanted.items()
            if value is not None and value != getattr(usual, name)
        }

    def _value(self, name: str) -> Any:
        return getattr(self, "cleaned_data", {}).get(name)

    def suggest(self, status: NewStatus) -> None:
        """Choose the status of new contacts, unless somebody chose another one than was suggested before."""
        assert isinstance(self.data, QueryDict)
        before, self.suggested = self.data.get("suggested_status"), status.value
        # A program that sends the form without a suggestion means what it says.
        if before not in (None, status.value) and self.data.get("new_status", before) == before:
            self.data["new_status"] = status.value
            self.was_suggested_anew = True

    def adopt(self, problem: Problem) -> None:
        """Show a refusal at the top, and each of its mistakes beside its field or row."""
        mistakes = getattr(problem, "mistakes", ())
        self.adopt_mistakes(mistakes)
        field = self.fields_by_code.get(problem.code)
        words = worded(problem)
        self.add_error(field, f"{words.message} {words.action}")

    def adopt_rows(self, places: Sequence[str], problem: Problem | None) -> None:
        """Show why rows cannot be taken beside each of them."""
        if problem is not None:
            words = worded(problem)
            for place in places:
                self.part_errors.setdefault(place, []).append(f"{words.message} {words.action}")

    def adopt_mistakes(self, mistakes: Sequence[Mistake]) -> None:
        """Show each mistake beside its field or row."""
        for mistake in mistakes:
            words = told(together(mistake.message, mistake.action))
            field = self.field_of(mistake)
            if field is None:
                self.part_errors.setdefault(mistake.path, []).append(words)
            elif field not in self.errors:
                self.add_error(field, words)

    def field_of(self, mistake: Mistake) -> str | None:
        """Return the field of a mistake; None: it belongs to a row of the data matching or of the segments."""
        if mistake.path == "consent":
            kind = self["consent_kind"].value()
            fields = {
                ConsentKind.ATTRIBUTE: "consent_attribute",
                ConsentKind.ATTESTATION: "attestation",
            }
            return fields.get(kind, "consent_kind")
        place = mistake.path.removeprefix("brakes.")
        return place if place in self.fields else None


SetUpForm.base_fields |= {
    one.name: forms.ChoiceField(label=one.label, choices=one.words.choices, required=False)
    for one in OPTIONS
}


def _share(percent: float | None) -> float | None:
    return None if percent is None else round(percent / 100, 6)


def _offered(person: Person, known: Export | None) -> Sequence[Connection]:
    """Return the connections to choose from: those the person may use, and the export's own even when it is broken."""
    usable = list(usable_by(person))
    own = known.connection if known is not None else None
    return usable if own is None or own in usable else [*usable, own]


def _of_new(known: Sequence[Attribute]) -> dict[str, Any]:
    has_answers = any(one.type == AttributeType.BOOLEAN for one in known)
    draft = Draft(name="", connection=None, audience_id="", email_attribute=suggested_email(known))
    kind = ConsentKind.ATTRIBUTE if has_answers else ConsentKind.ATTESTATION
    return {**_of_draft(draft), "consent_kind": kind}


def _of_draft(draft: Draft) -> dict[str, Any]:
    brakes = Brakes(**draft.brakes)
    kind = ConsentKind.ATTESTATION if draft.attestation else ConsentKind.NONE
    return {
        "connection": str(draft.connection.pk) if draft.connection else "",
        "name": draft.name,
        "audience_id": draft.audience_id,
        "email_attribute": draft.email_attribute,
        "consent_kind": ConsentKind.ATTRIBUTE if draft.consent_attribute else kind,
        "consent_attribute": draft.consent_attribute,
        "attestation": draft.attestation,
        "new_status": draft.new_status.value,
        "newest_by": draft.newest_by,
        "profile_limit": draft.profile_limit,
        **{name: _plain(getattr(brakes, name) * 100) for name in SHARES},
        **{name: getattr(brakes, name) for name in LEASTS},
        "stale_after_days": _plain(brakes.stale_after_days),
        **{one.name: getattr(draft, one.name).value for one in OPTIONS},
    }


def _plain(value: float | None) -> float | int | None:
    """Return a whole number as one: 20, not 20.0."""
    if value is None:
        return None
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded
