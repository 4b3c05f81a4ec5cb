"""Pages of measures: the list, one measure, how it lies over the customers, and the form that makes and changes one."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.audit.meanwhile import Watched
from segue.control.audit.models import Action
from segue.control.folding import Folded, holds
from segue.control.people.policy import require
from segue.control.segments import policy
from segue.control.segments.measuring import as_written
from segue.control.segments.models import Measure
from segue.core.errors import ConfigurationProblem
from segue.service.building import declared_schema
from segue.service.measuring import (
    measures_at_work,
    preview_of,
    read_measure,
    save_measure,
    sentence_of_measure,
)
from segue.web.lists import page_of, search_of, sorted_rows
from segue.web.measures.forms import LOOK, SAVE, MeasureForm
from segue.web.measures.shown import Shown, rows_of, shown
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, found, go
from segue.web.typed.again import asked_again, note_added
from segue.web.typed.editing import Editing
from segue.web.typed.keeping import is_shown_again

_CHANGES = (Action.MEASURE_CHANGED, Action.MEASURE_ADOPTED, Action.MEASURE_REMOVED)
_COLUMNS = {"name": "label_folded", "origin": "origin"}


@door("GET")
def measures(request: PersonRequest) -> HttpResponse:
    """List the measures."""
    require(request.user, policy.see_segments)
    search = search_of(request)
    chosen = Measure.objects.filter(holds(search, "label", "name", "description"))
    chosen = chosen.alias(label_folded=Folded("label"))
    rows, sort = sorted_rows(chosen, request, _COLUMNS, default="name")
    page = page_of(rows, request)
    context = {
        "page": page,
        "rows": rows_of(list(page), request.LANGUAGE_CODE),
        "sort": sort,
        "search": search,
        "has_any": Measure.objects.exists(),
        **_rights(request),
    }
    return render(request, "segue/measures/measures.html", context)


@door("GET")
def measure(request: PersonRequest, name: str) -> HttpResponse:
    """Show one measure: what it is, where it comes from, and what uses it."""
    row = _measure(request, name)
    told = rows_of([row], request.LANGUAGE_CODE)[0]
    context = {"measure": row, "row": told, **_rights(request)}
    return render(request, "segue/measures/measure.html", context)


@door("GET")
def preview(request: PersonRequest, name: str) -> HttpResponse:
    """Show how a measure lies over the customers that were read last."""
    row = _measure(request, name)
    require(request.user, policy.see_members, row, see=policy.see_segments)
    context: dict[str, object] = {"measure": row}
    try:
        known = measures_at_work().get(row.name)
        if known is not None:
            sentence = sentence_of_measure(known, request.LANGUAGE_CODE)
            context["shown"] = shown(preview_of(known, now=request.now), sentence)
    except ConfigurationProblem as problem:
        context["problem"] = worded(problem)
    return render(request, "segue/measures/preview.html", context)


@door("GET", "POST", form="measure-form")
def new(request: PersonRequest) -> HttpResponse:
    """Make a measure of the pages; its preview is shown before, where somebody asks."""
    require(request.user, policy.edit_measures, see=policy.see_segments)
    saves = SAVE in request.POST and not is_shown_again()
    if saves and (question := asked_again(request)) is not None:
        return question
    try:
        schema = declared_schema()
    except ConfigurationProblem as problem:
        return render(request, "segue/measures/edit.html", {"problem": worded(problem)})
    form = MeasureForm(request.POST if request.method == "POST" else None, schema)
    made: list[Measure] = []
    if saves and form.succeeds(lambda: made.append(_saved(request, form))):
        to = reverse("measure", args=[made[0].name])
        note_added(request, name=made[0].label, to=to)
        return _done(request, made[0], to)
    return _page(request, form, {})


@door("GET", "POST", form="measure-form")
def edit(request: PersonRequest, name: str) -> HttpResponse:
    """Change a measure of the pages; of one from a file, say where that is done."""
    row = _measure(request, name)
    require(request.user, policy.edit_measures, row, see=policy.see_segments)
    try:
        schema = declared_schema()
    except ConfigurationProblem as problem:
        return render(request, "segue/measures/edit.html", {"problem": worded(problem)})

    def form_of(sent: QueryDict | None) -> MeasureForm:
        held = Measure.objects.get(pk=row.pk)
        return MeasureForm.of_measure(held.name, as_written(held), schema, sent)

    form = form_of(request.POST if request.method == "POST" else None)
    editing = Editing(
        request=request,
        watched=Watched(kind="measure", ids=(str(row.pk),), actions=_CHANGES),
        name=row.label,
        mine=form.lines,
        theirs=lambda: form_of(None).lines(),
    )
    saves = SAVE in request.POST and not is_shown_again()
    if saves and form.succeeds(lambda: editing.do(lambda: _saved(request, form, row))):
        row.refresh_from_db()
        return _done(request, row, reverse("measure", args=[row.name]))
    return _page(request, form, {"measure": row, "opened_on": editing.opened_on()})


def _saved(request: PersonRequest, form: MeasureForm, known: Measure | None = None) -> Measure:
    return save_measure(
        name=form.its_name(),
        written=form.wanted(),
        known=known,
        actor=request.user,
        now=request.now,
    )


def _page(request: PersonRequest, form: MeasureForm, more: Mapping[str, object]) -> HttpResponse:
    """Show the form, with the preview of what is in it where that was asked; of a step a script gets what it changes."""
    seen: list[Shown] = []
    if LOOK in request.POST:
        form.succeeds(lambda: seen.append(_looked_at(request, form)))
    context = {"form": form, "names": _names(form), "shown": seen[0] if seen else None, **more}
    if form.is_step:
        form.hush()
        part = "conditions" if request.htmx.target == "builder" else "edit"
        return render(request, f"segue/measures/{part}.html", context)
    status = 422 if form.is_bound and form.errors and not is_shown_again() else 200
    return render(request, "segue/measures/edit.html", context, status=status)


def _looked_at(request: PersonRequest, form: MeasureForm) -> Shown:
    read = read_measure(form.its_name(), form.wanted())
    sentence = sentence_of_measure(read, request.LANGUAGE_CODE)
    return shown(preview_of(read, now=request.now), sentence)


def _names(form: MeasureForm) -> list[tuple[str, str]]:
    """Return the measures that a formula may name, each with what people read of it."""
    rows = Measure.objects.exclude(name=form.known)
    return [(row.name, row.label) for row in rows]


def _done(request: PersonRequest, row: Measure, to: str) -> HttpResponse:
    words = _("The measure “%(name)s” is saved.") % {"name": row.label}
    messages.success(request, words)
    return go(request, to)


def _rights(request: PersonRequest) -> Mapping[str, bool]:
    return {
        "may_edit": policy.edit_measures.test(request.user),
        "may_adopt": policy.adopt_segments.test(request.user),
        "may_preview": policy.see_members.test(request.user),
    }


def _measure(request: PersonRequest, name: str) -> Measure:
    require(request.user, policy.see_segments)
    return found(Measure.objects.all(), name=name)
