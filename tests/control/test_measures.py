"""Measures of files and of the pages stand beside each other, are used alike, and none goes while something uses it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.exports.measure_uses import remove_measure, users_of
from segue.control.exports.models import Export
from segue.control.exports.offered import offered_attributes
from segue.control.people.models import Person
from segue.control.segments.adding import add
from segue.control.segments.measuring import adopt
from segue.control.segments.models import Measure, Segment
from segue.core.errors import ConfigurationProblem, NotAllowed, NotVisible
from segue.service.as_code import installation_as_code
from segue.service.configured import configured, workspace
from segue.service.differences import plan_of_changes
from segue.service.measuring import (
    measures_of_customer,
    preview_of,
    read_measure,
    save_measure,
    sentence_of_measure,
)
from segue.service.reading import read_definition
from segue.service.readings import fitting_snapshot
from tests.control.stage import DEFINITION, connection, data_folder, declared, export, read
from tests.fakes.clocks import START

RELATED = """\
related:
  orders:
    source: orders
    profile_key: customer
    attributes:
      total: {column: total, type: decimal}
      placed: {column: placed, type: date}
"""
MEASURES = """\
measures:
  spent: {related: orders, sum: total, label: Spent}
  orders_made: {related: orders, count: true}
"""
BASE = DEFINITION.replace(
    "profiles:\n", "  orders: {type: csv, path: orders.csv}\nprofiles:\n", 1
).replace("segments:\n", RELATED + "segments:\n")
FILE = BASE.replace("segments:\n", MEASURES + "segments:\n", 1)
PER_ORDER = {"formula": "spent / orders_made", "label": "Per order", "or": 0}


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the folder of an installation that has read six people, the first two of whom have ordered."""
    settings.SEGUE_HOME = tmp_path / "home"
    data_folder(tmp_path)
    rows = ["customer,total,placed", "1,10.50,2026-01-05", "1,4.00,2026-02-05", "2,7,2025-12-24"]
    (tmp_path / "orders.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    declared(tmp_path, text=FILE)
    read(tmp_path)
    return tmp_path


def _row(name: str) -> Measure:
    return Measure.objects.get(name=name)


def _save(name: str, written: dict[str, Any], actor: Person, **more: Any) -> Measure:
    return save_measure(name=name, written=written, actor=actor, now=START, **more)


def test_a_file_and_the_pages_declare_measures_that_build_on_each_other(
    folder: Path, bob: Person
) -> None:
    _save("per_order", PER_ORDER, bob)

    assert [(row.name, row.label, row.origin) for row in Measure.objects.all()] == [
        ("spent", "Spent", "file"),
        ("orders_made", "orders made", "file"),
        ("per_order", "Per order", "page"),
    ]
    assert [*configured().schema.measures] == ["spent", "orders_made", "per_order"]
    assert [*fitting_snapshot().related] == ["orders"]
    assert Entry.objects.latest("id").action == Action.MEASURE_ADDED


def test_exports_are_offered_measures_with_their_types(folder: Path, bob: Person) -> None:
    _save("last_order", {"related": "orders", "max": "placed"}, bob)
    _save("per_order", PER_ORDER, bob)

    offered = {one.name: one.type for one in offered_attributes()}
    declared(folder, text=FILE.replace("total: {column: total, type: decimal}", "total: total").replace("sum: total", "count: true"))  # fmt: skip
    later = {row.name: row.type for row in Measure.objects.all()}

    assert offered["first_name"] == "text"
    assert {
        name: offered[name] for name in ("spent", "orders_made", "last_order", "per_order")
    } == {
        "spent": "decimal",
        "orders_made": "integer",
        "last_order": "date",
        "per_order": "decimal",
    }
    assert later["spent"] == "integer"


def test_a_preview_tells_how_a_measure_lies_saved_or_not(folder: Path) -> None:
    measure = read_measure("per_order", PER_ORDER)

    found = preview_of(measure, now=START)
    spent = preview_of(read_measure("all_spent", {"related": "orders", "sum": "total"}), now=START)

    assert sentence_of_measure(measure, "en") == "Spent ÷ orders made; 0 where it would be blank"
    assert (found.profiles, found.people) == (6, 6)
    assert (found.least, found.median, found.most) == (0, 0, Decimal("7.25"))
    assert sum(bar.people for bar in found.bars) == 6
    assert (spent.people, spent.least, spent.most) == (2, 7, Decimal("14.50"))
    assert [bar.people for bar in spent.bars] == [1, *[0] * 8, 1]
    assert spent.samples == [("1", Decimal("14.50")), ("2", Decimal("7.00"))]
    assert not Measure.objects.filter(name="per_order").exists()


def test_one_customer_has_each_measure(folder: Path, bob: Person) -> None:
    _save("per_order", PER_ORDER, bob)

    assert measures_of_customer("1", now=START) == {
        "spent": Decimal("14.50"),
        "orders_made": 2,
        "per_order": Decimal("7.25"),
    }
    assert measures_of_customer("6", now=START) == {"spent": None, "orders_made": 0, "per_order": 0}
    assert measures_of_customer("99", now=START) == {}


def test_a_preview_of_dates_and_of_nobody(folder: Path) -> None:
    last = preview_of(read_measure("last", {"related": "orders", "max": "placed"}), now=START)
    never = {"related": "orders", "max": "placed", "where": {"attribute": "total", "more_than": 99}}
    nobody = preview_of(read_measure("never", never), now=START)

    assert (str(last.least), str(last.most), len(last.bars)) == ("2025-12-24", "2026-02-05", 10)
    assert sum(bar.people for bar in last.bars) == 2
    assert (nobody.people, nobody.least, [*nobody.bars], [*nobody.samples]) == (0, None, [], [])


def test_what_is_wrong_is_told_and_nothing_is_kept(folder: Path, bob: Person) -> None:
    with pytest.raises(ConfigurationProblem) as unfinished:
        _save("ratio", {"formula": "spent / nothing"}, bob)
    with pytest.raises(ConfigurationProblem) as circle:
        _save("ratio", {"formula": "ratio + 1"}, bob)
    with pytest.raises(ConfigurationProblem) as taken:
        _save("spent", {"formula": "1"}, bob)

    assert [one.path for one in unfinished.value.mistakes] == ["measures.ratio.formula"]
    assert [one.code for one in circle.value.mistakes] == ["measure_cycle"]
    assert taken.value.code == "measure_name_taken"
    assert Measure.objects.count() == 2


def test_a_measure_is_not_made_unfit_for_what_builds_on_it(folder: Path, bob: Person) -> None:
    base = _save("base", {"related": "orders", "count": True}, bob)
    _save("twice", {"formula": "base * 2"}, bob)

    with pytest.raises(ConfigurationProblem) as refused:
        _save("base", {"related": "orders", "max": "placed"}, bob, known=base)

    assert [one.path for one in refused.value.mistakes] == ["measures.twice.formula"]
    assert _row("base").definition == {"related": "orders", "count": True}


def test_a_changed_measure_makes_the_sizes_of_its_segments_unknown(
    folder: Path, bob: Person
) -> None:
    base = _save("base", {"related": "orders", "count": True}, bob)
    _save("twice", {"formula": "base * 2"}, bob)
    busy = add(label="Busy", rule={"attribute": "twice", "at_least": 2}, actor=bob, now=START)
    Segment.objects.update(members=3)

    _save("base", {"related": "orders", "count": True, "label": "Renamed"}, bob, known=base)
    same = Segment.objects.get(pk=busy.pk).members
    _save("base", {"related": "orders", "count_distinct": "total"}, bob, known=base)

    assert (same, Segment.objects.get(pk=busy.pk).members) == (3, None)
    assert Segment.objects.get(name="vip").members == 3


def test_a_segment_of_the_pages_asks_for_a_measure(folder: Path, bob: Person) -> None:
    add(label="Spenders", rule={"attribute": "spent", "more_than": 8}, actor=bob, now=START)

    work = workspace()

    assert work.segment_counts(work.snapshot(), names=["spenders"]) == {"spenders": 1}


def test_a_measure_is_not_removed_while_something_uses_it(
    folder: Path, alice: Person, bob: Person
) -> None:
    measure = _save("base", {"related": "orders", "count": True}, bob)
    _save("twice", {"formula": "base * 2", "label": "Twice"}, bob)
    add(label="Busy", rule={"all": [{"attribute": "base", "at_least": 2}]}, actor=bob, now=START)
    made = export(alice, connection(alice))
    made.fields.update(attribute="base")

    with pytest.raises(ConfigurationProblem) as refused:
        remove_measure(measure=measure, actor=bob, now=START)

    assert refused.value.code == "measure_in_use"
    assert [*users_of("base")] == ["Twice", "Busy", made.name]
    assert "Twice, Busy" in refused.value.message
    Segment.objects.filter(label="Busy").delete()
    Export.objects.all().delete()
    remove_measure(measure=_row("twice"), actor=bob, now=START)
    remove_measure(measure=measure, actor=bob, now=START)
    assert not Measure.objects.filter(name="base").exists()


def test_a_condition_on_rows_names_no_measure(folder: Path, bob: Person) -> None:
    measure = _save("total", {"related": "orders", "count": True}, bob)
    rule = {"related": "orders", "exists": True, "where": {"attribute": "total", "more_than": 1}}
    add(label="Any", rule=rule, actor=bob, now=START)

    remove_measure(measure=measure, actor=bob, now=START)


def test_a_file_takes_its_measures_away_unless_the_pages_use_them(
    folder: Path, bob: Person
) -> None:
    add(label="Spenders", rule={"attribute": "spent", "more_than": 8}, actor=bob, now=START)

    with pytest.raises(ConfigurationProblem) as refused:
        declared(folder, text=BASE, now=START + timedelta(hours=1))
    kept = [row.name for row in Measure.objects.all()]
    Segment.objects.filter(name="spenders").delete()
    declared(folder, text=BASE, now=START + timedelta(hours=1))

    assert (refused.value.code, kept) == ("measure_in_use", ["spent", "orders_made"])
    assert Measure.objects.count() == 0


def test_a_plan_of_changes_tells_of_measures(folder: Path) -> None:
    text = FILE.replace("sum: total", "average: total").replace(
        "  orders_made: {related: orders, count: true}\n", "  half: {formula: spent / 2}\n"
    )

    plan = plan_of_changes(read_definition(text, folder=folder, file_name="segue.yaml"))

    assert [(one.kind, one.name) for one in plan.measures] == [
        ("changed", "spent"),
        ("added", "half"),
        ("removed", "orders_made"),
    ]
    assert plan.measures[0].before == "The sum of total in orders"
    assert plan.measures[0].after == "The average of total in orders"


def test_a_name_that_the_pages_own_is_a_mistake_of_the_file(folder: Path, bob: Person) -> None:
    _save("extra", {"related": "orders", "count": True}, bob)
    twice = FILE.replace("measures:\n", "measures:\n  extra: {formula: 1}\n")
    attribute = FILE.replace("    city:", "    extra: city\n    city:")

    for text, path in ((twice, "measures.extra"), (attribute, "profiles.attributes.extra")):
        with pytest.raises(ConfigurationProblem) as refused:
            read_definition(text, folder=folder, file_name="segue.yaml")
        assert [(one.code, one.path) for one in refused.value.mistakes] == [("claimed_twice", path)]


def test_the_installation_is_printed_with_its_measures_and_applied_again(
    folder: Path, bob: Person
) -> None:
    _save("per_order", PER_ORDER, bob)
    add(label="Spenders", rule={"attribute": "per_order", "more_than": 5}, actor=bob, now=START)

    printed = installation_as_code()
    before = [(row.name, row.label, row.definition) for row in Measure.objects.all()]
    Measure.objects.all().delete()
    Segment.objects.all().delete()
    declared(folder, text=printed.text, now=START + timedelta(hours=1))

    assert printed.left_out == []
    assert [(row.name, row.label, row.definition) for row in Measure.objects.all()] == before
    assert installation_as_code().text == printed.text


def test_what_a_file_owns_is_changed_there_until_it_is_adopted(
    folder: Path, alice: Person, bob: Person
) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        _save("spent", {"related": "orders", "count": True}, bob, known=_row("spent"))
    with pytest.raises(NotAllowed):
        adopt(measure=_row("spent"), actor=bob, now=START)
    adopt(measure=_row("spent"), actor=alice, now=START)
    _save("spent", {"related": "orders", "count": True}, bob, known=_row("spent"))

    assert refused.value.code == "owned_by_file"
    assert _row("spent").definition == {"related": "orders", "count": True}


def test_who_only_looks_on_changes_no_measure(folder: Path, vera: Person) -> None:
    with pytest.raises((NotAllowed, NotVisible)):
        _save("extra", {"related": "orders", "count": True}, vera)

    assert not Measure.objects.filter(name="extra").exists()
