"""What uses a measure: exports, segments and other measures, for whoever removes one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from segue.control.exports.models import Export
from segue.control.exports.queries import exports
from segue.control.folding import by_name
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.segments import measuring
from segue.control.segments.measure_models import Measure
from segue.control.segments.policy import edit_measures, see_segments


def users_of(name: str) -> Sequence[str]:
    """Return what people read of everything that uses a measure: measures, segments, exports."""
    return users_by_name().get(name, ())


def users_by_name() -> Mapping[str, Sequence[str]]:
    """Return what people read of everything that uses a name, by the name: everything is looked at once."""
    living = by_name(exports().prefetch_related("fields"), "name")
    found: dict[str, list[str]] = {}
    for label, names in (*measuring.uses(), *((one.name, _attributes(one)) for one in living)):
        for name in names:
            found.setdefault(name, []).append(label)
    return found


@transaction.atomic
def remove_measure(*, measure: Measure, actor: Person, now: datetime) -> None:
    """Remove a measure of the pages. Raises: ConfigurationProblem when something uses it, or a file owns it."""
    users = users_of(measure.name)
    if users and not measure.is_from_file:
        require(actor, edit_measures, measure, see=see_segments)
        raise measuring.in_use(measure.label, users)
    measuring.remove(measure=measure, actor=actor, now=now)


def refuse_gone(names: Collection[str]) -> None:
    """Return when nothing uses a measure of these names. Raises: ConfigurationProblem for the first that something uses."""
    for name in sorted(names):
        if users := users_of(name):
            raise measuring.in_use(name, users)


def _attributes(export: Export) -> set[str]:
    found = {export.email_attribute, export.newest_by, export.consent_attribute}
    for one in export.fields.all():
        found |= {one.attribute, *one.parts.values()}
    return found
