"""What the service shows beside what the ledger says: lost tags, other values, and the ledger as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import duckdb
import pytest

from segue.engines.duckdb.audience.seen import FORMS, Seen, hash_of_value
from segue.sync.store import Differing, SeenContact
from segue.sync.tables import NO_VALUE, STALE, UNSURE
from tests.unit.sync.bare_engine import (
    BITS,
    EMILE,
    LATE,
    LOCAL,
    NADIA,
    NAMES,
    OLD,
    OMAR,
    PIA,
    QUENTIN,
    ROSA,
    VIP,
)

QUIET = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BEFORE, AFTER = "2026-03-02T08:59:59+00:00", "2026-03-02T09:00:03+00:00"
LAST = "2026-03-02T09:00:02+00:00"
"""The last second that may still be our own: two times are rounded down."""
ANA, BO = hash_of_value("Ana"), hash_of_value("Bo")
PRESENT = frozenset({0, 1, LATE.position})


def row(
    sub: UUID,
    *,
    ph: UUID | None = OLD,
    mask: int = VIP,
    late: int = 0,
    values: tuple[Any, Any] = (ANA, ANA),
) -> str:
    """Return one row of a ledger with two words of tags and the fields in places 3 and 5."""
    shown = "NULL" if ph is None else f"'{ph}'"
    three, five = ("NULL" if value is None else value for value in values)
    return (
        f"SELECT '{sub}'::UUID AS l_sub, 'a' AS l_address, '1' AS l_key, {shown}::UUID AS l_ph, "
        f"{mask}::BIGINT AS l_m0, {late}::BIGINT AS l_m1, {three}::BIGINT AS l_v3, {five}::BIGINT AS l_v5"
    )


def shown(
    sub: UUID,
    *tags: str,
    values: Sequence[str] = ("Ana", "Ana"),
    at: str = AFTER,
    all_tags: bool = True,
) -> SeenContact:
    return SeenContact(
        subscriber_hash=sub.hex, changed_at=at, tags=tags if all_tags else None, values=values
    )


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    session = duckdb.connect(config={"threads": 1})
    session.execute("SET TimeZone = 'UTC'")
    return session


@pytest.fixture
def seen(connection: duckdb.DuckDBPyConnection) -> Seen:
    found = Seen(connection=connection, bits=BITS, words=2, positions=(3, 5))
    found.begin()
    return found


def compare(seen: Seen, *rows: str, present: frozenset[int] = PRESENT, **more: Any) -> Differing:
    given: dict[str, Any] = {"clears": (False, True), "forms": FORMS, "quiet_since": QUIET}
    found = seen.compare(" UNION ALL ".join(rows), present=present, **(given | more))
    return replace(found, looked_at=0)


def now(seen: Seen, *rows: str) -> dict[str, tuple[Any, ...]]:
    """Return the ledger as it is now: hash, masks less what was lost, and values."""
    columns = "l_sub, l_ph, l_m0 & ~l_x0, l_m1 & ~l_x1, l_v3, l_v5"
    query = seen.overlay(" UNION ALL ".join(rows), "l_ph")
    found = seen.connection.execute(f"SELECT {columns} FROM ({query}) ORDER BY l_sub").fetchall()
    return {NAMES[sub]: tuple(rest) for sub, *rest in found}


def test_who_holds_what_was_sent_does_not_differ(seen: Seen) -> None:
    seen.take([shown(NADIA, " VIP", "late", "Of others")])

    assert compare(seen, row(NADIA, late=1)) == Differing(lost={}, differing=0, looked_at=0)
    assert not seen.has_drift


def test_a_tag_that_somebody_took_is_lost_and_told_by_its_place(seen: Seen) -> None:
    seen.take([shown(NADIA, "Vip"), shown(OMAR), shown(PIA, "Local", "Late")])
    rows = (row(NADIA, mask=3), row(OMAR, mask=1, late=1), row(PIA, mask=2, late=1))

    assert compare(seen, *rows) == Differing(
        lost={0: 1, 1: 1, LATE.position: 1}, differing=0, looked_at=0
    )
    assert now(seen, *rows) == {
        "nadia": (OLD, VIP, 0, ANA, ANA),
        "omar": (OLD, 0, 0, ANA, ANA),
        "pia": (OLD, LOCAL, 1, ANA, ANA),
    }


def test_a_tag_that_the_whole_audience_lost_is_no_loss_of_one_contact(seen: Seen) -> None:
    seen.take([shown(NADIA)])

    assert compare(seen, row(NADIA), present=frozenset({1})) == Differing(
        lost={}, differing=0, looked_at=0
    )


def test_a_contact_of_which_not_all_tags_were_told_lost_none(seen: Seen) -> None:
    seen.take([shown(NADIA, all_tags=False)])

    assert compare(seen, row(NADIA)) == Differing(lost={}, differing=0, looked_at=0)


@pytest.mark.parametrize("ph", [None, UNSURE])
def test_of_whom_nothing_was_sure_nothing_is_lost(seen: Seen, ph: UUID | None) -> None:
    seen.take([shown(NADIA, values=("Bo", "Bo"))])

    assert compare(seen, row(NADIA, ph=ph)) == Differing(lost={}, differing=0, looked_at=0)


def test_another_value_makes_the_contact_stale_and_forgets_the_one_that_was_sent(
    seen: Seen,
) -> None:
    seen.take([shown(NADIA, "Vip", values=("Bo", "Ana")), shown(OMAR, "Vip", values=("Ana", ""))])
    rows = (row(NADIA), row(OMAR), row(PIA), row(ROSA, ph=None))

    assert compare(seen, *rows) == Differing(lost={}, differing=2, looked_at=0)
    assert now(seen, *rows) == {
        "nadia": (STALE, VIP, 0, None, ANA),
        "omar": (STALE, VIP, 0, ANA, None),
        "pia": (OLD, VIP, 0, ANA, ANA),
        "rosa": (None, VIP, 0, ANA, ANA),
    }


def test_a_lost_tag_alone_makes_nobody_stale(seen: Seen) -> None:
    seen.take([shown(NADIA)])
    compare(seen, row(NADIA))

    assert now(seen, row(NADIA)) == {"nadia": (OLD, 0, 0, ANA, ANA)}


@pytest.mark.parametrize(
    ("values", "differing"),
    [
        ((NO_VALUE, ANA), 0),
        ((ANA, NO_VALUE), 1),
        ((None, ANA), 0),
        ((ANA, None), 0),
        ((BO, ANA), 1),
    ],
)
def test_a_value_where_ours_is_blank_differs_only_where_blanks_clear(
    seen: Seen, values: tuple[Any, Any], differing: int
) -> None:
    seen.take([shown(NADIA, "Vip")])

    assert compare(seen, row(NADIA, values=values)).differing == differing


@pytest.mark.parametrize(
    ("at", "quiet_since", "differing"),
    [(BEFORE, QUIET, 0), (LAST, QUIET, 0), (AFTER, QUIET, 1), (BEFORE, None, 1)],
)
def test_the_form_in_which_ours_was_found_before_is_ours_until_the_contact_changes(
    seen: Seen, at: str, quiet_since: datetime | None, differing: int
) -> None:
    seen.take([shown(NADIA, "Vip", values=("Bo", "Ana"), at=at)])
    forms = f"SELECT '{NADIA}'::UUID AS sub, 3::BIGINT AS position, {BO}::BIGINT AS hash"

    assert compare(seen, row(NADIA), forms=forms, quiet_since=quiet_since).differing == differing


@pytest.mark.parametrize("known", [(OMAR, 3, BO), (NADIA, 5, BO), (NADIA, 3, ANA)])
def test_the_form_of_another_contact_field_or_value_is_not(
    seen: Seen, known: tuple[UUID, int, int]
) -> None:
    seen.take([shown(NADIA, "Vip", values=("Bo", "Ana"), at=BEFORE)])
    sub, position, value = known
    forms = f"SELECT '{sub}'::UUID AS sub, {position}::BIGINT AS position, {value}::BIGINT AS hash"

    assert compare(seen, row(NADIA), forms=forms).differing == 1


def test_forms_are_what_was_seen_where_another_value_was_sent(seen: Seen) -> None:
    seen.take([shown(NADIA, "Vip", values=("Bo", "Ana")), shown(OMAR, "Vip", values=("Ana", "Bo"))])
    compare(seen, row(NADIA), row(OMAR))

    found = [
        tuple(r) for query in seen.found_forms() for r in seen.connection.execute(query).fetchall()
    ]

    assert found == [(NADIA, 3, BO), (OMAR, 5, BO)]


def test_who_carries_a_tag_by_the_ledger_and_is_not_named_lost_it_if_subscribed(seen: Seen) -> None:
    people = (NADIA, OMAR, PIA, QUENTIN)
    owners = " UNION ALL ".join(f"SELECT '{sub}'::UUID AS l_sub" for sub in people)
    statuses = dict(zip(people, ("subscribed", "subscribed", "pending", "archived"), strict=True))
    contacts = " UNION ALL ".join(
        f"SELECT '{sub}'::UUID AS sub, '{status}' AS status" for sub, status in statuses.items()
    )
    rows = tuple(row(sub, late=1) for sub in people)

    seen.take_carriers(LATE, [OMAR.hex, EMILE.hex], owners=owners, contacts=contacts)

    assert compare(seen, *rows) == Differing(lost={LATE.position: 1}, differing=0, looked_at=0)
    assert now(seen, *rows)["nadia"] == (OLD, VIP, 0, ANA, ANA)
    assert now(seen, *rows)["omar"] == (OLD, VIP, 1, ANA, ANA)


def test_one_contact_that_differs_in_several_ways_is_one(seen: Seen) -> None:
    seen.take([shown(NADIA, values=("Bo", "Bo"))])
    contacts = f"SELECT '{NADIA}'::UUID AS sub, 'subscribed' AS status"
    seen.take_carriers(BITS[1], [], owners=f"SELECT '{NADIA}'::UUID AS l_sub", contacts=contacts)

    assert compare(seen, row(NADIA, mask=3)) == Differing(
        lost={0: 1, 1: 1}, differing=1, looked_at=0
    )
    assert now(seen, row(NADIA, mask=3)) == {"nadia": (STALE, 0, 0, None, None)}


def test_what_was_seen_is_forgotten_when_looking_begins_anew(seen: Seen) -> None:
    seen.take([shown(NADIA)])
    seen.begin()
    seen.take([])

    assert compare(seen, row(NADIA)) == Differing(lost={}, differing=0, looked_at=0)


def test_without_merge_fields_only_tags_are_compared() -> None:
    seen = Seen(connection=duckdb.connect(), bits=BITS, words=2, positions=())
    seen.begin()
    seen.take([shown(NADIA, values=())])

    found = compare(seen, row(NADIA), clears=())

    assert found == Differing(lost={0: 1}, differing=0, looked_at=0)
    assert list(seen.found_forms()) == []
