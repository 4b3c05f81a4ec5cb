"""Keep the declared segments, switch them on and off, and keep their sizes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from itertools import count
from types import MappingProxyType
from typing import Any

from django.db import transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import Subject, record
from segue.control.origins import Origin, adopted_already, claimed_twice, owned_by_file
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.segments import policy
from segue.control.segments.models import (
    ListContents,
    Segment,
    SegmentCount,
    SegmentKind,
    SegmentStatus,
)
from segue.control.segments.queries import segments
from segue.control.sources.queries import is_current
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.segments.printing import print_rule
from segue.segments.rules import Segment as RuleSegment
from segue.segments.walk import references

_DECLARED = (
    *("label", "description", "tags", "rule", "position"),
    *("members", "status", "refreshed_at", "removed_at", "origin"),
)
"""What a definition can change of a known segment."""


NAMED = 20
"""Things that a refusal names."""


def label_of(segment: RuleSegment) -> str:
    """Return what people read of a segment: its label, or its name in words."""
    return segment.label or segment.name.replace("_", " ")


def subject_of(segment: Segment) -> Subject:
    """Return how the audit log names a segment."""
    return Subject(kind="segment", id=str(segment.pk), name=segment.label)


@transaction.atomic
def keep_declared(declared: Sequence[RuleSegment], *, actor: Person | None, now: datetime) -> None:
    """Make these the segments that come from files. `actor` None: the command line of the installation's own user.

    The switch of a known segment stays as people set it; the rule and label follow the definition, and a new rule, its
    own or that of a segment it builds on, makes its members unknown until they are counted. One that is no longer
    declared is hidden, and its exports say so until it is taken out of them or declared again. What was made in the
    pages stays as it is. Raises: ConfigurationProblem when a declared name is taken there.
    """
    if actor is not None:
        require(actor, policy.declare_segments, see=policy.see_segments)
    before = {segment.name: segment for segment in Segment.objects.all()}
    rules: dict[str, Any] = {one.name: print_rule(one.rule) for one in declared}
    _refuse_taken(before.values(), rules)
    gone = Segment.objects.filter(removed_at=None, origin=Origin.FILE).exclude(name__in=rules)
    gone.update(removed_at=now)
    renewed = _renewed(declared, before, rules)
    kept = []
    for position, one in enumerate(declared):
        name = one.name
        segment = before.get(name) or Segment(name=name, is_active=one.active)
        if name in renewed:
            segment.members, segment.refreshed_at = None, None
            segment.status = SegmentStatus.NOT_STARTED
        segment.rule, segment.removed_at, segment.position = rules[name], None, position
        segment.label, segment.origin = label_of(one), Origin.FILE
        segment.description, segment.tags = one.description, [*one.tags]
        kept.append(segment)
    forget_counts([one for one in before.values() if one.name not in rules], renewed)
    Segment.objects.bulk_update([one for one in kept if one.pk is not None], _DECLARED)
    Segment.objects.bulk_create([one for one in kept if one.pk is None])


def forget_counts(others: Sequence[Segment], renewed: Collection[str]) -> None:
    """Let the members be unknown of what was made in the pages and builds on a segment with a new rule."""
    stale = set(renewed)
    while more := {one.name for one in others if stale & set(built_on(one.rule))} - stale:
        stale |= more
    rows = Segment.objects.filter(name__in=stale.intersection(one.name for one in others))
    rows.update(members=None, refreshed_at=None, status=SegmentStatus.NOT_STARTED)


def built_on(written: Any) -> Iterator[str]:
    """Yield the names of the segments that a stored rule refers to."""
    if isinstance(written, list):
        for one in written:
            yield from built_on(one)
    elif isinstance(written, dict):
        for key, value in written.items():
            yield from [value] if key == "segment" else built_on(value)


def _refuse_taken(before: Iterable[Segment], wanted: Collection[str]) -> None:
    """Raise when a name that a file declares belongs to a segment of the pages."""
    of_pages = [one for one in before if not one.is_from_file and one.removed_at is None]
    taken = sorted(one.name for one in of_pages if one.name in wanted)
    if taken:
        raise claimed_twice("segments", taken)


@transaction.atomic
def set_active(*, segment: Segment, active: bool, actor: Person, now: datetime) -> None:
    """Switch a segment on or off."""
    require(actor, policy.edit_segments, segment, see=policy.see_segments)
    if Segment.objects.filter(pk=segment.pk).exclude(is_active=active).update(is_active=active):
        action = Action.SEGMENT_ACTIVATED if active else Action.SEGMENT_DEACTIVATED
        record(action, actor=actor, now=now, subject=subject_of(segment))


@transaction.atomic
def adopt(*, segment: Segment, actor: Person, now: datetime) -> None:
    """Let a segment from a file belong to the pages: applying a file changes it no more, and refuses to declare it again.

    Raises: ConfigurationProblem when it belongs to the pages already, or is gone.
    """
    require(actor, policy.adopt_segments, segment, see=policy.see_segments)
    held = Segment.objects.filter(pk=segment.pk, removed_at=None, origin=Origin.FILE)
    if not held.update(origin=Origin.PAGE):
        raise adopted_already(segment.label)
    record(Action.SEGMENT_ADOPTED, actor=actor, now=now, subject=subject_of(segment))


@transaction.atomic
def duplicate(*, segment: Segment, actor: Person, now: datetime) -> Segment:
    """Make a copy under another name that belongs to the pages; its members are counted with the next refresh.

    The copy of a static segment is dynamic. Raises: ConfigurationProblem for a list, whose addresses are kept once.
    """
    require(actor, policy.edit_segments, segment, see=policy.see_segments)
    if segment.kind == SegmentKind.LIST:
        raise ConfigurationProblem(
            said("“%(name)s” is a list: its addresses are kept once.", name=segment.label),
            action=said("Make another list and paste the addresses."),
            code="list_not_copied",
        )
    copy = Segment.objects.create(
        name=free_name(segment.name, set(Segment.objects.values_list("name", flat=True)), "_{}"),
        label=free_name(
            segment.label, set(segments().values_list("label", flat=True)), " ({})", 100
        ),
        description=segment.description,
        tags=segment.tags,
        rule=segment.rule,
        is_active=segment.is_active,
        position=segment.position,
        origin=Origin.PAGE,
    )
    record(
        Action.SEGMENT_DUPLICATED,
        actor=actor,
        now=now,
        subject=subject_of(copy),
        details={"copied_from": segment.name},
    )
    return copy


@transaction.atomic
def remove(*, segment: Segment, actor: Person, now: datetime) -> None:
    """Remove a segment of the pages. Called by `exports.segment_uses.remove_segment`, which asks who uses it.

    Raises: ConfigurationProblem when a file owns it, or other segments build on it.
    """
    require(actor, policy.edit_segments, segment, see=policy.see_segments)
    held = Segment.objects.select_for_update().filter(pk=segment.pk, removed_at=None).first()
    if held is None or held.is_from_file:
        raise owned_by_file(segment.label)
    others = segments().exclude(pk=held.pk)
    above = [one.label for one in others if held.name in set(built_on(one.rule))]
    if above:
        raise in_use(held, above)
    held.removed_at = now
    held.save(update_fields=["removed_at"])
    ListContents.objects.filter(segment=held).delete()
    record(Action.SEGMENT_REMOVED, actor=actor, now=now, subject=subject_of(held))


def in_use(segment: Segment, users: Sequence[str]) -> ConfigurationProblem:
    """Return the refusal to remove a segment that exports or other segments use."""
    return ConfigurationProblem(
        said(
            "“%(name)s” is used by: %(users)s.", name=segment.label, users=", ".join(users[:NAMED])
        ),
        action=said("Take it out of them first."),
        code="segment_in_use",
        context={"segment": segment.pk, "users": len(users)},
    )


def free_name(wanted: str, taken: Collection[str], ending: str, longest: int = 60) -> str:
    """Return the name with the next number that nothing has; a long one is cut for it."""
    numbered = (ending.format(number) for number in count(2))
    return next(
        free for end in numbered if (free := wanted[: longest - len(end)] + end) not in taken
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSize:
    """How many of a list can be exported: `members`, of whom `own` have no profile; `left_out` have neither that nor a consent."""

    members: int
    own: int
    left_out: int


@transaction.atomic
def record_counts(
    counts: Mapping[str, int],
    *,
    now: datetime,
    definition_id: int | None = None,
    lists: Mapping[str, ListSize] = MappingProxyType({}),
) -> bool:
    """Keep the sizes that a refresh counted, by segment name, and of `lists` what these consist of.

    `definition_id` is the definition that they were counted by: when another one was applied meanwhile, nothing is
    kept and False returned, because the sizes are of other rules. None: it is not asked.
    """
    if definition_id is not None and not is_current(definition_id):
        return False
    for segment in Segment.objects.filter(name__in=counts, removed_at=None):
        segment.members, segment.refreshed_at = counts[segment.name], now
        segment.status = SegmentStatus.SUCCESSFUL
        if (size := lists.get(segment.name)) is not None:
            segment.own, segment.left_out = size.own, size.left_out
        segment.save(update_fields=["members", "own", "left_out", "refreshed_at", "status"])
        SegmentCount.objects.create(segment=segment, at=now, members=counts[segment.name])
    _note_unused(now)
    return True


def _note_unused(now: datetime) -> None:
    """Keep since when no living export and no other segment uses a segment."""
    living = segments()
    used = living.filter(exports__export__isnull=False, exports__export__removed_at=None)
    names = {*used.values_list("name", flat=True)}
    names.update(name for rule in living.values_list("rule", flat=True) for name in built_on(rule))
    living.filter(name__in=names, unused_since__isnull=False).update(unused_since=None)
    living.exclude(name__in=names).filter(unused_since=None).update(unused_since=now)


def record_failure(names: Sequence[str]) -> None:
    """Note that these segments could not be counted; their last sizes stay."""
    Segment.objects.filter(name__in=names).update(status=SegmentStatus.FAILED)


def _renewed(
    declared: Sequence[RuleSegment], before: Mapping[str, Segment], rules: Mapping[str, Any]
) -> set[str]:
    """Return the names of those whose members are not what was counted last: new, changed, or built on such a one."""
    builds_on = {one.name: references(one.rule) for one in declared}
    order = TopologicalSorter(builds_on).static_order()
    renewed: set[str] = set()
    for name in order:
        known = before.get(name)
        is_same = known is not None and known.removed_at is None and known.rule == rules.get(name)
        if not is_same or renewed.intersection(builds_on.get(name, ())):
            renewed.add(name)
    return renewed
