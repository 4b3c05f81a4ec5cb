"""JSON that is not one object a line: arrays, objects over several lines, lists inside the answer of a service."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.core.errors import ConfigurationProblem
from segue.profiles.sources import JsonLinesSource
from tests.integration.engines.small_refresh import attribute, listed, rows, run, schema, table

PEOPLE = schema(table(attribute("name"), attribute("city", column="address.city")))
TWO = [("1", "Zoë", "Lyon"), ("2", "Bob", None)]
ANA = '{"id": 1, "name": "Zoë", "address": {"city": "Lyon"}}'
BOB = '{"id": 2, "name": "Bob"}'
PRETTY_ANA = '{\n  "id": 1,\n  "name": "Zoë",\n  "address": {\n    "city": "Lyon"\n  }\n}'
PRETTY_BOB = '{\r\n  "id": 2,\r\n  "name": "Bob"\r\n}'


def json_source(folder: Path, text: str | bytes, **more: str) -> JsonLinesSource:
    path = folder / "people.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return JsonLinesSource(name="people", path=path, **more)


@pytest.mark.parametrize(
    "text",
    [
        f"{ANA}\n{BOB}\n",
        f"[{ANA},{BOB}]",
        f"\ufeff\n[\n  {ANA},\n  {BOB}\n]\n",
        f"[\n{PRETTY_ANA},\n{PRETTY_BOB}]",
        f"{PRETTY_ANA}\n{PRETTY_BOB}\n",
        f"{PRETTY_ANA}{PRETTY_BOB}",
        f"\ufeff{PRETTY_ANA}\n\n{PRETTY_BOB}",
    ],
)
def test_every_form_gives_the_same_profiles(tmp_path: Path, text: str) -> None:
    snapshot = run(tmp_path / "home", PEOPLE, json_source(tmp_path, text)).snapshot

    assert rows(snapshot) == TWO
    assert listed(snapshot) == []


@pytest.mark.parametrize(
    ("text", "records"),
    [
        (f'{{"object": "list", "data": [{ANA}, {BOB}], "has_more": false}}', "data"),
        (f'{{\n "page": {{"items": [{PRETTY_ANA},\n{PRETTY_BOB}]}} }}', "page.items"),
    ],
)
def test_a_list_inside_an_answer_is_declared(tmp_path: Path, text: str, records: str) -> None:
    source = json_source(tmp_path, text, records=records)

    assert rows(run(tmp_path / "home", PEOPLE, source).snapshot) == TWO


def test_numbers_of_an_array_keep_their_digits(tmp_path: Path) -> None:
    declared = schema(table(attribute("spent", "decimal"), attribute("text", column="spent")))
    source = json_source(tmp_path, '[{"id": 10000000000000001, "spent": 1.50}]')

    found = rows(run(tmp_path / "home", declared, source).snapshot, columns="profile_key, text")

    assert found == [("10000000000000001", "1.50")]


def test_elements_that_are_no_objects_are_reported_by_their_number(tmp_path: Path) -> None:
    source = json_source(tmp_path, f'[{ANA}, 7, null, "x", {BOB}]')

    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == TWO
    assert listed(snapshot) == [
        (2, None, "json_not_an_object", "7"),
        (3, None, "json_not_an_object", None),
        (4, None, "json_not_an_object", "x"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"[{ANA}, {BOB}",
        f'[{ANA}, {{"id": 2, "na',
        f"[{ANA}, {BOB}] and more",
        f'{PRETTY_ANA}\n{{\n "id": 2,',
        f'[{ANA}, {{"id": 2, "name": B}}]',
        f'[{ANA}, {{"id": 2, "name": "B}}, {{"id": 3, "name": "C"}}]',
        f'[{ANA}, {{"id": "2, "name": "B"}}, {{"id": "3", "name": "C}}]',
        f'[{ANA}, {{"id": 2, "name": "B\n"}}]',
        f'[{ANA}, {{"id": 2]}}',
        f'[{ANA}, {{"id": 2, "name": ["B"}}]',
        f"[{ANA} {BOB}]",
        f"[{ANA},, {BOB}]",
        f"[,{ANA}]",
        f"[{ANA},]",
        f"{PRETTY_ANA},\n{PRETTY_BOB}",
        f"[{ANA}]]",
    ],
)
def test_a_document_that_is_not_whole_is_refused(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, json_source(tmp_path, text))

    assert raised.value.code == "source_json_damaged"


def test_an_element_of_another_encoding_is_left_out_as_a_line_is(tmp_path: Path) -> None:
    declared = schema(table(attribute("name")))
    source = json_source(tmp_path, f'[{ANA}, {BOB}, {{"id": 3, "name": "Zoé"}}]'.encode("cp1252"))

    snapshot = run(tmp_path / "home", declared, source).snapshot

    assert rows(snapshot) == [("2", "Bob")]
    assert [(row, kind) for row, _, kind, _ in listed(snapshot)] == [
        (1, "json_invalid"),
        (3, "json_invalid"),
    ]


def test_an_empty_array_gives_no_profiles(tmp_path: Path) -> None:
    assert rows(run(tmp_path / "home", PEOPLE, json_source(tmp_path, "[]")).snapshot) == []


def test_a_column_that_no_element_has_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem) as raised:
        run(tmp_path / "home", PEOPLE, json_source(tmp_path, f"[{BOB}]"))

    assert raised.value.code == "source_column_missing"
