"""Pages of the builder: begin a draft, take steps, let it count, or forget it. Every step is one form sent, and one kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from segue.control.people.policy import require
from segue.control.segments import drafts, policy, queries
from segue.control.segments.models import Segment, SegmentDraft
from segue.core.errors import ConfigurationProblem
from segue.core.texts import one_break
from segue.segments.editing import changes
from segue.segments.editing.nodes import Draft, nodes
from segue.service.building import Build, built, pasted, publish, refresh_members, sentence_of
from segue.web import formats
from segue.web.forms import REFUSALS
from segue.web.problems import worded
from segue.web.requests import PersonRequest, door, found, go
from segue.web.sayings import told
from segue.web.segments.builder.deeds import DO, INTO, LEAVE, PASTE, REDO, UNDO, done, touched
from segue.web.segments.builder.fields import typed
from segue.web.segments.builder.offers import offers_of, values_on_offer
from segue.web.segments.builder.rows import Showing, root_of
from segue.web.typed.editing import Editing, Line
from segue.web.typed.keeping import AWAY, is_shown_again, keep
from segue.web.typed.marks import LOOK, version_in

SHOWN, LABEL, AT = "shown", "label", "at"
"""Fields: the step that the form showed, the segment's name, and in addresses the node that takes the focus."""


@door("POST")
def new(request: PersonRequest) -> HttpResponse:
    """Begin a draft of a new segment."""
    draft = drafts.begin(segment=None, actor=request.user, now=request.now)
    return go(request, reverse("draft", args=[draft.pk]))


@door("POST")
def edit(request: PersonRequest, name: str) -> HttpResponse:
    """Begin a draft of a segment, or go on with one's own."""
    require(request.user, policy.see_segments)
    segment = found(queries.segments(), name=name)
    draft = drafts.begin(segment=segment, actor=request.user, now=request.now)
    return go(request, reverse("draft", args=[draft.pk]))


@door("GET", "POST", form="builder-form")
def draft(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a draft with everything that can be done to it; take one step."""
    row = own_draft(request, pk)
    build, yaml = built(row), ""
    if request.method == "POST" and not is_shown_again():
        return _stepped(request, build)
    if request.method == "POST":
        yaml = _not_taken(request, build)
        build = _as_typed(request, build)
    part = "steps" if request.htmx.target == "builder" else "page"
    told = {"yaml": yaml or build.yaml(), "is_yaml_typed": bool(yaml)}
    context = {**_page(request, build), **told}
    return render(request, f"segue/segments/builder/{part}.html", context)


@door("POST", of="draft")
def save(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a draft count as a segment, and count its members at once."""
    row = own_draft(request, pk)
    back = reverse("draft", args=[pk])
    if LOOK not in request.POST and _not_taken(request, built(row)):
        return _held_up(request, back)
    build = _as_typed(request, built(row))
    if LOOK in request.POST:
        drafts.note_seen(draft=row, version=version_in(request.POST) or 0, actor=request.user)
        _keep(request, build)
        return go(request, back)
    try:
        _editing(request, build).do(partial(_save, request, build))
    except REFUSALS as refusal:
        if refusal.code == "changed_meanwhile":
            raise
        _keep(request, build)
        messages.error(request, " ".join((worded(refusal).message, worded(refusal).action)))
        return go(request, back)
    return _saved(request, build)


@door("GET", "POST")
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what is lost with a draft, and forget it."""
    row = own_draft(request, pk)
    segment = row.segment
    to = reverse("segment", args=[segment.name]) if segment is not None else reverse("segments")
    if request.method != "POST":
        context = {"draft": row, "label": drafts.shown(row).label}
        return render(request, "segue/segments/builder/discard.html", context)
    drafts.discard(draft=row, actor=request.user)
    messages.success(request, _("The draft was discarded."))
    return go(request, to)


def own_draft(request: PersonRequest, pk: int) -> SegmentDraft:
    """Return the reader's own draft. Raises: NotVisible for any other; NotAllowed for who may build nothing."""
    require(request.user, policy.edit_segments, see=policy.see_segments)
    return found(drafts.drafts_of(request.user), pk=pk)


def _stepped(request: PersonRequest, build: Build) -> HttpResponse:
    """Take what is typed and pressed as one step, and lead back to the draft."""
    row, pressed = build.draft, request.POST.get(DO, "")
    if pressed == LEAVE and _not_taken(request, build):
        return _held_up(request, reverse("draft", args=[row.pk]))
    after = _as_typed(request, build)
    at = ""
    try:
        tree = (
            pasted(request.POST.get("yaml", ""), after)
            if pressed == PASTE
            else done(after.tree, request.POST, after)
        )
        at = touched(after.tree, tree, request.POST)
        _keep(request, after.with_tree(tree, after.label))
    except ConfigurationProblem as problem:
        _tell(request, problem)
    if pressed == UNDO:
        drafts.undo(draft=row, actor=request.user, now=request.now)
    if pressed == REDO:
        drafts.redo(draft=row, actor=request.user, now=request.now)
    if pressed == LEAVE:
        messages.success(request, _("The draft is kept. Nothing counts of it until you save it."))
        return go(request, _home_of(row))
    place = {AT: at, INTO: request.POST.get(INTO, "")}
    query = urlencode({name: value for name, value in place.items() if value})
    to = reverse("draft", args=[row.pk])
    return _redirected(f"{to}?{query}" if query else to)


def _not_taken(request: PersonRequest, build: Build) -> str:
    """Return the YAML that somebody typed and that is not taken as the rule yet; "" where there is none."""
    text = one_break(request.POST.get("yaml", ""))
    step = request.POST.get(SHOWN, "")
    kept = drafts.tree_at(build.draft, int(step)) if step.isdecimal() and len(step) < 19 else None
    was = build if kept is None else build.with_tree(kept[1], kept[0])
    now = was.with_tree(typed(was.tree, was, request.POST), was.label)
    is_known = text.strip() in ("", was.yaml().strip(), now.yaml().strip())
    return "" if is_known else text


def _held_up(request: PersonRequest, back: str) -> HttpResponse:
    """Lead back to the draft with all that is typed: what the YAML says would be lost."""
    words = _(
        "Nothing was saved: the YAML was changed and is not taken as the rule yet. Take it, or empty its field."
    )
    messages.error(request, words)
    return go(request, keep(request, AWAY, path=back) or back)


def _redirected(to: str) -> HttpResponse:
    """Lead on with the same means: a script that sent the form gets the page, too, and shows the part that it wants."""
    return HttpResponse(status=302, headers={"Location": to})


def _as_typed(request: PersonRequest, build: Build) -> Build:
    """Return a draft with what is typed in the form.

    A form that showed an earlier step brings only what was typed in it: what another window has changed since stays.
    """
    label = request.POST.get(LABEL, build.label)
    step = request.POST.get(SHOWN, "")
    before = None
    if step.isdecimal() and len(step) < 19 and int(step) != build.shown.step:
        before = drafts.tree_at(build.draft, int(step))
    if before is None:
        return build.with_tree(typed(build.tree, build, request.POST), label)
    label = build.label if label == before[0] else label
    told_there = _kept_only(request, build, before[1])
    messages.warning(
        request, _("This draft was changed in another window, too: both changes are in it.")
    )
    return build.with_tree(told_there, label)


def _kept_only(request: PersonRequest, build: Build, before: Draft) -> Draft:
    """Return the tree of the draft with those conditions that were typed otherwise than the form had shown them."""
    was = {node.id: node for node in nodes(before)}
    mine = {node.id: node for node in nodes(typed(before, build, request.POST))}
    tree = build.tree
    for node in nodes(build.tree):
        if node.id in mine and mine[node.id].written != was[node.id].written:
            tree = changes.change(tree, node.id, mine[node.id].written)
    return tree


def _keep(request: PersonRequest, build: Build) -> None:
    drafts.step(
        draft=build.draft, label=build.label, tree=build.tree, actor=request.user, now=request.now
    )


def _tell(request: PersonRequest, problem: ConfigurationProblem) -> None:
    """Tell what was refused, each mistake at its line."""
    words = worded(problem)
    messages.error(request, f"{words.message} {words.action}")
    for mistake in problem.mistakes[:10]:
        line = _("Line %(line)s") % {"line": formats.number(mistake.line)}
        messages.error(request, f"{line}: {told(mistake.message)} {told(mistake.action)}")


def _save(request: PersonRequest, build: Build) -> None:
    segment = publish(build, label=build.label, actor=request.user, now=request.now)
    request.saved_segment = segment  # type: ignore[attr-defined]


def _saved(request: PersonRequest, build: Build) -> HttpResponse:
    """Count what was saved, and show it."""
    segment: Segment = request.saved_segment  # type: ignore[attr-defined]
    try:
        members = refresh_members(segment, now=request.now)
    except ConfigurationProblem:
        members = None
    if members is None:
        words = _("“%(name)s” was saved. Its members are counted with the next refresh.")
        messages.success(request, words % {"name": segment.label})
    else:
        words = _("“%(name)s” was saved and counted: %(members)s {members:member|members}.")
        messages.success(
            request, formats.filled(words, name=segment.label, members=formats.number(members))
        )
    return go(request, reverse("segment", args=[segment.name]))


def _editing(request: PersonRequest, build: Build) -> Editing:
    """Return the form of a draft, open on the version of the segment that it began with."""
    segment, language = build.draft.segment, request.LANGUAGE_CODE

    def theirs() -> Sequence[Line]:
        kept = Segment.objects.filter(pk=segment.pk, removed_at=None).first() if segment else None
        return _lines(kept.label, sentence_of(kept, language)) if kept is not None else ()

    return Editing(
        request=request,
        watched=drafts.watched(segment),
        name=build.label,
        mine=lambda: _lines(build.label, build.sentence(language)),
        theirs=theirs,
        back=reverse("draft-discard", args=[build.draft.pk]),
    )


def _lines(label: str, sentence: str) -> Sequence[Line]:
    return [Line(label=_("Name"), value=label), Line(label=_("Rules"), value=sentence or "–")]


def _home_of(row: SegmentDraft) -> str:
    segment = row.segment
    return reverse("segments") if segment is None else reverse("segment", args=[segment.name])


def _page(request: PersonRequest, build: Build) -> Mapping[str, object]:
    showing = Showing(
        build=build,
        offered=values_on_offer,
        into=request.GET.get(INTO, request.POST.get(INTO, "")),
        at=request.GET.get(AT, ""),
    )
    return {
        "draft": build.draft,
        "segment": build.draft.segment,
        "label": build.label,
        "shown": build.shown,
        "opened_on": build.draft.opened_on,
        "root": root_of(showing),
        "into": showing.into,
        "offers": offers_of(build),
        "others": drafts.others_at(build.draft),
        "words": build.sentence(request.LANGUAGE_CODE),
        "unfinished": build.checked.unfinished,
        "muted": len(build.checked.document.muted),
        "can_count": build.checked.rule is not None,
    }
