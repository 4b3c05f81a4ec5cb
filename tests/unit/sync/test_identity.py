"""Which installation may write to an audience: the place, the restoration, the stamps, and what a person decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from segue.service.identity import standing
from segue.sync.brakes import UNDECIDED, StopKind
from segue.sync.identity import (
    Identity,
    KeptStamps,
    Place,
    Restoration,
    Standing,
    id_of,
    is_reserved,
    judge,
    seen_on,
    stamp_name,
)
from segue.sync.plan import Stamp, StampKind
from segue.sync.ports import Tag

OURS, OTHER, THIRD = "0123456789abcdef", "fedcba9876543210", "00000000ffffffff"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HERE = Place(home="/srv/segue", host="production", database="d1")


def an_identity(**changes: Any) -> Identity:
    return replace(Identity(id=OURS, place=HERE, made_at=NOW), **changes)


def at(identity: Identity | None = None, **changes: Any) -> Standing:
    return replace(Standing(identity=identity or an_identity(), here=HERE), **changes)


def tags(*ids: str) -> list[Tag]:
    stamps = [Tag(tag_id=n, name=stamp_name(one), active_members=0) for n, one in enumerate(ids)]
    return [*stamps, Tag(tag_id=99, name="Vip", active_members=7)]


def kinds(found: Standing, *ids: str, kept: KeptStamps | None = None) -> list[StopKind]:
    seen = seen_on(tags(*ids), found.identity, kept or KeptStamps())
    return [stop.kind for stop in judge(found, seen).stops]


def stamp(found: Standing, *ids: str, kept: KeptStamps | None = None) -> Stamp | None:
    return judge(found, seen_on(tags(*ids), found.identity, kept or KeptStamps())).stamp


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"home": "/srv/copy"}, StopKind.INSTALLATION_MOVED),
        ({"host": "staging"}, StopKind.INSTALLATION_HOST),
        ({"database": "d2"}, StopKind.INSTALLATION_DATABASE),
    ],
)
def test_each_part_of_the_place_holds_by_itself(changes: dict[str, str], kind: StopKind) -> None:
    assert kinds(at(here=replace(HERE, **changes)), OURS) == [kind]


def test_a_database_that_is_not_known_is_not_compared() -> None:
    assert kinds(at(here=replace(HERE, database=""))) == []
    assert kinds(at(an_identity(place=replace(HERE, database="")))) == []


def test_what_may_not_be_real_is_told_all_at_once_and_no_approval_lifts_any_of_it() -> None:
    here = Place(home="/other", host="other", database="other")
    found = at(
        an_identity(left=("acc-list",), copy_of=OTHER),
        here=here,
        restored=Restoration(),
        folder="acc-list",
    )
    judged = judge(found, seen_on(tags(THIRD), found.identity, KeptStamps()))

    assert {stop.kind for stop in judged.stops} == UNDECIDED
    assert not any(stop.approvable for stop in judged.stops)
    assert judged.stamp is None


def test_a_copy_leaves_the_audiences_that_it_was_copied_with_and_no_others() -> None:
    copy = an_identity(left=("acc-list",), copy_of=OTHER)

    assert kinds(at(copy, folder="acc-list"), OURS) == [StopKind.INSTALLATION_COPY]
    assert kinds(at(copy, folder="acc-other")) == []


def test_a_stamp_is_new_put_on_again_or_there() -> None:
    name = stamp_name(OURS)

    assert stamp(at()) == Stamp(kind=StampKind.NEW, name=name, calls=1)
    assert stamp(at(), kept=KeptStamps(stamped=OURS)) == Stamp(
        kind=StampKind.AGAIN, name=name, calls=1
    )
    assert stamp(at(), kept=KeptStamps(stamped=OTHER)) == Stamp(
        kind=StampKind.NEW, name=name, calls=1
    )
    assert stamp(at(), OURS) is None


def test_only_the_stamps_that_a_decision_covers_are_replaced() -> None:
    real = at(an_identity(replaces=(OTHER,)))

    assert stamp(real, OTHER) == Stamp(kind=StampKind.REPLACES, name=stamp_name(OURS), calls=1)
    assert stamp(real, OURS, OTHER) == Stamp(
        kind=StampKind.REPLACES, name=stamp_name(OURS), calls=1
    )
    assert kinds(real, OTHER, THIRD) == [StopKind.INSTALLATION_STRANGE]
    assert kinds(at(), OURS, OTHER) == [StopKind.INSTALLATION_STRANGE]


@pytest.mark.parametrize(
    ("name", "stamped", "reserved"),
    [
        (f"segue: installation {OURS}", OURS, True),
        (f" SEGUE: Installation {OURS.upper()} ", OURS, True),
        ("segue: installation", None, True),
        ("segue: installation of tea", None, True),
        ("our segue: installation x", None, False),
        ("Vip", None, False),
    ],
)
def test_stamps_are_told_from_tags_of_exports(
    name: str, stamped: str | None, reserved: bool
) -> None:
    assert (id_of(name), is_reserved(name)) == (stamped, reserved)


def test_whoever_comes_second_finds_the_id_of_the_first(tmp_path: Path) -> None:
    home = tmp_path / "home"
    here = Place(home=str(home), host="h")
    first = standing(home, here, now=NOW, fresh_id=OURS)
    second = standing(home, replace(here, database="d1"), now=NOW, fresh_id=OTHER)

    assert (first.identity.id, second.identity.id) == (OURS, OURS)
    assert second.identity.place.database == "d1"
    assert [one.name for one in home.iterdir()] == ["installation.json"]


def test_a_database_is_not_recorded_where_something_else_is_in_question(tmp_path: Path) -> None:
    home = tmp_path / "home"
    here = Place(home=str(home), host="h")
    standing(home, here, now=NOW, fresh_id=OURS)
    held = standing(home, Place(home=str(home), host="x", database="d1"), now=NOW, fresh_id=OTHER)

    assert held.identity.place.database == ""
    assert [stop.kind for stop in held.stops] == [StopKind.INSTALLATION_HOST]
