"""Objects of which members may be missing: the engine's JSON is the one that Python would build, whatever is blank."""

from __future__ import annotations

from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.engines.duckdb.rendering import json_expression
from segue.mailchimp.payloads import contact_template
from segue.sync.export import NewStatus
from segue.sync.ports import Column, Constant, Node, TagNames, Template, UnlessBlank, WriteMode
from segue.sync.tags import TagBit
from tests.examples import few

VIP = TagBit(name="Vip", position=0, claimed=True)
STREET = Node((("addr1", Column("c")), ("city", Column("d"))), unless_blank=("c", "d"))


def keep(name: str) -> UnlessBlank:
    return UnlessBlank(node=Column(name), columns=(name,))


SHAPES: dict[str, Template] = {
    "all keep": Node((("A", keep("a")), ("B", keep("b")))),
    "the first keeps": Node((("A", keep("a")), ("B", Column("b")))),
    "the last keeps": Node((("A", Column("a")), ("B", keep("b")))),
    "none keeps": Node((("A", Column("a")), ("B", Column("b")))),
    "one that keeps": Node((("A", keep("a")),)),
    "an address that clears": Node((("A", keep("a")), ("HOME", STREET))),
    "an address that keeps": Node((("HOME", UnlessBlank(node=STREET, columns=("c", "d"))), ("A", Column("a")))),
    "two columns of one": Node((("A", UnlessBlank(node=Column("a"), columns=("a", "b"))), ("B", keep("b")))),
    "constants": Node((("K", Constant('x"y')), ("A", keep("a")))),
}  # fmt: skip

BLANKABLE = st.sampled_from(["", " ", "   ", "Ana", 'B"o', "\u00a0", "\t", "é\\", ","])
ROW = st.fixed_dictionaries(dict.fromkeys("abcd", BLANKABLE))


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def is_blank(row: dict[str, Any], columns: tuple[str, ...]) -> bool:
    return any(not row[name].replace(" ", "") for name in columns)


def meant(template: Template, row: dict[str, Any]) -> Any:
    """Return what the template means for one row."""
    match template:
        case Column(name):
            return row[name]
        case Constant(value):
            return value
        case TagNames():
            return [VIP.name] if row["set0"] & VIP.value else []
        case UnlessBlank(node=node):
            return meant(node, row)
    if template.unless_blank and is_blank(row, template.unless_blank):
        return ""
    return {
        key: meant(member, row)
        for key, member in template.members
        if not (isinstance(member, UnlessBlank) and is_blank(row, member.columns))
    }


def built(connection: Any, template: Template, rows: list[dict[str, Any]]) -> list[Any]:
    given_rows = {name: [row[name] for row in rows] for name in rows[0]}
    connection.register("people_given", pa.table(given_rows | {"n": list(range(len(rows)))}))
    query = f"SELECT {json_expression(template, [VIP])} FROM people_given ORDER BY n"
    return [orjson.loads(text) for (text,) in connection.execute(query).fetchall()]


@pytest.mark.parametrize("name", SHAPES)
@few(3)
@given(rows=st.lists(ROW, min_size=10, max_size=40))
def test_the_engine_leaves_out_what_is_blank_and_nothing_else(
    connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]]
) -> None:
    shape = SHAPES[name]

    assert built(connection, shape, rows) == [meant(shape, row) for row in rows]


@few(5)
@given(rows=st.lists(ROW, min_size=10, max_size=40), mode=st.sampled_from(list(WriteMode)))
def test_a_contact_never_names_a_field_whose_blank_keeps_and_has_a_status_only_where_it_is_new(
    connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]], mode: WriteMode
) -> None:
    template = contact_template(
        fields=[("A", keep("a")), ("B", Column("b"))], mode=mode, new_status=NewStatus.SUBSCRIBED
    )
    people = [row | {"address": f"p{n}@shop.example", "set0": n % 2} for n, row in enumerate(rows)]

    found = built(connection, template, people)

    assert found == [meant(template, row) for row in people]
    for contact, row in zip(found, people, strict=True):
        assert ("A" in contact["merge_fields"]) == bool(row["a"].replace(" ", ""))
        assert "B" in contact["merge_fields"]
        status = {
            WriteMode.UPSERT: {"status_if_new"},
            WriteMode.CREATE: {"status"},
            WriteMode.UPDATE: set(),
        }
        assert {key for key in contact if key.startswith("status")} == status[mode]
