"""The in-engine canonical form equals the Python form, on nasty text and on whatever hypothesis finds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.core.emails import INVISIBLE, TRIMMED, canonical
from segue.engines.duckdb.profiles import addresses
from tests.examples import few
from tests.unit.core.test_emails import BAD, GOOD

PIECES = (
    *"aZ09.-_+@@ '\"\\<>,;:()[]{}~^`%&$#/*?=!|\t\n\r\x00\x1f\x7f",
    *TRIMMED,
    *INVISIBLE,
    *"éÉßſıİKΩςσ中文٣０．。@＠☃😀\u0301\u00ad\u0327\u0378\ud7ff",
    *(
        ".example",
        "shop.example",
        "@shop.example",
        "nadia@",
        "xn--caf-dma",
        "xn--",
        "--",
        "..",
        "café",
    ),
    *("a" * 63, "b" * 64, "c" * 190, ".1", ".123", "1.2.3.4", "nadia@shop.example"),
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    opened = duckdb.connect()
    yield opened
    opened.close()


def in_engine(
    connection: duckdb.DuckDBPyConnection, texts: Sequence[str | None]
) -> list[tuple[str | None, str | None]]:
    numbered = pa.table({"n": range(len(texts)), "t": pa.array(texts, pa.string())})
    connection.register("texts", numbered)
    addresses.create_domain_table(connection)
    addresses.look_up_domains(connection, "texts", "t")
    found = addresses.expressions("t", looked_up="d.ascii")
    computed = (
        f"SELECT n, t, {found.address} AS address, {found.problem} AS problem, d.ascii AS ascii FROM texts"
        f" LEFT JOIN {addresses.DOMAINS} d ON d.domain = {addresses.domain_key('t')}"
    )
    beside = addresses.problem_beside("address", "t", looked_up="ascii")
    answers = connection.execute(
        f"SELECT address, problem, {beside}, {addresses.is_same_text('address', 't')}, t FROM ({computed}) ORDER BY n"
    ).fetchall()
    assert [problem for _, problem, *_ in answers] == [beside for _, _, beside, *_ in answers]
    same = [(text.lower(), address) for address, _, _, is_same, text in answers if is_same]
    assert all(text == address and text.isascii() for text, address in same)
    return [(address, problem) for address, problem, *_ in answers]


def in_python(texts: Sequence[str | None]) -> list[tuple[str | None, str | None]]:
    found = [canonical(text) for text in texts]
    return [(one.address, one.problem.value if one.problem else None) for one in found]


def test_both_forms_agree_on_the_listed_cases(connection: duckdb.DuckDBPyConnection) -> None:
    texts = [text for text, _ in (*GOOD, *BAD)]

    assert in_engine(connection, texts) == in_python(texts)


def test_both_forms_agree_on_nasty_texts(connection: duckdb.DuckDBPyConnection) -> None:
    chance = random.Random(20_261_123)
    texts = ["".join(chance.choices(PIECES, k=chance.randint(0, 6))) for _ in range(6_000)]
    texts += [
        "".join(chance.choices(PIECES, k=chance.randint(0, 2)))
        + "@"
        + "".join(chance.choices(PIECES, k=chance.randint(0, 3)))
        + chance.choice((".example", ".ex", ".42", "", ".é", ".-"))
        for _ in range(6_000)
    ]

    assert in_engine(connection, texts) == in_python(texts)


@few(15)
@given(st.lists(st.text(max_size=30) | st.emails() | st.none(), max_size=40))
def test_both_forms_agree_on_any_text(
    connection: duckdb.DuckDBPyConnection, texts: list[str | None]
) -> None:
    assert in_engine(connection, texts) == in_python(texts)


def test_each_domain_is_looked_up_once(connection: duckdb.DuckDBPyConnection) -> None:
    addresses.create_domain_table(connection)
    rows = "(VALUES ('a@café.example'), ('b@café.example'), ('c@shop.example'), (NULL)) AS v(t)"

    first = addresses.look_up_domains(connection, rows, "t")
    second = addresses.look_up_domains(connection, rows, "t")

    assert (first, second) == (1, 0)
