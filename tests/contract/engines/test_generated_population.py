"""Of a generated population every engine has the same members: the people and orders that the benchmark measures."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bench.configuration_text import segments, write_configuration
from bench.population import make_population
from segue.configuration import load
from segue.service.adapters import Adapters
from segue.service.exports import Workspace
from tests.spark import spark_remote

TODAY = date(2026, 11, 30)


class _Noon:
    """A clock that stands still on the population's day."""

    def now(self) -> datetime:
        """Return noon of that day."""
        return datetime.combine(TODAY, time(12), UTC)

    def monotonic(self) -> float:
        """Return the same time in seconds."""
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        """Nothing waits here."""
        raise AssertionError(seconds)


@pytest.fixture(scope="module")
def remote() -> str:
    """Return the address of the server."""
    return spark_remote()


@pytest.fixture(params=[4_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def population(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Return the folder of a population with three orders a person."""
    made = make_population(tmp_path, request.param, today=TODAY)
    assert made["orders"] == 3 * request.param
    yield tmp_path
    for name in ("profiles", "orders"):
        (tmp_path / f"{name}.parquet").unlink()


def _members(folder: Path, name: str, *, cluster: str = "") -> Mapping[str, tuple[int, str]]:
    """Return of each segment how many members it has, and a digest of their keys in order."""
    config = write_configuration(
        folder / f"{name}.yaml",
        base_url="http://127.0.0.1:9",
        audience="a1b2c3d4e5",
        chosen=segments(1),
        home=name,
        cluster=cluster,
    )
    environment = {**os.environ, "BENCH_API_KEY": "bench-us1"}
    configuration = load(config, environment=environment)
    workspace = Workspace(configuration, Adapters(configuration, environment, clock=_Noon()))
    snapshot = workspace.refresh().snapshot
    flagged = workspace.flags_of(list(configuration.segments.values()))
    found: dict[str, tuple[int, str]] = {}
    with workspace.asked(snapshot) as profiles:
        counts = profiles.counts(flagged)
        for segment in flagged.flags:
            digest, members = hashlib.sha256(), 0
            for key in profiles.members(flagged, segment):
                digest.update(b"%d\n" % key)
                members += 1
            assert members == counts[segment]
            found[segment] = members, digest.hexdigest()
    return found


def test_every_segment_has_the_same_members_on_spark(population: Path, remote: str) -> None:
    here = _members(population, "here")

    there = _members(population, "there", cluster=remote)

    assert there == here
    assert len(here) == 8
    assert all(members for members, _ in here.values())
