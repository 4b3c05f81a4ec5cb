"""Keep measures: those that files declare, and those that people make in the pages. What one means is checked by who made it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import Subject, record
from segue.control.origins import Origin, adopted_already, claimed_twice, owned_by_file
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.segments import policy
from segue.control.segments.measure_models import Measure
from segue.control.segments.models import Segment, SegmentStatus
from segue.control.segments.operations import built_on
from segue.control.segments.queries import segments
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.core.texts import line
from segue.segments.formulas import NotAFormulaError, read_formula
from segue.segments.measures import Measure as RuleMeasure
from segue.segments.measures import names_in
from segue.segments.printing import print_measure

_TOLD = ("label", "description")
_ATTRIBUTE = "attribute"


def measures() -> Sequence[Measure]:
    """Return all measures in their order."""
    return list(Measure.objects.all())


def as_written(row: Measure) -> dict[str, Any]:
    """Return a measure as a file writes it."""
    told = {"label": row.label, "description": row.description}
    return {**{key: value for key, value in told.items() if value}, **row.definition}


def subject_of(measure: Measure) -> Subject:
    """Return how the audit log names a measure."""
    return Subject(kind="measure", id=str(measure.pk), name=measure.label)


@transaction.atomic
def keep_declared(declared: Sequence[RuleMeasure], *, actor: Person | None, now: datetime) -> None:
    """Make these the measures that come from files; those of the pages stay. `actor`: as `operations.keep_declared`.

    Segments over a measure that changes are of unknown size until they are counted.
    Raises: ConfigurationProblem when a declared name is taken in the pages.
    """
    if actor is not None:
        require(actor, policy.declare_segments, see=policy.see_segments)
    before = {one.name: one for one in measures()}
    names = {one.name for one in declared}
    taken = sorted(name for name in names if name in before and not before[name].is_from_file)
    if taken:
        raise claimed_twice("measures", taken)
    changed = set()
    for position, one in enumerate(declared):
        written: dict[str, Any] = print_measure(one)
        told = {key: written.pop(key, "") for key in _TOLD}
        row = before.get(one.name) or Measure(name=one.name, origin=Origin.FILE)
        if row.definition != written:
            changed.add(one.name)
        row.definition, row.position = written, position
        row.label = told["label"] or one.name.replace("_", " ")
        row.description = told["description"]
        row.save()
    gone = Measure.objects.filter(origin=Origin.FILE).exclude(name__in=names)
    changed |= set(gone.values_list("name", flat=True))
    gone.delete()
    _forget_counts(changed)


@transaction.atomic
def add(
    *,
    name: str,
    label: str,
    description: str,
    definition: Mapping[str, Any],
    actor: Person,
    now: datetime,
) -> Measure:
    """Keep a new measure of the pages. Raises: ConfigurationProblem when its name is another's already."""
    require(actor, policy.edit_measures, see=policy.see_segments)
    if Measure.objects.filter(name=name).exists():
        raise ConfigurationProblem(
            said("There is a measure `%(name)s` already.", name=name),
            action=said("Give this one another name."),
            code="measure_name_taken",
        )
    measure = Measure.objects.create(
        name=name,
        label=line(label) or name.replace("_", " "),
        description=description,
        definition=dict(definition),
        position=Measure.objects.count(),
    )
    record(Action.MEASURE_ADDED, actor=actor, now=now, subject=subject_of(measure))
    return measure


@transaction.atomic
def change(
    *,
    measure: Measure,
    label: str,
    description: str,
    definition: Mapping[str, Any],
    actor: Person,
    now: datetime,
) -> None:
    """Let a measure of the pages be computed otherwise, or be called so. Raises: ConfigurationProblem when a file owns it."""
    require(actor, policy.edit_measures, measure, see=policy.see_segments)
    held = _of_pages(measure)
    wanted = {
        "label": line(label) or held.name.replace("_", " "),
        "description": description,
        "definition": dict(definition),
    }
    fields = [field for field, value in wanted.items() if getattr(held, field) != value]
    if not fields:
        return
    for field, value in wanted.items():
        setattr(held, field, value)
    held.save()
    if "definition" in fields:
        _forget_counts({held.name})
    subject = subject_of(held)
    record(Action.MEASURE_CHANGED, actor=actor, now=now, subject=subject, details={"changed": fields})  # fmt: skip


@transaction.atomic
def adopt(*, measure: Measure, actor: Person, now: datetime) -> None:
    """Let a measure from a file belong to the pages. Raises: ConfigurationProblem when it belongs to them already."""
    require(actor, policy.adopt_segments, measure, see=policy.see_segments)
    held = Measure.objects.filter(pk=measure.pk, origin=Origin.FILE)
    if not held.update(origin=Origin.PAGE):
        raise adopted_already(measure.label)
    record(Action.MEASURE_ADOPTED, actor=actor, now=now, subject=subject_of(measure))


@transaction.atomic
def remove(*, measure: Measure, actor: Person, now: datetime) -> None:
    """Remove a measure of the pages. Called by `exports.measure_uses.remove_measure`, which asks who uses it.

    Raises: ConfigurationProblem when a file owns it, or it is used here.
    """
    require(actor, policy.edit_measures, measure, see=policy.see_segments)
    held = _of_pages(measure)
    if users := using(held.name):
        raise in_use(held.label, users)
    subject = subject_of(held)
    held.delete()
    record(Action.MEASURE_REMOVED, actor=actor, now=now, subject=subject)


def note_types(types: Mapping[str, tuple[str, bool]]) -> None:
    """Keep of what type each measure is by what is declared now, and whether its values are personal; of others that they do not fit."""
    for row in measures():
        kind, personal = types.get(row.name, ("", False))
        if (row.type, row.personal) != (kind, personal):
            Measure.objects.filter(pk=row.pk).update(type=kind, personal=personal)


def in_use(label: str, users: Sequence[str]) -> ConfigurationProblem:
    """Return the refusal to remove a measure that something uses."""
    return ConfigurationProblem(
        said("“%(name)s” is used by: %(users)s.", name=label, users=", ".join(users[:20])),
        action=said("Take it out of them first."),
        code="measure_in_use",
        context={"users": len(users)},
    )


def using(name: str) -> Sequence[str]:
    """Return the labels of the measures and segments that a measure is used by."""
    return [label for label, names in uses() if name in names]


def uses() -> Iterator[tuple[str, Collection[str]]]:
    """Yield the label of each measure and segment with the names that it uses: of measures and of attributes."""
    for measure in measures():
        yield measure.label, _names(measure)
    for segment in segments():
        yield segment.label, set(asked_in(segment.rule))


def asked_in(written: Any) -> Iterator[str]:
    """Yield the attributes and measures of customers that a stored rule names; those of related rows are none."""
    if isinstance(written, list):
        for one in written:
            yield from asked_in(one)
    elif isinstance(written, dict):
        for key, value in written.items():
            if key == _ATTRIBUTE and isinstance(value, str):
                yield value
            elif key != "where":
                yield from asked_in(value)


def _names(measure: Measure) -> Collection[str]:
    try:
        return names_in(read_formula(str(measure.definition.get("formula", "0"))))
    except NotAFormulaError:
        return ()


def _forget_counts(changed: Collection[str]) -> None:
    """Let the members of segments be unknown that ask for one of the measures, or for one that builds on it."""
    stale, rows = set(changed), measures()
    while more := {one.name for one in rows if stale.intersection(_names(one))} - stale:
        stale |= more
    if not stale:
        return
    living = list(segments())
    touched = {one.name for one in living if stale.intersection(asked_in(one.rule))}
    while above := {one.name for one in living if touched & set(built_on(one.rule))} - touched:
        touched |= above
    Segment.objects.filter(name__in=touched).update(
        members=None, refreshed_at=None, status=SegmentStatus.NOT_STARTED
    )


def _of_pages(measure: Measure) -> Measure:
    held = Measure.objects.select_for_update().filter(pk=measure.pk).first()
    if held is None or held.is_from_file:
        raise owned_by_file(measure.label)
    return held
