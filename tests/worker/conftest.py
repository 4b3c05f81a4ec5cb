"""What the worker's tests share: a shop in a folder of its own, whose rows other threads and processes see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.control.people.models import Person
from tests.worker.shop import Shop
from tests.worker.shop import shop as open_shop


@pytest.fixture
def shop(transactional_db: None, alice: Person, tmp_path: Path, settings: Any) -> Iterator[Shop]:
    """Open a shop."""
    settings.SEGUE_HOME = tmp_path / "home"
    files = tmp_path / "files"
    files.mkdir()
    with open_shop(files, alice, settings.SEGUE_HOME) as opened:
        yield opened
