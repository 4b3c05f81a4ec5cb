"""A process that dies between any two steps, and files that it left half-way: the next run makes everything whole."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from segue.sync.kinds import Kind
from segue.sync.report import RunStatus
from tests.acceptance.deaths import die
from tests.acceptance.world import LIST, audience, changes, crowd, person, second_run_is_empty
from tests.fakes.laboratory import laboratory
from tests.fixtures.forms import long_but


@pytest.mark.parametrize(
    ("step", "after"),
    long_but(
        [
            ("observe", 0),
            ("plan", 0),
            ("prepare", 0),
            ("push", 0),
            ("chunk", 1),
            ("chunk", 4),
            ("ledger", 0),
        ],
        "prepare",
        "chunk",
        "ledger",
    ),
)
def test_a_death_at_any_step_is_repaired_by_the_next_run(
    tmp_path: Path, step: str, after: int
) -> None:
    people = crowd(12, local=True)
    with laboratory(tmp_path, *people, batch_size=3) as lab:
        lab.run()
        lab.people = [
            *(replace(one, first_name="Changed") for one in people[:4]),
            *(replace(one, local=False) for one in people[4:8]),
            *people[9:],
            replace(people[8], email="new@shop.example"),
            person(1, "Nadia"),
        ]
        die(lab, step, after)

        lab.approve()

        found = audience(lab)
        assert found.pop("nadia") == ("subscribed", {"Vip"})
        assert found.pop("new") == ("subscribed", {"Vip", "Local"})
        assert {name for name, (_, held) in found.items() if held == {"Vip"}} == {
            "p0005", "p0006", "p0007", "p0008"
        }  # fmt: skip
        assert len(found) == 11
        second_run_is_empty(lab)


def test_what_was_acknowledged_before_a_death_is_not_sent_again(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(12), batch_size=1) as lab:
        die(lab, "chunk", 3)

        report = lab.run()

        assert tuple(report.recovered) == ("run0001",)
        assert 0 < changes(report.plan)[Kind.ADD] <= 9
        assert lab.sandbox.audience(LIST).statuses == {"subscribed": 12}
        second_run_is_empty(lab)


def test_dying_again_and_again_comes_to_an_end(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(12), batch_size=2) as lab:
        for step in ("push", "chunk", "ledger", "prepare", "chunk"):
            if changes(lab.plan()):
                die(lab, step, 1)

        lab.run()

        assert lab.sandbox.audience(LIST).tags == {"Vip": 12}
        second_run_is_empty(lab)


LEFT_OVER = (
    "ledger/newsletter/2.parquet",
    "ledger/newsletter/2.parquet.partial",
    "contacts/2.parquet",
    "contacts/3.parquet.partial",
    "foreign/0.parquet.partial",
    "runs/run0003/write.parquet",
    "runs/run0002/untag-0.parquet.partial",
)


def test_files_that_a_dead_run_left_half_written_are_in_nobody_s_way(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.run()
        for left_over in LEFT_OVER:
            path = lab.home / "audience" / left_over
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"half")
        lab.sandbox.contact_unsubscribes(LIST, "p0002@shop.example")
        lab.people = [*lab.people[1:], person(1, "Nadia")]

        report = lab.run()

        assert report.status is RunStatus.SUCCESSFUL_WITH_SKIPS
        assert changes(report.plan) == {Kind.ADD: 1, Kind.LEAVE: 1}
        assert audience(lab)["nadia"] == ("subscribed", {"Vip"})
        second_run_is_empty(lab)


def test_an_exporter_that_lost_its_memory_doubles_and_resubscribes_nobody(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3), person(1, "Omar")) as lab:
        lab.run()
        lab.sandbox.contact_unsubscribes(LIST, "omar@shop.example")
        shutil.rmtree(lab.home / "audience")

        report = lab.run()

        assert changes(report.plan) == {Kind.ADD: 3}
        assert (report.outcomes.counted.created, report.outcomes.counted.updated) == (0, 3)
        assert lab.sandbox.audience(LIST).statuses == {"subscribed": 3, "unsubscribed": 1}
        second_run_is_empty(lab)
