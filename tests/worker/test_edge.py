"""What goes wrong at the worker's edge is told by kind and place, without a word of the data, and ends nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connection

from segue.control.refreshes.models import SystemSchedule
from segue.core.emails import subscriber_hash
from segue.core.errors import ConfigurationProblem, MachineTrouble, Problem
from segue.service.adapters import WorkerClock
from segue.service.plan_files import plans_folder
from segue.worker.chores import Chore, chores, doing, once
from segue.worker.edge import bug_of, guarded, or_bug
from segue.worker.plan_file import forget_plan_files
from segue.worker.worker import Worker, new_owner
from tests.cast import NADIA
from tests.control.stage_jobs import NOW
from tests.patience import PATIENCE_S
from tests.worker.shop import wait_for

pytestmark = [pytest.mark.any_day, pytest.mark.one_database]


def fails() -> None:
    raise ValueError(f"Could not convert {NADIA.email} of {NADIA.last_name}")


def fails_inside_a_group() -> None:
    try:
        fails()
    except ValueError as error:
        raise ExceptionGroup("several", [error]) from None


def test_a_bug_is_told_by_kind_and_place_and_holds_no_data(
    caplog: pytest.LogCaptureFixture,
) -> None:
    result = guarded("run.bug", fails, run=7)

    (record,) = caplog.records
    told = vars(record)
    assert result is None
    assert (record.getMessage(), told["kind"], told["run"]) == ("run.bug", "ValueError", 7)
    assert told["where"].startswith("test_edge.py:")
    assert "fails" in told["where"]
    assert not {word for word in ("nadia", "Haddad") if word in str(told)}


def test_the_trouble_of_the_machine_is_no_bug_and_its_code_is_logged(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    problem = or_bug("run.bug", (tmp_path / "not" / "there").read_bytes, run=7)

    (record,) = caplog.records
    assert isinstance(problem, MachineTrouble)
    assert (problem.code, vars(record)["code"]) == ("place_unusable", "place_unusable")
    assert str(tmp_path) not in str(vars(record)["where"])


def test_a_place_of_ours_is_told_from_the_package_on_and_any_other_by_its_name(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    file = tmp_path / "segue" / "nadia" / "plugin.py"
    names: dict[str, Any] = {"subscriber_hash": subscriber_hash}
    exec(compile("def breaks():\n    subscriber_hash(None)\n", str(file), "exec"), names)

    guarded("run.bug", names["breaks"])

    places = vars(caplog.records[0])["where"].split(" < ")
    files = [place.partition(":")[0] for place in places]
    assert files == ["core/emails.py", "plugin.py", "worker/edge.py"]


def test_a_bug_inside_a_group_is_told_by_its_own_kind_and_place(
    caplog: pytest.LogCaptureFixture,
) -> None:
    problem = or_bug("run.bug", fails_inside_a_group)

    told = vars(caplog.records[0])
    assert told["kind"] == "ExceptionGroup[ValueError]"
    assert "fails" in told["where"]
    assert isinstance(problem, Problem)
    assert (problem.code, NADIA.email in str(problem)) == ("bug", False)


def test_a_problem_is_no_bug_and_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    known = ConfigurationProblem("What.", action="Do.", code="audience_not_found")

    def refuse() -> None:
        raise known

    assert or_bug("run.bug", refuse) is known
    assert caplog.records == []


def test_what_is_told_to_people_names_the_kind_only() -> None:
    assert (
        bug_of(KeyError(NADIA.email)).message
        == "This is a bug in Segue (KeyError), not your mistake."
    )


@pytest.mark.django_db
def test_a_chore_that_fails_is_logged_and_done_again(caplog: pytest.LogCaptureFixture) -> None:
    done: list[Any] = []

    def sometimes(now: Any) -> None:
        done.append(now)
        if len(done) == 1:
            fails()

    chore = Chore(name="tidy", every_s=60, do=sometimes)
    once(chore, NOW)
    once(chore, NOW + timedelta(minutes=1))

    assert done == [NOW, NOW + timedelta(minutes=1)]
    assert [vars(record)["chore"] for record in caplog.records] == ["tidy"]


@pytest.mark.django_db
def test_chores_are_done_side_by_side_while_the_worker_works() -> None:
    waits, counted = Event(), []

    def blocks(_now: Any) -> None:
        waits.wait(PATIENCE_S)

    def counts(now: Any) -> None:
        counted.append(now)

    some = [
        Chore(name="slow", every_s=60, do=blocks),
        Chore(name="quick", every_s=0.01, do=counts),
    ]
    with doing(some, WorkerClock()):
        wait_for(lambda: len(counted) >= 3)
    waits.set()

    assert sorted(counted) == counted


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Give a home folder to this test."""
    settings.SEGUE_HOME = tmp_path
    yield tmp_path


def test_old_files_of_plans_are_forgotten_and_young_ones_stay(home: Path) -> None:
    plans_folder().mkdir()
    ages = {"1.csv": 31, ".2.csv.99.part": 31, "3.csv": 29}
    for name, days in ages.items():
        (plans_folder() / name).write_text("x", encoding="utf-8")
        stamp = (NOW - timedelta(days=days)).timestamp()
        os.utime(plans_folder() / name, (stamp, stamp))

    forgotten = forget_plan_files(NOW)

    assert (forgotten, sorted(path.name for path in plans_folder().iterdir())) == (2, ["3.csv"])


def test_without_any_file_there_is_nothing_to_forget(home: Path) -> None:
    assert forget_plan_files(NOW) == 0


@pytest.mark.django_db
def test_every_chore_of_an_empty_installation_is_quickly_done(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    listed = chores()

    for chore in listed:
        once(chore, NOW)

    kept = ("samples", "plan_files", "clock_moves", "outbox", "audiences")
    names = {"health", "notices", *(f"forget_{one}" for one in kept)}
    assert {chore.name for chore in listed} >= names
    assert caplog.records == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_cannot_look_for_work_says_so_and_looks_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker = Worker(clock=WorkerClock(), slots=1, owner=new_owner())
    table = SystemSchedule._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
        try:
            without = worker.turn()
        finally:
            with connection.cursor() as again:
                again.execute(f"ALTER TABLE {table}_away RENAME TO {table}")

    assert not without
    assert worker.turn()
    told = [record for record in caplog.records if record.getMessage() == "worker.turn_failed"]
    assert len(told) == 1
