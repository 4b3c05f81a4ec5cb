"""Hostile and damaged files in small, and how much memory a refresh of them takes. No expectations."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.profiles.refresh import refresh
from segue.engines.duckdb.session import Resources
from segue.profiles.ports import Snapshot
from segue.profiles.schema import ProfileSchema
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import (
    CsvSource,
    ExcelSource,
    JsonLinesSource,
    ParquetSource,
    Source,
    SqliteSource,
)
from tests.integration.engines.small_refresh import NOW, attribute, schema, table

PEOPLE = schema(table(attribute("name")))
Row = tuple[str, str]


def refreshed(
    home: Path, source: Source, *, sizes: Sizes = SIZES, declared: ProfileSchema = PEOPLE
) -> Snapshot:
    """Refresh from one source that holds no more than these sizes."""
    return refresh(
        declared,
        {source.name: source},
        home=home,
        now=NOW,
        resources=Resources(memory_limit_mb=256, threads=1),
        sizes=sizes,
    ).snapshot


def csv_file(folder: Path, people: list[Row]) -> Source:
    """Write people as CSV."""
    path = folder / "people.csv"
    lines = ["id,name", *(f"{key},{name}" for key, name in people)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return CsvSource(name="people", path=path)


def json_lines(folder: Path, people: list[Row]) -> Source:
    """Write people as one JSON object a line."""
    path = folder / "people.jsonl"
    lines = [f'{{"id": "{key}", "name": "{name}"}}' for key, name in people]
    path.write_text("\n".join(lines), encoding="utf-8")
    return JsonLinesSource(name="people", path=path)


def json_array(folder: Path, people: list[Row]) -> Source:
    """Write people as one JSON array."""
    path = folder / "people.json"
    elements = [f'{{"id": "{key}", "name": "{name}"}}' for key, name in people]
    path.write_text(f"[{', '.join(elements)}]", encoding="utf-8")
    return JsonLinesSource(name="people", path=path)


def parquet_file(folder: Path, people: list[Row]) -> Source:
    """Write people as Parquet."""
    path = folder / "people.parquet"
    columns = {"id": [key for key, _ in people], "name": [name for _, name in people]}
    pq.write_table(pa.table(columns), path)
    return ParquetSource(name="people", path=path)


def sqlite_file(folder: Path, people: list[Row]) -> Source:
    """Write people as a table of SQLite."""
    path = folder / "people.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE person (id TEXT, name TEXT)")
        connection.executemany("INSERT INTO person VALUES (?, ?)", people)
        connection.commit()
    return SqliteSource(name="people", path=path, table="person")


def workbook(folder: Path, people: list[Row]) -> Source:
    """Write people as a workbook."""
    path = folder / "people.xlsx"
    book = openpyxl.Workbook()
    for row in [("id", "name"), *people]:
        book.active.append(row)
    book.save(path)
    return ExcelSource(name="people", path=path)


KINDS: dict[str, Callable[[Path, list[Row]], Source]] = {
    "csv": csv_file,
    "json lines": json_lines,
    "json array": json_array,
    "parquet": parquet_file,
    "sqlite": sqlite_file,
    "excel": workbook,
}
"""Every kind of file, by name."""


def with_part(workbook: Path, part: str, content: bytes) -> None:
    """Put another content in the place of a part of a workbook, or add it."""
    with zipfile.ZipFile(workbook) as package:
        parts = {one: package.read(one) for one in package.namelist()}
    with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED) as package:
        for name, held in {**parts, part: content}.items():
            package.writestr(name, held)


def spoiled(content: bytes, chance: Random, *, count: int = 20) -> bytes:
    """Return a file's content with some bytes changed anywhere."""
    changed = bytearray(content)
    for at in chance.sample(range(len(changed)), min(count, len(changed))):
        changed[at] = chance.randrange(256)
    return bytes(changed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a refresh in a process of its own ended: the code of its problem, '' without, and the memory it took at most."""

    code: str
    kinds: tuple[str, ...]
    memory_mb: int


def in_a_process(folder: Path, source: Source, sizes: Sizes) -> Outcome:
    """Refresh in a process of its own, which tells how much memory it took beyond what it had at its beginning."""
    arguments = [str(folder / "home"), type(source).__name__, str(source.path), *_values(sizes)]  # type: ignore[union-attr]
    ended = subprocess.run(
        [sys.executable, "-m", __name__, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    code, kinds, memory = ended.stdout.strip().split("|")
    return Outcome(code, tuple(kinds.split()), int(memory))


def _values(sizes: Sizes) -> Iterator[str]:
    for name in ("rows", "columns", "row_bytes", "cell_bytes", "workbook_mb", "spill_mb"):
        yield str(getattr(sizes, name))


def _source(kind: str, path: Path) -> Source:
    kinds = (CsvSource, JsonLinesSource, ParquetSource, ExcelSource)
    found = {one.__name__: one for one in kinds}.get(kind)
    if found is None:
        return SqliteSource(name="people", path=path, table="person")
    return found(name="people", path=path)


def _memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _main(home: str, kind: str, path: str, *sizes: str) -> None:
    names = ("rows", "columns", "row_bytes", "cell_bytes", "workbook_mb", "spill_mb")
    allowed = Sizes(**dict(zip(names, map(int, sizes), strict=True)))
    small = csv_file(Path(path).parent, [("1", "Nadia")])
    refreshed(Path(f"{home}-before"), small)
    before, code, kinds = _memory_mb(), "", ""
    try:
        snapshot = refreshed(Path(home), _source(kind, Path(path)), sizes=allowed)
        kinds = " ".join(one.kind for one in snapshot.reading.problems)
    except ConfigurationProblem as problem:
        code = problem.code
    print(f"{code}|{kinds}|{_memory_mb() - before}")


if __name__ == "__main__":
    _main(*sys.argv[1:])
