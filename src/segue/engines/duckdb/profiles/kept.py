"""Write members that no rule finds: keys or addresses, in one column, durably."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from segue.core.files import write_durably
from segue.engines.duckdb.profiles.kept_places import kept_file
from segue.profiles.schema import AttributeType
from segue.segments.tables import MEMBER


def keep_members(home: Path, place: str, members: Iterable[object], *, kind: AttributeType) -> None:
    """Write the members under a name instead of what was there."""
    column = pa.array(members, pa.int64() if kind is AttributeType.INTEGER else pa.string())
    content = io.BytesIO()
    pq.write_table(pa.table({MEMBER: column}), content, compression="zstd")
    file = kept_file(home, place)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_durably(file, content.getvalue())
