"""Show an estimate: from the members of the segments down to the contacts, and how far the limit is filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.control.exports.draft import Draft
from segue.control.exports.models import NewStatus
from segue.control.segments.models import Segment
from segue.service.previews import Foretold, Unknown
from segue.sync.estimate import Estimate
from segue.web import formats

UNKNOWN_WORDS = {
    Unknown.NO_DEFINITION: gettext_lazy("Sizes are known once data sources are declared."),
    Unknown.NEVER_REFRESHED: gettext_lazy("Sizes are known after the first refresh."),
    Unknown.REFRESH_NEEDED: gettext_lazy(
        "The definition changed since the profiles were read. Sizes are known after the next refresh."
    ),
    Unknown.STATE_LOST: gettext_lazy(
        "A file of what Segue keeps of this audience is missing or damaged. Whoever runs this installation restores the state folder, or repairs it with: segue manage repair"
    ),
    Unknown.NO_EMAIL: gettext_lazy("Sizes are known once the e-mail attribute is chosen."),
    Unknown.NO_SEGMENT: gettext_lazy("Choose segments to see how many contacts they make."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeStep:
    """One step of the way down: what is left, how many fell out, and the share of the beginning (0-100)."""

    label: str
    left: int
    fallen: int
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSegment:
    """One segment before and after."""

    label: str
    members: int
    wanted: int


def steps_of(estimate: Estimate, draft: Draft) -> Sequence[SizeStep]:
    """Return the way from the chosen segments' members to the contacts, as far as the draft says it."""
    falls = [
        (_("Selected members"), 0),
        (_("After duplicates"), estimate.duplicates),
        (_("After missing and invalid addresses"), estimate.unusable),
    ]
    if draft.consent_attribute or draft.attestation or draft.new_status is not NewStatus.SUBSCRIBED:
        falls.append((_("After consent"), estimate.unconsenting))
    if estimate.opt_outs_are_known:
        falls.append((_("After suppression"), estimate.suppressed))
    left, steps = estimate.members, []
    for label, fallen in falls:
        left -= fallen
        percent = 100 * left / estimate.members if estimate.members else 0
        steps.append(SizeStep(label=label, left=left, fallen=fallen, percent=round(percent, 2)))
    return steps


def segments_of(estimate: Estimate) -> Sequence[ShownSegment]:
    """Return the chosen segments with their sizes, by label."""
    names = [one.segment for one in estimate.segments]
    labels: Mapping[str, str] = dict(
        Segment.objects.filter(name__in=names).values_list("name", "label")
    )
    return [
        ShownSegment(
            label=labels.get(one.segment, one.segment), members=one.members, wanted=one.wanted
        )
        for one in estimate.segments
    ]


def limit_percent(estimate: Estimate) -> float:
    """Return how far the limit is filled, 0-100; a field without a number is a limit that anybody is too many for."""
    if estimate.limit < 1:
        return 100.0
    return round(min(100.0, 100 * estimate.wanted / estimate.limit), 2)


def unknown_words(foretold: Foretold) -> str:
    """Say why there is no estimate; "" when there is one."""
    return "" if foretold.unknown is None else str(UNKNOWN_WORDS[foretold.unknown])


def contacts_words(estimate: Estimate) -> str:
    """Say about how many contacts a run would reach, and how many of them are new."""
    numbers = {"contacts": formats.number(estimate.contacts)}
    if estimate.over_limit:
        return _("The limit is exceeded by %(people)s: a run would be refused.") % {
            "people": formats.number(estimate.over_limit)
        }
    if estimate.new is not None:
        numbers["new"] = formats.number(estimate.new)
        return formats.filled(
            _("About %(contacts)s {contacts:contact|contacts}, %(new)s of them new."), **numbers
        )
    if estimate.has_written:
        numbers["new"] = formats.number(estimate.unwritten)
        words = _(
            "About %(contacts)s {contacts:contact|contacts}, %(new)s of them not exported before."
        )
        return formats.filled(words, **numbers)
    words = _(
        "About %(contacts)s {contacts:contact|contacts}; how many of them are new is known after the first plan."
    )
    return formats.filled(words, **numbers)
