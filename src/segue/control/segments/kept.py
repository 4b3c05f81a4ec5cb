"""Static segments: what rows say of members that are kept until somebody refreshes them. Where these lie is the service's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import record
from segue.control.origins import owned_by_file
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.segments import policy
from segue.control.segments.models import Segment, SegmentKind, SegmentStatus
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
