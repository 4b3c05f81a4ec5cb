"""Static segments keep their members until they are refreshed by hand; lists hold addresses, and profiles that have one are members."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as database

from segue.control.audit.models import Action, Entry
from segue.control.encryption import new_key
from segue.control.exports.segment_uses import remove_segment
from segue.control.people.models import Person
from segue.control.segments.describing import describe
from segue.control.segments.kept import thaw
from segue.control.segments.list_contents import addresses_of, attestations, on_list
from segue.control.segments.models import ListContents, Segment, SegmentKind
from segue.control.segments.operations import adopt, duplicate
from segue.core.errors import ConfigurationProblem, NotAllowed
from segue.service.as_code import installation_as_code
from segue.service.configured import configured, workspace
from segue.service.engines import profile_engine
from segue.service.freezing import freeze
from segue.service.kept_members import attested_for, forget_kept
from segue.service.list_sizes import readable_lists
from segue.service.lists import add_list, change_list, known_of
from segue.service.membership import alike
from segue.service.previews import first_members, foretell
from segue.service.recounting import recount
from segue.service.rotation import re_encrypt
from segue.service.words import sentences
from segue.sync.export import SegmentTag
from tests.control.stage import connection, data_folder, declared, draft, export, facts, read
from tests.fakes.clocks import START

LATER = START + timedelta(hours=1)
SOME = ["nadia@shop.example", "omar@shop.example", "nobody@shop.example"]


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the folder of an installation that has read six people in Lyon and three in Paris."""
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path, people=3))
    read(tmp_path)
    return tmp_path


def _named(name: str) -> Segment:
    return Segment.objects.get(name=name)


def _mine(alice: Person, name: str = "vip") -> Segment:
    adopt(segment=_named(name), actor=alice, now=START)
    return _named(name)


def _counts() -> dict[str, int]:
    work = workspace()
    return dict(work.segment_counts(work.snapshot()))


def _addresses() -> list[str]:
    from tests.cast import CONTACTS

    return [one.email for one in CONTACTS]


def test_a_static_segment_keeps_its_members_until_it_is_refreshed_by_hand(
    folder: Path, alice: Person
) -> None:
    vip = _mine(alice)
    assert freeze(segment=vip, actor=alice, now=START) == 6
    file = folder / "customers.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("Lyon", "Nice", 2), encoding="utf-8")

    workspace().refresh()

    assert _counts()["vip"] == 6
    recount(chosen=[_named("vip")], actor=alice, now=LATER)
    assert (_counts()["vip"], _named("vip").members, _named("vip").kept_at) == (4, 4, LATER)
    actions = Entry.objects.filter(action=Action.SEGMENT_FROZEN).values_list("details", flat=True)
    assert list(actions) == [{"members": 4}, {"members": 6}]


def test_who_left_the_profiles_is_no_member_of_a_static_segment(
    folder: Path, alice: Person
) -> None:
    freeze(segment=_mine(alice), actor=alice, now=START)
    file = folder / "customers.csv"
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if "omar" not in line]
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")

    workspace().refresh()

    assert _counts()["vip"] == 5


def test_a_static_segment_can_be_dynamic_again(folder: Path, alice: Person) -> None:
    freeze(segment=_mine(alice), actor=alice, now=START)

    thaw(segment=_named("vip"), actor=alice, now=LATER)

    vip = _named("vip")
    assert (vip.kind, vip.kept, vip.members) == (SegmentKind.DYNAMIC, "", None)
    assert forget_kept(LATER) == 1
    assert profile_engine(folder / "home").places_of_members() == []
    assert _counts()["vip"] == 6


def test_a_segment_that_builds_on_a_static_one_goes_by_what_that_keeps(
    folder: Path, alice: Person
) -> None:
    freeze(segment=_mine(alice), actor=alice, now=START)
    above = duplicate(segment=_named("newcomers"), actor=alice, now=START)
    Segment.objects.filter(pk=above.pk).update(rule={"not": {"segment": "vip"}})

    assert _counts()[above.name] == 3


def test_nobody_is_taken_for_gone_when_what_was_kept_is_lost(folder: Path, alice: Person) -> None:
    freeze(segment=_mine(alice), actor=alice, now=START)
    profile_engine(folder / "home").forget_members(_named("vip").kept)

    assert "vip" not in configured().segments


def test_what_a_file_owns_is_not_kept_and_viewers_keep_nothing(
    folder: Path, alice: Person, vera: Person
) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        freeze(segment=_named("vip"), actor=alice, now=START)
    with pytest.raises(NotAllowed):
        freeze(segment=_mine(alice), actor=vera, now=START)

    assert refused.value.code == "owned_by_file"
    assert _named("vip").kind == SegmentKind.DYNAMIC


def test_who_has_an_address_on_a_list_is_a_member_and_the_others_are_told(
    folder: Path, bob: Person
) -> None:
    some = [*_addresses()[:2], "nobody@shop.example"]

    made = add_list(label="Fair in Lyon", addresses=some, actor=bob, now=START)

    known = known_of(made)
    assert (_counts()[made.name], _named(made.name).members) == (2, 2)
    assert (known.profiles, list(known.met), list(known.left_out)) == (2, some[:2], some[2:])
    assert [str(key) for key in first_members(made).keys] == ["1", "2"]
    assert sentences([_named(made.name)], "fr")[made.name].endswith("elle figure sur la liste.")


def test_a_new_profile_with_an_address_on_the_list_becomes_a_member(
    folder: Path, bob: Person
) -> None:
    made = add_list(label="Fair", addresses=SOME[2:], actor=bob, now=START)
    with (folder / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("77, Nobody@SHOP.example,No,Body,Nice,2026-02-01,true\n")

    workspace().refresh()

    assert _counts()[made.name] == 1


def test_one_address_is_put_on_a_list_and_taken_off(folder: Path, bob: Person) -> None:
    first, second = _addresses()[:2]
    made = add_list(label="Fair", addresses=[first], actor=bob, now=START)

    change_list(segment=made, add=[second, first], take=[], actor=bob, now=LATER)
    both = _counts()[made.name]
    change_list(
        segment=_named(made.name), add=[], take=[first, "x@shop.example"], actor=bob, now=LATER
    )

    assert (both, _counts()[made.name]) == (2, 1)
    assert addresses_of(made) == [second]
    told = Entry.objects.filter(action=Action.LIST_CHANGED).order_by("id")
    assert [entry.details for entry in told] == [
        {"addresses_added": 1, "addresses_removed": 0},
        {"addresses_added": 1, "addresses_removed": 0},
        {"addresses_added": 0, "addresses_removed": 1},
    ]


def test_the_addresses_of_a_list_are_stored_encrypted_and_put_back_where_their_file_is_lost(
    folder: Path, bob: Person
) -> None:
    made = add_list(label="Fair", addresses=_addresses()[:2], actor=bob, now=START)

    with database.cursor() as cursor:
        cursor.execute("SELECT addresses FROM segments_listcontents")
        [(stored,)] = cursor.fetchall()
    profile_engine(folder / "home").forget_members(_named(made.name).kept)

    assert "@" not in stored
    assert _counts()[made.name] == 2


def test_a_removed_list_leaves_nothing(folder: Path, bob: Person) -> None:
    made = add_list(label="Fair", addresses=_addresses()[:2], actor=bob, now=START)

    remove_segment(segment=made, actor=bob, now=LATER)

    assert not ListContents.objects.exists()
    assert forget_kept(LATER) == 1


def test_a_list_before_anything_was_read_is_counted_later(
    db: None, tmp_path: Path, settings: Any, bob: Person
) -> None:
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path))

    made = add_list(label="Fair", addresses=_addresses()[:2], actor=bob, now=START)

    assert _named(made.name).members is None
    workspace().refresh()
    assert _counts()[made.name] == 2


def test_too_long_lists_and_copies_of_lists_are_refused(folder: Path, bob: Person) -> None:
    many = [f"p{number}@shop.example" for number in range(100_001)]
    with pytest.raises(ConfigurationProblem) as long:
        add_list(label="Fair", addresses=many, actor=bob, now=START)
    made = add_list(label="Fair", addresses=many[:1], actor=bob, now=START)
    with pytest.raises(ConfigurationProblem) as copied:
        duplicate(segment=made, actor=bob, now=START)
    with pytest.raises(ConfigurationProblem) as frozen:
        freeze(segment=made, actor=bob, now=START)

    codes = [one.value.code for one in (long, copied, frozen)]
    assert codes == ["list_too_long", "list_not_copied", "list_not_frozen"]


def test_an_export_of_a_list_is_estimated_as_any_other(
    folder: Path, alice: Person, bob: Person
) -> None:
    made = add_list(label="Fair", addresses=_addresses()[:2], actor=bob, now=START)
    wanted = draft(connection(alice), segments=(SegmentTag(segment=made.name, tag="Fair"),))

    foretold = foretell(wanted, facts(), known=None, now=START, is_empty=True)

    assert foretold.estimate is not None
    assert foretold.estimate.members == 2


def test_a_file_holds_neither_kept_members_nor_what_builds_on_them(
    folder: Path, alice: Person
) -> None:
    freeze(segment=_mine(alice), actor=alice, now=START)
    add_list(label="Fair", addresses=SOME, actor=alice, now=START)
    export(alice, connection(alice))

    made = installation_as_code()

    assert [(one.section, one.name) for one in made.left_out] == [
        ("segments", "VIP"),
        ("segments", "Fair"),
        ("exports", "VIP newsletter"),
    ]
    assert "nadia" not in made.text
    assert "vip:" not in made.text


def test_a_consent_is_attested_for_a_batch_recorded_and_written_to_the_audit_log(
    folder: Path, bob: Person
) -> None:
    known = _addresses()[0]
    words = "ticked the box at the stand"
    made = add_list(label="Fair", addresses=[known, "a@fair.example"], actor=bob, now=START)
    change_list(
        segment=made,
        add=["b@fair.example", "c@fair.example"],
        take=[],
        statement=words,
        actor=bob,
        now=LATER,
    )

    found, (attested,) = known_of(_named(made.name)), attestations(made)
    assert (found.profiles, list(found.own), list(found.left_out)) == (
        1,
        ["b@fair.example", "c@fair.example"],
        ["a@fair.example"],
    )
    assert (attested.statement, attested.attested_by_name, attested.attested_at) == (
        words,
        bob.name,
        LATER,
    )
    entry = Entry.objects.get(action=Action.LIST_ATTESTED)
    assert (entry.actor_name, entry.details) == (
        bob.name,
        {"statement": words, "addresses_attested": 2},
    )
    row = _named(made.name)
    assert (row.members, row.own, row.left_out) == (3, 2, 1)


def test_an_address_keeps_its_attestation_when_it_is_added_again(folder: Path, bob: Person) -> None:
    made = add_list(
        label="Fair", addresses=["a@fair.example"], statement="asked", actor=bob, now=START
    )
    (first,) = attestations(made)

    change_list(segment=made, add=["a@fair.example"], take=[], actor=bob, now=LATER)

    assert on_list(made) == {"a@fair.example": first.pk}
    assert _named(made.name).kept_at == START


def test_attested_words_are_bounded_and_nothing_is_kept_with_longer_ones(
    folder: Path, bob: Person
) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        add_list(
            label="Fair", addresses=["a@fair.example"], statement="x" * 2_001, actor=bob, now=START
        )

    assert [one.code for one in refused.value.mistakes] == ["too_long"]
    assert not Segment.objects.filter(kind=SegmentKind.LIST).exists()


def test_people_of_lists_alone_are_foretold_and_lists_with_them_are_alike_to_none(
    folder: Path, alice: Person
) -> None:
    some = [_addresses()[0], "a@fair.example"]
    made = add_list(label="Fair", addresses=some, statement="asked", actor=alice, now=START)
    add_list(
        label="Other",
        addresses=[some[0], "b@fair.example"],
        statement="asked",
        actor=alice,
        now=START,
    )
    wanted = draft(connection(alice), segments=(SegmentTag(segment=made.name, tag="Fair"),))

    foretold = foretell(wanted, facts(), known=None, now=START).estimate

    assert foretold is not None
    assert (foretold.members, foretold.wanted) == (2, 2)
    assert list(alike(Segment.objects.filter(kind=SegmentKind.LIST))) == []


def test_a_list_that_an_export_uses_is_renamed_with_its_people_and_not_removed(
    folder: Path, alice: Person
) -> None:
    made = add_list(
        label="Fair", addresses=["a@fair.example"], statement="asked", actor=alice, now=START
    )
    kept = export(alice, connection(alice), segments=(SegmentTag(segment=made.name, tag="Fair"),))

    describe(segment=made, label="Fair 2026", description="", tags=[], actor=alice, now=LATER)
    with pytest.raises(ConfigurationProblem) as refused:
        remove_segment(segment=made, actor=alice, now=LATER)

    assert refused.value.code == "segment_in_use"
    assert attested_for(configured(kept)) == {_named(made.name).kept: ["a@fair.example"]}


def test_who_is_attested_stays_so_under_new_keys_and_an_export_waits_for_lost_ones(
    folder: Path, alice: Person, settings: Any
) -> None:
    made = add_list(
        label="Fair", addresses=["a@fair.example"], statement="asked", actor=alice, now=START
    )
    kept = export(alice, connection(alice), segments=(SegmentTag(segment=made.name, tag="Fair"),))
    old = settings.SEGUE_KEYS
    settings.SEGUE_KEYS = [new_key(), *old]

    re_encrypt(now=LATER)
    settings.SEGUE_KEYS = settings.SEGUE_KEYS[:1]
    found = attested_for(configured(kept))
    settings.SEGUE_KEYS = old
    with pytest.raises(ConfigurationProblem) as lost:
        workspace(kept)

    assert list(found.values()) == [["a@fair.example"]]
    assert lost.value.code == "key_missing"
    assert readable_lists([made.name]) == ({}, {made.name})
