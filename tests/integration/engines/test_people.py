"""A plan person by person: who, what, why not, which tags come and go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from segue.engines.duckdb.audience.people import people
from segue.sync.kinds import Kind, Skip
from segue.sync.people import PersonChange
from tests.fakes.laboratory import Someone
from tests.integration.engines.small_audience import SmallAudience, small_audience

NADIA = Someone(id=1, email="NADIA@shop.example", first_name="Nadia", local=True)
PIA = Someone(id=2, email="pia@shop.example", first_name="Pia")
OMAR = Someone(id=3, email="omar@shop.example", first_name="Omar", local=True)


def change(key: int | str, address: str, kind: Kind, **more: object) -> PersonChange:
    given: dict[str, object] = {"skip": Skip.NONE, "tags_added": (), "tags_removed": ()}
    return PersonChange(profile_key=str(key), address=address, kind=kind, **(given | more))  # type: ignore[arg-type]


@pytest.fixture
def audience(tmp_path: Path) -> Iterator[SmallAudience]:
    with small_audience(tmp_path) as opened:
        yield opened


def told(audience: SmallAudience, **asked: object) -> list[PersonChange]:
    with audience.store() as store:
        bits = store.tag_bits()
    return list(people(audience.connection, email_attribute="email", bits=bits, **asked))  # type: ignore[arg-type]


def test_a_first_plan_names_everybody_with_tags_and_reasons(audience: SmallAudience) -> None:
    given = [
        NADIA,
        replace(NADIA, id=7),
        PIA,
        Someone(id=8, email="nobody"),
        Someone(id=9, email=None),
        replace(OMAR, vip=False, local=False),
    ]

    audience.run(given)

    assert told(audience) == [
        change(1, "nadia@shop.example", Kind.ADD, tags_added=("Vip", "Local")),
        change(2, "pia@shop.example", Kind.ADD, tags_added=("Vip",)),
        change(7, "nadia@shop.example", Kind.SKIP, skip=Skip.DUPLICATE),
        change(8, "nobody", Kind.SKIP, skip=Skip.INVALID_ADDRESS),
        change(9, "", Kind.SKIP, skip=Skip.MISSING_ADDRESS),
    ]


def test_a_later_plan_tells_changes_of_every_kind(audience: SmallAudience) -> None:
    tagged = Someone(id=4, email="tag@shop.example", local=False)
    left = Someone(id=5, email="left@shop.example", local=True)
    audience.run([NADIA, PIA, OMAR, tagged, left])

    audience.run(
        [
            replace(NADIA, email="new@shop.example", local=False),
            replace(PIA, first_name="Pia L."),
            replace(OMAR, local=False),
            replace(tagged, local=True),
        ]
    )

    assert told(audience) == [
        change(2, "pia@shop.example", Kind.UPDATE),
        change(4, "tag@shop.example", Kind.TAG, tags_added=("Local",)),
        change(3, "omar@shop.example", Kind.UNTAG, tags_removed=("Local",)),
        change("", "left@shop.example", Kind.LEAVE, tags_removed=("Vip", "Local")),
        told(audience, kind=Kind.MOVE)[0],
    ]
    [moved] = told(audience, kind=Kind.MOVE)
    assert (moved.profile_key, moved.address, moved.tags_removed) == (
        "1", "new@shop.example", ("Local",)
    )  # fmt: skip


def test_a_kind_and_a_number_can_be_asked_for(audience: SmallAudience) -> None:
    audience.run([NADIA, PIA, OMAR, Someone(id=9, email=None)])

    assert [one.profile_key for one in told(audience, limit=2)] == ["1", "2"]
    assert [one.profile_key for one in told(audience, kind=Kind.SKIP, limit=5)] == ["9"]
    assert told(audience, kind=Kind.LEAVE) == []


def test_the_first_few_are_those_that_everybody_begins_with(audience: SmallAudience) -> None:
    gone = [Someone(id=n, email=f"gone{n}@shop.example", local=True) for n in (12, 3, 21)]
    audience.run([NADIA, PIA, *gone])

    audience.run([replace(NADIA, id=10), PIA, Someone(id=11, email="rosa@shop.example")])

    everybody = told(audience)
    assert len(everybody) == 5
    assert [told(audience, limit=n) for n in range(6)] == [everybody[:n] for n in range(6)]
    left = [one for one in everybody if one.kind is Kind.LEAVE]
    assert [told(audience, kind=Kind.LEAVE, limit=n) for n in (1, 2, 3)] == [
        left[:1],
        left[:2],
        left,
    ]
