"""Whoever reads or runs something looks for garbage rarely, and still finds it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any, cast

import pytest

from segue.core import garbage
from segue.service.adapters import Adapters


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


class Loop:
    """An object that keeps itself."""

    def __init__(self) -> None:
        self.me = self


def test_a_process_that_is_to_run_something_looks_rarely() -> None:
    gc.set_threshold(700, 10, 10)

    Adapters(cast(Any, None), {})

    assert gc.get_threshold() == (garbage.NEW, garbage.YOUNG, garbage.OLD)
    assert gc.isenabled()


def test_what_only_keeps_itself_is_found_all_the_same() -> None:
    garbage.look_rarely()
    seen = weakref.ref(Loop())

    kept = [[] for _ in range(2 * garbage.NEW)]

    assert len(kept) == 2 * garbage.NEW
    assert seen() is None
