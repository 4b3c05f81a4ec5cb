"""Golden: what folding makes of a ledger, of stored changes and of what was acknowledged of them, situation by situation.

They go through the store's port only, so that the way in which changes are kept may change and these may not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from segue.sync.kinds import Skip
from segue.sync.ports import Reason, WriteMode
from segue.sync.store import Acknowledgement, Group, Step
from segue.sync.tables import STALE, UNSURE
from tests.unit.engines.fold_world import (
    EXPORT,
    NOW,
    RUN,
    SUBS,
    FoldWorld,
    Line,
    Stored,
    change,
    line,
    refused,
    said,
)
from tests.unit.sync.bare_engine import BITS, LOCAL, NEW, OLD, VIP, BareEngine

BOTH = VIP | LOCAL
WRITE = Group(name="update", step=Step.WRITE, mode=WriteMode.UPDATE)
CREATE = Group(name="create", step=Step.WRITE, mode=WriteMode.CREATE)
MOVE = Group(name="move", step=Step.MOVE, mode=WriteMode.UPDATE)
JOIN = Group(name="join", step=Step.MOVE, mode=WriteMode.UPDATE, archives=True)
NO_VIP = Group(name="untag-0", step=Step.UNTAG, bit=BITS[0])
NO_LOCAL = Group(name="untag-1", step=Step.UNTAG, bit=BITS[1])
RELEASE = Group(name="release", step=Step.RELEASE)
NOTE = Group(name="note", step=Step.NOTE)
SETTLE = Group(name="settle", step=Step.SETTLE)


def write(*people: object, group: Group = WRITE) -> Stored:
    return Stored(group=group, people=people)  # type: ignore[arg-type]


def sent(who: str, tags: int = 0, v0: int | None = 8, **more: object) -> object:
    return change(who, ph=NEW, set0=tags, v0=v0, **more)


def moved(who: str, old: str, tags: int = 0, **more: object) -> object:
    return sent(who, tags, old_sub=SUBS[old], **more)


def untag(group: Group, *people: str) -> Stored:
    return Stored(group=group, people=[change(who, again=False) for who in people])


@dataclass(frozen=True, kw_only=True)
class Situation:
    """`before` and `after` are ledgers, by name; `size` people make a chunk."""

    before: Sequence[Line] = ()
    stored: Sequence[Stored]
    told: Sequence[Acknowledgement] = ()
    after: Sequence[Line]
    size: int = 2


SITUATIONS = {
    "a new contact gets a line, and fields that were not sent hold nothing of ours": Situation(
        stored=[write(sent("nadia", VIP), group=CREATE)],
        told=[said("create", 0, 1)],
        after=[line("nadia", NEW, VIP, v=(8, 0))],
    ),
    "a known contact keeps its tags and what was not sent": Situation(
        before=[line("nadia", OLD, VIP)],
        stored=[write(sent("nadia", LOCAL, v0=None))],
        told=[said("update", 0, 1)],
        after=[line("nadia", NEW, BOTH, v=(7, 7))],
    ),
    "a value that is taken away is nothing of ours, and not what was there": Situation(
        before=[line("nadia", OLD, VIP)],
        stored=[write(sent("nadia", v0=0))],
        told=[said("update", 0, 1)],
        after=[line("nadia", NEW, VIP, v=(0, 7))],
    ),
    "an address with another owner gets the new owner's key": Situation(
        before=[Line(who="nadia", ph=OLD, tags=(VIP,), values=(7, 7), key="of somebody else")],
        stored=[write(sent("nadia"))],
        told=[said("update", 0, 1)],
        after=[line("nadia", NEW, VIP, v=(8, 7))],
    ),
    "who was unsure is sure again with what was written": Situation(
        before=[line("nadia", UNSURE, BOTH), line("omar", None, VIP, v=(None, None))],
        stored=[write(sent("nadia", VIP), sent("omar", VIP))],
        told=[said("update", 0, 2)],
        after=[line("nadia", NEW, BOTH, v=(8, 7)), line("omar", NEW, VIP, v=(8, 0))],
    ),
    "of two chunks the one that was not acknowledged may have been carried out": Situation(
        before=[line("pia", OLD, VIP), line("rosa", OLD, VIP)],
        stored=[
            write(sent("nadia", VIP), sent("omar", VIP), sent("pia", LOCAL), sent("quentin", VIP))
        ],
        told=[said("update", 0, 2)],
        after=[
            line("nadia", NEW, VIP, v=(8, 0)),
            line("omar", NEW, VIP, v=(8, 0)),
            line("pia", UNSURE, BOTH, v=(8, 7)),
            line("quentin", None, VIP, v=(None, None)),
            line("rosa", OLD, VIP),
        ],
    ),
    "a run of which nothing was acknowledged makes everybody unsure": Situation(
        before=[line("nadia", OLD, VIP)],
        stored=[write(sent("nadia", LOCAL), sent("omar", VIP))],
        after=[line("nadia", UNSURE, BOTH, v=(8, 7)), line("omar", None, VIP, v=(None, None))],
    ),
    "chunks count by their number in their own group": Situation(
        stored=[
            write(sent("nadia", VIP), sent("omar", VIP), sent("pia", VIP), group=CREATE),
            write(sent("quentin", VIP), sent("rosa", VIP), sent("emile", VIP)),
        ],
        told=[said("create", 1, 1), said("update", 0, 2)],
        after=[
            line("emile", None, VIP, v=(None, None)),
            line("nadia", None, VIP, v=(None, None)),
            line("omar", None, VIP, v=(None, None)),
            line("pia", NEW, VIP, v=(8, 0)),
            line("quentin", NEW, VIP, v=(8, 0)),
            line("rosa", NEW, VIP, v=(8, 0)),
        ],
    ),
    "who was refused is as before": Situation(
        before=[line("nadia", OLD, VIP)],
        stored=[write(sent("nadia", LOCAL), sent("omar", VIP))],
        told=[
            said(
                "update",
                0,
                2,
                rejections=[
                    refused("nadia", Reason.INVALID_FIELD),
                    refused("omar", Reason.FAKE_ADDRESS),
                ],
            )
        ],
        after=[line("nadia", OLD, VIP)],
    ),
    "a refusal in one group says nothing of another": Situation(
        before=[line("nadia", OLD, VIP)],
        stored=[write(sent("nadia", LOCAL)), untag(NO_VIP, "nadia")],
        told=[
            said("update", 0, 1, rejections=[refused("nadia", Reason.INVALID_FIELD)]),
            said("untag-0", 0, 1),
        ],
        after=[line("nadia", OLD, 0)],
    ),
    "who is there already may be there by a try of ours": Situation(
        stored=[write(sent("nadia", VIP), sent("omar", VIP), group=CREATE)],
        told=[said("create", 0, 2, rejections=[refused("nadia", Reason.ALREADY_THERE)])],
        after=[line("nadia", None, VIP, v=(None, None)), line("omar", NEW, VIP, v=(8, 0))],
    ),
    "a call that failed may have been carried out": Situation(
        before=[line("nadia", OLD, VIP)],
        stored=[write(sent("nadia", LOCAL))],
        told=[said("update", 0, 1, rejections=[refused("nadia", Reason.CALL_FAILS)])],
        after=[line("nadia", UNSURE, BOTH, v=(8, 7))],
    ),
    "who was put off counts as not acknowledged": Situation(
        before=[line("nadia", OLD, VIP), line("omar", OLD, VIP)],
        stored=[write(sent("nadia", LOCAL), sent("omar", LOCAL))],
        told=[said("update", 0, 2, unsent=[SUBS["nadia"].hex])],
        after=[line("nadia", UNSURE, BOTH, v=(8, 7)), line("omar", NEW, BOTH, v=(8, 7))],
    ),
    "a tag that was taken away is gone": Situation(
        before=[line("nadia", OLD, BOTH), line("omar", OLD, BOTH)],
        stored=[untag(NO_VIP, "nadia")],
        told=[said("untag-0", 0, 1)],
        after=[line("nadia", OLD, LOCAL), line("omar", OLD, BOTH)],
    ),
    "two tags are taken away by two calls": Situation(
        before=[line("nadia", OLD, BOTH), line("omar", OLD, BOTH)],
        stored=[untag(NO_VIP, "nadia", "omar"), untag(NO_LOCAL, "nadia")],
        told=[said("untag-0", 0, 2), said("untag-1", 0, 1)],
        after=[line("nadia", OLD, 0), line("omar", OLD, LOCAL)],
    ),
    "a removal that nobody acknowledged leaves the tag, and the contact unsure": Situation(
        before=[line("nadia", OLD, BOTH)],
        stored=[untag(NO_VIP, "nadia")],
        after=[line("nadia", UNSURE, BOTH)],
    ),
    "a refused removal leaves the tag": Situation(
        before=[line("nadia", OLD, BOTH)],
        stored=[untag(NO_VIP, "nadia")],
        told=[said("untag-0", 0, 1, rejections=[refused("nadia", Reason.OTHER)])],
        after=[line("nadia", OLD, BOTH)],
    ),
    "a removal for somebody of whom nothing is kept makes no line": Situation(
        before=[line("omar", OLD, VIP)],
        stored=[untag(NO_VIP, "nadia")],
        told=[said("untag-0", 0, 1)],
        after=[line("omar", OLD, VIP)],
    ),
    "what a run sets and takes away is gone": Situation(
        before=[line("nadia", OLD, VIP)],
        stored=[write(sent("nadia", LOCAL)), untag(NO_VIP, "nadia")],
        told=[said("update", 0, 1), said("untag-0", 0, 1)],
        after=[line("nadia", NEW, LOCAL, v=(8, 7))],
    ),
    "tags that are given up need no acknowledgement": Situation(
        before=[line("nadia", OLD, BOTH)],
        stored=[Stored(group=RELEASE, people=[change("nadia", rel0=LOCAL)])],
        after=[line("nadia", OLD, VIP)],
    ),
    "a run that only gives up is complete, and leaves nobody unsure": Situation(
        before=[line("nadia", OLD, BOTH), line("omar", OLD, VIP)],
        stored=[
            Stored(group=RELEASE, people=[change("nadia", rel0=BOTH)]),
            Stored(group=NOTE, people=[change("pia")]),
        ],
        after=[
            line("nadia", OLD, 0),
            line("omar", OLD, VIP),
            line("pia", None, 0, v=(None, None)),
        ],
    ),
    "who is noted gets a line once": Situation(
        before=[line("nadia", OLD, VIP)],
        stored=[
            write(sent("omar", VIP)),
            Stored(group=NOTE, people=[change("nadia"), change("omar"), change("pia")]),
        ],
        told=[said("update", 0, 1)],
        after=[
            line("nadia", OLD, VIP),
            line("omar", NEW, VIP, v=(8, 0)),
            line("pia", None, 0, v=(None, None)),
        ],
    ),
    "what settles changes fields and no tags, and needs no call": Situation(
        before=[line("nadia", STALE, VIP, v=(None, 7))],
        stored=[
            Stored(group=SETTLE, people=[change("nadia", ph=NEW, v0=0)]),
            untag(NO_LOCAL, "omar"),
        ],
        told=[],
        after=[line("nadia", NEW, VIP, v=(0, 7))],
    ),
    "a renamed contact brings tags and fields along, and its old line goes": Situation(
        before=[line("nadia", OLD, VIP), line("omar", OLD, VIP)],
        stored=[write(moved("pia", "nadia", LOCAL, v0=None), group=MOVE)],
        told=[said("move", 0, 1)],
        after=[line("omar", OLD, VIP), line("pia", NEW, BOTH, v=(7, 7))],
    ),
    "a rename that nobody acknowledged leaves both unsure, each with every tag": Situation(
        before=[line("nadia", OLD, VIP)],
        stored=[write(moved("pia", "nadia", LOCAL), group=MOVE)],
        after=[line("nadia", UNSURE, VIP), line("pia", None, BOTH, v=(None, None))],
    ),
    "a refused rename leaves the old line": Situation(
        before=[line("nadia", OLD, VIP)],
        stored=[write(moved("pia", "nadia", LOCAL), group=MOVE)],
        told=[said("move", 0, 1, rejections=[refused("pia", Reason.NOT_SUBSCRIBED)])],
        after=[line("nadia", OLD, VIP)],
    ),
    "an archived contact's line goes, and the contact of the new address has the tags of both": Situation(
        before=[line("nadia", OLD, VIP, v=(7, None)), line("pia", OLD, LOCAL, v=(None, 9))],
        stored=[write(moved("pia", "nadia", VIP), group=JOIN)],
        told=[said("join", 0, 1)],
        after=[line("pia", NEW, BOTH, v=(8, 9))],
    ),
    "of two renames one may be acknowledged": Situation(
        before=[line("nadia", OLD, VIP), line("omar", OLD, VIP)],
        stored=[write(moved("pia", "nadia", VIP), moved("rosa", "omar", VIP), group=MOVE)],
        told=[said("move", 0, 1)],
        size=1,
        after=[
            line("omar", UNSURE, VIP),
            line("pia", NEW, VIP, v=(8, 7)),
            line("rosa", None, VIP, v=(None, None)),
        ],
    ),
    "a renamed contact loses a tag of the old address under the new one": Situation(
        before=[line("nadia", OLD, BOTH)],
        stored=[write(moved("pia", "nadia", LOCAL), group=MOVE), untag(NO_VIP, "pia")],
        told=[said("move", 0, 1), said("untag-0", 0, 1)],
        after=[line("pia", NEW, LOCAL, v=(8, 7))],
    ),
    "two contacts may change their addresses in a row": Situation(
        before=[line("nadia", OLD, VIP), line("omar", OLD, LOCAL)],
        stored=[write(moved("pia", "omar", LOCAL), moved("omar", "nadia", VIP), group=MOVE)],
        told=[said("move", 0, 2)],
        after=[line("omar", NEW, VIP, v=(8, 7)), line("pia", NEW, LOCAL, v=(8, 7))],
    ),
}


@pytest.fixture(scope="module")
def engine() -> BareEngine:
    return BareEngine()


@pytest.fixture
def world(tmp_path: Path, engine: BareEngine) -> FoldWorld:
    return FoldWorld(folder=tmp_path, engine=engine)


@pytest.mark.parametrize("name", SITUATIONS)
def test_folding_makes_of_a_ledger(world: FoldWorld, name: str) -> None:
    case = SITUATIONS[name]
    if case.before:
        world.had(case.before)

    world.run(case.stored, case.told, size=case.size)

    assert world.ledger() == sorted(case.after, key=lambda one: one.who)


def test_a_run_that_an_earlier_version_stored_is_folded_by_the_places_of_its_people(
    world: FoldWorld,
) -> None:
    world.had([line("pia", OLD, VIP), line("rosa", OLD, BOTH), line("emile", OLD, VIP)])
    world.was_stored_by_an_earlier_version(
        [
            write(sent("nadia", VIP), sent("omar", VIP), sent("pia", LOCAL), sent("quentin", VIP)),
            untag(NO_VIP, "rosa", "emile"),
        ],
        [said("update", 0, 2), said("untag-0", 0, 2, rejections=[refused("emile", Reason.OTHER)])],
        size=2,
    )

    with world.store() as store:
        fates = store.fates(RUN)
        store.fold(RUN, now=NOW)

    assert (fates.accepted, fates.not_sent, dict(fates.rejected)) == (3, 2, {Reason.OTHER: 1})
    assert world.ledger() == [
        line("emile", OLD, VIP),
        line("nadia", NEW, VIP, v=(8, 0)),
        line("omar", NEW, VIP, v=(8, 0)),
        line("pia", UNSURE, BOTH, v=(8, 7)),
        line("quentin", None, VIP, v=(None, None)),
        line("rosa", OLD, LOCAL),
    ]


def test_tags_of_the_second_word_are_kept_beside_those_of_the_first(world: FoldWorld) -> None:
    world.tags = len(BITS)
    late = Group(name=f"untag-{BITS[-1].position}", step=Step.UNTAG, bit=BITS[-1])
    world.had([line("nadia", OLD, VIP), line("omar", OLD, LOCAL)])

    world.run(
        [
            write(sent("nadia", LOCAL, set1=1), sent("omar", 0, set1=1), sent("pia", 0, set1=1)),
            untag(late, "omar"),
        ],
        [said("update", 0, 2), said(late.name, 0, 1)],
        size=2,
    )

    assert world.ledger() == [
        line("nadia", NEW, BOTH, 1, v=(8, 7)),
        line("omar", NEW, LOCAL, 0, v=(8, 7)),
        line("pia", None, 0, 1, v=(None, None)),
    ]


def test_a_second_fold_changes_nothing(world: FoldWorld) -> None:
    world.run([write(sent("nadia", VIP), sent("omar", VIP))], [], size=1)
    before = world.ledger()

    with world.store() as store:
        assert store.unfinished() == ()
        store.fold(RUN, now=NOW)
        store.fold("a run that never was", now=NOW)

    assert world.ledger() == before


def test_tags_that_were_there_before_us_follow_a_renamed_contact(world: FoldWorld) -> None:
    world.had([line("nadia", OLD, VIP), line("omar", OLD, VIP)])
    world.carried_before(0, "nadia", "rosa")

    world.run(
        [write(moved("pia", "nadia", VIP), moved("quentin", "omar", VIP), group=MOVE)],
        [said("move", 0, 2)],
        size=2,
    )

    assert world.foreigners(0) == {"nadia", "pia", "rosa"}


def test_refusals_hold_contacts_back_with_the_fields_that_were_refused(world: FoldWorld) -> None:
    refusals = [refused("nadia", Reason.INVALID_FIELD), refused("omar", Reason.COMPLIANCE)]
    world.had([line("pia", OLD, VIP)])

    world.run(
        [
            write(sent("nadia", VIP), sent("omar", VIP)),
            write(moved("quentin", "pia"), group=JOIN),
            untag(NO_VIP, "rosa"),
        ],
        [
            said("update", 0, 2, rejections=refusals),
            said("join", 0, 1, also_held=[refused("pia", Reason.FORGOTTEN)]),
            said("untag-0", 0, 1, rejections=[refused("rosa", Reason.OTHER)]),
        ],
        size=2,
    )

    with world.store() as store:
        found = store.journal.holds(export=EXPORT, now=NOW)
    held = {(one.hold.subscriber_hash, one.hold.skip, one.fields_hash) for one in found}
    assert held == {
        (SUBS["nadia"].hex, Skip.INVALID_FIELD, NEW.hex),
        (SUBS["omar"].hex, Skip.COMPLIANCE, None),
        (SUBS["pia"].hex, Skip.FORGOTTEN, None),
        (SUBS["rosa"].hex, Skip.OTHER, None),
    }


def test_who_is_written_after_all_is_held_no_longer_unless_the_person_said_no(
    world: FoldWorld,
) -> None:
    refusals = [refused("nadia", Reason.INVALID_FIELD), refused("omar", Reason.UNSUBSCRIBED)]
    everybody = write(sent("nadia", VIP), sent("omar", VIP))
    world.run([everybody], [said("update", 0, 2, rejections=refusals)], size=2)

    world.run([everybody], [said("update", 0, 2)], size=2, run_id="run0002")

    with world.store() as store:
        left = [one.hold.subscriber_hash for one in store.journal.holds(export=EXPORT, now=NOW)]
    assert left == [SUBS["omar"].hex]


def test_what_became_of_people_is_counted_by_their_chunks(world: FoldWorld) -> None:
    world.had([line("quentin", OLD, VIP)])
    people = write(
        *(sent(name, VIP) for name in ("nadia", "omar", "pia", "rosa", "emile")), group=CREATE
    )
    told = [
        said("create", 0, 2, rejections=[refused("omar", Reason.FAKE_ADDRESS)]),
        said("create", 1, 2, unsent=[SUBS["rosa"].hex]),
        said("untag-0", 0, 1),
    ]

    world.run([people, untag(NO_VIP, "quentin")], told, size=2)

    with world.store() as store:
        fates = store.fates(RUN, [SUBS["emile"].hex])
    assert (fates.accepted, dict(fates.rejected)) == (3, {Reason.FAKE_ADDRESS: 1})
    assert (fates.not_sent, fates.unknown, fates.untagged, fates.moved) == (1, 1, 1, 0)
