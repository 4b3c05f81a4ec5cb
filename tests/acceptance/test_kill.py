"""An exporter that is killed at any instant leaves nothing that the next run does not repair: the short form."""

from __future__ import annotations

import pytest

from tests.acceptance.kill_runner import ordeal
from tests.acceptance.ordeal import Trial


@pytest.mark.slow
@pytest.mark.parametrize(("kills", "honours"), [(5, True), (3, False)])
def test_killed_exporters_lose_nobody_and_bring_nobody_back(kills: int, honours: bool) -> None:
    result = ordeal(Trial(kills=kills, people=3_000, seed=kills, honours=honours))

    assert result.wrong == []
    assert result.kills == kills
    assert result.contacts > 2_000
