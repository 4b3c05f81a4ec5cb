"""What the installation gives the engine: the same rules and members as the file itself, switched as people did."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from segue.configuration import load, outline
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.control.segments.operations import set_active
from segue.control.sources.models import Arrival, Definition
from segue.core.errors import ConfigurationProblem
from segue.segments.parse import parse_rule
from segue.segments.printing import print_rule
from segue.service.configured import configured, workspace
from segue.service.declared import declared as outline_that_counts
from segue.service.declared import use_of
from segue.service.definitions import apply, read_definition
from segue.service.exports import open_workspace
from segue.service.previews import first_members
from tests.control.stage import DEFINITION, data_folder, declared
from tests.fakes.clocks import START

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SOME_DAY = datetime(2999, 1, 1, tzinfo=UTC)
"""Before and after whatever time the machine has: snapshots are stamped by its clock."""

EXAMPLES = Path(__file__).parents[2] / "examples"


def _applied(example: str) -> Path:
    file = EXAMPLES / example / "segue.yaml"
    text = file.read_text(encoding="utf-8")
    read = read_definition(text, folder=file.parent, file_name=file.name)
    apply(read, arrival=Arrival.COMMAND_LINE, actor=None, now=START)
    return file


@pytest.mark.parametrize("example", ["chinook", "sakila"])
def test_every_rule_of_the_examples_survives_the_database(db: None, example: str) -> None:
    file = _applied(example)
    wanted = outline(file.read_text(encoding="utf-8"), path=file)

    kept = configured()

    assert len(wanted.segments) >= 9
    assert {name: one.rule for name, one in kept.segments.items()} == {
        name: one.rule for name, one in wanted.segments.items()
    }
    for row in Segment.objects.all():
        rule, mistakes = parse_rule(
            json.loads(json.dumps(row.rule)), wanted.schema, "rules", list(wanted.segments)
        )
        assert (mistakes, rule) == ((), wanted.segments[row.name].rule)
        assert rule is not None
        assert print_rule(rule) == row.rule
    assert (kept.schema, kept.sources, kept.time_zone) == (
        wanted.schema,
        wanted.sources,
        wanted.time_zone,
    )


@pytest.mark.one_database
@pytest.mark.shared_data
@pytest.mark.parametrize("example", ["chinook", "sakila"])
def test_the_installation_counts_the_same_members_as_the_file_itself(
    db: None, example: str, shared_folder: Path, tmp_path: Path, settings: Any
) -> None:
    settings.SEGUE_HOME = tmp_path / "installation"
    file = _applied(example)
    by_itself = open_workspace(load(file, environment={}), {})
    object.__setattr__(by_itself.configuration, "home", tmp_path / "alone")
    alone = by_itself.segment_counts(by_itself.refresh().snapshot)

    work = workspace()
    counted = work.segment_counts(work.refresh().snapshot)

    assert counted == alone
    assert sum(counted.values()) > 100


def test_segments_are_given_as_people_switched_them(db: None, tmp_path: Path, bob: Person) -> None:
    declared(tmp_path)
    set_active(segment=Segment.objects.get(name="vip"), active=False, actor=bob, now=START)

    segments = configured().segments

    assert {name: one.active for name, one in segments.items()} == {
        "vip": False,
        "newcomers": True,
    }


def test_an_export_of_the_text_that_is_refused_by_now_holds_nobody_up(
    db: None, tmp_path: Path
) -> None:
    declared(tmp_path)
    exports = """\
connections:
  main: {type: mailchimp, api_key: {env: KEY}}
exports:
  news:
    connection: main
    audience: a1b2c3d4e5
    match: {email: email}
    segments: [{segment: vip, tag: "Lyon, VIP"}]
    consent: {attribute: opted_in}
    brakes: {growth_share: 500}
"""
    Definition.objects.update(text=DEFINITION + exports)

    assert list(configured().segments) == ["vip", "newcomers"]
    assert outline_that_counts() is not None
    with pytest.raises(ConfigurationProblem) as refused:
        read_definition(DEFINITION + exports, folder=tmp_path, file_name="segue.yaml")
    assert [one.code for one in refused.value.mistakes] == ["tag_comma", "out_of_range"]


def test_a_rule_that_fits_no_longer_is_left_out_with_what_builds_on_it(
    db: None, tmp_path: Path
) -> None:
    above = (
        "  both: {rules: {union: [{segment: vip}, {segment: newcomers}]}}\n"
        "  top: {rules: {segment: both}}\n"
    )
    declared(tmp_path, text=DEFINITION + above)
    Segment.objects.filter(name="vip").update(rule={"attribute": "gone", "is": "x"})

    assert list(configured().segments) == ["newcomers"]


def test_without_a_definition_the_next_step_is_named(db: None) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        configured()

    assert refused.value.code == "definition_missing"
    assert outline_that_counts() is None


def test_what_comes_from_a_source_is_found_through_joins_tables_and_other_segments(
    db: None,
) -> None:
    _applied("chinook")
    configuration = outline_that_counts()
    assert configuration is not None

    found = {
        name: (
            [one.name for one in use.attributes],
            [one.name for one in use.tables],
            list(use.segments),
        )
        for name, use in ((name, use_of(name, configuration)) for name in configuration.sources)
    }

    related = [
        name for name in configuration.segments if name not in ("french_speaking", "companies")
    ]
    assert found["employees"] == (["rep"], [], [])
    assert found["genres"][1:] == (["purchases"], ["jazz_lovers", "rock_but_no_jazz"])
    assert found["customers"][0] == [
        *("email", "first_name", "last_name", "company", "country", "city")
    ]
    assert set(found["customers"][2]) >= {"french_speaking", "companies", "valued_or_recent"}
    assert set(found["invoices"][2]) <= set(related)
    assert "valued_or_recent" in found["invoices"][2]


@pytest.fixture
def read_once(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return a folder whose definition counts and whose data was read."""
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path, people=200), now=LONG_AGO)
    workspace().refresh()
    return tmp_path


@pytest.mark.one_database
def test_the_first_members_come_from_what_was_read_last(read_once: Path) -> None:
    data_folder(read_once)  # since then the data has changed

    vip = first_members(Segment.objects.get(name="vip"))
    newcomers = first_members(Segment.objects.get(name="newcomers"))

    assert [one.name for one in vip.attributes][:2] == ["email", "first_name"]
    assert [row[1] for row in vip.rows] == ["Nadia", "Omar", "Pia", "Quentin", "Rosa", "Émile"]
    assert list(vip.keys) == ["1", "2", "3", "4", "5", "6"]
    assert (len(newcomers.rows), newcomers.rows[0][0]) == (100, "p000000@shop.example")


@pytest.mark.one_database
def test_before_anything_was_read_there_are_no_members_to_show(
    db: None, tmp_path: Path, settings: Any
) -> None:
    settings.SEGUE_HOME = tmp_path / "home"
    declared(tmp_path)

    with pytest.raises(ConfigurationProblem) as refused:
        first_members(Segment.objects.get(name="vip"))

    assert refused.value.code == "data_not_read"


@pytest.mark.one_database
def test_members_are_not_taken_from_data_that_was_declared_in_another_way(
    read_once: Path,
) -> None:
    read = read_definition(
        DEFINITION.replace("city: {column: city,", "city: {column: last_name,"),
        folder=read_once,
        file_name="segue.yaml",
    )
    apply(read, arrival=Arrival.COMMAND_LINE, actor=None, now=SOME_DAY)

    with pytest.raises(ConfigurationProblem) as refused:
        first_members(Segment.objects.get(name="vip"))

    assert refused.value.code == "data_outdated"


def test_a_definition_that_only_changes_rules_fits_the_data_that_was_read(
    read_once: Path,
) -> None:
    read = read_definition(
        DEFINITION.replace("is: Lyon", "is: Paris"), folder=read_once, file_name="segue.yaml"
    )
    apply(read, arrival=Arrival.COMMAND_LINE, actor=None, now=SOME_DAY)

    assert len(first_members(Segment.objects.get(name="vip")).rows) == 100


@pytest.mark.one_database
def test_a_segment_whose_rules_fit_no_longer_has_no_members_to_show(read_once: Path) -> None:
    Segment.objects.filter(name="vip").update(rule={"attribute": "gone", "is": "x"})

    with pytest.raises(ConfigurationProblem) as refused:
        first_members(Segment.objects.get(name="vip"))

    assert refused.value.code == "segment_rules_outdated"
