"""Segments from files and segments of the pages: applying a file touches its own only, and a name has one owner."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.exports.operations import remove as remove_exports
from segue.control.exports.segment_uses import remove_segment
from segue.control.origins import Origin
from segue.control.people.models import Person
from segue.control.segments.models import Segment, SegmentStatus
from segue.control.segments.operations import adopt, duplicate, keep_declared, record_counts
from segue.control.segments.queries import segments
from segue.core.errors import ConfigurationProblem, NotAllowed
from segue.service.configured import configured
from segue.service.definitions import read_definition
from segue.service.differences import plan_of_changes
from segue.sync.export import SegmentTag
from tests.control.stage import DEFINITION, connection, declared, export
from tests.fakes.clocks import START

LATER = START + timedelta(hours=1)
WITHOUT_VIP = DEFINITION.replace(
    "  vip:\n    label: VIP\n    rules: {attribute: city, is: Lyon}\n", ""
)
OTHER_VIP = DEFINITION.replace("city, is: Lyon", "city, is: Paris")


@pytest.fixture
def folder(db: None, tmp_path: Path) -> Path:
    """Return the folder of an installation whose segments come from a file."""
    declared(tmp_path)
    return tmp_path


def _vip() -> Segment:
    return Segment.objects.get(name="vip")


def test_what_a_definition_declares_comes_from_a_file(folder: Path) -> None:
    assert set(Segment.objects.values_list("origin", flat=True)) == {Origin.FILE}


def test_an_adopted_segment_stays_when_its_file_is_applied_without_it(
    folder: Path, alice: Person
) -> None:
    adopt(segment=_vip(), actor=alice, now=START)
    plan = plan_of_changes(read_definition(WITHOUT_VIP, folder=folder, file_name="segue.yaml"))

    declared(folder, text=WITHOUT_VIP, now=LATER)

    assert [one.name for one in plan.segments] == []
    assert (_vip().origin, _vip().removed_at) == (Origin.PAGE, None)
    assert list(configured().segments) == ["vip", "newcomers"]


def test_a_name_that_file_and_pages_claim_is_a_mistake_at_its_line_with_both_ways_out(
    folder: Path, alice: Person
) -> None:
    adopt(segment=_vip(), actor=alice, now=START)

    with pytest.raises(ConfigurationProblem) as refused:
        read_definition(OTHER_VIP, folder=folder, file_name="segue.yaml")

    (mistake,) = refused.value.mistakes
    assert (mistake.code, mistake.path, mistake.line, mistake.column) == (
        "claimed_twice",
        "segments.vip",
        15,
        3,
    )
    assert mistake.action == (
        "Give it another name in the file; or leave it to the pages: take it out of the file."
    )
    assert _vip().rule == {"attribute": "city", "is": "Lyon"}


def test_a_segment_adopted_while_a_plan_was_looked_at_is_not_taken_back(
    folder: Path, alice: Person
) -> None:
    read = read_definition(OTHER_VIP, folder=folder, file_name="segue.yaml")
    adopt(segment=_vip(), actor=alice, now=START)

    with pytest.raises(ConfigurationProblem) as refused:
        keep_declared([*read.declared.segments.values()], actor=None, now=LATER)

    assert refused.value.code == "claimed_twice"
    assert _vip().rule == {"attribute": "city", "is": "Lyon"}


def test_a_copy_belongs_to_the_pages_and_every_copy_has_a_name_of_its_own(
    folder: Path, bob: Person
) -> None:
    record_counts({"vip": 7}, now=START)

    copies = [duplicate(segment=_vip(), actor=bob, now=START) for _ in range(2)]

    assert [(one.name, one.label, one.origin, one.rule) for one in copies] == [
        ("vip_2", "VIP (2)", Origin.PAGE, _vip().rule),
        ("vip_3", "VIP (3)", Origin.PAGE, _vip().rule),
    ]
    assert [(one.members, one.status) for one in copies] == [(None, SegmentStatus.NOT_STARTED)] * 2
    declared(folder, text=OTHER_VIP, now=LATER)
    assert Segment.objects.get(name="vip_2").rule == {"attribute": "city", "is": "Lyon"}


def test_a_long_name_is_cut_for_its_number(folder: Path, bob: Person) -> None:
    Segment.objects.filter(name="vip").update(name="v" * 60, label="V" * 100)
    long = Segment.objects.get(name="v" * 60)

    copy = duplicate(segment=long, actor=bob, now=START)

    assert (copy.name, copy.label) == ("v" * 58 + "_2", "V" * 96 + " (2)")


def test_a_segment_of_the_pages_is_counted_anew_when_one_it_builds_on_changes(
    folder: Path, bob: Person
) -> None:
    copy = duplicate(segment=_vip(), actor=bob, now=START)
    Segment.objects.filter(pk=copy.pk).update(rule={"any": [{"segment": "vip"}]})
    record_counts({"vip_2": 7, "newcomers": 3}, now=START)

    declared(folder, text=OTHER_VIP, now=LATER)

    counted = dict(Segment.objects.values_list("name", "members"))
    assert counted == {"vip": None, "vip_2": None, "newcomers": 3}


def test_only_administrators_adopt_and_contributors_copy(
    folder: Path, bob: Person, vera: Person
) -> None:
    for refused in (
        lambda: adopt(segment=_vip(), actor=bob, now=START),
        lambda: duplicate(segment=_vip(), actor=vera, now=START),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert Segment.objects.count() == 2


def test_adopting_and_copying_are_written_down_and_nothing_is_adopted_twice(
    folder: Path, alice: Person
) -> None:
    adopt(segment=_vip(), actor=alice, now=START)
    duplicate(segment=_vip(), actor=alice, now=START)
    with pytest.raises(ConfigurationProblem) as refused:
        adopt(segment=_vip(), actor=alice, now=START)

    assert refused.value.code == "not_from_file"
    of_segments = Entry.objects.filter(action__startswith="segment.").order_by("id")
    assert [(one.action, one.subject_name, one.details) for one in of_segments] == [
        (Action.SEGMENT_ADOPTED, "VIP", {}),
        (Action.SEGMENT_DUPLICATED, "VIP (2)", {"copied_from": "vip"}),
    ]


def test_a_file_may_declare_again_what_the_pages_have_removed(folder: Path, alice: Person) -> None:
    adopt(segment=_vip(), actor=alice, now=START)
    Segment.objects.filter(name="vip").update(removed_at=START)

    declared(folder, now=LATER)

    assert (_vip().origin, _vip().removed_at) == (Origin.FILE, None)


def _refused(segment: Segment, actor: Person) -> str:
    with pytest.raises(ConfigurationProblem) as refused:
        remove_segment(segment=segment, actor=actor, now=LATER)
    return str(refused.value.message)


def test_a_copy_is_removed_unless_something_uses_it(
    folder: Path, alice: Person, bob: Person, vera: Person
) -> None:
    copy = duplicate(segment=_vip(), actor=bob, now=START)
    built = duplicate(segment=_vip(), actor=bob, now=START)
    Segment.objects.filter(pk=built.pk).update(rule={"not": {"segment": copy.name}})
    chosen = (SegmentTag(segment=copy.name, tag="Copy"),)
    made = export(alice, connection(alice), segments=chosen)

    found = [_refused(copy, bob)]
    remove_exports(exports=[made], actor=alice, now=START)
    found.append(_refused(copy, bob))
    remove_segment(segment=built, actor=bob, now=LATER)
    with pytest.raises(NotAllowed):
        remove_segment(segment=copy, actor=vera, now=LATER)
    remove_segment(segment=copy, actor=bob, now=LATER)

    assert found == ["“VIP (2)” is used by: VIP newsletter.", "“VIP (2)” is used by: VIP (3)."]
    assert set(segments().values_list("name", flat=True)) == {"vip", "newcomers"}
    last = Entry.objects.latest("id")
    assert (last.action, last.subject_name) == (Action.SEGMENT_REMOVED, "VIP (2)")


def test_what_a_file_owns_is_removed_by_its_file_alone(folder: Path, alice: Person) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        remove_segment(segment=_vip(), actor=alice, now=LATER)

    assert refused.value.code == "owned_by_file"
    assert _vip().removed_at is None
