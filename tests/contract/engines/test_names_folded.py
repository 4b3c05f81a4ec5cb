"""Names are folded alike by every engine, by PostgreSQL and by Python: the table of examples, and every sign of the engines'."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import chain
from typing import Any

import ibis
import pytest

from segue.core.folding import folded
from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import PROFILE_KEY
from segue.segments.compile import to_sql
from segue.segments.functions import FOLDED, typed
from segue.segments.functions import folded as folded_by_engines
from segue.segments.questions import stored
from tests.contract.engines.given_engines import GivenEngine
from tests.fixtures.names_folded import NAMES
from tests.unit.segments.segment_schema import SCHEMA

ALONE = [unicodedata.normalize("NFC", f"x{chr(code)}Y") for code in chain.from_iterable(FOLDED)]
"""Every sign that engines fold, between two plain letters: the form in which profiles have their values."""

LEFT = ("㍿ ｶﾞ ① Ⓐ", "ᲐᲑ აბ", "𝕍ip")
"""What engines leave as it is, or give small letters only."""

TEXTS = [*(unicodedata.normalize("NFC", text) for text, _ in NAMES), *ALONE]


def made_by(engine: GivenEngine, texts: Sequence[str]) -> list[str]:
    """Return what an engine makes of texts."""
    rows = [{PROFILE_KEY: key, "first_name": text} for key, text in enumerate(texts)]
    table = stored(SCHEMA)
    made = table.mutate(first_name=folded_by_engines(table["first_name"]), all=ibis.literal(True))
    with engine.given({"profiles": rows}) as profiles:
        found = profiles.exported(FlaggedProfiles(table=made, flags={"all": "all"}), ["first_name"])
        held = [row for batch in found for row in batch.to_pylist()]
    return [row["first_name"] for row in sorted(held, key=lambda row: row[PROFILE_KEY])]


def test_an_engine_makes_of_names_and_signs_what_python_makes(engine: GivenEngine) -> None:
    made = made_by(engine, TEXTS)

    assert [
        (text, one, folded(text))
        for text, one in zip(TEXTS, made, strict=True)
        if one != folded(text)
    ] == []
    assert made[: len(NAMES)] == [found for _, found in NAMES]


def test_what_is_searched_for_is_folded_as_what_is_searched(engine: GivenEngine) -> None:
    assert made_by(engine, LEFT) == [typed(text) for text in LEFT]
    assert [typed(text) for text in TEXTS] == [folded(text) for text in TEXTS]


def test_nothing_is_made_of_no_name(engine: GivenEngine) -> None:
    assert made_by(engine, ["", None, "é"]) == ["", None, "e"]  # type: ignore[list-item]


@pytest.mark.postgres
def test_postgresql_makes_the_same_by_the_expression_of_engines(postgres_connection: Any) -> None:
    table = ibis.table({"place": "int64", "name": "string"}, name="names")
    query = to_sql(table.select("place", made=folded_by_engines(table["name"])), "postgres")
    with (
        postgres_connection.transaction(force_rollback=True),
        postgres_connection.cursor() as cursor,
    ):
        cursor.execute("CREATE TEMPORARY TABLE names (place bigint, name text) ON COMMIT DROP")
        cursor.executemany("INSERT INTO names VALUES (%s, %s)", list(enumerate(TEXTS)))
        made = [one for _, one in sorted(cursor.execute(query).fetchall())]

    assert [
        (text, one, folded(text))
        for text, one in zip(TEXTS, made, strict=True)
        if one != folded(text)
    ] == []


def test_a_customer_and_a_member_are_found_by_what_people_type(engine: GivenEngine) -> None:
    names = ("Søren", "Straße", "Nguyễn", "Οδυσσεύς", "ｍａｒｉｅ", "IŞIK", "Œuvre")
    asked = ("Soren", "STRASSE", "nguyen", "ΟΔΥΣΣΕΥΣ", "Marie", "isik", "ŒUVRE")
    rows = [{PROFILE_KEY: key, "first_name": name} for key, name in enumerate(names)]
    everybody = FlaggedProfiles(
        table=stored(SCHEMA).mutate(all=ibis.literal(True)), flags={"all": "all"}
    )

    with engine.given({"profiles": rows}) as profiles:
        called = [profiles.find(who, names=["first_name"], limit=9) for who in asked]
        held = [
            profiles.sample(everybody, "all", limit=9, columns=["first_name"], matching=who)
            for who in asked
        ]

    assert [[row["first_name"] for row in found] for found in called] == [[one] for one in names]
    assert [[name for _key, name in found] for found in held] == [[one] for one in names]
