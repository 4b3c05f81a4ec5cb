"""A contact's JSON as the engine builds it means the same as the one that Python would build, whatever the text."""

from __future__ import annotations

from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segue.engines.duckdb.quoting import literal, quoted
from segue.engines.duckdb.rendering import json_expression
from segue.mailchimp.payloads import contact_template
from segue.sync.export import NewStatus
from segue.sync.ports import Column, Constant, Node, TagNames, Template, WriteMode
from segue.sync.tags import BITS_PER_WORD, TagBit

TAGS = ('Vip "gold"', "Ünï\u2028cödé", "a,b", "back\\slash", "👑")
BITS = [TagBit(name=name, position=n, claimed=True) for n, name in enumerate(TAGS)]
SECOND_WORD = TagBit(name="later", position=BITS_PER_WORD + 3, claimed=True)
NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from("\"\\/\x00\x01\x07\x1b\x1f\x7f\u2028\u2029\ufeff\ufffe😀é\n\r\t'%{}[],:"),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=12,
)
ADDRESS = Node(
    (("addr1", Column("street")), ("city", Column("town"))), unless_blank=("street", "town")
)


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def rendered(
    connection: duckdb.DuckDBPyConnection, template: Template, bits: Any, **columns: Any
) -> bytes:
    """Return the engine's JSON for one row."""
    types = {str: pa.string(), int: pa.int64()}
    row = pa.table({name: pa.array([value], types[type(value)]) for name, value in columns.items()})
    connection.register("one", row)
    [(text,)] = connection.execute(f"SELECT {json_expression(template, bits)} FROM one").fetchall()
    return str(text).encode()


def meant(template: Template, bits: Any, **columns: Any) -> Any:
    """Return what the template means for one row, as values."""
    match template:
        case Column(name):
            return columns[name]
        case Constant(value):
            return value
        case TagNames():
            return [bit.name for bit in bits if columns[f"set{bit.word}"] & bit.value]
    if any(not columns[name].strip(" ") for name in template.unless_blank):
        return ""
    return {key: meant(node, bits, **columns) for key, node in template.members}


@given(address=NASTY, name=NASTY, street=NASTY, town=NASTY, mask=st.integers(0, 31))
@example(address="a@b.example", name="\u2028\u2029", street=" ", town="x", mask=31)
@example(address="", name='"\\\x00\x1f', street="\t", town="\u00a0", mask=0)
def test_the_engine_builds_the_json_that_python_would(
    connection: duckdb.DuckDBPyConnection,
    address: str,
    name: str,
    street: str,
    town: str,
    mask: int,
) -> None:
    template = contact_template(
        fields=[("FNAME", Column("name")), ('A"B', Column("town")), ("ADDRESS", ADDRESS)],
        mode=WriteMode.UPSERT,
        new_status=NewStatus.SUBSCRIBED,
    )
    row = {"address": address, "name": name, "street": street, "town": town, "set0": mask}

    built = rendered(connection, template, BITS, **row)

    assert orjson.loads(built) == orjson.loads(orjson.dumps(meant(template, BITS, **row)))


@pytest.mark.parametrize(
    ("mode", "status"),
    [
        (WriteMode.UPSERT, '"status_if_new":"pending",'),
        (WriteMode.CREATE, '"status":"pending",'),
        (WriteMode.UPDATE, ""),
    ],
)
def test_each_way_of_writing_has_its_status_and_no_other(
    connection: duckdb.DuckDBPyConnection, mode: WriteMode, status: str
) -> None:
    template = contact_template(
        fields=[("FNAME", Column("name"))], mode=mode, new_status=NewStatus.PENDING
    )

    built = rendered(
        connection, template, BITS[2:3], address="n@shop.example", name="Nadia", set0=4
    )

    expected = f'{{"email_address":"n@shop.example",{status}"merge_fields":{{"FNAME":"Nadia"}},"tags":["a,b"]}}'
    assert built.decode() == expected


def test_tags_of_several_words_are_all_named(connection: duckdb.DuckDBPyConnection) -> None:
    bits = [*BITS, SECOND_WORD]

    both = rendered(connection, TagNames(), bits, set0=0b10001, set1=SECOND_WORD.value)
    none = rendered(connection, TagNames(), bits, set0=0, set1=0)

    assert orjson.loads(both) == [TAGS[0], TAGS[4], "later"]
    assert none == b"[]"
    assert rendered(connection, TagNames(), [], set0=0) == b"[]"


@given(name=NASTY.filter(lambda text: "\x00" not in text))
def test_names_and_texts_are_quoted_for_the_engine(
    connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    [(found,)] = connection.execute(f"SELECT {literal(name)}").fetchall()

    assert found == name
    if name:
        assert connection.execute(f"SELECT 1 AS {quoted(name)}").description[0][0] == name
