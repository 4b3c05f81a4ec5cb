"""The engines that the suite is run on: those behind the port, and PostgreSQL for the text of expressions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from segue.profiles.schema import AttributeType
from segue.segments.rules import Segment
from tests.contract.engines.given_engines import (
    ENGINES,
    GivenEngine,
    Tables,
    members_of,
    on_postgres,
)

Choose = Callable[..., dict[str, set[object]]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the crossing of all instants on Spark to `make test-long`: a server takes 40 s of CPU to plan it."""
    for item in items:
        call = getattr(item, "callspec", None)
        asked = call.params if call is not None else {}
        kind = getattr(asked.get("attribute"), "type", None)
        if asked.get("choose") == "spark" and kind is AttributeType.TIMESTAMP:
            item.add_marker(pytest.mark.long)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> GivenEngine:
    """Return each engine of profiles in turn."""
    return ENGINES[request.param](tmp_path)


@pytest.fixture(params=[*ENGINES, pytest.param("postgres", marks=pytest.mark.postgres)])
def choose(request: pytest.FixtureRequest, tmp_path: Path) -> Choose:
    """Return a function that gives every segment's members, on each engine in turn."""
    if request.param == "postgres":
        connection = request.getfixturevalue("postgres_connection")
        return lambda *args, **named: on_postgres(connection, *args, **named)
    engine = ENGINES[request.param](tmp_path)

    def chosen(
        tables: Tables, segments: list[Segment], *, as_of: datetime, time_zone: str
    ) -> dict[str, set[object]]:
        with engine.given(tables) as profiles:
            return members_of(profiles, segments, as_of=as_of, time_zone=time_zone)

    return chosen
