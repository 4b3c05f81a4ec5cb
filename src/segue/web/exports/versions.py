"""Versions of exports for the forms that change them: what counts as a change, and what each version says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from segue.control.audit.meanwhile import Watched
from segue.control.audit.models import Action
from segue.control.exports.models import Blanks, Export
from segue.control.exports.offered import offered_attributes
from segue.control.exports.schedules import own_recurrence
from segue.control.recurrence import Recurrence
from segue.control.segments.models import Segment
from segue.sync.export import FieldMatch, SegmentTag
from segue.web.exports.picks import named
from segue.web.exports.set_up import SetUp, opened
from segue.web.exports.settings_words import PART_NAMES, constant_words, field_name
from segue.web.exports.setup_form import LEASTS, SHARES
from segue.web.schedule_words import whole_words
from segue.web.typed.editing import Editing, Line, lines_of

Schedule = tuple[Recurrence | None, bool]
"""When an export runs by itself, None: with every refresh; and whether that is on."""

_SETTINGS = (Action.EXPORT_EDITED, Action.EXPORT_DETACHED, Action.EXPORT_REMOVED)
_SCHEDULES = (Action.EXPORT_SCHEDULED, Action.EXPORT_REMOVED)


def settings_editing(set_up: SetUp) -> Editing | None:
    """Return the form of an export's settings; None for a new one, which nobody else can change."""
    known = set_up.known
    if known is None:
        return None
    return Editing(
        request=set_up.request,
        watched=_watched([known], _SETTINGS),
        name=known.name,
        mine=lambda: _lines(set_up),
        theirs=lambda: _lines(opened(set_up.request, Export.objects.get(pk=known.pk))),
        back=reverse("export-edit", args=[known.pk]),
    )


def schedule_editing(
    request: HttpRequest, exports: Sequence[Export], wanted: Callable[[Export], Schedule]
) -> Editing:
    """Return the form of the schedules of exports; both versions are told export by export. `wanted` says what the form makes of one."""
    return Editing(
        request=request,
        watched=_watched(exports, _SCHEDULES),
        name=named(exports),
        mine=lambda: _schedules(exports, wanted),
        theirs=lambda: _schedules(exports, _kept_schedule),
        back=f"{reverse('exports-schedule')}?{_picks(exports)}",
    )


def ending_editing(request: HttpRequest, exports: Sequence[Export], *, at: str) -> Editing:
    """Return the question whether exports are detached or removed, which shows them as they are."""
    return Editing(
        request=request,
        watched=_watched(exports, _SETTINGS),
        name=named(exports),
        back=f"{reverse(at)}?{_picks(exports)}",
    )


def _watched(exports: Sequence[Export], actions: tuple[Action, ...]) -> Watched:
    return Watched(kind="export", ids=tuple(str(one.pk) for one in exports), actions=actions)


def _picks(exports: Sequence[Export]) -> str:
    return urlencode([("pick", one.pk) for one in exports])


def _schedules(exports: Sequence[Export], of: Callable[[Export], Schedule]) -> Sequence[Line]:
    kept = Export.objects.filter(pk__in=[one.pk for one in exports])
    label = _("Schedule") if len(exports) == 1 else ""
    return [_schedule(label or one.name, *of(one)) for one in kept]


def _schedule(label: str, recurrence: Recurrence | None, is_on: bool) -> Line:  # noqa: FBT001 - half of a schedule
    zone = recurrence.time_zone if recurrence is not None else ""
    return Line(label=label, value=whole_words(recurrence, is_on=is_on), exact=zone)


def _kept_schedule(export: Export) -> Schedule:
    return own_recurrence(export), export.schedule_is_on


def _lines(set_up: SetUp) -> Sequence[Line]:
    brakes = (*SHARES, *LEASTS)
    names = {set_up.form[name].label for name in brakes}
    plain = [line for line in lines_of(set_up.form) if line.label not in names]
    attributes = {one.name: str(one) for one in offered_attributes()}
    labels = dict(Segment.objects.values_list("name", "label"))
    return [
        *plain,
        *(_field(match, attributes) for match in set_up.matches.values()),
        *(_segment(one, labels) for one in set_up.segments),
        *_brakes(set_up),
    ]


def _field(match: FieldMatch, attributes: dict[str, str]) -> Line:
    parts = [(part, name) for part, name in match.parts if name]
    said = [f"{PART_NAMES[part]} = {attributes.get(name, name)}" for part, name in parts]
    if match.value is not None:
        constant = constant_words(match.value)
        return Line(label=field_name(match.tag, match.name), value=constant, exact=match.value)
    words = ", ".join(said) or attributes.get(match.attribute, match.attribute)
    blanks = _("a blank %(does)s") % {"does": Blanks(match.blanks).label}
    return Line(
        label=field_name(match.tag, match.name),
        value=f"{words} · {blanks}",
        exact=", ".join(name for _part, name in parts) or match.attribute,
    )


def _segment(chosen: SegmentTag, labels: dict[str, str]) -> Line:
    name = labels.get(chosen.segment, chosen.segment)
    return Line(label=_("Segment %(name)s") % {"name": name}, value=chosen.tag)


def _brakes(set_up: SetUp) -> Sequence[Line]:
    return [
        Line(label=str(brake.words), value=f"{_said(brake.share)} % · {_said(brake.least)}")
        for brake in set_up.form.brake_fields()
    ]


def _said(field: object) -> str:
    value = field.value()  # type: ignore[attr-defined]
    return "–" if value in (None, "") else str(value).removesuffix(".0")
