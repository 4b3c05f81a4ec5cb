"""Nothing is decided by profiles that were read by another definition, and by none that were never read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from segue.core.errors import ConfigurationProblem
from segue.profiles.fitting import declaration_of, fitting
from segue.profiles.ports import Snapshot
from segue.profiles.reading import Reading
from segue.profiles.schema import AttributeType, ProfileSchema, Table

PEOPLE = Table(
    name="profiles", source="people", key="id", key_type=AttributeType.INTEGER, attributes=()
)
SCHEMA = ProfileSchema(profiles=PEOPLE, related={})
READ = Snapshot(
    id="s1",
    taken_at=datetime(2026, 3, 2, tzinfo=UTC),
    profiles="profiles",
    related={},
    problems="problems",
    counts={},
    addresses={},
    reading=Reading(),
    source_changed_at={},
    inputs="",
    declaration=declaration_of(SCHEMA),
)


def test_what_was_read_by_this_definition_fits_and_what_an_earlier_version_read() -> None:
    of_earlier_version = replace(READ, declaration="")

    assert fitting(READ, SCHEMA) is READ
    assert fitting(of_earlier_version, SCHEMA) is of_earlier_version


def test_what_was_read_by_another_definition_does_not_fit() -> None:
    other = ProfileSchema(profiles=replace(PEOPLE, key="number"), related={})

    with pytest.raises(ConfigurationProblem) as caught:
        fitting(READ, other)

    assert caught.value.code == "snapshot_outdated"


def test_without_a_reading_nothing_fits() -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        fitting(None, SCHEMA)

    assert caught.value.code == "snapshot_missing"
