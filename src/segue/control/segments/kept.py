"""Static segments and lists: what rows say of members that are kept. Where these lie is the service's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import record
from segue.control.origins import owned_by_file
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.segments import policy
from segue.control.segments.adding import add
from segue.control.segments.models import ListContents, Segment, SegmentKind, SegmentStatus
from segue.control.segments.operations import subject_of


def require_own(segment: Segment, actor: Person) -> None:
    """Ask whether the actor may change the segment. Raises: ConfigurationProblem when a file owns it."""
    require(actor, policy.edit_segments, segment, see=policy.see_segments)
    if segment.is_from_file:
        raise owned_by_file(segment.label)


@transaction.atomic
def freeze(*, segment: Segment, place: str, members: int, actor: Person, now: datetime) -> None:
    """Let a segment keep the members that lie at a place, until it is refreshed by hand."""
    require_own(segment, actor)
    rows = Segment.objects.filter(pk=segment.pk, removed_at=None).exclude(kind=SegmentKind.LIST)
    rows.update(kind=SegmentKind.STATIC, kept=place, kept_at=now)
    record(
        Action.SEGMENT_FROZEN,
        actor=actor,
        now=now,
        subject=subject_of(segment),
        details={"members": members},
    )


@transaction.atomic
def thaw(*, segment: Segment, actor: Person, now: datetime) -> None:
    """Let the rule of a static segment decide again, with every refresh. Its members are unknown until they are counted."""
    require_own(segment, actor)
    rows = Segment.objects.filter(pk=segment.pk, kind=SegmentKind.STATIC)
    changed = rows.update(
        kind=SegmentKind.DYNAMIC,
        kept="",
        kept_at=None,
        members=None,
        refreshed_at=None,
        status=SegmentStatus.NOT_STARTED,
    )
    if changed:
        record(Action.SEGMENT_THAWED, actor=actor, now=now, subject=subject_of(segment))


@transaction.atomic
def add_list(
    *, label: str, addresses: Sequence[str], place: str, actor: Person, now: datetime
) -> Segment:
    """Keep a new list of canonical addresses. Raises: ConfigurationProblem as `adding.add`."""
    segment = add(label=label, rule={}, actor=actor, now=now)
    Segment.objects.filter(pk=segment.pk).update(kind=SegmentKind.LIST)
    segment.kind = SegmentKind.LIST
    _keep(segment, addresses, place=place, now=now)
    _note(segment, added=len(addresses), taken=0, actor=actor, now=now)
    return segment


@transaction.atomic
def change_list(
    *,
    segment: Segment,
    add: Sequence[str],
    take: Sequence[str],
    place: str,
    actor: Person,
    now: datetime,
) -> list[str]:
    """Put canonical addresses on a list and take others off; return all that are on it now. Nothing changes for those that are."""
    require_own(segment, actor)
    held = ListContents.objects.select_for_update().get(segment=segment)
    before = dict.fromkeys(held.addresses.split())
    after = {**before, **dict.fromkeys(add)}
    for one in take:
        after.pop(one, None)
    if list(after) != list(before):
        _keep(segment, list(after), place=place, now=now)
        added, taken = len(after.keys() - before.keys()), len(before.keys() - after.keys())
        _note(segment, added=added, taken=taken, actor=actor, now=now)
    return list(after)


def addresses_of(segment: Segment) -> list[str]:
    """Return the addresses on a list, in the order in which they came. Personal data."""
    held = ListContents.objects.filter(segment=segment).first()
    return held.addresses.split() if held is not None else []


def _keep(segment: Segment, addresses: Sequence[str], *, place: str, now: datetime) -> None:
    ListContents.objects.update_or_create(
        segment=segment,
        defaults={"addresses": "\n".join(addresses), "count": len(addresses), "changed_at": now},
    )
    Segment.objects.filter(pk=segment.pk).update(kept=place, kept_at=now)
    segment.kept, segment.kept_at = place, now


def _note(segment: Segment, *, added: int, taken: int, actor: Person, now: datetime) -> None:
    record(
        Action.LIST_CHANGED,
        actor=actor,
        now=now,
        subject=subject_of(segment),
        details={"addresses_added": added, "addresses_removed": taken},
    )
