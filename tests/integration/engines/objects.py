"""Sources whose files lie in a store of objects, and the same sources on this machine. No expectations."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from segue.profiles.object_stores import Objects, Store
from segue.profiles.sources import (
    CsvSource,
    ExcelSource,
    JsonLinesSource,
    ParquetSource,
)
from tests.fakes.object_stores import azure, gcs, signatures
from tests.fakes.object_stores.laid import FakeStore

FileSource = CsvSource | ExcelSource | JsonLinesSource | ParquetSource
CREDENTIALS = {
    Store.S3: (("access_key", signatures.ACCESS_KEY), ("secret_key", signatures.SECRET_KEY)),
    Store.GCS: (("access_token", gcs.TOKEN),),
    Store.AZURE: (("account_key", azure.ACCOUNT_KEY),),
}
BUCKET = "crm-exports"

_HEADER = ["id", "email", "spent", "born"]
_ROWS = [
    ["1", "nadia@shop.example", "12.50", "1990-02-03"],
    ["2", "Émile@Shop.example", "7", "not a date"],
    ["", "pia@shop.example", "1,5", ""],
    ["1", "rosa@shop.example", "x", "1991-01-01"],
]
"""Rows of which some are refused or reported: that must be the same, too."""


def objects(store: FakeStore, key: str, *, kind: Store = Store.S3, **more: Any) -> Objects:
    """Return objects of the imitated store, with credentials that it takes."""
    named = Objects(
        store=kind,
        bucket=BUCKET,
        key=key,
        account=azure.ACCOUNT if kind is Store.AZURE else "",
        endpoint=store.endpoint,
        credentials=CREDENTIALS[kind],
    )
    return replace(named, **more)


def people(number: int) -> Mapping[str, tuple[type[FileSource], bytes]]:
    """Return a file of each type with the same rows, told apart by a number; its ending says its type."""
    numbered = [[row[0] and f"{row[0]}-{number}", *row[1:]] for row in _ROWS]
    objects = [dict(zip(_HEADER, row, strict=True)) for row in numbered]
    lines = [",".join(f'"{cell}"' for cell in row) for row in [_HEADER, *numbered]]
    return {
        ".csv": (CsvSource, "\n".join([*lines, "9,too,many,values,here"]).encode("cp1252")),
        ".parquet": (ParquetSource, _parquet(numbered)),
        ".jsonl": (JsonLinesSource, "\n".join([*map(json.dumps, objects), "{no"]).encode()),
        ".json": (JsonLinesSource, json.dumps(objects, indent=1).encode()),
        ".xlsx": (ExcelSource, _workbook(numbered)),
    }


ENDINGS = (".csv", ".parquet", ".jsonl", ".json", ".xlsx")


def lay_people(store: FakeStore, folder: Path, ending: str) -> type[FileSource]:
    """Write two files into the folder `people` of the store's bucket, and the same into a folder of this machine."""
    (folder / "people").mkdir(parents=True)
    for number in (1, 2):
        name = f"people/part-{number}{ending}"
        kind, data = people(number)[ending]
        store.lay(BUCKET, name, data)
        (folder / name).write_bytes(data)
    return kind


def _parquet(rows: list[list[str]]) -> bytes:
    columns = {name: [row[at] for row in rows] for at, name in enumerate(_HEADER)}
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def _workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in [_HEADER, *rows]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
