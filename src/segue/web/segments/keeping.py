"""Static segments and lists: keep the members, let the rule decide again; make a list, and change who is on it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from segue.control.people.policy import not_visible, require
from segue.control.segments import policy, queries
from segue.control.segments.kept import thaw
from segue.control.segments.list_contents import addresses_of, attestations
from segue.control.segments.models import Segment, SegmentKind
from segue.control.segments.operations import subject_of
from segue.control.sources.operations import note_personal_data_shown
from segue.core.errors import ConfigurationProblem
from segue.service.freezing import freeze
from segue.service.lists import add_list, change_list, known_of
from segue.web import formats
from segue.web.picks import told
from segue.web.requests import PersonRequest, door, found, go
from segue.web.segments.forms import AddressesForm, ListForm, PastedForm
from segue.web.typed.again import asked_again, note_added
from segue.web.typed.keeping import is_shown_again

SHOWN = 100
"""Addresses that are shown of each kind."""


@door("POST")
def kind(request: PersonRequest, name: str) -> HttpResponse:
    """Keep the members as they are now (`kind=static`), or let the rule decide with every refresh (`kind=dynamic`)."""
    row = _segment(request, name)
    require(request.user, policy.edit_segments, row, see=policy.see_segments)
    if request.POST.get("kind") == SegmentKind.STATIC:
        done = _("“%(name)s” keeps its members until it is counted anew by hand.")
        ok = told(request, lambda: freeze(segment=row, actor=request.user, now=request.now))
    else:
        done = _("“%(name)s” is dynamic again; its members are counted with the next refresh.")
        ok = told(request, lambda: thaw(segment=row, actor=request.user, now=request.now))
    if ok:
        messages.success(request, done % {"name": row.label})
    return go(request, reverse("segment", args=[row.name]))


@door("GET", "POST", form="list-form")
def new_list(request: PersonRequest) -> HttpResponse:
    """Make a list of addresses that are pasted or uploaded."""
    require(request.user, policy.edit_segments, see=policy.see_segments)
    is_sent = request.method == "POST"
    if is_sent and (question := asked_again(request)) is not None:
        return question
    form = ListForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    made: list[Segment] = []
    if is_sent and form.succeeds(
        lambda: made.append(
            add_list(
                label=form.cleaned_data["label"],
                addresses=form.read.addresses,
                statement=form.attested,
                actor=request.user,
                now=request.now,
            )
        )
    ):
        to = reverse("segment", args=[made[0].name])
        note_added(request, name=made[0].label, to=to)
        words = _("The list “%(name)s” is saved.") % {"name": made[0].label}
        messages.success(request, f"{words} {_taken(form)}")
        return go(request, to)
    return render(request, "segue/segments/new_list.html", _context(form), status=_status(form))


@door("GET", "POST")
def addresses(request: PersonRequest, name: str) -> HttpResponse:
    """Show who is on a list and whom of them the profiles know; put addresses on it, or take them off."""
    row = _segment(request, name)
    require(request.user, policy.edit_segments, row, see=policy.see_segments)
    if row.kind != SegmentKind.LIST:
        raise not_visible()
    is_sent = request.method == "POST"
    form = AddressesForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.succeeds(lambda: _change(request, row, form)):
        messages.success(request, _taken(form))
        return go(request, reverse("segment-addresses", args=[row.name]))
    note_personal_data_shown(what=subject_of(row), actor=request.user, now=request.now)
    attested = attestations(row)
    context = {"segment": row, "attested": attested, **_context(form), **_people(row)}
    return render(request, "segue/segments/addresses.html", context, status=_status(form))


def _change(request: PersonRequest, row: Segment, form: AddressesForm) -> None:
    takes = form.cleaned_data["do"] == "take"
    change_list(
        segment=row,
        add=() if takes else form.read.addresses,
        take=form.read.addresses if takes else (),
        statement=form.attested,
        actor=request.user,
        now=request.now,
    )


def _people(row: Segment) -> dict[str, object]:
    """Return who is on the list; whom the profiles know only where they were read."""
    try:
        known = known_of(row)
    except ConfigurationProblem:
        every = addresses_of(row)
        return {"groups": [_group(_("On the list"), every)]}
    return {
        "groups": [
            _group(_("With a profile"), known.met),
            _group(_("Without a profile, consent attested: exported"), known.own),
            _group(_("Without a profile or an attested consent: not exported"), known.left_out),
        ],
    }


def _group(words: str, found: Sequence[str]) -> tuple[str, int, Sequence[str]]:
    return words, len(found), found[:SHOWN]


def _taken(form: PastedForm) -> str:
    """Say how many addresses were read, and what was passed over."""
    read = form.read
    count = len(read.addresses)
    words = ngettext(
        "%(count)s address read.", "%(count)s addresses read.", count
    ) % {"count": formats.number(count)}  # fmt: skip
    if read.doubled:
        text = ngettext("%(count)s was there twice.", "%(count)s were there twice.", read.doubled)
        words += " " + text % {"count": formats.number(read.doubled)}
    if read.problems:
        left = len(read.problems)
        text = ngettext("%(count)s line was left out.", "%(count)s lines were left out.", left)
        words += " " + text % {"count": formats.number(left)}
    return words


def _context(form: PastedForm) -> dict[str, object]:
    return {"form": form, "mistakes": form.mistake_lines(), "further": form.further}


def _status(form: PastedForm) -> int:
    return 422 if form.is_bound and not is_shown_again() else 200


def _segment(request: PersonRequest, name: str) -> Segment:
    require(request.user, policy.see_segments)
    return found(queries.segments(), name=name)
