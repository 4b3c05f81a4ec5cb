"""A call that Mailchimp carried out and whose reply never came: whatever the person does next, nothing of it is forgotten.

The exporter either dies at that moment or gives the chunk up; the person changes before the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mailchimp_sandbox.switches import Switches
from segue.core.errors import TryLater
from segue.sync.pacing import Patience
from segue.sync.ports import Reason, Rejection
from tests.acceptance.world import (
    LIST,
    audience,
    batch_fault,
    person,
    second_run_is_empty,
    status,
    tags,
)
from tests.fakes.laboratory import Laboratory, laboratory

NEW = "new@shop.example"
KILLED = pytest.mark.parametrize("end", ["killed"])
BOTH_ENDS = pytest.mark.parametrize("end", ["killed", "given up"])
ENDS_AND_SETTINGS = pytest.mark.parametrize(
    ("end", "honours"), [("killed", False), ("given up", True)]
)


class Died(BaseException):
    """The process is gone."""


class Losing:
    """A hook around a destination: calls of one method are carried out, and then nothing more is heard of any write."""

    def __init__(self, destination: Any, method: str, loss: Callable[[], BaseException]) -> None:
        self._destination = destination
        self._method = method
        self._loss = loss

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._destination, name)
        return self._lost(found) if name in (self._method, "carries_out") else found

    def _lost(self, method: Any) -> Any:
        async def call(*values: Any, **named: Any) -> Any:
            await method(*values, **named)
            raise self._loss()

        return call


def _given_up() -> BaseException:
    return TryLater("No reply came.", action="Wait.", code="mailchimp_connection_broken")


@contextmanager
def world(home: Path, *people: Any, honours: bool = True) -> Iterator[Laboratory]:
    """Open a laboratory that tries every call once only; Pia is always there, so that no segment is emptied."""
    switches = Switches(
        stats_cache_s=0,
        honours_status_if_new_in_batch=honours,
        unhonoured_status_if_new="acts_as_status",
    )
    pia = person(99, "Pia", local=True)
    with laboratory(
        home,
        pia,
        honours_status_if_new=honours,
        switches=switches,
        patience=Patience(attempts=1),
    ) as lab:
        lab.run()
        lab.people = [pia, *people]
        yield lab


def run_and_lose(lab: Laboratory, method: str, end: str) -> None:
    """Run; calls of this method are carried out without a reply, and the run dies or gives them up."""
    loss = Died if end == "killed" else _given_up
    lab.around = lambda destination: Losing(destination, method, loss)
    try:
        lab.approve()
    except BaseExceptionGroup as group:
        assert end == "killed"
        assert group.subgroup(Died) is not None
    lab.around = None


def settle(lab: Laboratory) -> dict[str, tuple[str, set[str]]]:
    """Run to the end and return what the audience holds besides Pia."""
    lab.approve()
    second_run_is_empty(lab)
    return {name: found for name, found in audience(lab).items() if name != "pia"}


@ENDS_AND_SETTINGS
def test_nothing_changes_and_everybody_is_acknowledged(
    tmp_path: Path, end: str, honours: bool
) -> None:
    with world(tmp_path, person(1, "Nadia"), honours=honours) as lab:
        run_and_lose(lab, "upsert", end)

        assert settle(lab) == {"nadia": ("subscribed", {"Vip"})}


@ENDS_AND_SETTINGS
def test_who_was_added_and_leaves_loses_the_tag(tmp_path: Path, end: str, honours: bool) -> None:
    with world(tmp_path, person(1, "Nadia"), honours=honours) as lab:
        run_and_lose(lab, "upsert", end)
        lab.people[1] = person(1, "Nadia", vip=False)

        assert settle(lab) == {"nadia": ("subscribed", set())}


@KILLED
def test_who_was_added_and_vanishes_loses_the_tag(tmp_path: Path, end: str) -> None:
    with world(tmp_path, person(1, "Nadia")) as lab:
        run_and_lose(lab, "upsert", end)
        del lab.people[1]

        assert settle(lab) == {"nadia": ("subscribed", set())}


@KILLED
def test_who_was_tagged_and_leaves_that_segment_loses_the_tag(tmp_path: Path, end: str) -> None:
    with world(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.people[1] = person(1, "Nadia", local=True)
        run_and_lose(lab, "upsert", end)
        lab.people[1] = person(1, "Nadia")

        assert settle(lab) == {"nadia": ("subscribed", {"Vip"})}


@KILLED
def test_whose_fields_were_written_and_changed_back_has_the_old_ones(
    tmp_path: Path, end: str
) -> None:
    with world(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.people[1] = person(1, "Nadia", first_name="Nadja")
        run_and_lose(lab, "upsert", end)
        lab.people[1] = person(1, "Nadia")

        settle(lab)

        member = lab.sandbox.member(LIST, "nadia@shop.example")
        assert member is not None
        assert member.merge_fields == {"FNAME": "Nadia"}


@ENDS_AND_SETTINGS
def test_who_was_untagged_and_comes_back_has_the_tag_again(
    tmp_path: Path, end: str, honours: bool
) -> None:
    with world(tmp_path, person(1, "Nadia"), honours=honours) as lab:
        lab.run()
        lab.people[1] = person(1, "Nadia", vip=False)
        run_and_lose(lab, "untag", end)
        lab.people[1] = person(1, "Nadia")

        assert settle(lab) == {"nadia": ("subscribed", {"Vip"})}


@KILLED
def test_who_was_added_and_changes_the_address_keeps_no_tag_under_the_old_one(
    tmp_path: Path, end: str
) -> None:
    with world(tmp_path, person(1, "Nadia")) as lab:
        run_and_lose(lab, "upsert", end)
        lab.people[1] = person(1, "Nadia", email=NEW)

        found = settle(lab)

        assert found.pop("new") == ("subscribed", {"Vip"})
        assert all(not held for _, held in found.values())


@pytest.mark.crossing
@BOTH_ENDS
@pytest.mark.parametrize("method", ["move", "upsert"])
def test_who_was_moved_and_leaves_loses_the_tag(tmp_path: Path, end: str, method: str) -> None:
    with world(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.people[1] = person(1, "Nadia", email=NEW)
        run_and_lose(lab, method, end)
        lab.people[1] = person(1, "Nadia", email=NEW, vip=False)

        assert settle(lab) == {"new": ("subscribed", set())}


@KILLED
def test_who_was_moved_stays_moved(tmp_path: Path, end: str) -> None:
    with world(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.people[1] = person(1, "Nadia", email=NEW)
        run_and_lose(lab, "move", end)

        assert settle(lab) == {"new": ("subscribed", {"Vip"})}


@ENDS_AND_SETTINGS
def test_who_was_added_and_unsubscribes_stays_away_under_a_new_address_too(
    tmp_path: Path, end: str, honours: bool
) -> None:
    with world(tmp_path, person(1, "Nadia"), honours=honours) as lab:
        run_and_lose(lab, "upsert", end)
        lab.sandbox.contact_unsubscribes(LIST, "nadia@shop.example")
        lab.people[1] = person(1, "Nadia", email=NEW)

        settle(lab)

        assert (status(lab, "nadia"), status(lab, "new")) == ("unsubscribed", "absent")


@pytest.mark.crossing
@pytest.mark.parametrize("honours", [True, False])
@pytest.mark.parametrize("kind", ["drop_after", "truncated_json"])
def test_who_was_created_in_a_repeated_call_and_leaves_a_segment_loses_its_tag(
    tmp_path: Path, kind: str, honours: bool
) -> None:
    with world(tmp_path, person(1, "Nadia", local=True), honours=honours) as lab:
        lab.patience = Patience()
        lab.sandbox.add_fault(batch_fault(kind))
        lab.run()
        lab.people[1] = person(1, "Nadia")

        assert settle(lab) == {"nadia": ("subscribed", {"Vip"})}


@pytest.mark.parametrize("honours", [True, False])
def test_a_chunk_that_was_never_sent_leaves_nothing_wrong_behind(
    tmp_path: Path, honours: bool
) -> None:
    with world(tmp_path, person(1, "Nadia"), person(2, "Omar"), honours=honours) as lab:
        lab.around = Dying
        with pytest.raises(BaseExceptionGroup):
            lab.run()
        lab.around = None
        lab.people[1] = person(1, "Nadia", email=NEW)
        del lab.people[2]

        assert settle(lab) == {"new": ("subscribed", {"Vip"})}
        assert tags(lab, "pia") == {"Vip", "Local"}


class Dying:
    """A hook around a destination: the process dies before its first batch."""

    def __init__(self, destination: Any) -> None:
        self._destination = destination

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def upsert(self, *values: Any, **named: Any) -> Any:
        raise Died


class Overtaken:
    """A hook around a destination: the first renaming is lost, and ends while the second one is refused for it."""

    def __init__(self, destination: Any) -> None:
        self._destination = destination
        self._calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    async def move(self, audience_id: str, subscriber_hash: str, *, address: str) -> Any:
        self._calls += 1
        if self._calls == 1:
            raise TryLater("Lost.", action="", code="mailchimp_connection_broken", occupies_s=120.0)
        await self._destination.move(audience_id, subscriber_hash, address=address)
        return Rejection(subscriber_hash=subscriber_hash, reason=Reason.ALREADY_THERE)


def test_a_renaming_that_meets_its_own_lost_try_archives_nobody(tmp_path: Path) -> None:
    with world(tmp_path, person(1, "Nadia")) as lab:
        lab.run()
        lab.patience = Patience()
        lab.people[1] = person(1, "Nadia", email=NEW)
        lab.around = Overtaken
        lab.approve()
        lab.around = None

        assert lab.clock.slept_s >= 120
        assert settle(lab) == {"new": ("subscribed", {"Vip"})}


class Mute(Losing):
    """A hook around a destination: only the replies about some people never come, others do."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._destination, name)
        return self._lost(found) if name == self._method else found


@pytest.mark.parametrize("honours", [True, False])
def test_who_is_rejected_for_lost_replies_and_leaves_loses_the_tag_all_the_same(
    tmp_path: Path, honours: bool
) -> None:
    with world(tmp_path, person(1, "Nadia"), honours=honours) as lab:
        lab.around = lambda destination: Mute(destination, "upsert", _given_up)
        found = lab.run()
        lab.around = None
        lab.people[1] = person(1, "Nadia", vip=False)

        assert Reason.CALL_FAILS in found.outcomes.rejected
        assert settle(lab) == {"nadia": ("subscribed", set())}


def test_who_is_rejected_for_lost_replies_and_stays_is_acknowledged_a_day_later(
    tmp_path: Path,
) -> None:
    with world(tmp_path, person(1, "Nadia")) as lab:
        lab.around = lambda destination: Mute(destination, "upsert", _given_up)
        lab.run()
        lab.around = None
        lab.clock.slept_s += 86_400

        assert settle(lab) == {"nadia": ("subscribed", {"Vip"})}
