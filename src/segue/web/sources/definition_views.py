"""Pages of the definition, for administrators: upload, plan of changes, apply, and those that counted before."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from segue.control.people.policy import require
from segue.control.sources import policy, queries
from segue.control.sources.operations import discard_proposal
from segue.core.errors import ConfigurationProblem, UnsafePlan
from segue.service.proposals import apply_proposal, proposal, propose, propose_again
from segue.service.reading import upload_folder
from segue.web.lists import page_of
from segue.web.requests import PersonRequest, door, found, go
from segue.web.sources.forms import DefinitionForm
from segue.web.sources.mistake_words import mistake_lines, text_lines
from segue.web.sources.outline import outline
from segue.web.sources.versions import definition_editing

HISTORY_ROWS = 20


@door("GET", "POST", form="definition-form")
def definition(request: PersonRequest) -> HttpResponse:
    """Show what counts and what counted before; take an upload and go on to its plan of changes."""
    require(request.user, policy.apply_definition, see=policy.see_sources)
    current = queries.current_definition()
    form = DefinitionForm(
        request.POST or None,
        request.FILES or None,
        initial={"text": current.text if current else ""},
    )
    if request.method == "POST" and form.succeeds(lambda: _propose(request, form)):
        return go(request, reverse("definition-plan"))
    status = 422 if request.method == "POST" else 200
    return _definition_page(request, form, status=status)


@door("GET", "POST")
def plan(request: PersonRequest) -> HttpResponse:
    """Show what applying the person's proposal changes, and apply exactly that."""
    require(request.user, policy.apply_definition, see=policy.see_sources)
    proposed = proposal(request.user)
    if proposed is None:
        return go(request, reverse("definition"))
    context = {"proposal": proposed, "plan": proposed.plan}
    if request.method != "POST":
        return render(request, "segue/sources/plan.html", context)
    try:
        digest = request.POST.get("plan", "")
        apply_proposal(proposed, plan=digest, actor=request.user, now=request.now)
    except UnsafePlan as changed:
        return render(
            request, "segue/sources/plan.html", {**context, "changed": changed}, status=409
        )
    messages.success(request, _("The definition was applied. Refresh to read the data."))
    return go(request, reverse("sources"))


@door("POST")
def discard(request: PersonRequest) -> HttpResponse:
    """Forget the proposal."""
    discard_proposal(actor=request.user)
    messages.success(request, _("The proposed definition was discarded; nothing was changed."))
    return go(request, reverse("definition"))


@door("GET")
def text(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the text of a definition that counts or counted."""
    require(request.user, policy.see_definition, see=policy.see_sources)
    row = found(queries.definitions(), pk=pk)
    context = {"definition": row, "is_current": row == queries.current_definition()}
    return render(request, "segue/sources/text.html", context)


@door("GET")
def download(request: PersonRequest, pk: int) -> HttpResponse:
    """Send the text as a file."""
    require(request.user, policy.see_definition, see=policy.see_sources)
    row = found(queries.definitions(), pk=pk)
    attached = content_disposition_header(as_attachment=True, filename=row.file_name)
    return HttpResponse(
        row.text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": str(attached)},
    )


@door("POST")
def again(request: PersonRequest, pk: int) -> HttpResponse:
    """Propose an older definition; its plan of changes is shown first."""
    require(request.user, policy.apply_definition, see=policy.see_sources)
    row = found(queries.definitions(), pk=pk)
    form = DefinitionForm()
    try:
        propose_again(row, actor=request.user, now=request.now)
    except ConfigurationProblem as problem:
        form = DefinitionForm({"text": row.text})
        form.is_valid()
        form.adopt(problem)
        return _definition_page(request, form, status=422)
    return go(request, reverse("definition-plan"))


def _propose(request: PersonRequest, form: DefinitionForm) -> None:
    """Propose the text. Raises: ChangedMeanwhile when another definition was applied since the page was opened."""
    definition_editing(request, form).do(
        lambda: propose(form.cleaned_data["text"], actor=request.user, now=request.now)
    )


def _definition_page(request: PersonRequest, form: DefinitionForm, *, status: int) -> HttpResponse:
    current = queries.current_definition()
    text = form.shown_text
    context = {
        "form": form,
        "opened_on": definition_editing(request, form).opened_on(),
        "mistakes": mistake_lines(form.mistakes, text),
        "further": form.further,
        "lines": text_lines(text, form.mistakes),
        "outline": outline(current, text, request.LANGUAGE_CODE) if current else (),
        "definition": current,
        "folder": upload_folder(),
        "proposed": queries.proposal_of(request.user),
        "page": page_of(queries.definitions(), request, size=HISTORY_ROWS),
    }
    return render(request, "segue/sources/definition.html", context, status=status)
