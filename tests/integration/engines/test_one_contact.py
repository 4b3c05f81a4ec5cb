"""What is kept of one contact: its status, who owns which of its tags, what holds it back, and what runs did to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from segue.core.emails import subscriber_hash
from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.audience.one_contact import contact_kept
from segue.engines.duckdb.session import session
from segue.sync.kinds import Skip
from segue.sync.one_contact import ContactKept, Fate, Owned, Touched
from segue.sync.ports import ContactStatus, Reason
from tests.acceptance.world import crowd, other_export, person
from tests.fakes.laboratory import Laboratory, laboratory
from tests.integration.engines.small_audience import NOW, small_audience


def kept(lab: Laboratory, folder: Path, address: str) -> ContactKept:
    with session(folder / "spill") as connection:
        sub = subscriber_hash(address)
        return contact_kept(connection, folder / "audience", sub, now=lab.clock.now())


def test_a_contact_that_was_written_has_status_tags_and_the_runs_that_did_it(
    tmp_path: Path,
) -> None:
    nadia = person(1, "Nadia", local=True)
    with laboratory(tmp_path, nadia, *crowd(3, local=True)) as lab:
        lab.run()
        lab.people[0] = replace(nadia, local=False)
        lab.run()
        found = kept(lab, tmp_path, "nadia@shop.example")

    assert found.status is ContactStatus.SUBSCRIBED
    assert found.owned == (
        Owned(export="newsletter", profile_key="1", tags=("Vip",), is_sure=True),
    )
    assert found.held == ()
    newest, first = found.runs
    assert (first.run_id, first.fate, first.was_written) == ("run0001", Fate.ACCEPTED, True)
    assert (first.tags_added, first.tags_removed) == (("Local", "Vip"), ())
    assert newest == Touched(
        run_id="run0002", export="newsletter", fate=Fate.ACCEPTED, was_written=False,
        was_moved=False, tags_added=(), tags_removed=("Local",),
    )  # fmt: skip


def test_nothing_is_kept_of_whom_no_run_has_met(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(2)) as lab:
        lab.run()
        assert kept(lab, tmp_path, "nobody@shop.example") == ContactKept()


def test_who_was_rejected_is_held_back_with_the_reason(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.sandbox.refuse_addresses("p0001@*", number=2)
        lab.run()
        found = kept(lab, tmp_path, "p0001@shop.example")

    [held], [run] = found.held, found.runs
    assert (held.export, held.skip, held.until) == ("", Skip.FAKE_ADDRESS, None)
    assert held.why is not None
    assert held.why.reason is Reason.FAKE_ADDRESS
    assert (run.fate, run.why and run.why.reason) == (Fate.REJECTED, Reason.FAKE_ADDRESS)
    assert found.owned == ()


def test_every_export_owns_its_own_tags(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia", local=True), *crowd(2)) as lab:
        lab.run()
        lab.run(other_export())
        found = kept(lab, tmp_path, "nadia@shop.example")

    assert {one.export for one in found.owned} == {"newsletter", "magazine"}
    assert [run.export for run in found.runs] == ["magazine", "newsletter"]


def test_a_moved_contact_is_found_under_both_addresses(tmp_path: Path) -> None:
    nadia = person(1, "Nadia")
    with laboratory(tmp_path, nadia, *crowd(9)) as lab:
        lab.run()
        lab.people[0] = replace(nadia, email="nadia@home.example")
        lab.run()
        old, new = (kept(lab, tmp_path, f"nadia@{place}.example") for place in ("shop", "home"))

    assert (old.runs[0].was_moved, new.runs[0].was_moved) == (True, True)
    assert (old.owned, [one.tags for one in new.owned]) == ((), [("Vip",)])


def test_what_was_not_acknowledged_is_not_sent_and_not_sure(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        audience.run([*crowd(2)])
        audience.run([*crowd(2, first_name="Other")], sent=lambda _chunk: False)
        sub = subscriber_hash("p0001@shop.example")
        found = contact_kept(audience.connection, audience.state, sub, now=NOW)

    assert [run.fate for run in found.runs] == [Fate.NOT_SENT, Fate.ACCEPTED]
    assert [one.is_sure for one in found.owned] == [False]


def test_a_hold_whose_time_is_over_holds_nobody(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.sandbox.refuse_addresses("p0001@*", number=5)
        lab.run()
        before = kept(lab, tmp_path, "p0001@shop.example").held
        lab.clock.at += timedelta(days=30)
        after = kept(lab, tmp_path, "p0001@shop.example").held

    assert [one.until is not None for one in before] == [True]
    assert after == ()


def test_a_damaged_ledger_is_told_and_not_read_as_nobody(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.run()
        [ledger] = (tmp_path / "audience" / "ledger").rglob("*.parquet")
        ledger.write_bytes(ledger.read_bytes()[:-9])
        with pytest.raises(ConfigurationProblem) as told:
            kept(lab, tmp_path, "p0001@shop.example")

    assert told.value.code == "state_file_damaged"
