"""Read data sources, attributes and the definition that counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from segue.control.people.models import Person
from segue.control.sources.models import (
    Arrival,
    Attribute,
    DataSource,
    Definition,
    ProfileCount,
    ProposedDefinition,
    ReadStatus,
)

TREND_POINTS = 60


def current_definition() -> Definition | None:
    """Return the definition that counts, None before the first was applied."""
    return Definition.objects.select_related("applied_by").first()


def definition_at(instant: datetime) -> Definition | None:
    """Return the definition that counted at an instant."""
    return Definition.objects.filter(applied_at__lte=instant).first()


def lock_definitions() -> None:
    """Let nobody else apply a definition until the transaction ends. What counts must be asked for after it."""
    Definition.objects.select_for_update().first()


def is_current(definition_id: int) -> bool:
    """Tell whether a definition is the one that counts."""
    current = current_definition()
    return current is not None and current.pk == definition_id


def last_from_server() -> Definition | None:
    """Return the last definition that was applied from the command line, on the server itself."""
    return Definition.objects.filter(arrival=Arrival.COMMAND_LINE).first()


def proposal_of(person: Person) -> ProposedDefinition | None:
    """Return the definition that the person proposed and has not applied yet."""
    return ProposedDefinition.objects.filter(person=person).first()


def definitions() -> QuerySet[Definition]:
    """Return all definitions, newest first."""
    return Definition.objects.select_related("applied_by")


def sources() -> QuerySet[DataSource]:
    """Return the data sources in the order of the definition."""
    return DataSource.objects.all()


def attributes(*types: str) -> Sequence[Attribute]:
    """Return the profiles' attributes, of the given types only when there are any."""
    found = Attribute.objects.all()
    return list(found.filter(type__in=types) if types else found)


def latest_profile_count() -> ProfileCount | None:
    """Return the last count of profiles."""
    return ProfileCount.objects.first()


def profile_trend() -> Sequence[ProfileCount]:
    """Return the last counts of profiles, oldest first."""
    return list(reversed(ProfileCount.objects.all()[:TREND_POINTS]))


def read_with_problems() -> list[str]:
    """Return the data sources of which something could not be read, in the order of the definition."""
    rows = DataSource.objects.filter(status=ReadStatus.READ_WITH_PROBLEMS)
    return list(rows.values_list("name", flat=True))
