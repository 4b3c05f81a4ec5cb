"""What others change on people whom nothing is to be sent to is told once, and neither repaired nor told for ever."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from segue.engines.duckdb.audience.journal import Journal
from segue.sync.export import Blanks, FieldMatch
from segue.sync.kinds import Kind
from segue.sync.plan import Drift, DriftKind
from tests.acceptance import by_hand
from tests.acceptance.world import LIST, changes, other_export, person, second_run_is_empty, tags
from tests.fakes.laboratory import Laboratory, export, laboratory

TEN = timedelta(minutes=10)
KEPT = FieldMatch(tag="FNAME", attribute="first_name", blanks=Blanks.KEEP)


def test_a_value_changed_on_somebody_who_left_is_theirs(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia"), whole=True) as lab:
        lab.run()
        lab.people = [person(1, "Nadia")]
        lab.approve()
        lab.sandbox.set_merge_field(LIST, "pia@shop.example", tag="FNAME", value="Pia B")

        assert second_run_is_empty(lab).plan.drift == []


def test_a_tag_taken_off_somebody_who_leaves_is_given_up_once(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run()
        lab.sandbox.remove_tag(LIST, "pia@shop.example", "Vip")
        lab.people = [person(1, "Nadia")]
        lab.sandbox.reset_calls()

        report = lab.run()

        assert report.plan.drift == [Drift(kind=DriftKind.TAG_LOST, subject="Vip", people=1)]
        assert changes(report.plan) == {Kind.RELEASE: 1}
        assert lab.sandbox.writes == []
        assert second_run_is_empty(lab).plan.drift == []


def test_a_deleted_tag_that_only_unsubscribed_people_carried_is_not_missed(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia", vip=False, local=True)) as lab:
        lab.run()
        lab.sandbox.contact_unsubscribes(LIST, "pia@shop.example")
        by_hand.delete_tag(lab, "Local")

        assert second_run_is_empty(lab).plan.drift == []
        lab.sandbox.resubscribe_by_form(LIST, "pia@shop.example")
        lab.run()

        assert tags(lab, "pia") == {"Local"}
        assert second_run_is_empty(lab).plan.drift == []


def test_a_value_that_the_source_no_longer_has_is_left_as_it_is(tmp_path: Path) -> None:
    exported = export(fields=(KEPT,))
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run(exported)
        lab.people[1] = replace(lab.people[1], first_name="")
        lab.run(exported)
        lab.sandbox.set_merge_field(LIST, "pia@shop.example", tag="FNAME", value="Pia B")
        lab.sandbox.reset_calls()
        lab.run(exported)

        assert lab.sandbox.writes == []
        lab.whole = True
        assert second_run_is_empty(lab, exported).plan.drift == []
        found = lab.sandbox.member(LIST, "pia@shop.example")
        assert found is not None
        assert found.merge_fields["FNAME"] == "Pia B"


def test_a_field_made_again_is_not_missed_on_somebody_who_left(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia"), whole=True) as lab:
        lab.run()
        lab.people = [person(1, "Nadia")]
        lab.approve()
        by_hand.delete_merge_field(lab, "FNAME")
        by_hand.make_merge_field(lab, "FNAME")

        report = lab.run()

        assert report.plan.drift == [Drift(kind=DriftKind.FIELD_NEW, subject="FNAME", people=1)]
        assert changes(report.plan) == {Kind.UPDATE: 1}
        assert second_run_is_empty(lab).plan.drift == []


@pytest.mark.parametrize("between", ["a plan", "another export"])
def test_what_somebody_else_read_first_is_still_found(tmp_path: Path, between: str) -> None:
    people = [person(1, "Nadia"), person(2, "Omar", vip=False, local=True)]
    plain = other_export(fields=())
    with laboratory(tmp_path, *people) as lab:
        lab.run()
        lab.run(plain)
        ten_minutes_pass(lab)
        five_minutes_ago(lab, "nadia@shop.example", first_name="Wrong")
        if between == "a plan":
            lab.plan()
        else:
            second_run_is_empty(lab, plain)

        report = lab.run()

        assert report.plan.drift == [Drift(kind=DriftKind.FIELDS_DIFFER, people=1)]
        assert changes(report.plan) == {Kind.UPDATE: 1}
        second_run_is_empty(lab)


def ten_minutes_pass(lab: Laboratory) -> None:
    """Set back what the state knows of times, as if all that was ten minutes ago."""
    with closing(Journal(lab.home / "audience" / "journal.sqlite")) as journal:
        journal.keep_marks({status: at - TEN for status, at in journal.marks().items()})
        for name in ("quiet/newsletter", "quiet/magazine"):
            kept = journal.fact(name)
            assert kept is not None
            journal.keep_fact(name, (datetime.fromisoformat(kept) - TEN).isoformat())


def five_minutes_ago(lab: Laboratory, address: str, *, first_name: str) -> None:
    """Change a value by hand, five minutes ago."""
    lab.sandbox.set_merge_field(LIST, address, tag="FNAME", value=first_name)
    _, contact = lab.sandbox._contact(LIST, address)
    contact.last_changed -= 300
