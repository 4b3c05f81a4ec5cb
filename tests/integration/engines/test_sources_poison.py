"""Hostile and damaged files: what is beyond a bound is a reported row or names its source, and takes no memory of note."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.core.errors import ConfigurationProblem, MachineTrouble
from segue.core.trouble import trouble_of
from segue.engines.duckdb.profiles.refresh import refresh
from segue.engines.duckdb.session import Resources
from segue.profiles.source_sizes import SIZES, Sizes, sizes_from
from segue.profiles.sources import (
    CsvSource,
    JsonLinesSource,
    ParquetSource,
    Source,
    SqliteSource,
)
from tests.fixtures.forms import long_but
from tests.integration.engines.poison import (
    KINDS,
    PEOPLE,
    in_a_process,
    json_array,
    json_lines,
    parquet_file,
    refreshed,
    spoiled,
    sqlite_file,
    with_part,
    workbook,
)
from tests.integration.engines.small_refresh import NOW, attribute, listed, rows, schema, table

SMALL = Sizes(rows=1_000, columns=10, row_bytes=20_000, cell_bytes=2_000, workbook_mb=1)
NADIA, OMAR = ("1", "Nadia"), ("3", "Omar")
KEPT = [NADIA, OMAR]
SHEET = "xl/worksheets/sheet1.xml"
MEGABYTES = 40
"""What a refresh of some hundred kilobytes of hostile input may take beyond an ordinary one: caches and pieces."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_that_is_too_large_is_left_empty_and_reported(tmp_path: Path, kind: str) -> None:
    source = KINDS[kind](
        tmp_path, [NADIA, ("2", "x" * 2_001), ("3", "é" * 1_001), ("4", "y" * 2_000)]
    )

    snapshot = refreshed(tmp_path / "home", source, sizes=SMALL)

    assert rows(snapshot) == [NADIA, ("2", None), ("3", None), ("4", "y" * 2_000)]
    found = listed(snapshot)
    assert [(column, kind, (value or "")[:1]) for _, column, kind, value in found] == [
        ("name", "value_too_large", "x"),
        ("name", "value_too_large", "é"),
    ]
    assert found[1][0] == found[0][0] + 1


@pytest.mark.parametrize("kind", ["csv", "json lines", "json array", "sqlite"])
@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_row_that_is_too_large_is_left_out_and_reported(
    tmp_path: Path, kind: str, first: int
) -> None:
    people = [NADIA, OMAR]
    people.insert(first, ("2", "x" * 30_000))

    snapshot = refreshed(tmp_path / "home", KINDS[kind](tmp_path, people), sizes=SMALL)

    assert rows(snapshot) == KEPT
    header = 1 if kind == "csv" else 0
    assert [(row, kind) for row, _, kind, _ in listed(snapshot)] == [
        (first + 1 + header, "row_too_large")
    ]
    assert [(one.kind, one.count, one.is_loss) for one in snapshot.reading.problems] == [
        ("row_too_large", 1, True)
    ]


@pytest.mark.parametrize("form", [json_lines, json_array])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("levels", [100, 1_500])
def test_an_object_with_too_many_levels_is_left_out_and_reported(
    tmp_path: Path, form: type, opening: str, closing: str, levels: int
) -> None:
    source = form(tmp_path, [NADIA, ("2", "DEEP"), OMAR])
    text = source.path.read_text(encoding="utf-8")
    deep = f"{opening * levels}0{closing * levels}"
    source.path.write_text(text.replace('"DEEP"', deep), encoding="utf-8")

    snapshot = refreshed(tmp_path / "home", source)

    assert rows(snapshot) == KEPT
    assert [(row, kind) for row, _, kind, _ in listed(snapshot)] == [(2, "json_too_deep")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_with_too_many_rows_is_refused_by_name(tmp_path: Path, kind: str) -> None:
    source = KINDS[kind](tmp_path, [(str(key), "Nadia") for key in range(51)])

    with pytest.raises(ConfigurationProblem) as told:
        refreshed(tmp_path / "home", source, sizes=Sizes(rows=50))

    assert told.value.code == "source_rows_too_many"
    assert [one.path for one in told.value.mistakes] == ["sources.people"]
    assert refreshed(tmp_path / "home", source, sizes=Sizes(rows=51)).counts["profiles"].kept == 51


def test_rows_that_are_left_out_count_as_rows_too(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,name\n1,Nadia\n" + "\n" * 60 + "3,Omar\n", encoding="utf-8")

    with pytest.raises(ConfigurationProblem) as told:
        refreshed(tmp_path / "home", CsvSource(name="people", path=path), sizes=Sizes(rows=50))

    assert told.value.code == "source_rows_too_many"


def test_rows_without_number_that_are_left_out_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,name\n1,Nadia\n" + "\n" * 170_000 + "3,Omar\n", encoding="utf-8")

    snapshot = refreshed(tmp_path / "home", CsvSource(name="people", path=path))

    assert rows(snapshot) == KEPT
    assert [(one.kind, one.count) for one in snapshot.reading.problems] == [("row_blank", 170_000)]


def wide(folder: Path, kind: str) -> Source:
    names = ["id", "name", *(f"c{at}" for at in range(10))]
    if kind == "csv":
        path = folder / "wide.csv"
        path.write_text(f"{','.join(names)}\n{','.join('1' for _ in names)}\n", encoding="utf-8")
        return CsvSource(name="people", path=path)
    if kind == "csv rows":
        path = folder / "wide.csv"
        path.write_text("id,name\n" + f"1,Nadia{',' * 12}\n" * 3, encoding="utf-8")
        return CsvSource(name="people", path=path)
    if kind == "parquet":
        pq.write_table(pa.table({name: ["1"] for name in names}), folder / "wide.parquet")
        return ParquetSource(name="people", path=folder / "wide.parquet")
    if kind == "excel":
        source = workbook(folder, [])
        cells = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in names)
        with_part(source.path, SHEET, sheet(f"<row>{cells}</row>"))
        return source
    path = folder / "wide.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE person ({', '.join(names)})")
    return SqliteSource(name="people", path=path, table="person")


def sheet(rows: str) -> bytes:
    head = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return f"{head}{rows}</sheetData></worksheet>".encode()


@pytest.mark.parametrize("kind", ["csv", "csv rows", "parquet", "excel", "sqlite"])
def test_a_source_with_too_many_columns_is_refused_by_name(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ConfigurationProblem) as told:
        refreshed(tmp_path / "home", wide(tmp_path, kind), sizes=SMALL)

    assert told.value.code == "source_columns_too_many"
    assert told.value.context == {"source": "people"}


@pytest.mark.parametrize(
    "text",
    [
        f"id,name,{'x' * 30_000}\n1,Nadia,x\n",
        f"{'x' * 30_000}\n1,Nadia\n",
        'id,"name\n' + "x" * 30_000,
    ],
)
def test_a_header_without_end_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationProblem) as told:
        refreshed(tmp_path / "home", CsvSource(name="people", path=path), sizes=SMALL)

    assert told.value.code == "source_header_too_large"


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        (SHEET, b" " * 2_000_000, "source_unpacks_too_large"),
        ("xl/more.xml", b"<a/>" * 500_000, "source_unpacks_too_large"),
        ("xl/media/picture.png", b"\x00" * 2_000_000, "source_unpacks_too_large"),
        (
            SHEET,
            sheet("<row><c t='str'><v>" + "x" * 50_000 + "</v></c></row>"),
            "source_values_too_large",
        ),
        (SHEET, sheet('<row r="1000000000000"><c><v>1</v></c></row>'), "source_not_excel"),
        (SHEET, sheet("<row><c><v>1</v></c>") + b"<", "source_not_excel"),
        (SHEET, sheet('<row><c t="s"><v>9</v></c></row>'), "source_not_excel"),
        ("xl/workbook.xml", b"<workbook/>", "source_file_empty"),
    ],
)
def test_a_workbook_that_unfolds_or_is_damaged_is_refused_by_name(
    tmp_path: Path, part: str, content: bytes, code: str
) -> None:
    source = workbook(tmp_path, KEPT)
    with_part(source.path, part, content)

    with pytest.raises(ConfigurationProblem) as told:
        refreshed(tmp_path / "home", source, sizes=SMALL)

    assert told.value.code == code
    assert told.value.context == {"source": "people"}


def test_a_view_that_makes_values_without_end_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "people.sqlite"
    numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            f"CREATE VIEW person AS {numbers} SELECT x AS id, zeroblob(9000000) AS name FROM n"
        )

    with pytest.raises(ConfigurationProblem) as told:
        refreshed(
            tmp_path / "home", SqliteSource(name="people", path=path, table="person"), sizes=SMALL
        )

    assert told.value.code == "source_values_too_large"


def test_a_page_of_parquet_that_does_not_fit_into_memory_names_the_source(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    pq.write_table(pa.table({"id": ["1"], "name": ["x" * 40_000_000]}), path, compression="zstd")

    with pytest.raises(ConfigurationProblem) as told:
        refresh(
            PEOPLE,
            {"people": ParquetSource(name="people", path=path)},
            home=tmp_path / "home",
            now=NOW,
            resources=Resources(memory_limit_mb=30, threads=1),
        )

    assert told.value.code == "source_memory_exceeded"


def test_sorting_takes_no_more_disk_than_it_may(tmp_path: Path) -> None:
    people = [(f"{key:0200d}", f"{key:0300d}") for key in range(60_000)]
    source = parquet_file(tmp_path, people)

    with pytest.raises(Exception) as raised:
        refresh(
            PEOPLE,
            {"people": source},
            home=tmp_path / "home",
            now=NOW,
            resources=Resources(memory_limit_mb=40, threads=1),
            sizes=Sizes(spill_mb=1),
        )

    trouble = trouble_of(raised.value)
    assert isinstance(trouble, MachineTrouble)
    assert trouble.code in ("spill_full", "memory_short")
    assert ("'people'" in trouble.message) == (trouble.code == "spill_full")
    assert not list((tmp_path / "home").glob("**/spill/*"))


PEOPLE_OF_DAMAGE = [(str(key), f"Nadia {key} Ünal") for key in range(40)]


@pytest.mark.crossing
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", KINDS)
def test_twenty_wrong_bytes_anywhere_leave_out_rows_or_name_the_source(
    tmp_path: Path, kind: str, seed: int
) -> None:
    source = KINDS[kind](tmp_path, PEOPLE_OF_DAMAGE)
    source.path.write_bytes(spoiled(source.path.read_bytes(), Random(seed)))

    try:
        snapshot = refreshed(tmp_path / "home", source)
    except ConfigurationProblem as problem:
        assert problem.code.startswith("source_")
        assert {one.path for one in problem.mistakes} == {"sources.people"}
    else:
        assert snapshot.counts["profiles"].kept <= len(PEOPLE_OF_DAMAGE) + 20


def poison(folder: Path, kind: str) -> Source:
    """Write some hundred kilobytes or megabytes that unfold, or do not end."""
    path = folder / "poison.data"
    match kind:
        case "a csv line":
            path.write_bytes(b"id,name\n1,Nadia\n2," + b"x" * 60_000_000)
            return CsvSource(name="people", path=path)
        case "a json line":
            path.write_bytes(
                b'{"id": 1, "name": "' + b"x" * 60_000_000 + b'"}\n{"id": 2, "name": "a"}'
            )
            return JsonLinesSource(name="people", path=path)
        case "a json array":
            path.write_bytes(
                b'[{"id": 1, "name": "' + b"x" * 60_000_000 + b'"}, {"id": 2, "name": "a"}]'
            )
            return JsonLinesSource(name="people", path=path)
        case "json without end":
            path.write_bytes(b'{"id": 1, "name":\n' + b'[{"a":' * 2_000_000)
            return JsonLinesSource(name="people", path=path)
        case "a workbook":
            source = workbook(folder, KEPT)
            with_part(
                source.path, SHEET, sheet(f"<row><c t='str'><v>{'x' * 60_000_000}</v></c></row>")
            )
            return source
        case _:
            source = sqlite_file(folder, [NADIA])
            with closing(sqlite3.connect(source.path)) as connection:
                connection.execute("INSERT INTO person VALUES ('2', zeroblob(60000000))")
                connection.commit()
            return source


@pytest.mark.parametrize(
    ("kind", "code", "kinds"),
    long_but(
        [
            ("a csv line", "", ("row_too_large",)),
            ("a json line", "", ("row_too_large",)),
            ("a json array", "", ("row_too_large",)),
            ("json without end", "source_json_damaged", ()),
            ("a workbook", "source_values_too_large", ()),
            ("a table", "", ("row_too_large",)),
        ],
        "a csv line",
        "a json array",
        "a workbook",
    ),
)
def test_sixty_megabytes_in_one_value_take_no_memory_of_note(
    tmp_path: Path, kind: str, code: str, kinds: tuple[str, ...]
) -> None:
    sizes = Sizes(row_bytes=100_000, cell_bytes=10_000)

    outcome = in_a_process(tmp_path, poison(tmp_path, kind), sizes)

    assert (outcome.code, outcome.kinds) == (code, kinds)
    assert outcome.memory_mb < MEGABYTES


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("people[1].parquet", "people1.parquet"),
        ("a*b.parquet", "axb.parquet"),
        ("a?.parquet", "ab.parquet"),
    ],
)
@pytest.mark.parametrize("kind", ["parquet", "csv", "json lines"])
def test_a_name_with_signs_of_patterns_is_that_file_where_it_exists(
    tmp_path: Path, name: str, other: str, kind: str
) -> None:
    wrong = KINDS[kind](tmp_path, [("9", "Mallory")])
    wrong.path.rename(tmp_path / other)
    source = KINDS[kind](tmp_path, KEPT)
    source.path.rename(tmp_path / name)

    snapshot = refreshed(tmp_path / "home", type(source)(name="people", path=tmp_path / name))

    assert rows(snapshot) == KEPT


@pytest.mark.parametrize(
    "encoding",
    ["punycode", "undefined", "idna", "unicode_escape", "raw-unicode-escape", "rot13", "base64", "hex", "zlib", "bz2",
     "uu", "quopri", "charmap", "utf-8\x00", "ütf", "x" * 9_000],
)  # fmt: skip
def test_what_is_no_encoding_of_text_is_refused_by_name(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"id,name\n1,Nadia\n")

    with pytest.raises(ConfigurationProblem) as told:
        refreshed(tmp_path / "home", CsvSource(name="people", path=path, encoding=encoding))

    assert told.value.code == "source_encoding_unknown"
    assert len(told.value.message) < 200


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-32", "utf-8", "ascii", "cp037", "shift_jis", "hz"]
)
def test_bytes_of_another_encoding_are_told_with_their_line(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"id,name\n1,N\xff\xfe\x81~{\n")

    try:
        refreshed(tmp_path / "home", CsvSource(name="people", path=path, encoding=encoding))
    except ConfigurationProblem as problem:
        assert problem.code.startswith("source_")
        assert "people" in problem.message


def test_sizes_come_from_the_environment() -> None:
    told = {
        "SEGUE_SOURCE_ROWS": "7",
        "SEGUE_SOURCE_CELL_BYTES": "2000",
        "SEGUE_REFRESH_SPILL_MB": " ",
    }

    assert sizes_from({}) == SIZES
    assert sizes_from(told) == Sizes(rows=7, cell_bytes=2_000)


@pytest.mark.parametrize("value", ["0", "-1", "many", "1e9", "٣", "9" * 30, "1.5"])
def test_a_size_that_is_no_number_is_named(value: str) -> None:
    with pytest.raises(ConfigurationProblem) as told:
        sizes_from({"SEGUE_SOURCE_ROWS": value})

    assert told.value.code == "setting_invalid"
    assert "SEGUE_SOURCE_ROWS" in told.value.message


def test_other_sizes_call_for_a_new_reading(tmp_path: Path) -> None:
    source = json_array(tmp_path, [NADIA, ("2", "x" * 3_000)])
    refreshed(tmp_path / "home", source, sizes=SMALL)

    snapshot = refreshed(tmp_path / "home", source)

    assert rows(snapshot) == [NADIA, ("2", "x" * 3_000)]
    declared = schema(table(attribute("name")))
    again = refresh(declared, {"people": source}, home=tmp_path / "home", now=NOW)
    assert not again.read_again
