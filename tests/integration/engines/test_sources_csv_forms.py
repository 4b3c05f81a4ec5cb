"""Separators at the ends of lines, columns without a name, title lines and lines `sep=;`."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.core.errors import ConfigurationProblem
from tests.integration.engines.small_refresh import (
    attribute,
    csv_source,
    listed,
    rows,
    run,
    schema,
    table,
)

PEOPLE = schema(table(attribute("name")))
TWO = [("1", "Nadia"), ("2", "Omar")]


@pytest.mark.crossing
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "text",
    [
        "id,name,\n1,Nadia\n2,Omar\n",
        "id,name,\n1,Nadia,\n2,Omar,\n",
        "id,name\n1,Nadia,\n2,Omar,\n",
        "id,name,,,\n1,Nadia,,,\n2,Omar\n",
        "id,name\n1,Nadia,,\n2,Omar\n",
        'id,name,\n1,"Nadia",""\n2,Omar\n',
        "id,name, ,\n1,Nadia,\n2,Omar,,,,,\n",
    ],
)
def test_blank_columns_at_the_end_are_passed_over(
    tmp_path: Path, text: str, separator: str
) -> None:
    source = csv_source(tmp_path, text.replace(",", separator))

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == TWO
    assert listed(snapshot) == []


def test_a_value_behind_the_last_column_is_reported(tmp_path: Path) -> None:
    text = "id,name\n1,Nadia,\n2,Omar,\n3,Pia,x\n4,Quentin,,y\n5\n"

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, text)).snapshot

    assert rows(snapshot) == TWO
    assert listed(snapshot) == [
        (4, None, "row_ragged", "3,Pia,x"),
        (5, None, "row_ragged", "4,Quentin,,y"),
        (6, None, "row_ragged", "5"),
    ]


def test_values_in_columns_without_a_name_are_not_in_the_way(tmp_path: Path) -> None:
    text = ",id,,name,\n0,1,x,Nadia,y\n1,2,x,Omar,y\n"

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, text)).snapshot

    assert rows(snapshot) == TWO


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;\r", "\ufeffsep=;"])
def test_a_line_that_names_the_separator_is_taken_at_its_word(tmp_path: Path, first: str) -> None:
    text = f"{first}\nid;name\n1;Nadia\n2;Omar\n3\n"

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, text)).snapshot

    assert rows(snapshot) == TWO
    assert listed(snapshot) == [(4, None, "row_ragged", "3")]


def test_a_line_that_names_a_rare_separator_is_taken_at_its_word(tmp_path: Path) -> None:
    snapshot = run(
        tmp_path / "home", PEOPLE, csv_source(tmp_path, "sep=^\nid^name\n1^Nadia\n2^Omar\n")
    ).snapshot

    assert rows(snapshot) == TWO


def test_title_lines_are_skipped_and_counted(tmp_path: Path) -> None:
    text = 'Customers, all;\n"exported, 2026"\n\nid;name\n1;Nadia\n2;Omar\n3;x;y\n'

    snapshot = run(tmp_path / "home", PEOPLE, csv_source(tmp_path, text, skip_rows=3)).snapshot

    assert rows(snapshot) == TWO
    assert listed(snapshot) == [(7, None, "row_ragged", "3;x;y")]


def test_blank_lines_before_the_header_are_passed_over(tmp_path: Path) -> None:
    snapshot = run(
        tmp_path / "home", PEOPLE, csv_source(tmp_path, "\n,\nid,name\n1,Nadia\n2,Omar\n3\n")
    ).snapshot

    assert rows(snapshot) == TWO
    assert listed(snapshot) == [(6, None, "row_ragged", "3")]


def test_a_header_over_several_lines_is_one_row(tmp_path: Path) -> None:
    declared = schema(table(attribute("name", column="full\nname")))
    source = csv_source(tmp_path, 'id,"full\nname"\n1,Nadia\n2,Omar\n3\n')

    snapshot = run(tmp_path / "home", declared, source).snapshot

    assert rows(snapshot) == TWO
    assert [row for row, *_ in listed(snapshot)] == [4]


def test_a_file_without_one_row_that_fits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, csv_source(tmp_path, "id,name,mail\n1,Nadia\n"))

    assert raised.value.code == "source_rows_unfit"
