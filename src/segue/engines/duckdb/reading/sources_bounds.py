"""How long each source of a refresh may take and how much it may hold, and who hears whose turn it is. Nothing is read here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from segue.core.errors import Problem
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading.sources_told import combined
from segue.engines.duckdb.watch import Watch, watched
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import LONGEST_S, ParquetSource, Source, SparkSource

Result = TypeVar("Result")

LOOK_S = 30.0
"""Seconds for one look at a file or table, where nothing is read whole."""


def looked_at(name: str, look: Callable[[Watch], Result], *, longest_s: float = LOOK_S) -> Result:
    """Return what a look finds.

    Raises: what `look` raises; ConfigurationProblem when it takes longer, whatever it hangs at.
    """

    def work(watch: Watch) -> Result:
        with watch.at_most(longest_s, partial(problems.silent, name, longest_s)):
            return look(watch)

    return watched(work)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A source may take as long as it says itself, else `longest_s` seconds: to be opened, and again to be read.

    `began` is called by the thread that waits whenever it is a source's turn.
    """

    watch: Watch
    sources: Mapping[str, Source]
    longest_s: float = LONGEST_S
    began: Callable[[str], None] | None = None
    sizes: Sizes = SIZES

    def of(self, name: str) -> AbstractContextManager[None]:
        """End the work with a problem when what happens inside takes longer than the source may."""
        return self.watch.at_most(self._longest_s(name), partial(self._too_slow, name))

    def turn_of(self, name: str) -> AbstractContextManager[None]:
        """Say that it is the source's turn, and bound what happens inside."""
        if self.began is not None:
            self.watch.tell(partial(self.began, name))
        return self.of(name)

    def of_engine(self) -> AbstractContextManager[None]:
        """Bound what the engine does when all is opened.

        It goes on reading the Parquet files, which are staged nowhere; and what a cluster does may wait for others there.
        """
        read_on = (ParquetSource, SparkSource)
        names = [name for name, one in self.sources.items() if isinstance(one, read_on)]
        if not names:
            return nullcontext()
        longest_s = sum(map(self._longest_s, names))
        return self.watch.at_most(
            longest_s, lambda: combined([problems.too_slow(n, longest_s) for n in names])
        )

    def _longest_s(self, name: str) -> float:
        own = self.sources[name].longest_s
        return self.longest_s if own is None else own

    def _too_slow(self, name: str) -> Problem:
        return problems.too_slow(name, self._longest_s(name))
