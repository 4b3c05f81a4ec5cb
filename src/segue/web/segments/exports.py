"""The exports of the pages that choose a segment: add it to some, take it out of others, all at once or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from segue.control.exports import operations
from segue.control.exports import policy as exports_policy
from segue.control.exports import queries as exports_queries
from segue.control.exports.draft import draft_of
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.segments import policy, queries
from segue.control.segments.models import Segment
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import together
from segue.sync.export import SegmentTag
from segue.web.exports.audience_state import as_kept
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, found, go
from segue.web.sayings import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An export, whether it chooses the segment and with which tag, and why that is not changed here; "" when it is."""

    export: Export
    is_in: bool
    tag: str
    locked: str


@door("GET", "POST")
def exports(request: PersonRequest, name: str) -> HttpResponse:
    """Show which exports choose a segment, and change that. Nothing runs."""
    require(request.user, policy.see_segments)
    row = found(queries.segments(), name=name)
    require(request.user, policy.edit_segments, row, see=policy.see_segments)
    choices = _choices(row, request.user)
    open_ones = [one for one in choices if not one.locked]
    came_late, refused = False, None
    if request.method == "POST":
        seen = sorted(request.POST.getlist("seen"))
        came_late = seen != sorted(_key(one) for one in open_ones if one.is_in)
        if not came_late:
            refused = _changed(request, row, open_ones)
            if refused is None:
                messages.success(request, _("The exports are saved. Saving runs none of them."))
                return go(request, reverse("segment", args=[row.name]))
    context = {"segment": row, "choices": choices, "came_late": came_late, "refused": refused}
    status = 409 if came_late else 422 if refused else 200
    return render(request, "segue/segments/exports.html", context, status=status)


def _choices(segment: Segment, person: Person) -> Sequence[Choice]:
    tags = dict(segment.exports.values_list("export_id", "tag"))
    return [
        Choice(
            export=export,
            is_in=export.pk in tags,
            tag=tags.get(export.pk, ""),
            locked=_locked(export, person, is_in=export.pk in tags),
        )
        for export in exports_queries.exports()
    ]


def _locked(export: Export, person: Person, *, is_in: bool) -> str:
    if export.is_from_file:
        return _("It comes from a definition file and is changed there.")
    if not exports_policy.edit_export.test(person, export):
        return _("You may not edit it.")
    if export.attestation and not is_in:
        return _("Its consent is attested for the people that it has: edit it to attest for these, too.")  # fmt: skip
    return ""


def _changed(
    request: PersonRequest, segment: Segment, choices: Sequence[Choice]
) -> Mapping[str, str] | None:
    """Add the segment to the ticked exports and take it out of the others; return the refusal, None when all were saved."""
    wanted = set(request.POST.getlist("in"))
    try:
        with transaction.atomic():
            for one in choices:
                if one.is_in != (_key(one) in wanted):
                    _edit(one.export, segment, request)
    except ConfigurationProblem as problem:
        words = worded(problem)
        lines = [told(together(one.message, one.action)) for one in problem.mistakes]
        return {"message": words.message, "details": " ".join(lines) or words.action}
    return None


def _edit(export: Export, segment: Segment, request: PersonRequest) -> None:
    draft, facts = draft_of(export), as_kept(export).facts
    assert facts is not None, "what an export was saved with is known"
    kept = tuple(one for one in draft.segments if one.segment != segment.name)
    if len(kept) == len(draft.segments):
        kept = (*kept, SegmentTag(segment=segment.name, tag=segment.label))
    operations.edit(
        export=export,
        draft=replace(draft, segments=kept),
        facts=facts,
        actor=request.user,
        now=request.now,
    )


def _key(choice: Choice) -> str:
    return str(choice.export.pk)
