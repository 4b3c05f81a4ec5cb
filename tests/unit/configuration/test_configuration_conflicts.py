"""Two exports of one audience must not undo each other's work."""

from __future__ import annotations

from pathlib import Path

from tests.unit.configuration.configuration_files import (
    CORRECT,
    MARK,
    marked_place,
    mistakes_in,
    read,
)

SECOND = """\
  second:
    connection: main
    audience: a1b2c3d4e5
    match: {email: email, fields: {FNAME: first_name}}
    segments: [french]
    winner: {newest_by: signup}
    consent: {attribute: agreed}
"""


def _conflict(folder: Path, old: str, new: str) -> str:
    assert SECOND.count(old) == 1
    text, line, column = marked_place(CORRECT + SECOND.replace(old, new))

    (mistake,) = mistakes_in(text, folder)

    assert (mistake.line, mistake.column) == (line, column)
    return mistake.code


def test_two_exports_that_agree_may_share_an_audience(tmp_path: Path) -> None:
    assert list(read(CORRECT + SECOND, tmp_path).exports) == ["news", "second"]


def test_one_merge_field_is_fed_by_one_attribute(tmp_path: Path) -> None:
    code = _conflict(tmp_path, "FNAME: first_name", f"{MARK}FNAME: country")

    assert code == "field_conflict"


def test_one_audience_is_filled_by_one_address_attribute(tmp_path: Path) -> None:
    code = _conflict(tmp_path, "email: email,", f"email: {MARK}second,")

    assert code == "email_conflict"


def test_one_audience_has_one_winner_rule(tmp_path: Path) -> None:
    code = _conflict(tmp_path, "{newest_by: signup}", f"{MARK}first_key")

    assert code == "winner_conflict"


def test_one_tag_is_spelled_alike_in_one_audience(tmp_path: Path) -> None:
    code = _conflict(tmp_path, "[french]", f"[{MARK}{{segment: french, tag: FRENCH}}]")

    assert code == "tag_conflict"


def test_exports_of_different_audiences_do_not_conflict(tmp_path: Path) -> None:
    second = SECOND.replace("a1b2c3d4e5", "ffffffffff").replace(
        "FNAME: first_name", "FNAME: country"
    )

    exports = read(CORRECT + second, tmp_path).exports

    assert exports["second"].fields[0].attribute == "country"


def test_an_export_goes_on_where_another_name_ended(tmp_path: Path) -> None:
    text = CORRECT + SECOND + "    was: older\n"

    assert read(text, tmp_path).exports["second"].was == "older"


def test_an_export_that_is_still_declared_is_nobodys_past(tmp_path: Path) -> None:
    code = _conflict(
        tmp_path, "    segments: [french]\n", f"    segments: [french]\n    was: {MARK}news\n"
    )

    assert code == "was_declared"


def test_a_mistaken_export_is_declared_all_the_same(tmp_path: Path) -> None:
    text = CORRECT.replace("connection: main", "connection: mian") + SECOND + "    was: news\n"

    assert [mistake.code for mistake in mistakes_in(text, tmp_path)] == [
        "unknown_connection",
        "was_declared",
    ]


def test_one_past_belongs_to_one_export(tmp_path: Path) -> None:
    code = _conflict(
        tmp_path,
        "    consent: {attribute: agreed}\n",
        f"    consent: {{attribute: agreed}}\n    was: older\n{SECOND.replace('second:', 'third:')}    was: {MARK}older\n",
    )

    assert code == "was_twice"
