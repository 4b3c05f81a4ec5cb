"""What people are told of is read from the state of the control database: opened once, ended once, never twice."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from segue.control.connections.models import Connection, Health
from segue.control.connections.operations import record_health
from segue.control.exports import operations as exports
from segue.control.exports.models import Export
from segue.control.notices.delivery import SETTLE, hand_over_recoveries
from segue.control.notices.models import Notice, NoticeKind
from segue.control.notices.watching import observe
from segue.control.people.models import Person, Role
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes import operations as refreshes
from segue.control.refreshes.models import Run, Scope
from segue.control.statuses import Status
from segue.sync.kinds import Skip
from tests.control import happenings, stage
from tests.fakes.clocks import START

SOON = START + timedelta(minutes=1)
LATER = START + timedelta(hours=1)
WEEK = timedelta(days=7)
K = NoticeKind


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Return a connection that works, in an installation with two segments."""
    stage.declared(stage.data_folder(tmp_path))
    return stage.connection(alice)


@pytest.fixture
def vip(alice: Person, connected: Connection) -> Export:
    """Return an export that has not run yet."""
    return stage.export(alice, connected)


def told() -> list[tuple[str, str, bool]]:
    """Return every notice, oldest first: its kind, its subject's name, whether it is open."""
    rows = Notice.objects.order_by("id")
    return [(row.kind, row.subject_name, row.resolved_at is None) for row in rows]


def only() -> Notice:
    """Return the one notice that there is."""
    return Notice.objects.get()


def test_nothing_is_told_of_an_installation_in_which_nothing_is_wrong(vip: Export) -> None:
    happenings.run(vip, Status.SUCCESSFUL_WITH_SKIPS, now=START)

    observe(SOON)

    assert told() == []


def test_a_permanent_failure_is_told_once_with_its_reason_until_a_run_goes_well(
    vip: Export,
) -> None:
    failed = happenings.run(
        vip,
        Status.FAILED,
        now=START,
        code="audience_gone",
        message="The audience is gone.",
        action="Choose another.",
    )

    observe(SOON)
    observe(SOON)
    notice = only()
    again = happenings.run(vip, Status.QUEUED, now=LATER)
    observe(LATER)
    while_queued = told()
    happenings.move(again, Status.SUCCESSFUL, now=LATER)
    observe(LATER)

    assert (notice.kind, notice.subject_name, notice.path, notice.since, notice.values) == (
        K.RUN_FAILED,
        "VIP newsletter",
        f"/runs/{failed.pk}/",
        START,
        {
            "code": "audience_gone",
            "message": "The audience is gone.",
            "action": "Choose another.",
        },
    )
    assert while_queued == [(K.RUN_FAILED, "VIP newsletter", True)]
    assert told() == [(K.RUN_FAILED, "VIP newsletter", False)]


def test_the_second_failure_in_a_row_is_the_same_notice_and_leads_to_the_newer_run(
    vip: Export,
) -> None:
    happenings.run(vip, Status.FAILED, now=START, code="first")
    observe(SOON)

    newer = happenings.run(vip, Status.FAILED, now=LATER, code="second")
    observe(LATER)

    assert (only().path, only().values["code"], only().since) == (
        f"/runs/{newer.pk}/",
        "second",
        START,
    )


def test_a_failure_that_is_tried_again_is_not_told(vip: Export) -> None:
    happenings.run(vip, Status.FAILED_RETRYING, now=START)

    observe(SOON)

    assert told() == []


def test_a_failed_plan_is_not_a_failed_export(vip: Export) -> None:
    happenings.run(vip, Status.FAILED, now=START, kind="plan")

    observe(SOON)

    assert told() == []


def test_a_skipped_export_leads_to_the_refresh_that_failed(vip: Export) -> None:
    failed = happenings.refresh(
        Status.FAILED, now=START, data_ready=False, code="source_gone", message="No file."
    )
    happenings.run(
        vip, Status.SKIPPED, now=START, of=failed, code="upstream_failed", message="No file."
    )

    observe(SOON)

    notices = {notice.kind: notice for notice in Notice.objects.all()}
    assert set(notices) == {K.RUN_SKIPPED, K.REFRESH_FAILED}
    assert {notice.path for notice in notices.values()} == {f"/system/refreshes/{failed.pk}/"}
    assert notices[K.REFRESH_FAILED].values == {
        "code": "source_gone",
        "message": "No file.",
        "action": "",
    }


def test_a_skipped_export_that_fails_next_is_told_as_failed_and_no_more_as_skipped(
    vip: Export,
) -> None:
    happenings.run(vip, Status.SKIPPED, now=START)
    observe(SOON)

    happenings.run(vip, Status.FAILED, now=LATER)
    observe(LATER)

    assert told() == [
        (K.RUN_SKIPPED, "VIP newsletter", False),
        (K.RUN_FAILED, "VIP newsletter", True),
    ]
    skipped = Notice.objects.get(kind=K.RUN_SKIPPED)
    assert skipped.recovery_sent_at == skipped.resolved_at == LATER


def test_a_refresh_of_less_does_not_end_the_failure_of_a_whole_one(db: None) -> None:
    happenings.refresh(Status.FAILED, now=START, data_ready=False)
    observe(SOON)

    happenings.refresh(Status.SUCCESSFUL, now=SOON, scope=Scope.EXPORTS)
    observe(SOON)
    after_less = told()
    happenings.refresh(Status.SUCCESSFUL, now=LATER, scope=Scope.DATA)
    observe(LATER)

    assert after_less == [(K.REFRESH_FAILED, "", True)]
    assert told() == [(K.REFRESH_FAILED, "", False)]


def test_a_refresh_whose_data_was_read_is_not_told_as_failed_because_of_its_exports(
    vip: Export,
) -> None:
    of = happenings.refresh(Status.FAILED, now=START)
    happenings.run(vip, Status.FAILED, now=START, of=of)

    observe(SOON)

    assert told() == [(K.RUN_FAILED, "VIP newsletter", True)]


def test_a_run_is_told_as_too_long_after_three_hours_and_not_a_second_earlier(
    vip: Export,
) -> None:
    run = happenings.run(vip, Status.PROCESSING, now=START)

    observe(START + timedelta(hours=3, seconds=-1))
    before = told()
    observe(START + timedelta(hours=3))
    after = told()
    happenings.move(run, Status.SUCCESSFUL, now=START + timedelta(hours=4))
    observe(START + timedelta(hours=4))

    assert before == []
    assert after == [(K.TIMED_OUT, "VIP newsletter", True)]
    assert told() == [(K.TIMED_OUT, "VIP newsletter", False)]


def test_the_wait_for_an_approval_is_no_work(vip: Export) -> None:
    happenings.run(vip, Status.PROCESSING, now=START, approved_at=START + timedelta(hours=20))

    observe(START + timedelta(hours=22))
    soon_after_approval = told()
    observe(START + timedelta(hours=23))

    assert soon_after_approval == []
    assert told() == [(K.TIMED_OUT, "VIP newsletter", True)]
    assert only().since == START + timedelta(hours=20)


def test_a_plan_that_waits_is_told_once_though_every_night_makes_another(vip: Export) -> None:
    first = happenings.run(vip, Status.NEEDS_APPROVAL, now=START, to_send=18_204)
    observe(SOON)

    second = happenings.run(vip, Status.NEEDS_APPROVAL, now=LATER, to_send=18_300)
    happenings.move(first, Status.CANCELED, now=LATER, code="plan_superseded")
    observe(LATER)
    held = only()
    happenings.move(second, Status.QUEUED, now=LATER)
    observe(LATER)

    assert (held.path, held.values, held.resolved_at) == (
        f"/runs/{second.pk}/",
        {"changes": 18_300},
        None,
    )
    assert told() == [(K.NEEDS_APPROVAL, "VIP newsletter", False)]


def _system_refresh(alice: Person, every: Every = Every.DAY) -> None:
    daily = Recurrence(every=every, time_zone="UTC", times=(time(6),), weekdays=(0,))
    refreshes.set_system_schedule(is_on=True, recurrence=daily, actor=alice, now=START)


def test_an_export_is_told_as_not_run_when_its_schedule_came_round_for_a_week(
    alice: Person, vip: Export
) -> None:
    _system_refresh(alice)
    happenings.run(vip, Status.SUCCESSFUL, now=START)

    observe(START + WEEK - timedelta(seconds=1))
    before = told()
    observe(START + WEEK)
    silent = only()
    happenings.run(vip, Status.SUCCESSFUL, now=START + WEEK + timedelta(hours=1))
    observe(START + WEEK + timedelta(hours=1))

    assert before == []
    assert (silent.kind, silent.path, silent.since, silent.values) == (
        K.NOT_RUN,
        f"/exports/{vip.pk}/",
        START,
        {"code": "missed"},
    )
    assert told() == [(K.NOT_RUN, "VIP newsletter", False)]
    assert only().recovery_sent_at is None


def test_an_export_that_follows_a_system_refresh_that_is_off_is_told_so(vip: Export) -> None:
    observe(START + WEEK)

    assert (only().kind, only().values) == (K.NOT_RUN, {"code": "system_off"})


def test_an_export_whose_schedule_is_monthly_may_be_silent_for_weeks(
    alice: Person, vip: Export
) -> None:
    monthly = Recurrence(every=Every.MONTH, time_zone="UTC", times=(time(6),), month_days=(1,))
    exports.define_schedules(exports=[vip], is_on=True, recurrence=monthly, actor=alice, now=START)

    observe(START + timedelta(days=29))  # 31 March
    before = told()
    observe(START + timedelta(days=30))

    assert before == []
    assert told() == [(K.NOT_RUN, "VIP newsletter", True)]


@pytest.mark.parametrize("how", ["off", "detached", "removed"])
def test_an_export_that_is_not_to_run_any_more_is_forgotten_without_a_word(
    alice: Person, vip: Export, how: str
) -> None:
    observe(START + WEEK)

    changes = {
        "off": lambda: exports.switch_schedules(
            exports=[vip], is_on=False, actor=alice, now=START + WEEK
        ),
        "detached": lambda: exports.detach(exports=[vip], actor=alice, now=START + WEEK),
        "removed": lambda: exports.remove(exports=[vip], actor=alice, now=START + WEEK),
    }
    changes[how]()
    observe(START + WEEK)

    assert (only().resolved_at, only().recovery_sent_at) == (START + WEEK, START + WEEK)


def test_a_schedule_that_was_just_switched_on_is_given_its_week(alice: Person, vip: Export) -> None:
    _system_refresh(alice)
    off = START + WEEK * 3
    exports.switch_schedules(exports=[vip], is_on=False, actor=alice, now=START)
    exports.switch_schedules(exports=[vip], is_on=True, actor=alice, now=off)

    observe(off + timedelta(days=6))
    before = told()
    observe(off + WEEK)

    assert before == []
    assert told() == [(K.NOT_RUN, "VIP newsletter", True)]


def test_the_days_of_silence_are_a_setting(vip: Export, settings: Settings) -> None:
    settings.SEGUE_NOT_RUN_DAYS = 2

    observe(START + timedelta(days=2))

    assert told() == [(K.NOT_RUN, "VIP newsletter", True)]


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"members": 0, "wanted": 0, "acknowledged": 6}, "no_members"),
        ({"members": 6, "wanted": 0, "skips": {Skip.NO_CONSENT: 6}}, "nobody_wanted"),
        (
            {
                "members": 6,
                "wanted": 4,
                "skips": {Skip.NO_CONSENT: 2, Skip.UNSUBSCRIBED: 3, Skip.CLEANED: 1},
            },
            "everybody_left_out",
        ),
    ],
)
def test_an_export_that_reached_nobody_is_told_with_the_reason(
    vip: Export, figures: dict[str, int], code: str
) -> None:
    plan = happenings.plan(now=START, **figures)
    happenings.run(vip, Status.SUCCESSFUL_WITH_SKIPS, now=START, plan=plan)

    observe(SOON)

    assert told() == [(K.EXPORTED_NOBODY, "VIP newsletter", True)]
    assert only().values == {"code": code, "members": figures["members"]}


@pytest.mark.parametrize(
    "figures",
    [
        {"members": 6, "wanted": 6, "acknowledged": 6},
        {"members": 6, "wanted": 6, "skips": {Skip.UNSUBSCRIBED: 5}},
        {"members": 0, "wanted": 0, "acknowledged": 0},
    ],
    ids=["nothing changed", "one is left", "there never was anybody"],
)
def test_a_run_without_changes_is_not_one_that_reached_nobody(
    vip: Export, figures: dict[str, int]
) -> None:
    plan = happenings.plan(now=START, **figures)
    happenings.run(vip, Status.SUCCESSFUL, now=START, plan=plan)

    observe(SOON)

    assert told() == []


def test_an_export_that_reached_nobody_stays_told_until_it_reaches_somebody(vip: Export) -> None:
    emptied = happenings.plan(now=START, members=0, wanted=0, acknowledged=6)
    happenings.run(vip, Status.SUCCESSFUL, now=START, plan=emptied, untagged=6, accepted=6)
    observe(SOON)

    still = happenings.plan(now=LATER, members=0, wanted=0, acknowledged=0)
    happenings.run(vip, Status.SUCCESSFUL, now=LATER, plan=still)
    observe(LATER)
    afterwards = told()
    happenings.run(vip, Status.SUCCESSFUL, now=LATER, created=1, accepted=1)
    observe(LATER)

    assert afterwards == [(K.EXPORTED_NOBODY, "VIP newsletter", True)]
    assert told() == [(K.EXPORTED_NOBODY, "VIP newsletter", False)]


def _becomes(connected: Connection, health: Health) -> None:
    connected.refresh_from_db()
    record_health(connection=connected, health=health, code="", now=LATER)


def test_a_broken_connection_is_told_until_it_is_healthy_again(
    connected: Connection, vip: Export
) -> None:
    _becomes(connected, Health.REVOKED)
    observe(LATER)
    broken = only()

    _becomes(connected, Health.UNREACHABLE)
    observe(LATER)
    while_unreachable = told()
    _becomes(connected, Health.HEALTHY)
    observe(LATER)

    assert (broken.kind, broken.path, broken.values) == (
        K.CONNECTION_BROKEN,
        f"/connections/{connected.pk}/",
        {"code": "connection_revoked", "exports": 1},
    )
    assert while_unreachable == [(K.CONNECTION_BROKEN, "Newsletter account", True)]
    assert told() == [(K.CONNECTION_BROKEN, "Newsletter account", False)]


def test_a_connection_that_mailchimp_does_not_answer_is_not_broken(connected: Connection) -> None:
    _becomes(connected, Health.UNREACHABLE)

    observe(LATER)

    assert told() == []


def test_a_connection_whose_export_user_left_is_broken(
    alice: Person, connected: Connection
) -> None:
    Person.objects.filter(pk=alice.pk).update(role=Role.VIEWER)
    observe(SOON)
    Person.objects.filter(pk=alice.pk).update(is_active=False)
    observe(LATER)

    assert told() == [(K.CONNECTION_BROKEN, "Newsletter account", True)]
    assert only().values == {"code": "export_user_gone", "exports": 0}


def test_a_removed_connection_is_forgotten_without_a_word(
    alice: Person, connected: Connection
) -> None:
    _becomes(connected, Health.REVOKED)
    observe(LATER)

    exports.remove_connection(connection=connected, fates={}, actor=alice, now=LATER)
    observe(LATER)

    assert (only().resolved_at, only().recovery_sent_at) == (LATER, LATER)


def test_a_state_that_comes_and_goes_within_minutes_stays_one_notice(vip: Export) -> None:
    for minute in range(0, 8, 2):
        now = START + timedelta(minutes=minute)
        happenings.run(vip, Status.FAILED, now=now)
        observe(now)
        happenings.run(vip, Status.SUCCESSFUL, now=now + timedelta(minutes=1))
        observe(now + timedelta(minutes=1))
        hand_over_recoveries(now + timedelta(minutes=1))

    assert told() == [(K.RUN_FAILED, "VIP newsletter", False)]
    assert only().recovery_sent_at is None


def test_a_state_that_comes_back_after_its_end_was_told_is_a_new_notice(vip: Export) -> None:
    happenings.run(vip, Status.FAILED, now=START)
    observe(START)
    happenings.run(vip, Status.SUCCESSFUL, now=START)
    observe(START)
    hand_over_recoveries(START + SETTLE)

    happenings.run(vip, Status.FAILED, now=LATER)
    observe(LATER)

    assert told() == [
        (K.RUN_FAILED, "VIP newsletter", False),
        (K.RUN_FAILED, "VIP newsletter", True),
    ]


def test_each_export_has_its_own_notice(alice: Person, connected: Connection, vip: Export) -> None:
    other = stage.export(alice, connected, name="Other", audience_id="b1b2c3d4e5")
    happenings.run(vip, Status.FAILED, now=START)
    happenings.run(other, Status.FAILED, now=START)
    observe(SOON)

    happenings.run(other, Status.SUCCESSFUL, now=LATER)
    observe(LATER)

    assert sorted(told()) == [
        (K.RUN_FAILED, "Other", False),
        (K.RUN_FAILED, "VIP newsletter", True),
    ]


def test_a_renamed_export_is_named_anew_and_not_told_again(vip: Export) -> None:
    happenings.run(vip, Status.FAILED, now=START)
    observe(SOON)

    Export.objects.filter(pk=vip.pk).update(name="Best customers")
    observe(LATER)

    assert told() == [(K.RUN_FAILED, "Best customers", True)]


def _copies(vip: Export, count: int) -> None:
    vip.refresh_from_db()
    for number in range(count):
        vip.pk, vip.key, vip.name = None, f"copy_{number}", f"Copy {number}"
        vip._state.adding = True
        vip.save()


def test_the_number_of_queries_does_not_grow_with_exports_and_runs(vip: Export) -> None:
    plan = happenings.plan(now=START, members=6, wanted=0)

    def queries() -> int:
        with CaptureQueriesContext(
            database,
        ) as captured:
            observe(LATER)
        return len(captured)

    for status in (Status.FAILED, Status.SUCCESSFUL):
        happenings.run(vip, status, now=START, plan=plan)
    observe(SOON)
    few = queries()
    _copies(vip, 20)
    for export in Export.objects.all():
        for status in (Status.FAILED, Status.NEEDS_APPROVAL, Status.SUCCESSFUL):
            happenings.run(export, status, now=START, plan=plan)
    observe(LATER)
    many = queries()

    assert Run.objects.count() > 60
    assert (few, many) == (11, 11)


# people held back because of earlier refusals


def _holding(now: object, **skips: int) -> dict[str, object]:
    """Return what a run that held people back is made with."""
    left_out = {Skip[name.upper()]: count for name, count in skips.items()}
    plan = happenings.plan(now=START, members=50, wanted=50, acknowledged=40, skips=left_out)
    return {"now": now, "plan": plan, "skipped": sum(skips.values()), "updated": 1}


def test_people_held_back_are_told_once_while_it_lasts_and_that_it_is_over(vip: Export) -> None:
    first = happenings.run(
        vip, Status.SUCCESSFUL_WITH_SKIPS, **_holding(START, other=3, invalid_field=2)
    )
    observe(SOON)
    assert told() == [(K.PEOPLE_HELD, "VIP newsletter", True)]
    assert (only().path, only().values) == (f"/runs/{first.pk}/", {"people": 5})

    happenings.run(vip, Status.SUCCESSFUL_WITH_SKIPS, **_holding(SOON, other=1))
    observe(SOON)
    assert told() == [(K.PEOPLE_HELD, "VIP newsletter", True)]
    assert only().values == {"people": 1}

    happenings.run(vip, Status.FAILED, now=LATER)
    observe(LATER)
    assert (K.PEOPLE_HELD, "VIP newsletter", True) in told()

    happenings.run(vip, Status.SUCCESSFUL_WITH_SKIPS, **_holding(LATER, unsubscribed=4))
    observe(LATER)
    assert (K.PEOPLE_HELD, "VIP newsletter", False) in told()
    assert Notice.objects.get(kind=K.PEOPLE_HELD).recovery_sent_at is None


def test_people_who_said_no_are_nobodys_trouble(vip: Export) -> None:
    happenings.run(
        vip,
        Status.SUCCESSFUL_WITH_SKIPS,
        **_holding(START, unsubscribed=3, no_consent=2, cleaned=1, gone=1),
    )

    observe(SOON)

    assert told() == []
