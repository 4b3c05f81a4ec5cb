"""Add segments of the pages, under a name that nothing had. What a rule means is checked by who made it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import record
from segue.control.origins import Origin
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.segments import policy
from segue.control.segments.describing import label_mistakes, not_kept
from segue.control.segments.models import Segment
from segue.control.segments.operations import free_name, subject_of
from segue.core.folding import identifier
from segue.core.texts import line

_LONGEST = 56
"""Signs of a name, with room for the number that tells it from others."""


@transaction.atomic
def add(*, label: str, rule: Any, actor: Person, now: datetime) -> Segment:
    """Keep a new dynamic segment of the pages; it is counted with the next refresh.

    Raises: ConfigurationProblem when the label is missing, too long or another segment's.
    """
    require(actor, policy.edit_segments, see=policy.see_segments)
    label = line(label)
    if mistakes := label_mistakes(label):
        raise not_kept(mistakes)
    segment = Segment.objects.create(
        name=new_name(label),
        label=label,
        rule=rule,
        origin=Origin.PAGE,
        position=Segment.objects.count(),
    )
    record(Action.SEGMENT_ADDED, actor=actor, now=now, subject=subject_of(segment))
    return segment


def new_name(label: str) -> str:
    """Return a name for definitions that nothing has: the label in plain letters."""
    taken = set(Segment.objects.values_list("name", flat=True))
    stem = name_of_label(label)
    return stem if stem not in taken else free_name(stem, taken, "_{}")


def name_of_label(label: str) -> str:
    """Return a label in the letters that a name may have."""
    return identifier(label, longest=_LONGEST, otherwise="segment")
