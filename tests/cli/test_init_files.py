"""`segue init` looks at every file of a folder: it reads it, or says what to do with it; `check` takes what it writes."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.program import Shop, open_shop

PEOPLE = "id,email,first\n1,ana@shop.example,Ana\n2,bob@shop.example,Bob\n"


def _looked_at(shop: Shop, folder: Path, files: dict[str, str | bytes], *more: str) -> Any:
    """Write files into a folder of their own, look at them, and see that `check` takes what was written."""
    data = folder / "data"
    data.mkdir()
    for name, content in files.items():
        (data / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = shop.segue("init", "data", "--config", "made.yaml", *more)
    checked = shop.segue("check", "--config", "made.yaml")
    assert (ended.code, checked.code) == (0, 0), ended.err + checked.err
    return ended


def _made(folder: Path) -> str:
    return (folder / "made.yaml").read_text(encoding="utf-8")


def _sources(folder: Path) -> list[str]:
    written = _made(folder).partition("sources:\n")[2].partition("\n\n")[0]
    return [line.strip() for line in written.splitlines()]


def _members(shop: Shop) -> int:
    counted = shop.segue("segments", "--config", "made.yaml", "--json")
    return int(counted.json[0]["members"])


def test_every_file_that_is_not_read_is_named_with_the_next_step(tmp_path: Path) -> None:
    files = {
        "people.csv": PEOPLE, "old.xls": b"\xd0\xcf\x11\xe0", "sheet.ods": b"PK", "all.csv.gz": b"\x1f\x8b",
        "all.zip": b"PK", "shop.sql": "INSERT", "old.feather": b"FEA1", "letter.pdf": b"%PDF", "README.md": "# Read me",
        "notes.txt": "Call Ana back.\nShe likes tea.\n",
    }  # fmt: skip
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, files)

    assert "Found: people (3).\n" in ended.out
    for sentence in (
        "Not read: all.csv.gz, all.zip. Unpack them first.",
        "Not read: old.xls, sheet.ods. Save them as .xlsx, or as CSV UTF-8.",
        "Not read: shop.sql. Export their tables as CSV, or load them into SQLite or PostgreSQL.",
        "Not read: old.feather. Write them as Parquet or CSV.",
        "Not read: letter.pdf. Export the data in them as CSV, .xlsx or JSON.",
        "Nothing like a table was found in README.md, notes.txt.",
    ):
        assert sentence in ended.out


def test_the_same_is_told_in_french_and_as_json(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, {"people.csv": PEOPLE, "old.xls": b"x"}, "--json")
        french = shop.segue("init", "data", "--config", "made.yaml", "--force", "--language", "fr")

    assert ended.json["left_out"] == {"workbook": ["old.xls"], "unreadable": []}
    assert "Non lus\u00a0: old.xls. Enregistrez-les au format .xlsx, ou en CSV UTF-8." in french.out


@pytest.mark.parametrize(
    ("name", "content", "settings", "members"),
    [
        ("people.txt", PEOPLE.replace(",", "\t"), "{type: csv, path: data/people.txt}", 2),
        ("list.txt", "email\nana@shop.example\nbob@shop.example\n", "{type: csv, path: data/list.txt}", 2),
        ("people.json", '[{"id": 1, "email": "ana@shop.example"}]', "{type: json, path: data/people.json}", 1),
        ("people.jsonl", '{\n  "id": 1,\n  "email": "ana@shop.example"\n}', "{type: json, path: data/people.jsonl}", 1),
        ("people.json", '{"data": [{"id": 1, "email": "ana@shop.example"}]}',
         "{type: json, path: data/people.json, records: data}", 1),
        ("people.csv", "Customers of 2026\n\n" + PEOPLE, "{type: csv, path: data/people.csv, skip_rows: 2}", 2),
        ("people.csv", "sep=;\n" + PEOPLE.replace(",", ";"), "{type: csv, path: data/people.csv}", 2),
        ("people.csv", PEOPLE.replace("\n", ",\n"), "{type: csv, path: data/people.csv}", 2),
        ("people.csv", PEOPLE.replace("first", "first,", 1), "{type: csv, path: data/people.csv}", 2),
        ("people.csv", PEOPLE.replace("Ana", "Zoë").encode("utf-16"), "{type: csv, path: data/people.csv}", 2),
        ("people.csv", PEOPLE.replace("Ana", "Jürgen").encode("cp850"),
         "{type: csv, path: data/people.csv, encoding: cp850}", 2),
        ("people.csv", "\ufeff\ufeff" + PEOPLE.replace("email", "\u200be\u00admail"), "{type: csv, path: data/people.csv}", 2),
    ],
)  # fmt: skip
def test_a_file_in_another_form_is_read_as_it_stands(
    tmp_path: Path, name: str, content: str | bytes, settings: str, members: int
) -> None:
    with open_shop(tmp_path) as shop:
        _looked_at(shop, tmp_path, {name: content})

        assert _sources(tmp_path) == [f"{Path(name).stem}: {settings}"]
        assert _members(shop) == members


def test_how_a_text_was_read_is_told(tmp_path: Path) -> None:
    french = PEOPLE.replace("Ana", "Zoé").encode("cp1252")
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, {"people.csv": french})

    assert "people.csv is read as windows-1252: look at some names with accents.\n" in ended.out


def test_signs_for_no_value_of_several_files_are_united(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "list-2025.csv": "id,email,first,total\n1,ana@shop.example,NULL,1\n",
        "list-2026.csv": "id,email,first,total\n2,bob@shop.example,Bob,--\n",
        "list-2027.csv": "id,email,first,total\n3,cyd@shop.example,Cyd,3\n",
    }
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, files)

        assert _sources(tmp_path) == [
            'list: {type: csv, path: "data/list-*.csv", null_values: ["NULL", "--"]}'
        ]
        assert "total: {column: total, type: integer}" in _made(tmp_path)
        assert _members(shop) == 3
    assert "In list-2025.csv, these stand for no value (null_values): NULL.\n" in ended.out


def test_words_that_somebody_may_mean_are_values(tmp_path: Path) -> None:
    text = "id,email,last\n1,ana@shop.example,Null\n2,bob@shop.example,None\n3,cyd@shop.example,NA\n4,dan@shop.example,-\n"
    with open_shop(tmp_path) as shop:
        _looked_at(shop, tmp_path, {"people.csv": text})

    assert _sources(tmp_path) == ["people: {type: csv, path: data/people.csv}"]


def _book(path: Path, **sheets: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    book.save(path)


def test_every_sheet_of_a_workbook_is_a_source(tmp_path: Path) -> None:
    _book(
        tmp_path / "shop.xlsx",
        Kunden=[["Stand 2026"], [], ["id", "email", "name"], [1, "ana@shop.example", "Ana"]],
        Orders=[["order_id", "kunden_id", "total"], [7, 1, 12.5]],
    )
    with open_shop(tmp_path) as shop:
        content = (tmp_path / "shop.xlsx").read_bytes()

        _looked_at(shop, tmp_path, {"shop.xlsx": content})

        assert _sources(tmp_path) == [
            "shop_kunden: {type: excel, path: data/shop.xlsx, sheet: Kunden, skip_rows: 2}",
            "shop_orders: {type: excel, path: data/shop.xlsx, sheet: Orders}",
        ]
        assert _members(shop) == 1


def test_a_hidden_sheet_is_left_out_and_named(tmp_path: Path) -> None:
    _book(tmp_path / "a.xlsx", People=[["id", "email"], [1, "ana@shop.example"]], Lists=[["yes"]])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book["Lists"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    content = (tmp_path / "a.xlsx").read_bytes()
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, {"a.xlsx": content})

    assert _sources(tmp_path) == ["a: {type: excel, path: data/a.xlsx}"]
    assert "Hidden sheets of a.xlsx are left out: Lists." in ended.out


def test_files_of_one_kind_that_differ_in_a_number_are_one_source(tmp_path: Path) -> None:
    orders = "order_id,person_id,total\n{},1,5.00\n"
    files = {
        "people.csv": PEOPLE,
        "orders-2025.csv": orders.format(1),
        "orders-2026.csv": orders.format(2),
        "refunds-2026.csv": orders.format(3),
    }
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, files)

    assert _sources(tmp_path) == [
        'orders: {type: csv, path: "data/orders-*.csv"}',
        "people: {type: csv, path: data/people.csv}",
        "refunds_2026: {type: csv, path: data/refunds-2026.csv}",
    ]
    assert "orders-2025.csv, orders-2026.csv have the same columns" in ended.out


@pytest.mark.parametrize(
    "files",
    [
        {
            "people-1.csv": PEOPLE,
            "people-2.csv": PEOPLE,
        },  # the same keys: last month's state of the same people
        {"a1.csv": PEOPLE, "b2.csv": PEOPLE.replace("\n1,", "\n3,").replace("\n2,", "\n4,")},
        {"people-1.csv": PEOPLE, "people-2.csv": "id,email\n3,cyd@shop.example\n"},
    ],
)
def test_other_files_stay_apart(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    with open_shop(tmp_path) as shop:
        _looked_at(shop, tmp_path, files)

    assert len(_sources(tmp_path)) == 2


def test_columns_that_cannot_be_declared_are_named(tmp_path: Path) -> None:
    text = ",id,email,note,note\n0,1,ana@shop.example,a,b\n"
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, {"people.csv": text})

    assert "Columns without a name in people.csv are left out: 1." in ended.out
    assert "Columns of one name in people.csv are left out: note." in ended.out


@pytest.mark.parametrize(
    "rows",
    [
        "1,ana@shop.example,Ana\n2,bob@shop.example,Bob\n",
        "Ana,+33 6 12 34 56 78,Lyon\nBob,+33 6 12 34 56 79,Nice\n",
        "1,Ana,Lyon\n2,Bob,Nice\n",
    ],
    ids=["an address", "a telephone number", "a key"],
)
def test_a_first_row_that_is_a_persons_is_not_taken_for_a_header(tmp_path: Path, rows: str) -> None:
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, {"people.csv": rows, "more.csv": PEOPLE})

    assert "people.csv seems to have no header" in ended.out
    assert "ana@" not in _made(tmp_path)
    assert "Ana" not in _made(tmp_path)


@pytest.mark.parametrize(
    "head",
    [
        "ID,E-Mail-Adresse,Straße & Nr.,Geb.-Datum,100%,#,a.b,profile_key,__x__,true,null,~",
        'Id,email,id ,ID#,2026,- ,[a],{b},"c: d",\'e\',"f, g",yes',
        "id,email,Größe,größe,GRÖSSE,Ⅷ,日本,😀,a\tb,x" + "y" * 300,
    ],
)
def test_whatever_columns_are_called_check_takes_what_was_written(
    tmp_path: Path, head: str
) -> None:
    width = 12 if "Größe" not in head else 10
    row = ",".join(["1", "ana@shop.example", *["x"] * (width - 2)])
    with open_shop(tmp_path) as shop:
        _looked_at(shop, tmp_path, {"people.csv": f"{head}\n{row}\n"})

        assert _members(shop) == 1


def test_a_damaged_file_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "people.csv": PEOPLE, "a.xlsx": b"PK\x03\x04", "b.parquet": b"x", "c.json": "[{",
        "d.csv": 'id,"name\n', "e.csv": "", "f.db": b"x" * 99,
    }  # fmt: skip
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, files)

    assert "Found: people (3).\n" in ended.out
    for name in ("a.xlsx", "b.parquet", "c.json", "d.csv", "e.csv", "f.db"):
        assert f"data/{name}" in ended.out


def test_an_archive_that_looks_like_a_workbook_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as package:
        package.writestr("a.txt", "x")
    content = (tmp_path / "x.zip").read_bytes()
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, {"people.csv": PEOPLE, "x.xlsx": content})

    assert "not a whole Excel workbook" in ended.out


def test_a_table_that_nothing_reads_is_named(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"people.csv": PEOPLE, "prices.csv": "sku,price\nA1,5.00\n"}
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, files)

    assert "`prices` is declared, but nothing reads it" in ended.out


def test_a_list_of_addresses_declares_them(tmp_path: Path) -> None:
    text = "email,first_name\nana@shop.example,Ana\nbob@shop.example,Bob\n"
    with open_shop(tmp_path) as shop:
        ended = _looked_at(shop, tmp_path, {"subscribers.csv": text})

    assert "email: {column: email, type: email}" in _made(tmp_path)
    assert "No column with e-mail addresses" not in ended.out
