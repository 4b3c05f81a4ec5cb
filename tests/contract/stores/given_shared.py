"""Hosts that have no folder in common: a store of objects, a database, and a state folder each. No expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segue.engines.duckdb.audience.journal_postgres import connected
from segue.engines.duckdb.profiles.shared import Shared
from segue.engines.duckdb.reading.objects_contents import Contents
from segue.profiles.object_stores import Objects, Store
from tests.fakes.object_stores.laid import FakeStore
from tests.fakes.object_stores.signatures import ACCESS_KEY, SECRET_KEY

BUCKET = "segue-state"


@dataclass
class Hosts:
    """What is common to them; each has a folder below `folder`."""

    folder: Path
    store: FakeStore
    reached_by: Mapping[str, Any]

    @property
    def contents(self) -> Contents:
        """Return the contents of files in the store."""
        return Contents(
            Objects(
                store=Store.S3,
                bucket=BUCKET,
                key="shop/",
                endpoint=self.store.endpoint,
                credentials=(("access_key", ACCESS_KEY), ("secret_key", SECRET_KEY)),
            )
        )

    def home(self, name: str) -> Path:
        """Return the state folder of a host."""
        return self.folder / name / "home"

    def shared(self, name: str) -> Shared:
        """Return what a host shares with the others."""
        return Shared(self.home(name), self.contents, lambda: connected(self.reached_by))
