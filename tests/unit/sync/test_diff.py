"""Desired state against ledger: which kind of change everybody gets, which tags come and go, and the laws of all that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.sync import tables
from segue.sync.diff import Rules, differences
from segue.sync.kinds import Kind, Skip
from tests.examples import few
from tests.unit.sync.bare_engine import LOCAL, NEW, OLD, VIP, BareEngine

RULES = Rules(words=1, present=(VIP | LOCAL,))


@pytest.fixture(scope="module")
def engine() -> BareEngine:
    return BareEngine()


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is said of one person and their address; None: nothing is. Masks are of the first word."""

    wanted: int | None = None
    state: Skip = Skip.NONE
    owned: int | None = None
    l_ph: UUID | None = NEW
    has_other_owner: bool = False
    held: Skip | None = None
    h_ph: UUID | None = None
    is_known: bool = True
    claimed: int = 0
    foreign: int = 0


def give_cases(engine: BareEngine, cases: Sequence[Case]) -> None:
    """Make the tables of some people, with keys 1, 2, … and addresses that stand for these numbers."""
    desired, ledger, held, protected, known = [], [], [], [], []
    for key, case in enumerate(cases, start=1):
        sub = UUID(int=key)
        if case.wanted is not None:
            row = {"profile_key": key, "sub": sub, "ph": NEW}
            desired.append(row | {"state": int(case.state), "m0": case.wanted})
        if case.owned is not None:
            owner = str(key + 100 if case.has_other_owner else key)
            row = {"l_sub": sub, "l_address": f"p{key}@shop.example", "l_key": owner}
            ledger.append(row | {"l_ph": case.l_ph, "l_m0": case.owned})
        if case.held is not None:
            held.append({"h_sub": sub, "h_skip": int(case.held), "h_ph": case.h_ph})
        if case.claimed or case.foreign:
            protected.append({"o_sub": sub, "o_m0": case.claimed, "f_m0": case.foreign})
        if case.is_known:
            known.append({"k_sub": sub})
    engine.give(tables.desired(1, "int64"), desired)
    engine.give(tables.ledger(1), ledger)
    engine.give(tables.held(), held)
    engine.give(tables.protected(1), protected)
    engine.give(tables.known(), known)


def decided(engine: BareEngine, *cases: Case, rules: Rules = RULES) -> list[dict[str, Any] | None]:
    """Return what the comparison says of each person, None where nothing is to be done."""
    give_cases(engine, cases)
    found = engine.found(differences(tables.desired(1, "int64"), rules))
    by_sub = {row["sub"].int: row for row in found}
    assert len(by_sub) == len(found)
    return [by_sub.get(key) for key in range(1, len(cases) + 1)]


def short(found: dict[str, Any] | None) -> tuple[Any, ...]:
    """Return kind, reason, and the masks set, gain, clear, rel."""
    if found is None:
        return (Kind.SAME,)
    masks = [found[f"{prefix}0"] for prefix in ("set", "gain", "clear", "rel")]
    return Kind(found["kind"]), Skip(found["skip"]), *masks


def see(engine: BareEngine, cases: Mapping[str, tuple[Case, Any]], rules: Rules = RULES) -> None:
    """Compare what is decided of people with what is expected, all in one comparison."""
    found = decided(engine, *(case for case, _ in cases.values()), rules=rules)
    assert dict(zip(cases, map(short, found), strict=True)) == {
        name: expected for name, (_, expected) in cases.items()
    }


ELSEWHERE = 77
"""The number of the address to which a person of these tests changed it at Mailchimp."""


@pytest.mark.parametrize(
    ("there", "claims", "expected"),
    [
        ({}, {}, (Kind.LEAVE, 0, VIP | LOCAL, 0)),
        ({"wanted": VIP}, {}, (Kind.RELEASE, 1, 0, VIP | LOCAL)),
        ({}, {"o_sub": 1, "o_m0": VIP}, (Kind.LEAVE, 0, LOCAL, VIP)),
        ({}, {"o_sub": 1, "f_m0": VIP | LOCAL}, (Kind.RELEASE, 0, 0, VIP | LOCAL)),
        ({}, {"o_sub": ELSEWHERE, "o_m0": LOCAL}, (Kind.LEAVE, 0, VIP, LOCAL)),
        ({}, {"o_sub": ELSEWHERE, "f_m0": LOCAL}, (Kind.LEAVE, 0, VIP, LOCAL)),
    ],
    ids=["left", "wanted", "claimed", "foreign", "claimed there", "foreign there"],
)
def test_a_leaver_whose_contact_has_another_address_loses_what_ours_is_there(
    engine: BareEngine,
    there: dict[str, int],
    claims: dict[str, int],
    expected: tuple[Kind, int, int, int],
) -> None:
    kind, wanted, clear, rel = expected
    give_cases(engine, [Case(owned=VIP | LOCAL, is_known=False)])
    new = UUID(int=ELSEWHERE)
    row = {"profile_key": 2, "sub": new, "ph": NEW, "state": 0, "m0": there.get("wanted")}
    engine.give(tables.desired(1, "int64"), [row] if wanted else [])
    claimed = claims | {"o_sub": UUID(int=claims.get("o_sub", 5))}
    engine.give(tables.protected(1), [{"o_m0": 0, "f_m0": 0} | claimed])
    engine.give(tables.known(), [{"k_sub": new}])
    engine.give(tables.renamed(), [{"r_old": UUID(int=1), "r_new": new}])

    found = engine.found(differences(tables.desired(1, "int64"), replace(RULES, has_renamed=True)))

    engine.give(tables.renamed())
    one = next(row for row in found if row["profile_key"] is None)
    assert (one["kind"], one["clear0"], one["rel0"]) == (kind, clear, rel)
    told = (UUID(int=1), None) if wanted else (new, UUID(int=1))
    assert (one["sub"], one["old_sub"]) == told
    assert len(found) == 1 + wanted


STRANGER = Case(wanted=VIP, is_known=False)
LEAVER = Case(owned=VIP | LOCAL)


def test_a_whole_row_says_everything_that_sending_needs(engine: BareEngine) -> None:
    new = Case(wanted=VIP | LOCAL, is_known=False)

    assert decided(engine, new, LEAVER) == [
        {
            "profile_key": 1,
            "sub": UUID(int=1),
            "ph": NEW,
            "kind": Kind.ADD,
            "skip": 0,
            "noted": False,
            "is_known": False,
            "is_acknowledged": False,
            "is_sure": False,
            "settles": False,
            "old_sub": None,
            "l_address": None,
            "m0": VIP | LOCAL,
            "set0": VIP | LOCAL,
            "gain0": VIP | LOCAL,
            "clear0": 0,
            "rel0": 0,
        },
        {
            "profile_key": None,
            "sub": UUID(int=2),
            "ph": None,
            "kind": Kind.LEAVE,
            "skip": 0,
            "noted": False,
            "is_known": True,
            "is_acknowledged": True,
            "is_sure": True,
            "settles": False,
            "old_sub": None,
            "l_address": "p2@shop.example",
            "m0": 0,
            "set0": 0,
            "gain0": 0,
            "clear0": VIP | LOCAL,
            "rel0": 0,
        },
    ]


def test_what_differs_decides_the_kind_of_change(engine: BareEngine) -> None:
    see(
        engine,
        {
            "nobody knew": (STRANGER, (Kind.ADD, 0, VIP, VIP, 0, 0)),
            "the audience knew": (Case(wanted=VIP), (Kind.ADD, 0, VIP, VIP, 0, 0)),
            "perhaps written before": (
                Case(wanted=VIP, owned=VIP, l_ph=None),
                (Kind.ADD, 0, VIP, VIP, 0, 0),
            ),
            "nothing differs": (Case(wanted=VIP, owned=VIP), (Kind.SAME,)),
            "a field differs": (
                Case(wanted=VIP, owned=VIP, l_ph=OLD),
                (Kind.UPDATE, 0, 0, 0, 0, 0),
            ),
            "the address has another owner": (
                Case(wanted=VIP, owned=VIP, has_other_owner=True),
                (Kind.UPDATE, 0, 0, 0, 0, 0),
            ),
            "a tag more": (Case(wanted=VIP | LOCAL, owned=VIP), (Kind.TAG, 0, LOCAL, LOCAL, 0, 0)),
            "a tag less": (Case(wanted=VIP, owned=VIP | LOCAL), (Kind.UNTAG, 0, 0, 0, LOCAL, 0)),
            "one tag for another": (
                Case(wanted=LOCAL, owned=VIP),
                (Kind.TAG, 0, LOCAL, LOCAL, VIP, 0),
            ),
            "everything differs": (
                Case(wanted=LOCAL, owned=VIP, l_ph=OLD),
                (Kind.UPDATE, 0, LOCAL, LOCAL, VIP, 0),
            ),
            "what it holds is not known": (
                Case(wanted=VIP, owned=VIP | LOCAL, l_ph=tables.UNSURE),
                (Kind.UPDATE, 0, VIP, 0, LOCAL, 0),
            ),
            "the tags are known and the fields are not": (
                Case(wanted=VIP, owned=VIP, l_ph=tables.STALE),
                (Kind.UPDATE, 0, 0, 0, 0, 0),
            ),
            "leaves": (LEAVER, (Kind.LEAVE, 0, 0, 0, VIP | LOCAL, 0)),
            "leaves before it was sure": (
                Case(owned=VIP, l_ph=None),
                (Kind.LEAVE, 0, 0, 0, VIP, 0),
            ),
        },
    )


def test_a_tag_that_is_not_ours_alone_is_given_up_without_a_call(engine: BareEngine) -> None:
    see(
        engine,
        {
            "another export claims the tag": (
                Case(wanted=VIP, owned=VIP | LOCAL, claimed=LOCAL),
                (Kind.RELEASE, 0, 0, 0, 0, LOCAL),
            ),
            "the tag was there before us": (
                Case(wanted=VIP, owned=VIP | LOCAL, foreign=LOCAL),
                (Kind.RELEASE, 0, 0, 0, 0, LOCAL),
            ),
            "a leaver of whom nothing is ours": (
                Case(owned=VIP | LOCAL, claimed=VIP, foreign=LOCAL),
                (Kind.RELEASE, 0, 0, 0, 0, VIP | LOCAL),
            ),
            "a leaver of whom one tag is ours": (
                Case(owned=VIP | LOCAL, claimed=VIP),
                (Kind.LEAVE, 0, 0, 0, LOCAL, VIP),
            ),
            "a leaver whom the audience holds no more": (
                Case(owned=VIP | LOCAL, is_known=False),
                (Kind.RELEASE, 0, 0, 0, 0, VIP | LOCAL),
            ),
        },
    )


def test_a_tag_that_somebody_deleted_in_the_audience_is_written_again(engine: BareEngine) -> None:
    see(
        engine,
        {
            "wanted": (Case(wanted=3, owned=3), (Kind.TAG, 0, LOCAL, 0, 0, 0)),
            "wanted no more": (Case(wanted=VIP, owned=3), (Kind.RELEASE, 0, 0, 0, 0, LOCAL)),
            "all there is": (Case(owned=LOCAL), (Kind.RELEASE, 0, 0, 0, 0, LOCAL)),
        },
        rules=replace(RULES, present=(VIP,)),
    )


def test_who_is_not_wanted_is_left_out_with_the_reason(engine: BareEngine) -> None:
    reasons = (Skip.MISSING_ADDRESS, Skip.INVALID_ADDRESS, Skip.DUPLICATE, Skip.NO_CONSENT)
    see(
        engine,
        {
            reason.name: (Case(wanted=VIP, state=reason), (Kind.SKIP, reason, 0, 0, 0, 0))
            for reason in reasons
        },
    )


def test_a_person_without_consent_leaves_and_is_told(engine: BareEngine) -> None:
    give_cases(engine, [Case(wanted=VIP, owned=VIP, state=Skip.NO_CONSENT)])

    found = engine.found(differences(tables.desired(1, "int64"), RULES))

    assert sorted(short(one) for one in found) == [
        (Kind.LEAVE, 0, 0, 0, VIP, 0),
        (Kind.SKIP, Skip.NO_CONSENT, 0, 0, 0, 0),
    ]


def test_who_is_held_is_left_out_and_keeps_the_tags(engine: BareEngine) -> None:
    changed = Case(wanted=VIP, owned=VIP, l_ph=OLD)
    update, leave = (Kind.UPDATE, 0, 0, 0, 0, 0), (Kind.LEAVE, 0, 0, 0, 3, 0)

    def left_out(skip: Skip, **masks: int) -> tuple[Any, ...]:
        return (Kind.SKIP, skip, masks.get("set", 0), masks.get("gain", 0), 0, 0)

    see(
        engine,
        {
            "whatever the fields are": (
                replace(changed, held=Skip.UNSUBSCRIBED),
                left_out(Skip.UNSUBSCRIBED),
            ),
            "while the fields are those": (
                replace(changed, held=Skip.INVALID_FIELD, h_ph=NEW),
                left_out(Skip.INVALID_FIELD),
            ),
            "not once they are others": (
                replace(changed, held=Skip.INVALID_FIELD, h_ph=OLD),
                update,
            ),
            "nobody of ours": (
                replace(STRANGER, held=Skip.ARCHIVED),
                left_out(Skip.ARCHIVED, set=VIP, gain=VIP),
            ),
            "and leaves": (replace(LEAVER, held=Skip.CLEANED), (Kind.SAME,)),
            "for fields, and leaves": (replace(LEAVER, held=Skip.INVALID_FIELD, h_ph=OLD), leave),
            "without consent": (
                Case(wanted=VIP, state=Skip.NO_CONSENT, held=Skip.UNSUBSCRIBED),
                left_out(Skip.NO_CONSENT),
            ),
        },
    )


def test_whom_the_audience_holds_no_more_is_never_written_anew(engine: BareEngine) -> None:
    gone = Case(wanted=VIP, owned=VIP, l_ph=OLD, is_known=False)
    cases = (gone, replace(gone, l_ph=tables.UNSURE), replace(gone, held=Skip.FORGOTTEN))

    found = [short(one)[:2] for one in decided(engine, *cases)]

    assert found == [(Kind.SKIP, Skip.GONE), (Kind.SKIP, Skip.GONE), (Kind.SKIP, Skip.FORGOTTEN)]


def test_an_audience_that_was_never_read_tells_nobody_known_or_gone(engine: BareEngine) -> None:
    gone = Case(wanted=VIP, owned=VIP, l_ph=OLD, is_known=False)

    [found] = decided(engine, gone, rules=replace(RULES, tell_known=False))

    assert found is not None
    assert (found["kind"], found["is_known"]) == (Kind.UPDATE, True)


def test_the_opt_out_of_somebody_who_was_never_ours_is_noted_once(engine: BareEngine) -> None:
    opted_out = Case(wanted=VIP, held=Skip.UNSUBSCRIBED)
    cases = {
        "unsubscribed": (opted_out, True),
        "erased": (replace(opted_out, held=Skip.FORGOTTEN), True),
        "refused to come back": (replace(opted_out, held=Skip.COMPLIANCE), True),
        "bounced": (replace(opted_out, held=Skip.CLEANED), False),
        "archived": (replace(opted_out, held=Skip.ARCHIVED), False),
        "refused for something else": (replace(opted_out, held=Skip.OTHER), False),
        "refused for fields that changed": (replace(opted_out, h_ph=OLD), False),
        "is in the ledger already": (replace(opted_out, owned=0, l_ph=None), False),
        "somebody else's address": (replace(opted_out, state=Skip.DUPLICATE), False),
        "did not say no": (Case(wanted=VIP), False),
    }

    found = decided(engine, *(case for case, _ in cases.values()))

    noted = {name: one is not None and one["noted"] for name, one in zip(cases, found, strict=True)}
    assert noted == {name: is_noted for name, (_, is_noted) in cases.items()}


def test_acknowledged_and_sure_are_two_things(engine: BareEngine) -> None:
    hashes = (OLD, tables.STALE, tables.UNSURE, None)

    found = decided(engine, *(Case(wanted=VIP, owned=VIP, l_ph=one) for one in hashes), STRANGER)

    assert [(one["is_acknowledged"], one["is_sure"]) for one in found if one is not None] == [
        (True, True),
        (True, True),
        (True, False),
        (False, False),
        (False, False),
    ]


def test_a_full_run_writes_everybody_wanted_and_nobody_else(engine: BareEngine) -> None:
    same = Case(wanted=VIP, owned=VIP)
    see(
        engine,
        {
            "the same": (same, (Kind.UPDATE, 0, VIP, 0, 0, 0)),
            "loses a tag": (Case(wanted=VIP, owned=3), (Kind.UPDATE, 0, VIP, 0, LOCAL, 0)),
            "new": (STRANGER, (Kind.ADD, 0, VIP, VIP, 0, 0)),
            "leaves": (LEAVER, (Kind.LEAVE, 0, 0, 0, 3, 0)),
            "left before": (Case(owned=0), (Kind.SAME,)),
            "held": (replace(same, held=Skip.CLEANED), (Kind.SKIP, Skip.CLEANED, VIP, 0, 0, 0)),
            "gone": (replace(same, is_known=False), (Kind.SKIP, Skip.GONE, VIP, 0, 0, 0)),
        },
        rules=replace(RULES, full=True),
    )


def test_what_protects_nobody_need_not_be_there(engine: BareEngine) -> None:
    give_cases(engine, [Case(wanted=VIP, owned=3)])
    engine.connection.execute("ALTER TABLE protected RENAME TO nobody")

    found = engine.found(
        differences(tables.desired(1, "int64"), replace(RULES, has_protected=False))
    )

    engine.connection.execute("ALTER TABLE nobody RENAME TO protected")
    assert [short(one) for one in found] == [(Kind.UNTAG, 0, 0, 0, LOCAL, 0)]


# The laws, over two words of bits: the lowest and the highest of the first and two of the second are used.

FEW = few(3)
"""Each example is dozens of people: they have nothing to do with each other."""

MASKS = st.tuples(st.sampled_from([0, 1, 1 << 61, 1 | 1 << 61]), st.integers(0, 3))
PERSON = st.fixed_dictionaries(
    {
        "wanted": st.none() | MASKS.filter(any),
        "owned": st.none() | MASKS,
        "l_ph": st.sampled_from([None, OLD, NEW, NEW, tables.UNSURE, tables.STALE]),
        "held": st.sampled_from([None, None, None, Skip.UNSUBSCRIBED, Skip.INVALID_FIELD]),
        "h_ph": st.sampled_from([None, OLD, NEW]),
        "is_known": st.sampled_from([True, True, True, False]),
        "claimed": st.sampled_from([(0, 0), (1 | 1 << 61, 2)]),
        "foreign": st.sampled_from([(0, 0), (1 << 61, 1)]),
        "has_twin": st.booleans(),
    }
)
PEOPLE = st.lists(PERSON, min_size=15, max_size=30).map(lambda some: dict(enumerate(some, start=1)))
EVERYTHING = Rules(words=2, present=(1 | 1 << 61, 3))
TWIN = 1_000
"""What the key of somebody's duplicate is greater by."""


def masked(prefix: str, mask: tuple[int, int]) -> dict[str, int]:
    return {f"{prefix}0": mask[0], f"{prefix}1": mask[1]}


def compared(engine: BareEngine, people: Any, rules: Rules = EVERYTHING) -> list[dict[str, Any]]:
    """Make the tables of people, by their key, and compare them."""
    desired, ledger = [], []
    for key, one in people.items():
        row = {"profile_key": key, "sub": UUID(int=key), "ph": NEW}
        if one["wanted"] is not None:
            desired.append(row | masked("m", one["wanted"]))
            if one["has_twin"]:
                twin = {"profile_key": TWIN + key, "state": int(Skip.DUPLICATE)}
                desired.append(row | twin | masked("m", one["wanted"]))
        if one["owned"] is not None:
            row = {"l_sub": UUID(int=key), "l_key": str(key), "l_ph": one["l_ph"]}
            ledger.append(row | masked("l_m", one["owned"]))
    held = [
        {"h_sub": UUID(int=key), "h_skip": int(one["held"]), "h_ph": one["h_ph"]}
        for key, one in people.items()
        if one["held"] is not None
    ]
    protected = [
        {"o_sub": UUID(int=key)} | masked("o_m", one["claimed"]) | masked("f_m", one["foreign"])
        for key, one in people.items()
    ]
    known = [{"k_sub": UUID(int=key)} for key, one in people.items() if one["is_known"]]
    engine.give(tables.desired(2, "int64"), desired)
    engine.give(tables.ledger(2), ledger)
    engine.give(tables.held(), held)
    engine.give(tables.protected(2), protected)
    engine.give(tables.known(), known)
    return engine.found(differences(tables.desired(2, "int64"), rules))


def mask_of(row: dict[str, Any], prefix: str) -> tuple[int, int]:
    return row[f"{prefix}0"], row[f"{prefix}1"]


def union(*masks: tuple[int, int]) -> tuple[int, int]:
    return reduce(or_, [m[0] for m in masks]), reduce(or_, [m[1] for m in masks])


def less(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    return left[0] & ~right[0], left[1] & ~right[1]


def sent_of(row: dict[str, Any]) -> tuple[int, int]:
    """Return the tags that are sent for a difference."""
    return mask_of(row, "set") if row["kind"] in {Kind.ADD, Kind.UPDATE, Kind.TAG} else (0, 0)


@FEW
@given(people=PEOPLE, full=st.booleans())
def test_carried_out_differences_are_what_is_wanted_and_no_tag_of_others_is_taken(
    engine: BareEngine, people: Any, full: bool
) -> None:
    found = compared(engine, people, replace(EVERYTHING, full=full))

    for row in (row for row in found if row["kind"] != Kind.SKIP):
        one = people[row["sub"].int]
        wanted, owned = one["wanted"] or (0, 0), one["owned"] or (0, 0)
        others = union(one["claimed"], one["foreign"])
        is_sure = one["l_ph"] not in {None, tables.UNSURE}
        after = less(union(owned if is_sure else (0, 0), sent_of(row)), mask_of(row, "clear"))
        assert less(wanted, after) == (0, 0)
        taken = union(mask_of(row, "clear"), mask_of(row, "rel"))
        assert taken == less(owned, wanted)
        assert less(mask_of(row, "clear"), others) == mask_of(row, "clear")
        assert mask_of(row, "gain") == less(wanted, owned if one["l_ph"] is not None else (0, 0))


@FEW
@given(people=PEOPLE)
def test_every_wanted_person_ends_in_exactly_one_kind(engine: BareEngine, people: Any) -> None:
    found = compared(engine, people)

    keys = [row["profile_key"] for row in found if row["profile_key"] is not None]
    same = {
        key
        for key, one in people.items()
        if one["wanted"] == one["owned"]
        and (one["l_ph"], one["is_known"]) == (NEW, True)
        and (one["held"] is None or one["h_ph"] == OLD)
    }
    members = {key for key, one in people.items() if one["wanted"] is not None}
    twins = {TWIN + key for key in members if people[key]["has_twin"]}
    assert sorted(keys) == sorted(members - same | twins)
    leavers = [row["sub"].int for row in found if row["profile_key"] is None]
    assert len(leavers) == len(set(leavers))
    assert set(leavers).isdisjoint(members)


@FEW
@given(people=PEOPLE)
def test_a_second_comparison_after_folding_is_empty(engine: BareEngine, people: Any) -> None:
    found = compared(engine, people)
    rows = {row["sub"].int: row for row in found if row["kind"] != Kind.SKIP}

    again = compared(engine, {key: folded(one, rows.get(key)) for key, one in people.items()})

    assert [row for row in again if row["kind"] != Kind.SKIP] == []
    assert [row["profile_key"] for row in again] == [
        row["profile_key"] for row in found if row["kind"] == Kind.SKIP
    ]


def folded(one: dict[str, Any], row: dict[str, Any] | None) -> dict[str, Any]:
    """Return what is said of a person once their difference is carried out and the ledger says so."""
    if row is None:
        return one
    gone = union(mask_of(row, "clear"), mask_of(row, "rel"))
    kept = one | {"owned": less(union(one["owned"] or (0, 0), sent_of(row)), gone)}
    is_sent = row["kind"] in {Kind.ADD, Kind.UPDATE, Kind.TAG}
    return kept | {"l_ph": NEW, "is_known": True} if is_sent else kept
