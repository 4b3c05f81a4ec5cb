"""Count the members of a few segments at once, among the profiles that the last refresh read. No data source is read."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from segue.control.audit.models import Action
from segue.control.audit.operations import record_each
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.segments import policy
from segue.control.segments.models import Segment, SegmentKind
from segue.control.segments.operations import record_counts, subject_of
from segue.control.sources.queries import current_definition
from segue.core.errors import ConfigurationProblem
from segue.service.configured import configured, workspace
from segue.service.freezing import freeze
from segue.service.list_sizes import lists_among, sizes_of
from segue.service.readings import fitting_snapshot

_ONE_AT_A_TIME = threading.Lock()


def recount(*, chosen: Sequence[Segment], actor: Person, now: datetime) -> None:
    """Count the members anew and keep the sizes; what rules say of today is asked as of now. Static ones keep whom they find.

    Raises: ConfigurationProblem when nothing fitting was read yet, when one of the segments is inactive or its rules no
    longer fit, or when another definition was applied meanwhile; then nothing is kept.
    """
    for segment in chosen:
        require(actor, policy.edit_segments, segment, see=policy.see_segments)
    if idle := [one for one in chosen if not one.is_active]:
        raise _not_countable(idle, is_idle=True)
    with transaction.atomic():
        _all(chosen, actor=actor, now=now)


def _all(chosen: Sequence[Segment], *, actor: Person, now: datetime) -> None:
    static = [one for one in chosen if one.kind == SegmentKind.STATIC]
    for segment in static:
        freeze(segment=segment, actor=actor, now=now)
    _count([one for one in chosen if one not in static], actor=actor, now=now)


def _count(chosen: Sequence[Segment], *, actor: Person, now: datetime) -> None:
    if not chosen:
        return
    known = configured().segments
    if unfit := [one for one in chosen if one.name not in known]:
        raise _not_countable(unfit, is_idle=False)
    with transaction.atomic():
        counts = counted_now([one.name for one in chosen], now=now)
        record_each(
            Action.SEGMENT_REFRESHED,
            actor=actor,
            now=now,
            subjects=((subject_of(one), {"members": counts[one.name]}) for one in chosen),
        )


def counted_now(names: Sequence[str], *, now: datetime) -> Mapping[str, int]:
    """Count segments whose rules fit among the profiles that were read last; keep and return their sizes.

    Raises: ConfigurationProblem when nothing fitting was read yet, or another definition was applied meanwhile; then nothing
    is kept. What the engine of profiles raises.
    """
    definition, snapshot, work = current_definition(), fitting_snapshot(), workspace()
    with _ONE_AT_A_TIME:
        counts = work.segment_counts(snapshot, names=names)
        lists = sizes_of(lists_among(names), work, snapshot)
    counts = {**counts, **{name: size.members for name, size in lists.items()}}
    of = definition.pk if definition else None
    if not record_counts(counts, lists=lists, now=now, definition_id=of):
        raise ConfigurationProblem(
            _("Another definition was applied while the members were counted."),
            action=_("Refresh once more."),
            code="definition_changed",
        )
    return counts


def _not_countable(chosen: Sequence[Segment], *, is_idle: bool) -> ConfigurationProblem:
    names = ", ".join(one.label for one in chosen)
    if is_idle:
        return ConfigurationProblem(
            _("Inactive, and so not counted: %(names)s.") % {"names": names},
            action=_("Activate it first."),
            code="segment_not_counted",
        )
    return ConfigurationProblem(
        _("The rules no longer fit the profiles: %(names)s.") % {"names": names},
        action=_("An administrator applies a definition in which they do."),
        code="segment_rules_outdated",
    )
