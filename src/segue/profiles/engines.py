"""Which engine keeps the profiles, as a configuration names it. Values only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class OnThisMachine:
    """DuckDB, over files of the state folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSpark:
    """A Spark cluster, through Spark Connect.

    `remote` is its address, already resolved from its environment variable or file; it may hold a token and is masked in
    `repr`. `snapshots` is the URI under which what was read is kept: the cluster writes there, and nobody else.
    """

    remote: str
    snapshots: str

    def __repr__(self) -> str:
        return f"OnSpark(remote='***', snapshots={self.snapshots!r})"

    def with_remote(self, remote: str) -> OnSpark:
        """Return the same with the address itself in place of its reference."""
        return replace(self, remote=remote)


Engine: TypeAlias = OnThisMachine | OnSpark
