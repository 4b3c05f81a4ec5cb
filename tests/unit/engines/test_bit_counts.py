"""Who carries each tag is counted as if everybody was looked at: by every bit, in every word, blanks and nobody included."""

from __future__ import annotations

from random import Random

import duckdb

from segue.engines.duckdb.audience.bit_counts import per_bit
from segue.sync.tags import BITS_PER_WORD, TagBit

BITS = [
    TagBit(name=f"t{position}", position=position, claimed=True)
    for position in (0, 1, BITS_PER_WORD - 1, BITS_PER_WORD, BITS_PER_WORD + 7)
]


def test_each_bit_is_counted_in_every_row_that_has_it() -> None:
    chance = Random(7)
    rows = [
        tuple(
            sum(bit.value for bit in BITS if bit.word == w and chance.random() < 0.4)
            for w in (0, 1)
        )
        for _ in range(100)
    ]
    connection = duckdb.connect()
    connection.execute("CREATE TABLE people (m0 BIGINT, m1 BIGINT)")
    connection.executemany("INSERT INTO people VALUES (?, ?)", [*rows, (None, None)])

    found = per_bit(connection, "SELECT * FROM people", BITS, prefix="m")

    assert found == {
        bit.position: sum(bool(row[bit.word] & bit.value) for row in rows) for bit in BITS
    }


def test_nobody_carries_no_tags() -> None:
    connection = duckdb.connect()
    empty = "SELECT 0::BIGINT AS m0, 0::BIGINT AS m1 WHERE false"

    assert per_bit(connection, empty, BITS, prefix="m") == {bit.position: 0 for bit in BITS}
    assert per_bit(connection, empty, [], prefix="m") == {}
