"""What a wanted refresh consists of, who may want one, and that an export never waits twice."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from segue.control.audit.models import Action, Entry
from segue.control.exports import operations as export_operations
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes import operations, requests
from segue.control.refreshes.models import Refresh, Run, RunKind, Scope, Trigger
from segue.control.segments import operations as segments
from segue.control.segments.models import Segment
from segue.control.statuses import Status
from segue.core.errors import ConfigurationProblem, NotAllowed, NotVisible
from segue.sync.export import SegmentTag
from tests.control import stage_jobs
from tests.control.stage_jobs import NOW, status_of
from tests.patience import PATIENCE_S


def tasks_of(refresh: Refresh) -> list[tuple[str, str]]:
    return list(refresh.tasks.values_list("kind", "name"))


def names_of(refresh: Refresh) -> list[str]:
    return sorted(refresh.runs.values_list("export_name", flat=True))


def own_schedule(export: Export, alice: Person) -> None:
    recurrence = Recurrence(
        every=Every.MONTH, time_zone="UTC", times=(NOW.time(),), month_days=(1,)
    )
    export_operations.define_schedules(
        exports=[export], is_on=True, recurrence=recurrence, actor=alice, now=NOW
    )


def test_the_entire_workflow_goes_through_everything_and_the_exports_of_every_refresh(
    alice: Person, tmp_path: Path
) -> None:
    exports = stage_jobs.exports(alice, tmp_path, 4)
    export_operations.switch_schedules(exports=[exports[1]], is_on=False, actor=alice, now=NOW)
    own_schedule(exports[2], alice)
    export_operations.detach(exports=[exports[3]], actor=alice, now=NOW)

    refresh = operations.refresh_everything(actor=alice, now=NOW, read_again=True)

    assert tasks_of(refresh) == [
        ("source", "customers"),
        ("profiles", "profiles"),
        ("segment", "newcomers"),
        ("segment", "vip"),
    ]
    assert names_of(refresh) == ["Export 1"]
    assert (refresh.scope, refresh.trigger, refresh.requested_by_name, refresh.read_again) == (
        Scope.WHOLE, Trigger.PERSON, "Alice", True
    )  # fmt: skip
    assert Entry.objects.filter(action=Action.REFRESH_REQUESTED, actor_name="Alice").count() == 1


def test_data_alone_brings_no_run_and_leaves_inactive_segments_out(
    alice: Person, bob: Person, tmp_path: Path
) -> None:
    stage_jobs.exports(alice, tmp_path)
    vip = Segment.objects.get(name="vip")
    segments.set_active(segment=vip, active=False, actor=alice, now=NOW)

    refresh = operations.refresh_data(actor=bob, now=NOW)

    assert tasks_of(refresh)[2:] == [("segment", "newcomers")]
    assert names_of(refresh) == []


def test_some_exports_bring_only_the_segments_that_they_choose(
    alice: Person, tmp_path: Path
) -> None:
    stage_jobs.exports(alice, tmp_path, 1)
    other = stage_jobs.export(
        alice, 2, segments=(SegmentTag(segment="newcomers", tag="Newcomers"),)
    )

    refresh = operations.run_exports(exports=[other], actor=alice, now=NOW)

    assert tasks_of(refresh)[2:] == [("segment", "newcomers")]
    run = refresh.runs.get()
    assert (run.export_name, run.connection_name, run.audience_id, run.status, run.kind) == (
        "Export 2", "Account 2", "aud2", Status.QUEUED, RunKind.EXPORT
    )  # fmt: skip
    assert status_of(other) == Status.QUEUED


def test_an_export_that_is_queued_does_not_wait_twice(alice: Person, tmp_path: Path) -> None:
    first, second = stage_jobs.exports(alice, tmp_path, 2)
    operations.run_exports(exports=[first], actor=alice, now=NOW)

    both = operations.run_exports(exports=[first, second], actor=alice, now=NOW)
    with pytest.raises(ConfigurationProblem) as refused:
        operations.run_exports(exports=[first, second], actor=alice, now=NOW)

    assert names_of(both) == ["Export 2"]
    assert refused.value.code == "run_already_open"
    assert Run.objects.count() == 2


def test_the_entire_workflow_leaves_out_who_is_open_already(alice: Person, tmp_path: Path) -> None:
    first, _ = stage_jobs.exports(alice, tmp_path, 2)
    operations.run_exports(exports=[first], actor=alice, now=NOW)

    assert names_of(operations.refresh_everything(actor=alice, now=NOW)) == ["Export 2"]


def test_a_plan_may_wait_beside_an_export_and_tells_the_export_nothing(
    alice: Person, tmp_path: Path
) -> None:
    one, *_ = stage_jobs.exports(alice, tmp_path)

    operations.run_exports(exports=[one], actor=alice, now=NOW, kind=RunKind.PLAN)
    told = status_of(one)
    operations.run_exports(exports=[one], actor=alice, now=NOW)

    assert told == Status.NOT_STARTED
    assert list(Run.objects.order_by("id").values_list("kind", flat=True)) == ["plan", "export"]


def test_run_all_runs_the_active_schedules_that_the_actor_may_run(
    alice: Person, bob: Person, tmp_path: Path
) -> None:
    exports = stage_jobs.exports(alice, tmp_path, 4)
    own_schedule(exports[1], alice)
    export_operations.switch_schedules(exports=[exports[2]], is_on=False, actor=alice, now=NOW)
    connection_of = exports[3].connection
    assert connection_of is not None
    connection_of.is_shared = False
    connection_of.save()

    by_bob = operations.run_all(actor=bob, now=NOW)
    by_alice = operations.run_all(actor=alice, now=NOW)

    assert names_of(by_bob) == ["Export 1", "Export 2"]
    assert names_of(by_alice) == ["Export 4"]
    with pytest.raises(ConfigurationProblem) as refused:
        operations.run_all(actor=bob, now=NOW)
    assert refused.value.code == "run_already_open"


def test_run_all_without_an_active_schedule_is_refused(alice: Person, tmp_path: Path) -> None:
    exports = stage_jobs.exports(alice, tmp_path)
    export_operations.switch_schedules(exports=exports, is_on=False, actor=alice, now=NOW)

    with pytest.raises(ConfigurationProblem) as refused:
        operations.run_all(actor=alice, now=NOW)

    assert refused.value.code == "nothing_to_run"
    assert not Refresh.objects.exists()


@pytest.mark.parametrize("code", ["export_detached", "segment_inactive", "segment_removed"])
def test_an_export_that_cannot_run_is_refused_with_the_reason(
    alice: Person, tmp_path: Path, code: str
) -> None:
    one, *_ = stage_jobs.exports(alice, tmp_path)
    if code == "export_detached":
        export_operations.detach(exports=[one], actor=alice, now=NOW)
    changes = {"segment_inactive": {"is_active": False}, "segment_removed": {"removed_at": NOW}}
    Segment.objects.filter(name="vip").update(**changes.get(code, {"is_active": True}))

    with pytest.raises(ConfigurationProblem) as refused:
        operations.run_exports(exports=[Export.objects.get(pk=one.pk)], actor=alice, now=NOW)

    assert refused.value.code == code
    assert not Run.objects.exists()


ASKING: dict[str, Any] = {
    "everything": lambda who, one: operations.refresh_everything(actor=who, now=NOW),
    "data": lambda who, one: operations.refresh_data(actor=who, now=NOW),
    "one": lambda who, one: operations.run_exports(exports=[one], actor=who, now=NOW),
    "schedule": lambda who, one: operations.set_system_schedule(
        is_on=False, recurrence=None, actor=who, now=NOW
    ),
}
MAY = {
    "everything": {"alice"},
    "data": {"alice", "bob"},
    "one": {"alice", "bob"},
    "schedule": {"alice"},
}


@pytest.mark.parametrize("what", ASKING)
@pytest.mark.parametrize("who", ["alice", "bob", "vera", "stranger"])
def test_who_may_ask_for_what(
    alice: Person, bob: Person, vera: Person, tmp_path: Path, what: str, who: str
) -> None:
    one, *_ = stage_jobs.exports(alice, tmp_path)
    actor = {"alice": alice, "bob": bob, "vera": vera}.get(who)

    if who in MAY[what]:
        ASKING[what](actor, one)
    else:
        with pytest.raises(NotAllowed if actor else NotVisible):
            ASKING[what](actor, one)
        assert not Refresh.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_the_same_instant_get_one_run(alice: Person, tmp_path: Path) -> None:
    one, *_ = stage_jobs.exports(alice, tmp_path)
    barrier = Barrier(2)

    def ask() -> None:
        try:
            barrier.wait(timeout=PATIENCE_S)
            requests.some([one], Trigger.PERSON, actor=alice, now=NOW)
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_S)

    assert (Refresh.objects.count(), Run.objects.count()) == (2, 1)
