"""The first members of a segment, from what the last refresh read. Personal data: whoever shows it writes that down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from segue.control.segments.models import Segment
from segue.core.errors import ConfigurationProblem
from segue.installation.configured import workspace
from segue.installation.readings import fitting_snapshot
from segue.profiles.schema import Attribute

SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The first members by key: `keys` and `rows` belong together, the values of a row to `attributes`."""

    taken_at: datetime
    attributes: Sequence[Attribute]
    keys: Sequence[object]
    rows: Sequence[Sequence[object]]


def first_members(segment: Segment, *, matching: str = "") -> Members:
    """Return up to `SHOWN` members, of those whose key or one of whose values holds `matching`, whatever its capitals.

    Raises: ConfigurationProblem when nothing fitting was read yet, or the rule does not fit the profiles any more.
    """
    snapshot, work = fitting_snapshot(), workspace()
    if segment.name not in work.configuration.segments:
        raise ConfigurationProblem(
            _("The rules of this segment no longer fit the profiles."),
            action=_("An administrator applies a definition in which they do."),
            code="segment_rules_outdated",
        )
    _columns, found = work.segment_sample(segment.name, snapshot, limit=SHOWN, matching=matching)
    return Members(
        taken_at=snapshot.taken_at,
        attributes=work.configuration.schema.profiles.attributes,
        keys=[row[0] for row in found],
        rows=[row[1:] for row in found],
    )
