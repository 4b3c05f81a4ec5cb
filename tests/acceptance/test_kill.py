"""An exporter that is killed at any instant leaves nothing that the next run does not repair: the short form.

Meanwhile files may not grow, clocks jump and replies are hostile; `make kills` is the long form.
"""

from __future__ import annotations

import pytest

from tests.acceptance.kill_runner import ordeal
from tests.acceptance.ordeal import Trial


@pytest.mark.slow
def test_killed_exporters_lose_nobody_and_bring_nobody_back() -> None:
    result = ordeal(Trial(kills=2, people=1_500, seed=5))

    assert result.wrong == []
    assert result.kills == 2
    assert result.contacts > 1_000
