"""Quotes that were not escaped never give one person what belongs to another; quotes that are sound hold anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.reading.sources_csv import CsvReader
from segue.engines.duckdb.reading.sources_reports import Reports
from tests.integration.engines.small_refresh import (
    attribute,
    csv_source,
    listed,
    rows,
    run,
    schema,
    table,
)

PEOPLE = schema(table(attribute("first"), attribute("email")))
HEAD = "id,first,email\n"
CYD = ("3", "Cyd", "cyd@shop.example")

UNSOUND = {
    "two values that only open": (
        '1,"The Shop,ana@shop.example\n2,"Corner,bob@shop.example\n3,Cyd,cyd@shop.example\n',
        [2, 3],
    ),
    "one that opens and one that closes": (
        '1,"The Shop,ana@shop.example\n2,Corner",bob@shop.example\n3,Cyd,cyd@shop.example\n',
        [2, 3],
    ),
    "an inch sign that seems to close": (
        '1,"The Shop,ana@shop.example\n2,Screen 15",bob@shop.example\n3,Cyd,cyd@shop.example\n',
        [2, 3],
    ),
    "the first of the two has no address": (
        '1,"The Shop,\n2,Corner",bob@shop.example\n3,Cyd,cyd@shop.example\n',
        [2, 3],
    ),
    "the first of the two ends early": (
        '1,"The Shop\n2,Corner",bob@shop.example\n3,Cyd,cyd@shop.example\n',
        [2, 3],
    ),
    "the key is quoted": (
        '"1,Ana,ana@shop.example\n2",Bob,bob@shop.example\n3,Cyd,cyd@shop.example\n',
        [2, 3],
    ),
    "the address is quoted": (
        '1,Ana,"ana@shop.example\n2,Bob,bob@shop.example"\n3,Cyd,cyd@shop.example\n',
        [2, 3],
    ),
    "a row between them": (
        '1,"The Shop,ana@shop.example\n4,Dan,dan@shop.example\n2,Corner",bob@shop.example\n3,Cyd,cyd@shop.example\n',
        [2, 3, 4],
    ),
    "text behind a closing quote": ('1,"Ana" Lee,ana@shop.example\n3,Cyd,cyd@shop.example\n', [2]),
    "the last row": (
        '3,Cyd,cyd@shop.example\n1,"The Shop,ana@shop.example\n2,"Corner" x,bob@shop.example\n',
        [3, 4],
    ),
    "the first column is no key": (
        'Ana,"The Shop,ana@shop.example\nBob,Corner",bob@shop.example\n3,Cyd,cyd@shop.example\n',
        [2, 3],
    ),
    "a value in the row between that is sound alone": (
        '1,"The Shop,ana@shop.example\n3,"Cyd",cyd@shop.example\n',
        [2],
    ),
    "everything is quoted and one quote is lost": (
        '"1","The Shop,"ana@shop.example"\n"2","Bob","bob@shop.example"x\n"3","Cyd","cyd@shop.example"\n',
        [2, 3],
    ),
    "everything is quoted and the last quote is lost": (
        '"1","Ana","ana@shop.example\n"3","Cyd","cyd@shop.example"\n',
        [2],
    ),
    "a quote that closes twice": (
        '"1","Ana","ana@shop.example""\n"3","Cyd","cyd@shop.example"\n',
        [2],
    ),
}


@pytest.mark.crossing
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("case", UNSOUND)
def test_rows_that_quotes_run_together_are_reported_and_not_taken(
    tmp_path: Path, case: str, end: str, separator: str
) -> None:
    text, reported = UNSOUND[case]
    text = (HEAD + text).replace(",", separator).replace("\n", end)

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, text)).snapshot

    assert rows(snapshot) == [CYD]
    assert [(row, kind) for row, _, kind, _ in listed(snapshot)] == [
        (row, "row_quotes_unsound") for row in reported
    ]


def test_a_stray_quote_far_above_costs_its_own_row_only(tmp_path: Path) -> None:
    people = [f"{n},P{n},p{n}@shop.example" for n in range(1, 90_001)]
    people[4] = '5,"Foo,p5@shop.example'
    people[80_000] = '80001,"Bar, Inc",p80001@shop.example'
    source = csv_source(tmp_path, HEAD + "\n".join(people) + "\n")

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert snapshot.counts["profiles"].kept == 89_999
    assert listed(snapshot) == [(6, None, "row_quotes_unsound", '5,"Foo,p5@shop.example')]
    assert rows(snapshot, columns="* EXCLUDE first")[-1][0] == "9999"


SOUND = {
    "a postal address": ("1,{},ana@shop.example", "12 Main St, Apt 4\n75001 Paris"),
    "a postal address with commas": ("1,{},ana@shop.example", "Main St, Apt 4\n75001, Paris"),
    "several blank lines": ("1,{},ana@shop.example", "one\n\n\ntwo"),
    "quotes inside": ("1,{},ana@shop.example", 'He said ""no"",\nthen ""yes""'),
    "a table of another form in the text": ("1,{},ana@shop.example", "a,b\nc,d\ne,f"),
    "text that begins with a line break": ("1,{},ana@shop.example", "\nAna"),
}


@pytest.mark.parametrize("case", SOUND)
def test_sound_quotes_hold_line_breaks(tmp_path: Path, case: str) -> None:
    row, value = SOUND[case]
    text = HEAD + row.format(f'"{value}"') + "\n3,Cyd,cyd@shop.example\n"

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, text)).snapshot

    expected = value.replace('""', '"').strip()
    assert rows(snapshot) == [("1", expected, "ana@shop.example"), CYD]
    assert listed(snapshot) == []


def test_a_note_at_the_end_of_a_wide_table_holds_what_people_paste(tmp_path: Path) -> None:
    note = "Hello,\nsee 1, 2, 3, 4, 5\nid,first,email\nRegards"
    text = f'id,first,email,city,zip,note\n1,Ana,ana@shop.example,Lyon,69001,"{note}"\n'
    declared = schema(table(attribute("note")))

    snapshot = run(tmp_path / "home", declared, csv_source(tmp_path, text)).snapshot

    assert rows(snapshot) == [("1", note)]


def test_blanks_around_quotes_are_passed_over(tmp_path: Path) -> None:
    text = 'id, "first", "email"\n1, "Lee, Ana" , "ana@shop.example"\n3, Cyd, cyd@shop.example\n'

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, text)).snapshot

    assert rows(snapshot) == [("1", "Lee, Ana", "ana@shop.example"), CYD]


def test_a_quote_inside_an_unquoted_value_is_a_sign_like_any_other(tmp_path: Path) -> None:
    text = HEAD + '1,15" Screen,ana@shop.example\n3,Cyd,cyd@shop.example\n'

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, text)).snapshot

    assert rows(snapshot) == [("1", '15" Screen', "ana@shop.example"), CYD]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('1,Ana,ana@shop.example\n2,15" Screen,bob@shop.example\n3,"Cyd,cyd@shop.example\n', 4),
        ('1,"Two\nlines",ana@shop.example\n2,"Bob,bob@shop.example\n', 3),
        ('1,Ana,"ana@shop.example\n', 2),
    ],
)
def test_a_quote_that_swallows_the_end_of_the_file_refuses_it(
    tmp_path: Path, text: str, row: int
) -> None:
    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, csv_source(tmp_path, HEAD + text))

    assert raised.value.code == "source_quote_unclosed"
    assert f"in row {row} or later" in raised.value.message


def test_another_quote_is_held_to_the_same(tmp_path: Path) -> None:
    text = (
        HEAD
        + "1,'The Shop,ana@shop.example\n2,Corner',bob@shop.example\n3,'Cyd',cyd@shop.example\n"
    )

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, text, quote="'")).snapshot

    assert rows(snapshot) == [CYD]
    assert [row for row, *_ in listed(snapshot)] == [2, 3]


NAME = st.text(alphabet=st.sampled_from('ab ,"'), min_size=1, max_size=6)


@given(
    names=st.lists(NAME, min_size=2, max_size=6),
    quoted=st.booleans(),
    strays=st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=4),
    separator=st.sampled_from(",;\t"),
)
def test_stray_quotes_never_mix_two_people(
    tmp_path_factory: pytest.TempPathFactory,
    names: list[str],
    quoted: bool,
    strays: list[tuple[int, bool]],
    separator: str,
) -> None:
    text = _damaged(names, quoted, strays, separator)
    source = csv_source(tmp_path_factory.mktemp("csv"), text, separator=separator)

    for key, address in _pairs(source):
        if key.isdecimal() and address.startswith("p") and "\n" not in address:
            assert address.replace('"', "") == f"p{key}@shop.example", text


def _damaged(names: list[str], quoted: bool, strays: list[tuple[int, bool]], separator: str) -> str:
    """Write people with an address of their own number, then put quotes in, or take some out."""
    made = [["id", "first", "email", "city"]]
    made += [
        [str(n), name.replace('"', '""'), f"p{n}@shop.example", f"City {n}"]
        for n, name in enumerate(names, start=100)
    ]
    shown = [[f'"{v}"' if quoted or separator in v or '"' in v else v for v in row] for row in made]
    head, *body = [separator.join(row) + "\n" for row in shown]
    text = "".join(body)
    for at, adds in strays:
        place = at % len(text)
        text = text[:place] + '"' + text[place:] if adds else _one_quote_less(text, at)
    return head + text


def _one_quote_less(text: str, at: int) -> str:
    places = [place for place, sign in enumerate(text) if sign == '"']
    if not places:
        return text
    place = places[at % len(places)]
    return text[:place] + text[place + 1 :]


def _pairs(source: object) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    try:
        for batch in CsvReader(source).batches(["id", "email"], Reports(source="people")):  # type: ignore[arg-type]
            found += zip(batch.column(2).to_pylist(), batch.column(3).to_pylist(), strict=True)
    except ConfigurationProblem as problem:
        assert problem.code in ("source_quote_unclosed", "source_rows_unfit")
    return [(key or "", address or "") for key, address in found]
