"""Applying a definition: what it would change is told first, bound to what counts, recorded, and can be taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import translation

from segue.control.audit.models import Action, Entry
from segue.control.exports.operations import remove
from segue.control.people.models import Person
from segue.control.segments.models import Segment, SegmentStatus
from segue.control.segments.operations import record_counts, set_active
from segue.control.sources import queries
from segue.control.sources.models import Arrival, DataSource, Definition, ProposedDefinition
from segue.control.sources.operations import (
    SourceReading,
    discard_proposal,
    propose_definition,
    record_reading,
)
from segue.core.errors import ConfigurationProblem, NotAllowed, UnsafePlan
from segue.service.definitions import apply, read_definition, read_uploaded
from segue.service.differences import PlanOfChanges, for_the_audit, plan_of_changes
from segue.sync.export import FieldMatch, SegmentTag
from tests.control.stage import DEFINITION, connection, declared, export
from tests.fakes.clocks import START

LATER = START + timedelta(hours=1)


@pytest.fixture
def folder(db: None, tmp_path: Path) -> Path:
    declared(tmp_path)
    return tmp_path


def _plan(text: str, folder: Path) -> PlanOfChanges:
    return plan_of_changes(read_definition(text, folder=folder, file_name="segue.yaml"))


def _told(plan: PlanOfChanges) -> dict[str, list[tuple[str, str, str, str]]]:
    return {
        part: [(one.kind, one.label, one.before, one.after) for one in changes]
        for part, changes in plan.parts().items()
        if changes
    }


def _apply(text: str, folder: Path, actor: Person | None = None) -> Definition:
    read = read_definition(text, folder=folder, file_name="segue.yaml")
    return apply(read, arrival=Arrival.COMMAND_LINE, actor=actor, now=LATER)


def _segment(name: str) -> Segment:
    return Segment.objects.get(name=name)


def test_the_first_definition_adds_everything(db: None, tmp_path: Path) -> None:
    plan = _plan(DEFINITION, tmp_path)

    assert (plan.is_same_text, plan.is_empty) == (False, False)
    assert _told(plan) == {
        "sources": [("added", "customers", "", "CSV, customers.csv")],
        "tables": [("added", "Profiles", "", "from customers, key id")],
        "attributes": [
            ("added", "E-mail", "", "E-mail, personal"),
            ("added", "First name", "", "Text, personal"),
            ("added", "Last name", "", "Text, personal"),
            ("added", "city", "", "Text"),
            ("added", "joined", "", "Date"),
            ("added", "opted in", "", "Yes or no"),
        ],
        "segments": [
            ("added", "VIP", "", "A person is selected when city is “Lyon”."),
            (
                "added",
                "Newcomers",
                "",
                "A person is selected when joined is after 1 January 2026.",
            ),
        ],
    }


def test_the_same_text_changes_nothing(folder: Path) -> None:
    plan = _plan(DEFINITION, folder)

    assert (plan.is_same_text, plan.is_empty, _told(plan)) == (True, True, {})


def test_comments_alone_change_the_text_and_nothing_that_counts(folder: Path) -> None:
    plan = _plan("# The shop\n" + DEFINITION, folder)

    assert (plan.is_same_text, plan.is_empty) == (False, True)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "version: 1",
            "version: 1\ntime_zone: Europe/Paris",
            {"settings": [("changed", "Time zone", "UTC", "Europe/Paris")]},
        ),
        (
            "path: customers.csv",
            "path: people.csv",
            {"sources": [("changed", "customers", "CSV, customers.csv", "CSV, people.csv")]},
        ),
        (
            "path: customers.csv",
            'path: customers.csv, separator: ";"',
            {
                "sources": [
                    (
                        "changed",
                        "customers",
                        "CSV, customers.csv",
                        "CSV, customers.csv (with other settings)",
                    )
                ]
            },
        ),
        (
            "sources:",
            "sources:\n  shops: {type: parquet, path: shops.parquet}",
            {"sources": [("added", "shops", "", "Parquet, shops.parquet")]},
        ),
        (
            "  key: id",
            "  key: {column: id, type: integer}",
            {
                "tables": [
                    (
                        "changed",
                        "Profiles",
                        "from customers, key id",
                        "from customers, key id (with other settings)",
                    )
                ]
            },
        ),
        (
            "segments:",
            "related:\n  visits: {source: customers, profile_key: id, attributes: {page: page}}\nsegments:",
            {"tables": [("added", "visits", "", "from customers, key id, 1 attribute")]},
        ),
        (
            "city: {column: city, type: text}",
            "city: {column: city, type: integer}\n    town: city",
            None,
        ),
        (
            "joined: {column: joined, type: date}",
            "joined: {column: joined, type: timestamp}",
            {"attributes": [("changed", "joined", "Date", "Date and time")]},
        ),
        (
            "type: email, label: E-mail",
            "type: email, label: Address",
            {"attributes": [("changed", "Address", "E-mail", "Address")]},
        ),
        (
            "    opted_in: {column: opted_in, type: boolean}\n",
            "",
            {"attributes": [("removed", "opted in", "Yes or no", "")]},
        ),
        (
            "is: Lyon",
            "is: Paris",
            {
                "segments": [
                    (
                        "changed",
                        "VIP",
                        "A person is selected when city is “Lyon”.",
                        "A person is selected when city is “Paris”.",
                    )
                ]
            },
        ),
        (
            "label: VIP",
            "label: The best",
            {"segments": [("changed", "The best", "VIP", "The best")]},
        ),
        (
            "  vip:\n    label: VIP\n    rules: {attribute: city, is: Lyon}\n",
            "",
            {"segments": [("removed", "VIP", "A person is selected when city is “Lyon”.", "")]},
        ),
    ],
)
def test_every_kind_of_change_is_told(
    folder: Path, old: str, new: str, expected: dict[str, list[tuple[str, str, str, str]]] | None
) -> None:
    assert old in DEFINITION
    if expected is None:  # a rule that no longer fits is a mistake of the file, not a change
        with pytest.raises(ConfigurationProblem):
            _plan(DEFINITION.replace(old, new), folder)
        return

    plan = _plan(DEFINITION.replace(old, new), folder)

    assert _told(plan) == expected


def test_the_changes_are_told_in_french(folder: Path) -> None:
    text = DEFINITION.replace("type: date", "type: timestamp").replace("is: Lyon", "is: Paris")

    with translation.override("fr"):
        told = _told(_plan(text, folder))

    assert told == {
        "attributes": [("changed", "joined", "Date", "Date et heure")],
        "segments": [
            (
                "changed",
                "VIP",
                "Une personne est retenue si\u00a0: city est «\u00a0Lyon\u00a0».",
                "Une personne est retenue si\u00a0: city est «\u00a0Paris\u00a0».",
            )
        ],
    }


def test_a_removed_segment_and_attribute_name_the_exports_that_use_them(
    folder: Path, alice: Person
) -> None:
    connected = connection(alice)
    export(alice, connected, name="Weekly letter")
    gone = export(alice, connected, name="Old letter", audience_id="ffffffffff")
    remove(exports=[gone], actor=alice, now=START)
    text = DEFINITION.replace("    opted_in: {column: opted_in, type: boolean}\n", "").replace(
        "  vip:\n    label: VIP\n    rules: {attribute: city, is: Lyon}\n", ""
    )

    plan = _plan(text, folder)

    assert [(one.name, one.used_by) for one in plan.breaking] == [
        ("opted_in", ["Weekly letter"]),
        ("vip", ["Weekly letter"]),
    ]


def test_sections_that_are_not_applied_are_named(folder: Path) -> None:
    text = DEFINITION + (
        "home: elsewhere\n"
        "connections:\n  main: {type: mailchimp, api_key: {env: SHOP_KEY}}\n"
        "exports:\n  news:\n    connection: main\n    audience: a1b2c3d4e5\n"
        "    match: {email: email}\n    segments: [vip]\n    consent: {attribute: opted_in}\n"
    )

    assert _plan(text, folder).ignored == ["home"]
    assert _plan(DEFINITION, folder).ignored == []


def test_a_plan_is_applied_only_as_it_was_shown(folder: Path, alice: Person) -> None:
    without_vip = DEFINITION.replace(
        "  vip:\n    label: VIP\n    rules: {attribute: city, is: Lyon}\n", ""
    )
    read = read_definition(without_vip, folder=folder, file_name="segue.yaml")
    seen = plan_of_changes(read).digest
    connected = connection(alice)
    export(alice, connected)

    with pytest.raises(UnsafePlan) as refused:
        apply(read, arrival=Arrival.COMMAND_LINE, actor=alice, now=LATER, plan=seen)

    assert refused.value.code == "definition_plan_changed"
    assert queries.current_definition() == Definition.objects.get()
    assert _segment("vip").removed_at is None
    again = plan_of_changes(read)
    assert [one.used_by for one in again.segments] == [["VIP newsletter"]]
    apply(read, arrival=Arrival.COMMAND_LINE, actor=alice, now=LATER, plan=again.digest)
    assert _segment("vip").removed_at == LATER


def test_a_plan_is_bound_to_text_folder_and_what_counts_but_not_to_the_language(
    folder: Path, tmp_path: Path
) -> None:
    here = _plan(DEFINITION, folder)
    with translation.override("fr"):
        in_french = _plan(DEFINITION, folder)
    commented = _plan(DEFINITION + "# more\n", folder)
    elsewhere = _plan(DEFINITION, tmp_path / "other")
    _apply(DEFINITION + "# newer\n", folder)
    after = _plan(DEFINITION, folder)

    assert in_french.digest == here.digest
    assert len({here.digest, commented.digest, elsewhere.digest, after.digest}) == 4


def test_applying_is_recorded_with_its_origin_and_the_names_of_what_changed(
    folder: Path, alice: Person
) -> None:
    text = DEFINITION.replace("is: Lyon", "is: Paris").replace("newcomers:", "new_ones:")

    definition = _apply(text, folder, actor=alice)

    entry = Entry.objects.filter(action=Action.DEFINITION_APPLIED).first()
    assert entry is not None
    assert (entry.actor_name, entry.subject_id) == ("Alice", str(definition.pk))
    assert entry.details == {
        "digest": definition.digest,
        "origin": "command_line",
        "segments_added": ["new_ones"],
        "segments_changed": ["vip"],
        "segments_removed": ["newcomers"],
    }


def test_the_audit_log_keeps_fifty_names_of_a_kind_and_the_count(folder: Path) -> None:
    many = "".join(f"  s{n:02}: {{rules: {{attribute: city, is: Lyon}}}}\n" for n in range(60))

    details = for_the_audit(_plan(DEFINITION + many, folder))

    assert details["segments_added_count"] == 60
    assert details["segments_added"] == [f"s{n:02}" for n in range(50)]


@pytest.mark.parametrize("role", ["bob", "vera"])
def test_only_administrators_apply_and_propose(
    folder: Path, role: str, request: pytest.FixtureRequest
) -> None:
    person: Person = request.getfixturevalue(role)

    with pytest.raises(NotAllowed):
        _apply(DEFINITION + "# mine\n", folder, actor=person)
    with pytest.raises(NotAllowed):
        propose_definition(text="x", folder="/", file_name="f", actor=person, now=START)
    with pytest.raises(NotAllowed):
        discard_proposal(actor=person)

    assert Definition.objects.count() == 1
    assert not ProposedDefinition.objects.exists()


def test_a_person_proposes_one_text_at_a_time_and_old_ones_go(
    alice: Person, bob: Person, folder: Path
) -> None:
    bob.role = "administrator"
    bob.save()
    propose_definition(text="one", folder="/a", file_name="f", actor=alice, now=START)
    propose_definition(text="two", folder="/b", file_name="f", actor=alice, now=LATER)

    assert [(p.person, p.text) for p in ProposedDefinition.objects.all()] == [(alice, "two")]
    propose_definition(
        text="three", folder="/c", file_name="f", actor=bob, now=LATER + timedelta(days=8)
    )
    assert [p.text for p in ProposedDefinition.objects.all()] == ["three"]


def test_applying_forgets_the_proposal(folder: Path, alice: Person) -> None:
    propose_definition(text="x", folder="/", file_name="f", actor=alice, now=START)

    _apply(DEFINITION + "# new\n", folder, actor=alice)

    assert queries.proposal_of(alice) is None


def test_an_older_definition_can_be_applied_again(folder: Path) -> None:
    first = queries.current_definition()
    assert first is not None
    _apply(DEFINITION.replace("is: Lyon", "is: Paris"), folder)
    before = _plan(first.text, folder)

    _apply(first.text, folder)

    assert [(one.kind, one.name) for one in before.segments] == [("changed", "vip")]
    assert _segment("vip").rule == {"attribute": "city", "is": "Lyon"}
    assert [one.digest for one in queries.definitions()].count(first.digest) == 2
    assert queries.current_definition() != first


def test_a_segment_that_people_switched_off_stays_off(folder: Path, bob: Person) -> None:
    set_active(segment=_segment("vip"), active=False, actor=bob, now=START)

    _apply(DEFINITION.replace("is: Lyon", "is: Paris"), folder)

    assert (_segment("vip").is_active, _segment("newcomers").is_active) == (False, True)


def test_a_new_segment_may_begin_inactive(folder: Path) -> None:
    late = "  late: {active: false, rules: {attribute: city, is: Nice}}\n"

    _apply(DEFINITION + late, folder)

    assert _segment("late").is_active is False


def test_a_changed_rule_makes_the_members_unknown_until_they_are_counted(folder: Path) -> None:
    record_counts({"vip": 6, "newcomers": 2}, now=START)

    _apply(
        DEFINITION.replace("is: Lyon", "is: Paris").replace("label: Newcomers", "label: New"),
        folder,
    )

    vip, newcomers = _segment("vip"), _segment("newcomers")
    assert (vip.members, vip.status, vip.refreshed_at) == (None, SegmentStatus.NOT_STARTED, None)
    assert (newcomers.members, newcomers.label) == (2, "New")
    assert newcomers.status == SegmentStatus.SUCCESSFUL
    record_counts({"vip": 3}, now=LATER)
    assert [count.members for count in vip.counts.all()] == [6, 3]


def test_sizes_that_were_counted_by_an_older_definition_are_not_kept(folder: Path) -> None:
    counted_by = Definition.objects.get().pk
    _apply(DEFINITION.replace("is: Lyon", "is: Paris"), folder)

    kept = record_counts({"vip": 6}, now=LATER, definition_id=counted_by)
    kept_now = record_counts({"vip": 3}, now=LATER, definition_id=Definition.objects.first().pk)  # type: ignore[union-attr]

    assert (kept, kept_now, _segment("vip").members) == (False, True, 3)


def test_what_builds_on_a_changed_segment_is_unknown_too(folder: Path) -> None:
    above = (
        "  both: {rules: {intersect: [{segment: vip}, {segment: newcomers}]}}\n"
        "  top: {rules: {any: [{segment: both}]}}\n"
        "  apart: {rules: {attribute: city, is: Nice}}\n"
    )
    _apply(DEFINITION + above, folder)
    names = ("vip", "newcomers", "both", "top", "apart")
    record_counts(dict.fromkeys(names, 5), now=START)

    _apply(DEFINITION.replace("is: Lyon", "is: Paris") + above, folder)

    assert {name: _segment(name).members for name in names} == {
        "vip": None,
        "newcomers": 5,
        "both": None,
        "top": None,
        "apart": 5,
    }


def test_a_segment_that_is_removed_and_declared_again_is_the_same_one_not_counted(
    folder: Path, bob: Person
) -> None:
    record_counts({"vip": 6}, now=START)
    set_active(segment=_segment("vip"), active=False, actor=bob, now=START)
    before = _segment("vip").pk
    _apply(
        DEFINITION.replace("  vip:\n    label: VIP\n    rules: {attribute: city, is: Lyon}\n", ""),
        folder,
    )
    removed = _segment("vip").removed_at

    _apply(DEFINITION, folder)

    again = _segment("vip")
    assert removed == LATER
    assert (again.pk, again.removed_at, again.members, again.is_active) == (
        before,
        None,
        None,
        False,
    )


def test_an_export_of_a_removed_segment_is_kept_and_says_so(folder: Path, alice: Person) -> None:
    from segue.control.exports.queries import why_not_runnable

    kept = export(alice, connection(alice))
    _apply(
        DEFINITION.replace("  vip:\n    label: VIP\n    rules: {attribute: city, is: Lyon}\n", ""),
        folder,
    )
    kept.refresh_from_db()
    stopped = why_not_runnable(kept)

    _apply(DEFINITION, folder)

    assert (stopped, why_not_runnable(type(kept).objects.get(pk=kept.pk))) == (
        "segment_removed",
        None,
    )


def test_what_was_read_of_a_source_that_lies_elsewhere_now_says_nothing_any_more(
    folder: Path,
) -> None:
    shops = DEFINITION.replace("sources:", "sources:\n  shops: {type: csv, path: shops.csv}")
    _apply(shops, folder)
    readings = {name: SourceReading(rows=9, problems=1) for name in ("customers", "shops")}
    record_reading(readings, profiles=9, snapshot_id="s1", now=START)

    _apply(shops.replace("path: shops.csv", "path: stores.csv"), folder)

    rows = DataSource.objects.values_list("name", "place", "rows", "problems", "status")
    assert list(rows) == [
        ("shops", "stores.csv", None, 0, "not_started"),
        ("customers", "customers.csv", 9, 1, "successful"),
    ]


def test_sources_tell_what_is_read_from_them(db: None, tmp_path: Path) -> None:
    text = DEFINITION.replace(
        "sources:",
        "sources:\n  orders: {type: sqlite, path: data/shop.sqlite, table: Order}\n"
        "  lonely: {type: parquet, path: /elsewhere/lonely.parquet}",
    ).replace(
        "segments:",
        "related:\n"
        "  orders: {source: orders, profile_key: id, label: Orders, attributes: {total: total}}\n"
        "  late_orders: {source: orders, profile_key: id, attributes: {total: total}}\n"
        "segments:",
    )

    _apply(text, tmp_path)

    assert list(
        DataSource.objects.values_list("name", "kind", "place", "feeds_profiles", "used_for")
    ) == [
        ("orders", "SQLite", "data/shop.sqlite: Order", False, "Orders, late orders"),
        ("lonely", "Parquet", "/elsewhere/lonely.parquet", False, ""),
        ("customers", "CSV", "customers.csv", True, ""),
    ]


def test_a_definition_is_applied_by_the_way_it_was_read(folder: Path, alice: Person) -> None:
    read = read_definition(DEFINITION + "#\n", folder=folder, file_name="segue.yaml")

    with pytest.raises(AssertionError):
        apply(read, arrival=Arrival.PAGE, actor=alice, now=LATER)


def test_an_upload_keeps_folder_and_name_of_what_counts(
    folder: Path, settings: pytest.FixtureRequest
) -> None:
    settings.SEGUE_DATA_FOLDERS = [folder]  # type: ignore[attr-defined]

    read = read_uploaded(DEFINITION)

    assert (read.folder, read.file_name, read.arrival) == (folder, "segue.yaml", Arrival.PAGE)


def test_a_hundred_fields_of_data_matching_are_searched_for_a_removed_attribute(
    folder: Path, alice: Person
) -> None:
    export(
        alice,
        connection(alice),
        fields=(FieldMatch(tag="LNAME", attribute="last_name", name="Lname"),),
        segments=(SegmentTag(segment="newcomers", tag="New"),),
        newest_by="joined",
    )
    text = DEFINITION.replace(
        "    last_name: {column: last_name, type: text, label: Last name, personal: true}\n", ""
    ).replace(
        "    joined: {column: joined, type: date}\n",
        "    joined: {column: joined, type: timestamp}\n",
    )

    plan = _plan(text, folder)

    assert [(one.kind, one.name, one.used_by) for one in plan.attributes] == [
        ("changed", "joined", ["VIP newsletter"]),
        ("removed", "last_name", ["VIP newsletter"]),
    ]
