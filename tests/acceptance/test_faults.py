"""Everything that can go wrong on the way, one at a time: the audience ends exact, nobody is lost, nobody counted twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.switches import Switches
from segue.core.errors import ConnectionLost, TryLater
from segue.mailchimp.transport import Timing
from segue.sync.kinds import Kind, Skip
from segue.sync.pacing import Patience
from segue.sync.ports import Reason
from segue.sync.report import RunStatus
from tests.acceptance.world import (
    BATCH,
    BATCH_ROUTE,
    LIST,
    PAGES_ROUTE,
    TAG_ROUTE,
    audience,
    batch_fault,
    changes,
    crowd,
    person,
    second_run_is_empty,
    tags,
)
from tests.fakes.laboratory import Laboratory, laboratory
from tests.fixtures.forms import long_but
from tests.patience import HANGS_S, PATIENCE_S

PASSING = ["drop_before", "drop_after", "truncated_json", "429", "403", "500", "502", "503", "504"]
IMPATIENT = Patience(attempts=2, seconds=600)


def everybody_is_there(lab: Laboratory) -> None:
    """See that the audience is exactly the people, all with their tag."""
    expected = {str(one.email).partition("@")[0]: ("subscribed", {"Vip"}) for one in lab.people}
    assert audience(lab) == expected


@pytest.mark.parametrize(
    "kind", long_but(PASSING, "drop_before", "drop_after", "truncated_json", "429", "500")
)
def test_a_fault_on_batches_costs_a_repeat_and_nobody(tmp_path: Path, kind: str) -> None:
    with laboratory(tmp_path, *crowd(30), batch_size=10) as lab:
        lab.sandbox.add_fault(batch_fault(kind, times=2))

        report = lab.run()

        assert report.status is RunStatus.SUCCESSFUL
        assert (report.outcomes.sent, report.outcomes.accepted) == (30, 30)
        assert report.retries == 2
        assert report.throttlings == (2 if kind in ("429", "403") else 0)
        assert lab.sandbox.call_counts()[BATCH] == 5
        everybody_is_there(lab)
        second_run_is_empty(lab)


@pytest.mark.parametrize("kind", ["drop_after", "truncated_json", "403", "504"])
def test_a_fault_on_reading_costs_a_repeat_and_no_opt_out(tmp_path: Path, kind: str) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Omar")) as lab:
        lab.sandbox.add_contact(LIST, "omar@shop.example", status="unsubscribed")
        lab.sandbox.add_fault(Fault(kind=kind, method="GET", path_pattern="*", times=6))

        report = lab.run()

        assert report.retries == 6
        assert audience(lab) == {"nadia": ("subscribed", {"Vip"}), "omar": ("unsubscribed", set())}
        second_run_is_empty(lab)


@pytest.mark.parametrize("kind", ["drop_after", "502", "503"])
def test_a_fault_on_taking_tags_away_costs_a_repeat(tmp_path: Path, kind: str) -> None:
    with laboratory(tmp_path, *crowd(5)) as lab:
        lab.run()
        lab.people = lab.people[1:]
        lab.sandbox.add_fault(Fault(kind=kind, method="POST", path_pattern=TAG_ROUTE))

        report = lab.run()

        assert (report.outcomes.untagged, report.retries) == (1, 1)
        assert tags(lab, "p0001") == set()
        second_run_is_empty(lab)


@pytest.mark.parametrize("kind", ["drop_after", "502", "504"])
def test_a_call_whose_end_is_unknown_is_made_again_at_once(tmp_path: Path, kind: str) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.sandbox.add_fault(batch_fault(kind))

        lab.run()

        assert 0.5 <= lab.clock.slept_s <= 1
        everybody_is_there(lab)
        second_run_is_empty(lab)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_three_lost_connections_in_twelve_calls_cost_seconds(tmp_path: Path, kind: str) -> None:
    with laboratory(tmp_path, *crowd(120), batch_size=10) as lab:
        for after in (1, 5, 9):
            lab.sandbox.add_fault(batch_fault(kind, after=after))

        report = lab.run()

        # Whose calls they strike is chance: all three may strike one chunk, which is then looked at more closely.
        assert (len(lab.sandbox.faults_struck), report.outcomes.accepted) == (3, 120)
        assert lab.clock.slept_s <= 15
        everybody_is_there(lab)
        second_run_is_empty(lab)


def test_a_call_that_timed_out_is_not_repeated_before_two_minutes_are_over(tmp_path: Path) -> None:
    timing = Timing(time_out_s=3, server_limit_s=120)
    with laboratory(tmp_path, *crowd(3), timing=timing) as lab:
        lab.sandbox.add_fault(batch_fault("slow", seconds=HANGS_S))

        report = lab.run()

        lab.sandbox.clear_faults()
        assert 120 <= lab.clock.slept_s <= 121
        assert (report.retries, report.outcomes.accepted) == (1, 3)
        everybody_is_there(lab)
        assert changes(lab.plan()) == {}


@pytest.mark.parametrize("kind", ["drop_before", "429", "503", "500"])
def test_a_call_that_was_refused_waits_only_a_moment(tmp_path: Path, kind: str) -> None:
    with laboratory(tmp_path, *crowd(3)) as lab:
        lab.sandbox.add_fault(batch_fault(kind))

        lab.run()

        assert 0.5 <= lab.clock.slept_s <= 1
        everybody_is_there(lab)


@pytest.mark.parametrize("honours", [True, False])
def test_contacts_that_a_reply_forgets_are_read_back(tmp_path: Path, honours: bool) -> None:
    switches = Switches(stats_cache_s=0, honours_status_if_new_in_batch=honours)
    with laboratory(tmp_path, *crowd(5), honours_status_if_new=honours, switches=switches) as lab:
        lab.sandbox.add_fault(Fault(kind="unaccounted", address_pattern="p000[24]@*"))

        report = lab.run()

        assert (report.outcomes.sent, report.outcomes.accepted) == (5, 5)
        assert (report.outcomes.counted.created, report.outcomes.counted.updated) == (3, 2)
        assert report.outcomes.balances
        everybody_is_there(lab)
        second_run_is_empty(lab)


def test_a_failed_chunk_leaves_the_others_alone(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(50), batch_size=10, patience=IMPATIENT) as lab:
        lab.sandbox.add_fault(batch_fault("500", times=2))

        first = lab.run()
        second = lab.run()

        assert (first.outcomes.accepted, first.outcomes.not_sent) in {(40, 10), (50, 0)}
        assert first.outcomes.accepted + second.outcomes.accepted == 50
        assert second.status is RunStatus.SUCCESSFUL
        everybody_is_there(lab)
        second_run_is_empty(lab)


@pytest.mark.parametrize("people", [1, 20, 50])
def test_a_person_whose_calls_always_fail_is_rejected_and_tried_again_after_a_day(
    tmp_path: Path, people: int
) -> None:
    with laboratory(tmp_path, *crowd(people), batch_size=20) as lab:
        lab.around = lambda destination: Refusing(destination, b"p0001@shop.example")

        first = lab.run()
        slept_s = lab.clock.slept_s
        same_day = second_run_is_empty(lab)
        lab.clock.slept_s += 86_400
        still = lab.run()
        lab.around = None
        lab.clock.slept_s += 2 * 86_400
        mended = lab.run()

        assert first.status is RunStatus.SUCCESSFUL_WITH_SKIPS
        assert first.outcomes.rejected == still.outcomes.rejected == {Reason.CALL_FAILS: 1}
        assert (first.outcomes.accepted, first.outcomes.not_sent) == (people - 1, 0)
        assert [(f.code, f.people) for f in first.failed_calls] == [("mailchimp_unavailable", 1)]
        assert slept_s <= 15
        assert same_day.plan.skips == {Skip.CALL_FAILS: 1}
        assert mended.outcomes.accepted == 1
        everybody_is_there(lab)


class Refusing:
    """A hook around a destination: a batch that holds this text always fails."""

    def __init__(self, destination: object, text: bytes) -> None:
        self._destination = destination
        self._text = text

    def __getattr__(self, name: str) -> object:
        return getattr(self._destination, name)

    async def upsert(self, audience_id: str, members: bytes, **more: object) -> object:
        if self._text in members:
            raise TryLater("Mailchimp is busy.", action="Wait.", code="mailchimp_unavailable")
        return await self._destination.upsert(audience_id, members, **more)  # type: ignore[attr-defined]


def test_when_everything_fails_the_run_stops_early_and_the_next_goes_on(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(400), batch_size=10, patience=IMPATIENT) as lab:
        lab.sandbox.add_fault(batch_fault("503", times=None, after=5))

        first = lab.run()
        calls = lab.sandbox.call_counts()[BATCH]
        lab.sandbox.clear_faults()
        second = lab.run()

        assert first.status is RunStatus.FAILED_RETRYING
        assert first.problem == "mailchimp_unavailable"
        assert (first.outcomes.accepted, first.outcomes.not_sent) == (50, 350)
        assert calls <= 5 + 3 * (3 + 9)
        assert changes(second.plan) == {Kind.ADD: 350}
        everybody_is_there(lab)
        second_run_is_empty(lab)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("401", "mailchimp_key_refused"),
        ("disabled", "mailchimp_user_disabled"),
        ("forbidden", "mailchimp_not_permitted"),
        ("not_found", "audience_not_found"),
    ],
)
def test_a_refusal_in_the_middle_stops_at_once_and_keeps_what_was_acknowledged(
    tmp_path: Path, kind: str, code: str
) -> None:
    with laboratory(tmp_path, *crowd(200), batch_size=10) as lab:
        lab.sandbox.add_fault(batch_fault(kind, times=None, after=4))

        first = lab.run()
        calls = lab.sandbox.call_counts()[BATCH]
        lab.sandbox.clear_faults()
        second = lab.run()

        assert (first.status, first.problem) == (RunStatus.FAILED, code)
        assert (first.outcomes.accepted, first.outcomes.not_sent) == (40, 160)
        assert (first.retries, calls <= 4 + 9) == (0, True)
        assert second.plan.acknowledged == 40
        assert changes(second.plan) == {Kind.ADD: 160}
        everybody_is_there(lab)
        second_run_is_empty(lab)


def test_a_refused_key_stops_before_anything_is_read(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.sandbox.add_fault(Fault(kind="401", path_pattern=PAGES_ROUTE))

        with pytest.raises(ConnectionLost):
            lab.run()

        assert lab.sandbox.writes == []


def test_throttling_lowers_how_many_calls_run_at_once(tmp_path: Path) -> None:
    tight = Switches(stats_cache_s=0, simultaneous_limit=3, throttle_answer="empty_429")
    with laboratory(tmp_path, *crowd(120), batch_size=2, switches=tight) as lab:
        lab.sandbox.set_latency(0.005)

        report = lab.run()

        assert report.throttlings >= 1
        assert report.status is RunStatus.SUCCESSFUL
        everybody_is_there(lab)


def test_no_more_than_nine_calls_run_at_once(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(120), batch_size=3) as lab:
        turnstiles: list[Turnstile] = []
        lab.around = lambda destination: turnstiles.append(Turnstile(destination)) or turnstiles[-1]

        lab.run()

        (turnstile,) = turnstiles
        assert (turnstile.most, turnstile.calls) == (9, 40)
        assert lab.sandbox.most_simultaneous <= 9
        everybody_is_there(lab)


class Turnstile:
    """A hook around a destination: the first nine calls go on when all are there and nobody else has come meanwhile."""

    def __init__(self, destination: Any) -> None:
        self._destination = destination
        self._nine = asyncio.Event()
        self._inside = self.most = self.calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def upsert(self, audience_id: str, members: bytes, **more: Any) -> Any:
        self.calls, self._inside = self.calls + 1, self._inside + 1
        self.most = max(self.most, self._inside)
        try:
            await self._admitted()
            return await self._destination.upsert(audience_id, members, **more)
        finally:
            self._inside -= 1

    async def _admitted(self) -> None:
        if self._inside == 9:
            for _ in range(1_000):  # a tenth call would come now: none of the nine ends
                await asyncio.sleep(0)
            self._nine.set()
        await asyncio.wait_for(self._nine.wait(), timeout=PATIENCE_S)


def test_ten_percent_of_all_calls_failing_changes_nothing_in_the_end(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(300), batch_size=10) as lab:
        lab.sandbox.random_faults(0.1, seed=7, kinds=PASSING)
        report = lab.run()
        lab.people = [
            *lab.people[30:],
            *(person(n, f"Late{n}") for n in range(1, 31)),
        ]
        changed = lab.run()
        lab.sandbox.random_faults(0, seed=7, kinds=PASSING)

        assert report.retries > 0
        assert changes(changed.plan) == {Kind.ADD: 30, Kind.LEAVE: 30}
        assert lab.sandbox.audience(LIST).tags == {"Vip": 300}
        assert lab.sandbox.audience(LIST).statuses == {"subscribed": 330}
        second_run_is_empty(lab)


def test_a_created_batch_whose_reply_is_lost_is_accepted_once_it_is_read_back(
    tmp_path: Path,
) -> None:
    switches = Switches(
        stats_cache_s=0,
        honours_status_if_new_in_batch=False,
        unhonoured_status_if_new="acts_as_status",
    )
    with laboratory(tmp_path, *crowd(3), honours_status_if_new=False, switches=switches) as lab:
        lab.sandbox.add_fault(batch_fault("drop_after"))

        first = lab.run()

        assert first.status is RunStatus.SUCCESSFUL
        assert (first.outcomes.accepted, first.outcomes.rejected) == (3, {})
        everybody_is_there(lab)
        second_run_is_empty(lab)


def test_of_a_created_batch_whose_reply_is_lost_only_what_nobody_sent_is_written_again(
    tmp_path: Path,
) -> None:
    """Somebody edits a contact and a stranger signs up another one meanwhile: neither is taken as ours, none is rejected."""
    with laboratory(tmp_path, *crowd(12), honours_status_if_new=False) as lab:
        lab.sandbox.add_fault(batch_fault("drop_after"))
        lab.sandbox.add_fault(batch_fault("truncated_json"))
        edited, left = "p0001@shop.example", "p0002@shop.example"
        edit = ("set_merge_field", {"list_id": LIST, "email": edited, "tag": "FNAME", "value": "X"})
        leave = ("contact_unsubscribes", {"list_id": LIST, "email": left})
        lab.sandbox.meanwhile([edit, leave], path_pattern=BATCH_ROUTE, method="POST", after=1)

        first = lab.run()
        second = lab.run()

        assert (first.outcomes.rejected, first.outcomes.unknown) == ({}, 0)
        assert (first.outcomes.accepted, first.outcomes.not_sent) == (11, 1)
        assert (second.outcomes.accepted, second.outcomes.rejected) == (1, {})
        assert lab.sandbox.member(LIST, left).status == "unsubscribed"
        second_run_is_empty(lab)


def test_a_dead_network_is_given_up_within_minutes(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), patience=Patience(seconds=300)) as lab:
        lab.sandbox.add_fault(Fault(kind="drop_before", path_pattern=PAGES_ROUTE, times=None))

        with pytest.raises(TryLater):
            lab.run()

        assert lab.clock.slept_s <= 4 * 300
        assert BATCH_ROUTE not in {call.template for call in lab.sandbox.writes}


def test_who_signs_up_before_the_only_call_for_them_is_there_already(tmp_path: Path) -> None:
    """No call of ours was lost: the contact is somebody else's work, and the next plan takes it over."""
    with laboratory(tmp_path, *crowd(3), honours_status_if_new=False) as lab:
        signs_up = ("resubscribe_by_form", {"list_id": LIST, "email": "p0001@shop.example"})
        lab.sandbox.meanwhile([signs_up], path_pattern=BATCH_ROUTE, method="POST")

        first = lab.run()
        second = lab.run()

        assert (first.outcomes.accepted, first.outcomes.rejected) == (2, {Reason.ALREADY_THERE: 1})
        assert (second.outcomes.accepted, second.outcomes.rejected) == (1, {})
