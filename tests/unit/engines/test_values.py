"""The hash of a merge field's value: Python and the engine agree on every text, and nothing is no value."""

from __future__ import annotations

from hashlib import md5

import ibis
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from segue.engines.duckdb.audience.seen import hash_of_value
from segue.sync.tables import NO_VALUE, value_hash
from tests.examples import few
from tests.unit.sync.bare_engine import BareEngine

ENGINE = BareEngine()


def hashed(texts: list[str]) -> list[int]:
    """Return what the engine makes of texts."""
    numbers = list(range(len(texts)))
    ENGINE.register("texts", pa.table({"n": numbers, "x": pa.array(texts, pa.string())}))
    table = ibis.table({"n": "int64", "x": "string"}, name="texts")
    return [value for _, value in sorted(ENGINE.rows(table.select("n", hash=value_hash(table.x))))]


@few(10)
@given(texts=st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), max_size=40))
def test_python_and_the_engine_give_a_text_the_same_hash(texts: list[str]) -> None:
    assert hashed(texts) == [hash_of_value(text) for text in texts]


def test_a_hash_is_the_first_sixty_bits_of_the_md5_and_nothing_is_zero() -> None:
    ana = int(md5(b"Ana", usedforsecurity=False).hexdigest()[:15], 16)

    assert hashed(["", " ", "Ana"]) == [NO_VALUE, hash_of_value(" "), ana]
    assert hash_of_value("") == NO_VALUE == 0
    assert 0 < hash_of_value(" ") < 2**60
