"""Names are found, put in order and told apart as people do, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.functions import Collate

from segue.configuration.starter_tables import attribute_name
from segue.control.audit.queries import EntryFilter, entries
from segue.control.connections.models import Connection
from segue.control.exports import queries as exports
from segue.control.exports.keeping import new_key
from segue.control.folding import Folded, by_name, folded, holds, is_among
from segue.control.people import queries as people
from segue.control.people.models import Person
from segue.control.segments.adding import add, name_of_label
from segue.control.segments.models import Segment
from segue.core.errors import ConfigurationProblem
from tests.control import stage
from tests.fakes.clocks import START
from tests.fixtures.names_folded import NAMES

LABELS = ("Zoé", "abonnés", "Élèves", "ÉTÉ 2026", "d’Aubigné", "Łódź", "Straße", "Иван")


@pytest.fixture
def labelled(db: None) -> None:
    """Keep a segment of each label."""
    Segment.objects.bulk_create(
        Segment(name=f"s{at}", label=label, rule={}) for at, label in enumerate(LABELS)
    )


def _labels(text: str) -> list[str]:
    return list(Segment.objects.filter(holds(text, "label")).values_list("label", flat=True))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("élèves", ["Élèves"]),
        ("ELEVES", ["Élèves"]),
        ("e\u0301te\u0301", ["ÉTÉ 2026"]),
        ("D'AUBIGNE", ["d’Aubigné"]),
        ("lodz", ["Łódź"]),
        ("łódź", ["Łódź"]),
        ("straße", ["Straße"]),
        ("STRASSE", ["Straße"]),
        ("ИВАН", ["Иван"]),
        ("%", []),
        ("_", []),
        ("\\", []),
    ],
)
def test_a_name_is_found_whatever_the_capitals_and_accents(
    labelled: None, text: str, found: list[str]
) -> None:
    assert _labels(text) == found


def test_names_stand_where_people_look_for_them(labelled: None) -> None:
    ordered = by_name(Segment.objects.exclude(label="Иван"), "label")

    assert [one.label for one in ordered] == [
        *("abonnés", "d’Aubigné", "Élèves", "ÉTÉ 2026", "Łódź", "Straße", "Zoé")
    ]


def test_the_database_makes_of_every_name_what_python_makes(db: None) -> None:
    Segment.objects.bulk_create(
        Segment(name=f"s{at}", label=text, description=found, rule={})
        for at, (text, found) in enumerate(NAMES)
    )

    made = Segment.objects.values_list("label", "description", Folded("label"))

    assert [(text, one) for text, found, one in made if one != found] == []


def test_the_database_makes_of_every_sign_what_python_makes(db: None) -> None:
    signs = [chr(code) for code in range(1, 0x3400) if unicodedata.category(chr(code)) != "Cn"]
    signs += map(chr, range(0xF900, 0xFFF0))
    Segment.objects.bulk_create(
        Segment(name=f"s{at}", label=f"x{sign}Y", rule={}) for at, sign in enumerate(signs)
    )

    made = Segment.objects.values_list("label", Folded("label"))

    assert [(text, one) for text, one in made if one != folded(text)] == []


def test_a_database_that_knows_capitals_of_ascii_only_makes_the_same(db: None) -> None:
    locale = "C" if connection.vendor == "postgresql" else "BINARY"
    Segment.objects.bulk_create(
        Segment(name=f"s{at}", label=text, description=found, rule={})
        for at, (text, found) in enumerate(NAMES)
    )

    collated = Folded(Collate("label", locale))
    made = Segment.objects.values_list("label", "description", collated)

    assert [(text, one) for text, found, one in made if one != found] == []


def test_a_name_is_taken_whatever_its_capitals_and_accents_tell_names_apart() -> None:
    taken = ["Été", "Pêcheurs"]

    assert is_among("ÉTÉ", taken)
    assert is_among("e\u0301te\u0301 ", taken)
    assert is_among("É\u200bté", taken)
    assert not is_among("Pécheurs", taken)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Łódź & Søren", "lodz_soren"),
        ("Straße, cœur", "strasse_coeur"),
        ("L’été – 2026", "l_ete_2026"),
        ("ＶＩＰ ﬁn", "vip_fin"),
    ],
)
def test_exports_segments_and_columns_get_the_same_name_in_definitions(
    db: None, text: str, name: str
) -> None:
    assert [new_key(text), name_of_label(text), attribute_name(text)] == [name] * 3


@pytest.mark.parametrize("text", ["2026 " + "x" * 200, "Иван", "7", "x" * 200, "a b " * 60])
def test_a_name_in_definitions_begins_with_a_letter_and_leaves_room_for_a_number(
    db: None, text: str
) -> None:
    for made in (new_key(text), name_of_label(text)):
        assert re.fullmatch("[a-z](?:_?[a-z0-9])*", made)
        assert len(f"{made}_999") <= 60


def test_a_segment_whose_long_label_begins_with_a_number_can_be_made(alice: Person) -> None:
    made = add(label="2026 " + "x" * 75, rule={}, actor=alice, now=START)

    assert Segment._meta.get_field("name").clean(made.name, made) == "segment_2026_" + "x" * 43


def test_a_label_with_an_accent_is_given_once(alice: Person) -> None:
    add(label="Été", rule={}, actor=alice, now=START)

    for label in ("Été", "ÉTÉ", "é\u200bté"):
        with pytest.raises(ConfigurationProblem) as refused:
            add(label=label, rule={}, actor=alice, now=START)
        assert [one.code for one in refused.value.mistakes] == ["segment_label_taken"]


def test_every_list_finds_names_with_accents(alice: Person, tmp_path: Path) -> None:
    stage.declared(stage.data_folder(tmp_path))
    connection = stage.connection(alice)
    Connection.objects.filter(pk=connection.pk).update(display_name="Été à Nîmes")
    made = stage.export(alice, connection)
    exports.exports().filter(pk=made.pk).update(name="Élèves")
    Person.objects.filter(pk=alice.pk).update(name="Éloïse")

    assert list(exports.searched(exports.exports(), "eleves")) == [made]
    assert list(exports.searched(exports.exports(), "NÎMES")) == [made]
    assert [one.pk for one in people.people(text="ELOISE")] == [alice.pk]
    assert entries(EntryFilter(text="ALICE")).exists()
