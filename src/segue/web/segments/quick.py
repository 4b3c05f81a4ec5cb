"""A quick segment: choose one field, tick what it offers, see the size, give it a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.audit.operations import Subject
from segue.control.people.policy import require
from segue.control.segments import policy
from segue.control.sources.operations import note_personal_data_shown
from segue.core.errors import ConfigurationProblem
from segue.core.texts import one_break
from segue.segments.quick import BY_TYPE, Bound, By
from segue.service.quick import Field, Offer, Quick, Sized
from segue.service.words import name_of
from segue.web import formats
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, go
from segue.web.segments.forms import QuickForm
from segue.web.segments.members import value_text
from segue.web.typed.again import asked_again, note_added
from segue.web.typed.keeping import is_shown_again

SAVE = "save"
"""The button that makes the segment; the others only look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One offer in words: how many people, their share of the most frequent, whether it is ticked."""

    id: str
    words: str
    people: int
    is_ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The field that somebody looks at, by what, and what they ticked."""

    field: Field
    by: By
    ids: Sequence[str]


@door("GET", "POST", form="quick-form")
def quick(request: PersonRequest) -> HttpResponse:
    """Show what a field offers and how many people a choice has; save it as a segment of the pages."""
    require(request.user, policy.edit_segments, see=policy.see_segments)
    saves = SAVE in request.POST and not is_shown_again()
    if saves and (question := asked_again(request)) is not None:
        return question
    form = QuickForm(request.POST if request.method == "POST" else None)
    if not saves:
        form.hush()
    try:
        asked = Quick()
    except ConfigurationProblem as problem:
        return _page(request, form, {"problem": worded(problem)})
    chosen = _chosen(asked.fields(), request.POST)
    if chosen is None:
        return _page(request, form, {"fields": _fields(asked)})
    if saves and (made := _saved(request, form, asked, chosen)) is not None:
        return made
    return _page(request, form, _told(request, asked, chosen), status=422 if saves else 200)


def _saved(
    request: PersonRequest, form: QuickForm, asked: Quick, chosen: Chosen
) -> HttpResponse | None:
    made: list[str] = []

    def save() -> None:
        sized = asked.sized(chosen.field.attribute, chosen.by, chosen.ids)
        label = form.cleaned_data["label"]
        row = asked.save(sized, label=label, actor=request.user, now=request.now)
        made.append(row.name)

    if not form.succeeds(save):
        return None
    to = reverse("segment", args=made)
    note_added(request, name=form.cleaned_data["label"], to=to)
    words = _("The segment “%(name)s” is saved. No export uses it yet.")
    messages.success(request, words % {"name": form.cleaned_data["label"]})
    return go(request, to)


def _page(
    request: PersonRequest, form: QuickForm, told: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    return render(request, "segue/segments/quick.html", {"form": form, **told}, status=status)


def _chosen(fields: Sequence[Field], posted: QueryDict) -> Chosen | None:
    """Return what was chosen; another field than the page showed begins with its usual way and nothing ticked."""
    named = {one.attribute.name: one for one in fields}
    field = named.get(posted.get("attribute", ""))
    if field is None:
        return None
    ways = BY_TYPE[field.attribute.type]
    by = next((way for way in ways if way == posted.get("by")), ways[0])
    is_same = posted.get("shown") == f"{field.attribute.name} {by}"
    ids = [one_break(one) for one in posted.getlist("tick")]
    return Chosen(field=field, by=by, ids=ids[:100] if is_same else [])


def _told(request: PersonRequest, asked: Quick, chosen: Chosen) -> Mapping[str, object]:
    attribute = chosen.field.attribute
    if chosen.field.is_personal:
        subject = Subject(kind="attribute", id=attribute.name, name=name_of(attribute))
        note_personal_data_shown(what=subject, actor=request.user, now=request.now)
    offers = asked.offers(attribute, chosen.by, now=request.now)
    sized, refused = _sized(asked, chosen)
    words = {one.id: _words(one, chosen.by) for one in offers}
    ticked = [words[one] for one in chosen.ids if one in words]
    return {
        "fields": _fields(asked),
        "chosen": attribute.name,
        "by": chosen.by.value,
        "ways": [(way.value, _way(way)) for way in BY_TYPE[attribute.type]],
        "offers": [_shown(one, words[one.id], chosen.ids) for one in offers],
        "most": max((one.people for one in offers), default=1),
        "sized": sized,
        "refused": refused,
        "suggested": _suggested(chosen.field, ticked),
        "taken_at": asked.taken_at,
        "is_personal": chosen.field.is_personal,
    }


def _suggested(field: Field, ticked: Sequence[str]) -> str:
    """Return a name that says what was ticked, "" while nothing was."""
    if not ticked:
        return ""
    words = _("%(setting)s: %(value)s")
    return (words % {"setting": _label(field), "value": ", ".join(ticked)})[:100]


def _sized(asked: Quick, chosen: Chosen) -> tuple[Sized | None, object]:
    if not chosen.ids:
        return None, None
    try:
        return asked.sized(chosen.field.attribute, chosen.by, chosen.ids), None
    except ConfigurationProblem as problem:
        return None, worded(problem)


def _fields(asked: Quick) -> Sequence[tuple[str, str]]:
    return [(one.attribute.name, _label(one)) for one in asked.fields()]


def _label(field: Field) -> str:
    label = name_of(field.attribute)
    return label[:1].upper() + label[1:]


def _shown(offer: Offer, words: str, ids: Sequence[str]) -> Shown:
    return Shown(id=offer.id, words=words, people=offer.people, is_ticked=offer.id in ids)


def _way(by: By) -> str:
    return {
        By.VALUES: _("Most frequent values"),
        By.PERCENTILES: _("High and low values"),
        By.MONTHS: _("Months of the last two years"),
        By.CALENDAR_MONTHS: _("Months of the year"),
    }[by]


def _words(offer: Offer, by: By) -> str:
    if isinstance(offer.value, Bound):
        text = (
            _("%(value)s or more (about the highest %(share)s)")
            if offer.value.is_upper
            else _("less than %(value)s (about the lowest %(share)s)")
        )
        share = formats.share(offer.value.percent / 100)
        return text % {"value": value_text(offer.value.value), "share": share}
    if by is By.MONTHS:
        return formats.day(offer.value, "LLLL y")  # type: ignore[arg-type]
    if by is By.CALENDAR_MONTHS:
        return formats.month_name(int(offer.id))
    return value_text(offer.value)
