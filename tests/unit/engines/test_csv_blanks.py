"""Blanks of every sort between a separator and a quote are passed over; none of them hides a quote."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.engines.duckdb.reading.sources_csv_grammar import Grammar, Line
from segue.engines.duckdb.reading.sources_csv_header import read_header
from segue.engines.duckdb.reading.sources_encoding import examine
from segue.profiles.sources import CsvSource

BLANKS = [" ", "\t", " \t ", "\u00a0", "\u2009", "\u202f", "\u200b", "\u3000", "\ufeff"]
SIGNS_THAT_BEGIN_ALIKE = ["©", "—", "…", "あ", "、", "ﬁ", "ﺀ", "\ufdd0"]


@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
@pytest.mark.parametrize("blank", BLANKS)
def test_blanks_before_a_quote_are_taken_out(separator: str, blank: str) -> None:
    if separator in blank:
        return
    grammar = Grammar(separator, '"')
    line = f'{blank}"1"{blank}{separator}{blank}"a{separator} b"\n'.encode()

    assert not grammar.is_sound(line)
    assert grammar.outside(line) is Line.UNSOUND
    mended = grammar.without_blanks(line)

    assert mended == f'"1"{blank}{separator}"a{separator} b"\n'.encode()
    assert grammar.is_sound(mended)
    assert grammar.outside(mended) is Line.WHOLE


@pytest.mark.parametrize("sign", SIGNS_THAT_BEGIN_ALIKE)
def test_a_quote_behind_another_sign_is_a_sign_of_the_value(sign: str) -> None:
    grammar = Grammar(",", '"')
    line = f'1,{sign}"a" b\n'.encode()

    assert grammar.is_sound(line)
    assert grammar.outside(line) is Line.WHOLE


def test_a_tab_that_separates_is_no_blank() -> None:
    grammar = Grammar("\t", '"')

    assert grammar.without_blanks(b'1\t\t "a"\n') == b'1\t\t"a"\n'


HEADERS = [
    ('id,\t"name"', ",", ("id", "name")),
    ("id,\t\tname,\t", ",", ("id", "name", "")),
    ("id\t|\tname", "|", ("id", "name")),
    ('id,\u00a0"last, first"', ",", ("id", "last, first")),
    ('id, "last, ""first"""', ",", ("id", 'last, "first"')),
    ("id\t\tname", "\t", ("id", "", "name")),
    ("id,no\tname", ",", ("id", "no\tname")),
]


@pytest.mark.parametrize(("line", "separator", "names"), HEADERS)
def test_a_tab_beside_another_separator_does_not_separate(
    tmp_path: Path, line: str, separator: str, names: tuple[str, ...]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(line + "\n", encoding="utf-8")
    source = CsvSource(name="people", path=file)

    header = read_header(source, file, examine("people", file, declared=source.encoding))

    assert (header.separator, header.names) == (separator, names)
