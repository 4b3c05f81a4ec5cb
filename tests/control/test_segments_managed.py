"""Segments are named, described and tagged, in the file and in the pages; several are changed together, or none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from segue.configuration import read
from segue.control.audit.models import Action, Entry
from segue.control.exports.operations import remove as remove_exports
from segue.control.exports.segment_uses import remove_segments, tags_given
from segue.control.people.models import Person
from segue.control.segments.describing import describe, tag
from segue.control.segments.models import Segment
from segue.control.segments.operations import adopt, duplicate, record_counts
from segue.control.segments.queries import segments, tags_in_use, with_tag
from segue.core.errors import ConfigurationProblem, NotAllowed
from segue.service.as_code import installation_as_code
from segue.service.configured import workspace
from segue.service.definitions import read_definition
from segue.service.differences import plan_of_changes
from segue.service.recounting import recount
from tests.control.stage import DEFINITION, connection, data_folder, declared, export
from tests.fakes.clocks import START

TAGGED = DEFINITION.replace(
    "label: VIP\n", "label: VIP\n    description: Whom we invite.\n    tags: [Events, lyon]\n"
)
LATER = START + timedelta(hours=1)


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the folder of an installation whose segments come from a file."""
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path), text=TAGGED)
    return tmp_path


def _named(name: str) -> Segment:
    return Segment.objects.get(name=name)


def _mine(alice: Person) -> Segment:
    adopt(segment=_named("vip"), actor=alice, now=START)
    return _named("vip")


def test_a_file_says_what_a_segment_is_for_and_its_tags(folder: Path) -> None:
    vip = _named("vip")

    assert (vip.description, vip.tags) == ("Whom we invite.", ["Events", "lyon"])
    assert _named("newcomers").tags == []


def test_another_description_in_the_file_is_a_change_of_the_plan_and_keeps_the_members(
    folder: Path,
) -> None:
    record_counts({"vip": 6}, now=START)
    changed = TAGGED.replace("[Events, lyon]", "[Events]")

    plan = plan_of_changes(read_definition(changed, folder=folder, file_name="segue.yaml"))
    declared(folder, text=changed, now=LATER)

    assert [(one.name, one.kind) for one in plan.segments] == [("vip", "changed")]
    assert (_named("vip").tags, _named("vip").members) == (["Events"], 6)


def test_too_many_and_too_long_tags_are_mistakes_at_their_places(tmp_path: Path) -> None:
    many = ", ".join(f"t{number}" for number in range(21))
    text = DEFINITION.replace("label: VIP\n", f"label: VIP\n    tags: [{many}]\n")
    text = text.replace("label: Newcomers\n", f"label: Newcomers\n    tags: [{'x' * 41}]\n")

    mistakes = read(text, path=tmp_path / "segue.yaml").mistakes

    assert [one.path for one in mistakes] == ["segments.vip.tags", "segments.newcomers.tags[0]"]


def test_the_installation_printed_says_them_again(folder: Path) -> None:
    text = installation_as_code().text

    assert "    description: Whom we invite.\n    tags:\n" in text
    assert read(text, path=folder / "segue.yaml").mistakes == ()


def test_a_segment_of_the_pages_is_renamed_and_described_and_its_exports_stay_as_they_are(
    folder: Path, alice: Person, bob: Person
) -> None:
    vip = _mine(alice)
    export(alice, connection(alice))

    describe(
        segment=vip,
        label=" Best  customers ",
        description=" Whom we thank. ",
        tags=["events", " Thanks ", "thanks", ""],
        actor=bob,
        now=LATER,
    )

    now = _named("vip")
    assert (now.label, now.description, now.tags) == (
        "Best customers",
        "Whom we thank.",
        ["events", "Thanks"],
    )
    assert [given for _export, given in tags_given(now)] == ["VIP"]
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.actor_name, entry.subject_name, entry.details) == (
        Action.SEGMENT_DESCRIBED,
        bob.name,
        "VIP",
        {"changed": ["label", "description", "tags"], "name": "Best customers"},
    )


@pytest.mark.parametrize(
    ("wanted", "mistakes"),
    [
        ({"label": " "}, [("label", "segment_label")]),
        ({"label": "newCOMERS"}, [("label", "segment_label_taken")]),
        (
            {"label": "x" * 101, "description": "d" * 1001, "tags": ["t" * 41]},
            [
                ("label", "segment_label"),
                ("description", "segment_description"),
                ("tags", "segment_tags"),
            ],
        ),
        ({"tags": [f"t{n}" for n in range(21)]}, [("tags", "segment_tags")]),
    ],
)
def test_what_cannot_be_kept_is_said_all_at_once_and_nothing_changes(
    folder: Path, alice: Person, wanted: dict[str, Any], mistakes: list[tuple[str, str]]
) -> None:
    vip = _mine(alice)
    kept = {"label": "VIP", "description": "", "tags": ["Events"]}

    with pytest.raises(ConfigurationProblem) as refused:
        describe(segment=vip, **{**kept, **wanted}, actor=alice, now=LATER)

    assert [(one.path, one.code) for one in refused.value.mistakes] == mistakes
    assert _named("vip").label == "VIP"


def test_what_a_file_owns_is_described_there_and_viewers_describe_nothing(
    folder: Path, alice: Person, vera: Person
) -> None:
    given: dict[str, Any] = {"label": "X", "description": "", "tags": []}

    with pytest.raises(ConfigurationProblem) as refused:
        describe(segment=_named("vip"), **given, actor=alice, now=LATER)
    with pytest.raises(NotAllowed):
        describe(segment=_mine(alice), **given, actor=vera, now=LATER)

    assert refused.value.code == "owned_by_file"
    assert _named("vip").label == "VIP"


def test_several_get_and_lose_tags_together_or_none_does(
    folder: Path, alice: Person, bob: Person
) -> None:
    vip = _mine(alice)
    copy = duplicate(segment=_named("newcomers"), actor=bob, now=START)

    tag(chosen=[vip, copy], add=["spring"], take=["LYON"], actor=bob, now=LATER)
    with pytest.raises(ConfigurationProblem):
        tag(chosen=[copy, _named("newcomers")], add=["more"], actor=bob, now=LATER)

    assert (_named("vip").tags, _named(copy.name).tags) == (["Events", "spring"], ["spring"])
    assert Entry.objects.filter(action=Action.SEGMENT_TAGGED).count() == 2


def test_segments_are_found_by_their_tags_whatever_the_capitals(folder: Path) -> None:
    assert tags_in_use() == ["Events", "lyon"]
    assert [one.name for one in with_tag(segments(), "LYON")] == ["vip"]
    assert list(with_tag(segments(), "ly")) == []


def test_several_that_build_on_each_other_are_removed_together(folder: Path, alice: Person) -> None:
    base = duplicate(segment=_named("newcomers"), actor=alice, now=START)
    above = duplicate(segment=_named("newcomers"), actor=alice, now=START)
    Segment.objects.filter(pk=above.pk).update(rule={"segment": base.name})

    remove_segments(chosen=[_named(base.name), _named(above.name)], actor=alice, now=LATER)

    assert [one.name for one in segments()] == ["newcomers", "vip"]


def test_of_several_to_be_removed_none_goes_when_one_is_used(folder: Path, alice: Person) -> None:
    vip = _mine(alice)
    copy = duplicate(segment=vip, actor=alice, now=START)
    export(alice, connection(alice))

    with pytest.raises(ConfigurationProblem) as refused:
        remove_segments(chosen=[copy, vip], actor=alice, now=LATER)

    assert refused.value.code == "segment_in_use"
    assert _named(copy.name).removed_at is None


def test_one_segment_is_counted_anew_without_reading_a_data_source(
    folder: Path, bob: Person
) -> None:
    workspace().refresh()
    (folder / "customers.csv").unlink()

    recount(chosen=[_named("vip")], actor=bob, now=LATER)

    assert (_named("vip").members, _named("vip").refreshed_at) == (6, LATER)
    assert _named("newcomers").members is None
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.details) == (Action.SEGMENT_REFRESHED, {"members": 6})


def test_what_is_inactive_is_not_counted(folder: Path, bob: Person) -> None:
    workspace().refresh()
    Segment.objects.filter(name="vip").update(is_active=False)

    with pytest.raises(ConfigurationProblem) as refused:
        recount(chosen=[_named("newcomers"), _named("vip")], actor=bob, now=LATER)

    assert (refused.value.code, _named("newcomers").members) == ("segment_not_counted", None)


def test_a_refresh_notes_since_when_nothing_uses_a_segment(folder: Path, alice: Person) -> None:
    made = export(alice, connection(alice))
    record_counts({"vip": 6, "newcomers": 0}, now=START)
    remove_exports(exports=[made], actor=alice, now=START)
    record_counts({"vip": 6, "newcomers": 0}, now=LATER)
    Segment.objects.filter(name="vip").update(rule={"not": {"segment": "newcomers"}})
    record_counts({"vip": 6}, now=LATER)

    assert (_named("vip").unused_since, _named("newcomers").unused_since) == (LATER, None)
