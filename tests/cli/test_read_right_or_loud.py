"""What a night's file must not do to the audience: join two people, or turn every accent into mojibake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import AUDIENCE, Shop, open_shop

HEAD = "id,email,first,country,agreed\n"
PEOPLE = HEAD + "1,ana@shop.example,René,France,true\n2,bob@shop.example,Zoë,France,true\n"


def _held(shop: Shop) -> dict[str, str]:
    found = [one for one in shop.sandbox.members(AUDIENCE) if one.status == "subscribed"]
    return {one.email: one.merge_fields.get("FNAME", "") for one in found}


@pytest.mark.parametrize(
    "rows",
    [
        '1,ana@shop.example,"The Shop,France,true\n2,bob@shop.example,"Corner,France,true\n',
        '1,ana@shop.example,"The Shop,France,true\n2,bob@shop.example,Corner",France,true\n',
    ],
)
def test_two_people_whom_quotes_run_together_are_not_sent(tmp_path: Path, rows: str) -> None:
    with open_shop(tmp_path) as shop:
        text = HEAD + rows + "3,cyd@shop.example,Cyd,France,true\n"
        (tmp_path / "customers.csv").write_text(text, encoding="utf-8")

        run = shop.segue("run", "--yes")
        told = shop.segue("profiles", "--json")

        assert (run.code, _held(shop)) == (0, {"cyd@shop.example": "Cyd"})
    assert "unsound quotes: 2" in run.out
    assert [(one["kind"], one["count"]) for one in told.json["problem_counts"]] == [
        ("row_quotes_unsound", 2)
    ]


def test_one_bad_byte_changes_nobody_elses_name(tmp_path: Path) -> None:
    people = HEAD + "1,ana@shop.example,René,France,true\n2,bob@shop.example,Zoë,France,true\n"
    with open_shop(tmp_path) as shop:
        (tmp_path / "customers.csv").write_text(people, encoding="utf-8")
        shop.segue("run", "--yes")
        (tmp_path / "customers.csv").write_bytes(
            people.encode() + b"3,cyd@shop.example,Jos\xe9,France,true\n"
        )

        plan = shop.segue("plan")
        run = shop.segue("run", "--yes")

        assert run.code == 0
        assert _held(shop) == {
            "ana@shop.example": "René",
            "bob@shop.example": "Zoë",
            "cyd@shop.example": "",
        }
    assert "update" not in plan.out
    assert "bytes of another encoding: 1" in plan.out


@pytest.mark.parametrize(
    "damaged",
    [
        PEOPLE.encode().decode("cp1252"),
        PEOPLE.encode("ascii", "replace").decode().replace("?", "\ufffd"),
    ],
)
def test_names_that_were_damaged_before_change_nobodys_name(tmp_path: Path, damaged: str) -> None:
    with open_shop(tmp_path) as shop:
        shop.write_customers(PEOPLE)
        shop.segue("run", "--yes")
        shop.write_customers(damaged)

        plan = shop.segue("plan")
        run = shop.segue("run", "--yes")

        assert (run.code, _held(shop)) == (
            0,
            {"ana@shop.example": "René", "bob@shop.example": "Zoë"},
        )
    assert "damaged text: 2" in plan.out
    assert "damaged text: 2" in run.out


@pytest.mark.parametrize(
    "country", ["Fran\u200bce", "\u200eFrance\u200f", "Fran\u00adce", "France\u00a0"]
)
def test_a_sign_that_nobody_sees_leaves_nobody_out(tmp_path: Path, country: str) -> None:
    with open_shop(tmp_path) as shop:
        shop.write_customers(f"{HEAD}1,ana@shop.example,Ana,{country},true\n")

        shop.segue("run", "--yes")

        assert _held(shop) == {"ana@shop.example": "Ana"}


def test_how_files_were_read_is_told_by_profiles_and_check(tmp_path: Path) -> None:
    people = HEAD + "1,ana@shop.example,René,France,true\n2,bob@shop.example,Zoë,France,true\n"
    with open_shop(tmp_path) as shop:
        (tmp_path / "customers.csv").write_bytes(people.encode("cp1252"))

        counted = shop.segue("profiles")
        listed = shop.segue("profiles", "--json")
        checked = shop.segue("check")
        as_json = shop.segue("check", "--json")

    assert "customers     customers.csv   windows-1252   ,\n" in counted.out
    assert listed.json["files"]["customers"][0]["encoding"] == "windows-1252"
    assert "customers was last read as windows-1252.\n" in checked.out
    assert as_json.json["read_as"] == {"customers": ["windows-1252"]}
