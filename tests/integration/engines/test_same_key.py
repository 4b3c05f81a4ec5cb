"""Several rows with one key: which one wins, what the reports say of it, and that no row's refusal is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.engines.duckdb.profiles.snapshot_problems import list_problems
from segue.profiles.ports import Snapshot
from segue.profiles.schema import Join, ProfileSchema
from segue.profiles.sources import CsvSource
from tests.integration.engines.small_refresh import attribute, csv_source, rows, run, schema, table


def declared(newest_by: str | None, kind: str = "date") -> ProfileSchema:
    return schema(
        table(
            attribute("name"),
            attribute("seen", kind),
            attribute("opted_in", "boolean"),
            newest_by=newest_by,
        )
    )


def lost(snapshot: Snapshot) -> list[tuple[int, int | None]]:
    """Return each row that lost and the one that won."""
    found = list_problems(snapshot, 99, kind="key_repeated", personal_values=True)
    return [(one.row, one.won_row) for one in found]


PEOPLE = """\
id,name,seen,opted_in
1,first,2026-01-01,yes
1,newest,2026-03-01,yes
1,blank,,yes
2,only,2026-01-01,yes
1,between,2026-02-01,yes
"""


def test_without_a_declaration_the_first_row_wins(tmp_path: Path) -> None:
    snapshot = run(tmp_path / "home", declared(None), csv_source(tmp_path, PEOPLE)).snapshot

    assert rows(snapshot, columns="profile_key, name") == [("1", "first"), ("2", "only")]
    assert lost(snapshot) == [(3, 2), (4, 2), (6, 2)]


def test_the_newest_row_wins_where_it_is_declared(tmp_path: Path) -> None:
    snapshot = run(tmp_path / "home", declared("seen"), csv_source(tmp_path, PEOPLE)).snapshot

    assert rows(snapshot, columns="profile_key, name") == [("1", "newest"), ("2", "only")]
    assert lost(snapshot) == [(2, 3), (4, 3), (6, 3)]


@pytest.mark.parametrize(
    ("kind", "older", "newer"),
    [
        ("integer", "9", "10"),
        ("decimal", "9.5", "10.25"),
        ("timestamp", "2026-01-01 09:00", "2026-01-01 10:00"),
    ],
)
def test_newest_is_meant_by_the_attributes_type(
    tmp_path: Path, kind: str, older: str, newer: str
) -> None:
    text = f"id,name,seen,opted_in\n1,older,{older},yes\n1,newer,{newer},yes\n"

    snapshot = run(tmp_path / "home", declared("seen", kind), csv_source(tmp_path, text)).snapshot

    assert rows(snapshot, columns="name") == [("newer",)]


def test_of_rows_that_are_as_new_the_first_one_wins(tmp_path: Path) -> None:
    text = "id,name,seen,opted_in\n1,a,2026-01-01,yes\n1,b,2026-01-01,yes\n2,c,,yes\n2,d,,yes\n"

    snapshot = run(tmp_path / "home", declared("seen"), csv_source(tmp_path, text)).snapshot

    assert rows(snapshot, columns="name") == [("a",), ("c",)]


def test_keys_that_are_one_address_compete_too(tmp_path: Path) -> None:
    people = schema(
        table(attribute("email", "email"), attribute("seen", "date"), key="email", newest_by="seen")
    )
    text = "email,seen\nAna@Shop.example,2026-01-01\nana@shop.example,2026-02-01\n"

    snapshot = run(tmp_path / "home", people, csv_source(tmp_path, text)).snapshot

    assert rows(snapshot, columns="email") == [("ana@shop.example",)]


def test_of_several_files_the_report_names_the_winners_file(tmp_path: Path) -> None:
    csv_source(tmp_path, "id,name,seen,opted_in\n1,a,2026-01-01,yes\n", name="p-1")
    csv_source(tmp_path, "id,name,seen,opted_in\n2,x,,yes\n1,b,2026-02-01,yes\n", name="p-2")
    several = CsvSource(name="people", path=tmp_path / "p-*.csv")

    snapshot = run(tmp_path / "home", declared("seen"), several).snapshot

    [problem] = list_problems(snapshot, 9, kind="key_repeated")
    assert (Path(problem.file).name, problem.row) == ("p-1.csv", 2)
    assert (Path(str(problem.won_file)).name, problem.won_row) == ("p-2.csv", 3)


# refusals


def refused(snapshot: Snapshot) -> dict[str, tuple[bool | None, bool]]:
    """Return what each profile says and whether a row that lost says no."""
    found = rows(snapshot, columns="profile_key, opted_in, opted_in__refused")
    return {key: (yes, no) for key, yes, no in found}


ANSWERS = """\
id,name,seen,opted_in
1,a,2026-01-01,no
1,b,2026-02-01,yes
2,a,2026-02-01,yes
2,b,2026-01-01,no
3,a,2026-01-01,yes
3,b,2026-02-01,yes
4,a,2026-01-01,
4,b,2026-02-01,yes
5,a,2026-01-01,yes
5,b,2026-02-01,no
6,a,2026-01-01,no
6,b,2026-02-01,
"""


@pytest.mark.parametrize("newest_by", [None, "seen"])
def test_a_no_in_any_row_is_kept_whichever_wins(tmp_path: Path, newest_by: str | None) -> None:
    snapshot = run(tmp_path / "home", declared(newest_by), csv_source(tmp_path, ANSWERS)).snapshot

    told = refused(snapshot)
    may_be_written = {key for key, (yes, no) in told.items() if yes and not no}
    assert may_be_written == ({"3"} if newest_by is None else {"3", "4"})
    assert told["2"] == (True, True)


def test_how_many_yes_were_outweighed_is_told(tmp_path: Path) -> None:
    snapshot = run(tmp_path / "home", declared("seen"), csv_source(tmp_path, ANSWERS)).snapshot

    found = [one for one in snapshot.problem_counts if one.kind == "yes_outweighed"]
    assert [(one.source, one.attribute, one.column, one.count) for one in found] == [
        ("people", "opted_in", "opted_in", 2)
    ]


def test_a_no_in_a_row_that_a_join_leaves_aside_counts(tmp_path: Path) -> None:
    people = schema(
        table(
            attribute("name"),
            attribute("opted_in", "boolean", column="consents.answer"),
            joins=[Join(source="consents", on=(("id", "person"),), name="consents")],
        )
    )
    sources = (
        csv_source(tmp_path, "id,name\n1,Ana\n2,Bob\n3,Cyd\n"),
        csv_source(
            tmp_path, "person,answer\n1,yes\n1,no\n2,yes\n2,yes\n3,no\n3,yes\n", name="consents"
        ),
    )

    snapshot = run(tmp_path / "home", people, *sources).snapshot

    assert refused(snapshot) == {"1": (True, True), "2": (True, False), "3": (False, False)}


def test_an_answer_that_cannot_be_read_in_a_row_that_lost_may_be_a_no(tmp_path: Path) -> None:
    text = "id,name,seen,opted_in\n1,a,2026-02-01,yes\n1,b,2026-01-01,perhaps\n"

    snapshot = run(tmp_path / "home", declared("seen"), csv_source(tmp_path, text)).snapshot

    assert refused(snapshot) == {"1": (True, True)}


def test_without_repeated_rows_nobody_is_refused(tmp_path: Path) -> None:
    text = "id,name,seen,opted_in\n1,a,,yes\n2,b,,no\n"

    snapshot = run(tmp_path / "home", declared("seen"), csv_source(tmp_path, text)).snapshot

    assert refused(snapshot) == {"1": (True, False), "2": (False, False)}
