"""Keep drafts of segments with every step, undo and redo them, and let one count: rules that somebody makes in the pages.

A draft is its owner's alone. What it does to the segment is done once, by `publish`, which is written to the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from segue.control.audit.meanwhile import Watched, version_of
from segue.control.audit.models import Action
from segue.control.audit.operations import record
from segue.control.origins import Origin, owned_by_file
from segue.control.people.models import Person
from segue.control.people.policy import not_visible, require
from segue.control.segments import policy
from segue.control.segments.adding import new_name
from segue.control.segments.describing import label_mistakes
from segue.control.segments.draft_models import DraftStep, SegmentDraft
from segue.control.segments.models import Segment, SegmentKind, SegmentStatus
from segue.control.segments.operations import built_on, forget_counts, subject_of
from segue.control.segments.queries import segments
from segue.core.errors import ConfigurationProblem
from segue.core.texts import line
from segue.segments.editing.bounds import MOST_NODES, UNDONE
from segue.segments.editing.documents import draft_of, size_of
from segue.segments.editing.nodes import Draft, as_plain, from_plain, nodes

LONGEST_LABEL = 200
"""Letters of what people read of a segment."""

CHANGING = (Action.SEGMENT_EDITED, Action.SEGMENT_REMOVED, Action.SEGMENT_ADOPTED)
"""By what a segment becomes another than the one that a draft began with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A draft as it is shown: its tree, what people will read of the segment, and whether a step can be taken back."""

    step: int
    label: str
    tree: Draft
    can_undo: bool
    can_redo: bool


def watched(segment: Segment | None) -> Watched:
    """Return what makes a segment another one than a draft began with; nothing does that to a new one."""
    return Watched(kind="segment", ids=(str(segment.pk if segment else 0),), actions=CHANGING)


def shown(draft: SegmentDraft) -> Shown:
    """Return a draft as it stands. Raises: NotVisible for one that was saved or discarded while it was asked for."""
    step = draft.steps.filter(number=draft.position).first()
    if step is None:
        raise not_visible()
    numbers = draft.steps.values_list("number", flat=True)
    return Shown(
        step=step.pk,
        label=step.label,
        tree=from_plain(step.tree),
        can_undo=any(number < draft.position for number in numbers),
        can_redo=any(number > draft.position for number in numbers),
    )


def drafts_of(actor: Person) -> QuerySet[SegmentDraft]:
    """Return the actor's own drafts, the one changed last first."""
    return SegmentDraft.objects.filter(owner=actor)


def begun_by(actor: Person) -> Sequence[tuple[int, str]]:
    """Return key and name of the actor's own drafts to which something was done, the one changed last first."""
    own = drafts_of(actor).filter(steps__number=F("position"), steps__number__gt=0)
    return list(own.values_list("pk", "steps__label"))


def others_at(draft: SegmentDraft) -> Sequence[str]:
    """Return the names of the other people who have a draft of the same segment."""
    if draft.segment_id is None:
        return ()
    others = SegmentDraft.objects.filter(segment_id=draft.segment_id).exclude(pk=draft.pk)
    return list(others.values_list("owner__name", flat=True).order_by("owner__name"))


def tree_at(draft: SegmentDraft, step: int) -> tuple[str, Draft] | None:
    """Return label and tree of a step by its key; None when it is no longer kept."""
    found = draft.steps.filter(pk=step).first()
    return None if found is None else (found.label, from_plain(found.tree))


@transaction.atomic
def begin(*, segment: Segment | None, actor: Person, now: datetime) -> SegmentDraft:
    """Return the actor's draft of a segment, or an empty one of a new segment; what was begun before goes on.

    Raises: ConfigurationProblem when a file owns the segment, or its members are kept and no rule finds them.
    """
    require(actor, policy.edit_segments, segment, see=policy.see_segments)
    if segment is not None and segment.is_from_file:
        raise owned_by_file(segment.label)
    if segment is not None and segment.kind != SegmentKind.DYNAMIC:
        raise _without_rule(segment)
    known = _begun(segment, actor)
    if known is not None:
        return known
    draft = SegmentDraft.objects.create(
        segment=segment,
        owner=actor,
        opened_on=version_of(watched(segment)) if segment is not None else 0,
        begun_at=now,
        changed_at=now,
    )
    tree = draft_of(segment.rule) if segment is not None else Draft()
    label = segment.label if segment is not None else ""
    DraftStep.objects.create(draft=draft, number=0, label=label, tree=as_plain(tree))
    return draft


@transaction.atomic
def step(*, draft: SegmentDraft, label: str, tree: Draft, actor: Person, now: datetime) -> None:
    """Keep a draft as it is now, as one more step; nothing where nothing has changed. Steps that were undone are forgotten.

    Raises: ConfigurationProblem when the tree has become too large.
    """
    held = _held(draft, actor)
    if size_of(tree) > MOST_NODES:
        raise _too_many()
    last = held.steps.get(number=held.position)
    label, plain = label.strip()[:LONGEST_LABEL], as_plain(tree)
    if (last.label, last.tree["root"]) == (label, plain["root"]):
        return
    held.steps.filter(number__gt=held.position).delete()
    held.steps.create(number=held.position + 1, label=label, tree=plain)
    held.steps.filter(number__lt=held.position + 1 - UNDONE).delete()
    _go(held, held.position + 1, now)


@transaction.atomic
def undo(*, draft: SegmentDraft, actor: Person, now: datetime) -> None:
    """Go back by one step; nothing at the first that is kept."""
    held = _held(draft, actor)
    if held.steps.filter(number=held.position - 1).exists():
        _go(held, held.position - 1, now)


@transaction.atomic
def redo(*, draft: SegmentDraft, actor: Person, now: datetime) -> None:
    """Do the step again that was undone last; nothing where there is none."""
    held = _held(draft, actor)
    if held.steps.filter(number=held.position + 1).exists():
        _go(held, held.position + 1, now)


@transaction.atomic
def note_seen(*, draft: SegmentDraft, version: int, actor: Person) -> None:
    """Note that the actor has seen a newer version of the segment, and goes on with the draft all the same."""
    held = _held(draft, actor)
    if version > held.opened_on:
        held.opened_on = version
        held.save(update_fields=["opened_on"])


@transaction.atomic
def discard(*, draft: SegmentDraft, actor: Person) -> None:
    """Forget a draft with all its steps; the segment stays as it is."""
    _held(draft, actor).delete()


@transaction.atomic
def publish(
    *, draft: SegmentDraft, label: str, rule: Mapping[str, Any], actor: Person, now: datetime
) -> Segment:
    """Let the rule of a draft count: as a new segment of the pages, or as the rule of the one that the draft is of.

    `rule` is what the draft says, as `print_rule` writes it. The members of the segment, and of what builds on it, are
    unknown until they are counted. A draft with muted rules stays beside the segment, which has them not.
    Raises: ConfigurationProblem without a name, for one that another segment has, for one that a file owns or that is
    gone, and for a circle.
    """
    held = _held(draft, actor)
    label = line(label)
    others = list(segments().select_for_update())
    segment = _target(held, others)
    for mistake in label_mistakes(label, beside=segment):
        raise ConfigurationProblem(mistake.message, action=mistake.action, code=mistake.code)
    if segment is None:
        segment = Segment.objects.create(
            name=new_name(label), label=label, rule=rule, position=len(others), origin=Origin.PAGE
        )
        action = Action.SEGMENT_ADDED
    else:
        _refuse_circle(segment, rule, others)
        segment.label, action = label, Action.SEGMENT_EDITED
        if segment.rule != rule:
            segment.rule, segment.status = rule, SegmentStatus.NOT_STARTED
            segment.members, segment.refreshed_at = None, None
            forget_counts([one for one in others if one.pk != segment.pk], {segment.name})
        segment.save()
    record(action, actor=actor, now=now, subject=subject_of(segment))
    _let_go(held, segment)
    return segment


def _let_go(draft: SegmentDraft, segment: Segment) -> None:
    """Forget a published draft; one with muted rules, which the segment has not, stays beside it."""
    if not any(node.muted for node in nodes(shown(draft).tree)):
        draft.delete()
        return
    draft.segment, draft.opened_on = segment, version_of(watched(segment))
    draft.save(update_fields=["segment", "opened_on"])


def _begun(segment: Segment | None, actor: Person) -> SegmentDraft | None:
    """Return the draft to go on with: the actor's own of this segment, or one of a new segment that nothing was done to."""
    own = SegmentDraft.objects.filter(owner=actor, segment=segment)
    if segment is not None:
        return own.first()
    return own.filter(position=0).exclude(steps__number__gt=0).first()


def _held(draft: SegmentDraft, actor: Person) -> SegmentDraft:
    """Return the actor's own draft, held until the end of the transaction. Raises: NotVisible; NotAllowed."""
    require(actor, policy.edit_segments, see=policy.see_segments)
    held = SegmentDraft.objects.select_for_update().filter(pk=draft.pk, owner=actor).first()
    if held is None:
        raise not_visible()
    return held


def _go(draft: SegmentDraft, position: int, now: datetime) -> None:
    draft.position, draft.changed_at = position, now
    draft.save(update_fields=["position", "changed_at"])


def _target(draft: SegmentDraft, others: Sequence[Segment]) -> Segment | None:
    if draft.segment_id is None:
        return None
    segment = next((one for one in others if one.pk == draft.segment_id), None)
    if segment is None:
        raise ConfigurationProblem(
            _("The segment was removed; this draft of it is still here."),
            action=_("Show the draft as YAML, and paste it into a new segment."),
            code="segment_gone",
        )
    if segment.is_from_file:
        raise owned_by_file(segment.label)
    if segment.kind != SegmentKind.DYNAMIC:
        raise _without_rule(segment)
    return segment


def _without_rule(segment: Segment) -> ConfigurationProblem:
    return ConfigurationProblem(
        _("The members of “%(name)s” are kept; no rule finds them.") % {"name": segment.label},
        action=_("Make a static segment dynamic first; of a list, change the addresses."),
        code="segment_without_rule",
    )


def _refuse_circle(segment: Segment, rule: Mapping[str, Any], others: Sequence[Segment]) -> None:
    """Raise when the rule leads back to its own segment: another draft may have come first."""
    rules = {one.name: one.rule for one in others}
    reached: set[str] = set()
    waiting = set(built_on(rule))
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= set(built_on(rules.get(name, {}))) - reached
    if segment.name in reached:
        raise ConfigurationProblem(
            _("The segment would build on itself."),
            action=_("Take the segments out of the rule that build on this one."),
            code="segment_cycle",
        )


def _too_many() -> ConfigurationProblem:
    return ConfigurationProblem(
        _("A segment has at most %(most)s rules in the builder.") % {"most": MOST_NODES},
        action=_("Make a segment of its own of some of them, and refer to it."),
        code="segment_too_many_rules",
    )
