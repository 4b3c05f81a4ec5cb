"""Setting an export up: the pane, its check of the audience, and its sizes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.exports import operations, policy, queries
from segue.control.exports.checks import outlived
from segue.control.exports.draft import AudienceFacts, Draft
from segue.control.exports.models import Export, FirstRun, ScheduleMode
from segue.control.people.policy import not_visible, require
from segue.control.refreshes.forecast import forecast_of_new, forecast_when_attached
from segue.control.refreshes.queries import system_schedule
from segue.core.errors import Problem
from segue.core.sentences import together
from segue.web import whence
from segue.web.exports.owning import to_its_page
from segue.web.exports.set_up import SetUp, opened, sent, without_asking
from segue.web.exports.sizes import (
    contacts_words,
    limit_percent,
    segments_of,
    steps_of,
    unknown_words,
)
from segue.web.exports.versions import settings_editing
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, found, go
from segue.web.sayings import told
from segue.web.schedule_words import first_run_words, next_run_words
from segue.web.typed.again import asked_again, note_added
from segue.web.typed.keeping import AWAY, is_shown_again, keep

LONGEST_PK = 18
"""Digits of a key: more fit no database."""

TO_CONNECTION = "to_connection"
"""The button that leads to the connection; its value is the connection's key, "" for a new one."""

LOOKS = ("check", "add", "drop", "count")
"""Buttons that show the pane again and save nothing: they work without JavaScript."""


@door("GET", "POST", form="export-form")
def add(request: PersonRequest) -> HttpResponse:
    """Add a destination."""
    require(request.user, policy.add_exports, see=policy.see_exports)
    if request.method != "POST":
        return _pane(request, opened(request, None))
    if is_shown_again() or any(name in request.POST for name in LOOKS):
        return _looked_at(request, None)
    if TO_CONNECTION in request.POST:
        return _to_connection(request)
    if (question := asked_again(request)) is not None:
        return question
    set_up, kept = sent(request, None, fresh=True, hushed=False), []
    if not set_up.saves(
        lambda draft, facts: kept.append(
            operations.add(draft=draft, facts=facts, actor=request.user, now=request.now)
        )
    ):
        return _pane(request, set_up, status=422)
    note_added(request, name=kept[0].name, to=reverse("export-edit", args=[kept[0].pk]))
    return _saved(request, kept[0], set_up)


@door("GET", "POST", form="export-form")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change an export, also to attach a connection again."""
    export = found(queries.exports(), pk=pk)
    require(
        request.user, policy.edit_export, export, see=policy.see_exports, refusal=policy.refusal
    )
    if export.is_from_file:
        return to_its_page(request, export)
    if request.method != "POST":
        return _pane(request, opened(request, export))
    if is_shown_again() or any(name in request.POST for name in LOOKS):
        return _looked_at(request, export)
    if TO_CONNECTION in request.POST:
        return _to_connection(request)
    set_up = sent(request, export, fresh=True, hushed=False)
    if not set_up.saves(lambda draft, facts: _edit(set_up, export, draft, facts)):
        return _pane(request, set_up, status=422)
    return _saved(request, export, set_up)


def _edit(set_up: SetUp, export: Export, draft: Draft, facts: AudienceFacts) -> None:
    """Keep what the pane says, unless the export was changed since the pane was opened."""
    request, editing = set_up.request, settings_editing(set_up)
    assert editing is not None
    editing.do(
        lambda: operations.edit(
            export=export, draft=draft, facts=facts, actor=request.user, now=request.now
        )
    )


@door("POST", once=False)
def audience(request: PersonRequest) -> HttpResponse:
    """Check the audience as its field is left, and show its data matching."""
    export = _known(request)
    # What the form brought along is not enough when the ID itself was just left.
    fresh = request.headers.get("HX-Trigger") == "id_audience_id"
    set_up = sent(request, export, fresh=fresh, hushed=True)
    _refuse_foreign(request, set_up)
    # Whoever goes on while Mailchimp is asked keeps what they choose meanwhile.
    set_up.form.fields["email_attribute"].widget.attrs["hx-preserve"] = "true"
    context = set_up.audience_context(with_samples=True)
    context["is_beside"] = set_up.form.was_suggested_anew
    response = render(request, "segue/exports/audience.html", context)
    response.headers["HX-Trigger-After-Settle"] = "estimate"
    return response


@door("POST", once=False)
def estimate(request: PersonRequest) -> HttpResponse:
    """Tell the sizes of what the pane says now."""
    set_up = without_asking(request, _known(request))
    _refuse_foreign(request, set_up)
    return render(request, "segue/exports/estimate.html", _estimate_context(request, set_up))


def _looked_at(request: PersonRequest, known: Export | None) -> HttpResponse:
    """Show the pane again as it was sent, checked and counted, for whoever has no script that does so in place."""
    fresh = "check" in request.POST
    return _pane(request, sent(request, known, fresh=fresh, hushed=True), computed=True)


def _to_connection(request: PersonRequest) -> HttpResponse:
    """Go to the connection, or to a new one, whose page leads back to what was typed here."""
    key = request.POST[TO_CONNECTION]
    is_known = key.isdecimal() and len(key) <= LONGEST_PK
    path = reverse("connection", args=[int(key)]) if is_known else reverse("connection-add")
    back = whence.place(request, keep(request, AWAY) or request.get_full_path())
    return go(request, whence.with_back(path, back))


def _known(request: PersonRequest) -> Export | None:
    """Return the export that the pane edits, None for a new one."""
    require(request.user, policy.add_exports, see=policy.see_exports)
    key = request.POST.get("export", "")
    if not key:
        return None
    if not key.isdecimal() or len(key) > LONGEST_PK:
        raise not_visible()
    export = found(queries.exports(), pk=int(key))
    require(
        request.user, policy.edit_export, export, see=policy.see_exports, refusal=policy.refusal
    )
    return export


def _refuse_foreign(request: PersonRequest, set_up: SetUp) -> None:
    """Answer as if a connection that is not the person's to use did not exist."""
    if request.POST.get("connection") and set_up.form.chosen_connection is None:
        raise not_visible()


def _pane(
    request: PersonRequest, set_up: SetUp, *, status: int = 200, computed: bool = False
) -> HttpResponse:
    """Show the pane; sizes and samples come by themselves later, or at once (`computed`) where no script asks for them."""
    shows_samples = computed or status != 200
    context = {**set_up.context(with_samples=shows_samples), **_note(request, set_up)}
    if (editing := settings_editing(set_up)) is not None:
        context["opened_on"] = editing.opened_on()
    if computed:
        context |= _estimate_context(request, set_up)
    return render(request, "segue/exports/set_up.html", context, status=status)


def _estimate_context(request: PersonRequest, set_up: SetUp) -> dict[str, object]:
    foretold = set_up.foretold()
    context: dict[str, object] = {
        "foretold": foretold,
        "unknown": unknown_words(foretold),
        **_note(request, set_up),
    }
    if (found := foretold.estimate) is not None:
        context |= {
            "estimate": found,
            "steps": steps_of(found, set_up.draft()),
            "segments": segments_of(found),
            "limit_percent": limit_percent(found),
            "contacts_note": contacts_words(found),
        }
    return context


def _note(request: PersonRequest, set_up: SetUp) -> dict[str, object]:
    """Return what the save bar says of the first run."""
    return {"first_run": _first_run(request, set_up)}


def _first_run(request: PersonRequest, set_up: SetUp) -> str:
    """Say when the export runs next, as if it was attached (the pane is about to see to that), and whether that waits."""
    known = set_up.known
    if known is None:
        when = first_run_words(forecast_of_new(system_schedule()), now=request.now)
    else:
        when = next_run_words(forecast_when_attached(known, now=request.now), now=request.now)
    never_ran = known is None or known.last_run_id is None
    waits = never_ran and set_up.draft().first_run == FirstRun.APPROVE
    asked = _("The first run waits until somebody approves its plan.")
    return f"{when} {asked}" if waits else when


def _saved(request: PersonRequest, export: Export, set_up: SetUp) -> HttpResponse:
    """Say that nothing was run, when that will be, and about how many contacts it will reach."""
    words = [
        _("“%(name)s” is saved.") % {"name": export.name},
        _("Saving doesn’t run the export."),
    ]
    if export.schedule_is_on and export.schedule_mode == ScheduleMode.EVERY_REFRESH:
        words.append(_("It runs with every scheduled refresh; you can also run it on demand."))
    words.append(_first_run(request, set_up))
    estimate = set_up.foretold().estimate
    if estimate is not None:
        words.append(contacts_words(estimate))
    messages.success(request, " ".join(words))
    if set_up.audience.problem is not None:
        _tell_unasked(request, set_up.audience.problem)
    _tell_outlived(request, export, set_up)
    return go(request, reverse("export", args=[export.pk]))


def _tell_unasked(request: PersonRequest, problem: Problem) -> None:
    """Say that it was saved without Mailchimp, and why; the export's page leads to its connection."""
    words = worded(problem)
    unasked = _("Mailchimp could not be asked about the audience:")
    messages.warning(request, f"{unasked} {words.message} {words.action}")


def _tell_outlived(request: PersonRequest, export: Export, set_up: SetUp) -> None:
    """Say what was saved although it is wrong, because it was so before: the export does not run so."""
    facts = set_up.audience.facts
    found = outlived(set_up.draft(), facts, known=export) if facts is not None else ()
    if found:
        still = _("Still to be mended, and saved as it was:")
        words = (told(together(one.message, one.action)) for one in found)
        messages.warning(request, " ".join((still, *words)))
