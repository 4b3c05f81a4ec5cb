"""Static segments: evaluate a rule among the profiles that were read last, and keep whom it finds until the next time by hand."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from segue.control.people.models import Person
from segue.control.segments import kept
from segue.control.segments.models import Segment, SegmentKind
from segue.control.segments.operations import record_counts
from segue.core.errors import ConfigurationProblem
from segue.segments.rules import Segment as RuleSegment
from segue.service.configured import segment_of, workspace
from segue.service.kept_members import keep_keys, place_of
from segue.service.readings import fitting_snapshot

_FROZEN = "frozen__"
"""How the evaluated rule is called; no segment of anybody's has two underscores in its name."""


def freeze(*, segment: Segment, actor: Person, now: datetime) -> int:
    """Keep whom the rule finds now, and return how many that are; a static segment is refreshed so.

    Raises: ConfigurationProblem when a file owns it, nothing fitting was read yet, or the rule does not fit any more.
    """
    kept.require_own(segment, actor)
    if segment.kind == SegmentKind.LIST:
        raise ConfigurationProblem(
            _("“%(name)s” is a list: it holds whoever is on it.") % {"name": segment.label},
            action=_("Put addresses on the list, or take them off."),
            code="list_not_frozen",
        )
    snapshot, work = fitting_snapshot(), workspace()
    schema, known = work.configuration.schema, work.configuration.segments
    read = segment_of(segment, schema, known)
    if read is None:
        raise ConfigurationProblem(
            _("The rules of this segment no longer fit the profiles."),
            action=_("Correct them, then refresh the segment."),
            code="segment_rules_outdated",
            context={"segment": segment.name},
        )
    flagged = work.flags_of([RuleSegment(name=_FROZEN, rule=read.rule)])
    place = place_of(segment.name, now)
    with work.asked(snapshot) as profiles:
        members = profiles.counts(flagged)[_FROZEN]
        keep_keys(place, profiles.members(flagged, _FROZEN), schema)
    kept.freeze(segment=segment, place=place, members=members, actor=actor, now=now)
    record_counts({segment.name: members}, now=now)
    return members
