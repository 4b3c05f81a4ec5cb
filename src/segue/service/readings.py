"""What the last refresh read: the current snapshot, and whether it still fits what is declared. Opens no engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from segue.control.sources.models import Definition
from segue.control.sources.queries import current_definition, definition_at
from segue.core.errors import ConfigurationProblem
from segue.profiles.reading import Loss
from segue.profiles.schema import ProfileSchema
from segue.service import engines
from segue.service.configured import usable_segments
from segue.service.declared import declared, outline_of
from segue.service.installed_journals import journals_here
from segue.sync.grounds import losses_by_segment

if TYPE_CHECKING:
    from segue.profiles.ports import Snapshot
    from segue.profiles.reading import ProblemCount


def last_snapshot() -> Snapshot | None:
    """Return what the last refresh read, None before the first. Raises: ConfigurationProblem when it is damaged."""
    return engines.last_snapshot(settings.SEGUE_HOME, shared=journals_here().shared)


def problems_of(source: str, snapshot: Snapshot) -> Sequence[ProblemCount]:
    """Return the problems of a source's last reading by kind and place, the most frequent first."""
    found = [one for one in snapshot.problem_counts if one.source == source]
    return sorted(found, key=lambda one: -one.count)


def losses_of_segments() -> Mapping[str, Sequence[Loss]]:
    """Return by segment what could not be read of what its members depend on; none where nothing fitting was read."""
    try:
        snapshot, known = last_snapshot(), declared()
    except ConfigurationProblem:
        return {}
    if snapshot is None or known is None or not snapshot.reading.losses:
        return {}
    rules = usable_segments(known.schema)
    return losses_by_segment(snapshot.reading.losses, known.schema, rules, rules)


def fitting_snapshot() -> Snapshot:
    """Return what the last refresh read, when profiles and related tables are still declared as they were then.

    Raises: ConfigurationProblem when nothing was read yet, or something else has to be read first.
    """
    snapshot = last_snapshot()
    if snapshot is None:
        raise ConfigurationProblem(
            _("No data has been read yet."),
            action=_("Refresh the data sources first."),
            code="data_not_read",
        )
    now, then = current_definition(), definition_at(snapshot.taken_at)
    if now is None or then is None or _shape(now) != _shape(then):
        raise ConfigurationProblem(
            _("The profiles are declared in another way than when the data was last read."),
            action=_("Refresh the data sources first."),
            code="data_outdated",
        )
    return snapshot


def _shape(definition: Definition) -> ProfileSchema:
    return replace(outline_of(definition).schema, measures={})  # they are computed when asked for
