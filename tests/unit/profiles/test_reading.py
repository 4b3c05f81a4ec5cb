"""What changed in the form of files between two readings, and what is remembered of it."""

from __future__ import annotations

import pytest

from segue.profiles.file_facts import ASCII, FileFacts
from segue.profiles.reading import Fact, FormChange, form_changes, known_forms


def facts(encoding: str = "utf-8", separator: str = ",", columns: str = "id name") -> FileFacts:
    return FileFacts(
        file="people.csv", encoding=encoding, separator=separator, columns=tuple(columns.split())
    )


def changed(
    before: FileFacts, now: FileFacts
) -> list[tuple[Fact, tuple[str, ...], tuple[str, ...]]]:
    found = form_changes({"people": [before]}, {"people": [now]})
    return [(one.fact, one.before, one.after) for one in found]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (facts(), facts()),
        (facts(), facts(encoding=ASCII)),
        (facts(encoding=ASCII), facts(encoding="windows-1252")),
        (facts(encoding=""), facts(encoding="utf-8")),
        (facts(separator=""), facts(separator=";")),
        (facts(), facts(columns="name id")),
        (facts(columns=""), facts()),
        (facts(), facts(columns="")),
    ],
    ids=str,
)
def test_what_tells_nothing_new_is_no_change(before: FileFacts, now: FileFacts) -> None:
    assert changed(before, now) == []


def test_another_encoding_separator_or_column_is_a_change() -> None:
    now = facts(encoding="windows-1252", separator=";", columns="id first last")

    assert changed(facts(), now) == [
        (Fact.ENCODING, ("utf-8",), ("windows-1252",)),
        (Fact.SEPARATOR, (",",), (";",)),
        (Fact.COLUMNS, ("name",), ("first", "last")),
    ]


@pytest.mark.parametrize(
    ("columns", "before", "after"),
    [("id name city", (), ("city",)), ("id", ("name",), ()), ("id Name", ("name",), ("Name",))],
)
def test_a_column_more_or_less_or_renamed_is_a_change(
    columns: str, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    assert changed(facts(), facts(columns=columns)) == [(Fact.COLUMNS, before, after)]


def test_one_more_file_of_a_known_form_is_no_change_and_one_of_another_is() -> None:
    before = {"people": [facts(), facts(columns="id city")]}

    assert form_changes(before, {"people": [facts(), facts(), facts(columns="city id")]}) == ()
    assert form_changes(before, {"people": [facts(), facts(encoding="utf-16")]}) == (
        FormChange(source="people", fact=Fact.ENCODING, before=(), after=("utf-16",)),
    )


def test_a_source_that_was_not_read_before_has_not_changed() -> None:
    assert form_changes({}, {"people": [facts()]}) == ()
    assert form_changes({"people": []}, {"people": [facts()]}) == ()


def test_a_night_without_accents_does_not_forget_the_encoding() -> None:
    evening = known_forms({}, {"people": (facts(),)})
    night = known_forms(evening, {"people": (facts(encoding=ASCII),)})
    morning = form_changes(night, {"people": [facts(encoding="windows-1252")]})

    assert [(one.before, one.after) for one in morning] == [(("utf-8",), ("windows-1252",))]
