"""A process that dies while it runs an export: at the beginning of a step, or after so many acknowledged chunks."""

from __future__ import annotations

import pytest

from segue.sync.export import Export
from tests.fakes.laboratory import Laboratory, Silence


class Died(BaseException):
    """The process is gone."""


class DiesAt(Silence):
    """A listener under which the process dies when a step begins, or when so many chunks were acknowledged."""

    def __init__(self, step: str, after: int = 0) -> None:
        super().__init__()
        self._step = step
        self._left = after

    def step(self, name: str) -> None:
        if name == self._step:
            raise Died

    def accepted(self, people: int) -> None:
        super().accepted(people)
        self._left -= 1
        if self._step == "chunk" and self._left <= 0:
            raise Died


def die(lab: Laboratory, step: str, after: int = 0, exported: Export | None = None) -> None:
    """Run until the process dies there."""
    lab.listener = DiesAt(step, after)
    with pytest.raises(BaseException) as end:
        lab.approve(exported)
    assert isinstance(end.value, Died | BaseExceptionGroup)
    lab.listener = None
