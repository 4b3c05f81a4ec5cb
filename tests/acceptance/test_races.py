"""Who leaves between reading and writing stays where they went: no write of a known contact says anything of its status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import pytest

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.sync.export import NewStatus
from tests.acceptance.world import LIST, crowd, just_before_writing
from tests.fakes.laboratory import Laboratory, Someone, export, laboratory

SIXTY = 60
SERVICES = {
    "honours": (True, Switches(stats_cache_s=0)),
    "claimed to honour, but acts as status": (
        True,
        Switches(
            stats_cache_s=0,
            honours_status_if_new_in_batch=False,
            unhonoured_status_if_new="acts_as_status",
            archived_keeps_opt_out=False,
        ),
    ),
    "not trusted": (
        False,
        Switches(
            stats_cache_s=0,
            honours_status_if_new_in_batch=False,
            unhonoured_status_if_new="acts_as_status",
            archived_keeps_opt_out=False,
        ),
    ),
}

Leave = Callable[[Sandbox, str], None]


def unsubscribed_and_archived(sandbox: Sandbox, email: str) -> None:
    sandbox.contact_unsubscribes(LIST, email)
    sandbox.archive(LIST, email)


RACES: dict[str, tuple[Leave, str]] = {
    "archived": (lambda s, e: s.archive(LIST, e), "archived"),
    "unsubscribed by the contact": (lambda s, e: s.contact_unsubscribes(LIST, e), "unsubscribed"),
    "unsubscribed by an administrator": (
        lambda s, e: s.admin_unsubscribes(LIST, e),
        "unsubscribed",
    ),
    "cleaned": (lambda s, e: s.clean(LIST, e), "cleaned"),
    "unsubscribed and archived": (unsubscribed_and_archived, "archived"),
    "erased": (lambda s, e: s.erase(LIST, e), "absent"),
}


def groups(races: Iterable[str]) -> dict[str, list[Someone]]:
    """Return sixty people for each race: all races are run at once."""
    everybody = iter(crowd(SIXTY * len(tuple(races))))
    return {race: list(islice(everybody, SIXTY)) for race in races}


def statuses(lab: Laboratory, people: Mapping[str, Sequence[Someone]]) -> dict[str, dict[str, int]]:
    """Return by race how many of its sixty have which status."""
    found: dict[str, Counter[str]] = {race: Counter() for race in people}
    for race, group in people.items():
        for one in group:
            member = lab.sandbox.member(LIST, str(one.email))
            found[race][member.status if member else "absent"] += 1
    return {race: dict(counted) for race, counted in found.items()}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("ours", [False, True], ids=["there before us", "written by us"])
def test_nobody_of_sixty_who_leave_meanwhile_comes_back(
    tmp_path: Path, service: str, ours: bool
) -> None:
    honours, switches = SERVICES[service]
    people = groups(RACES)
    with laboratory(
        tmp_path, *chain(*people.values()), honours_status_if_new=honours, switches=switches
    ) as lab:
        for one in lab.people:
            if not ours:
                lab.sandbox.add_contact(LIST, str(one.email))
        if ours:
            lab.run()
            lab.people = [replace(one, first_name=f"{one.first_name} B") for one in lab.people]

        def event() -> None:
            for race, group in people.items():
                for one in group:
                    RACES[race][0](lab.sandbox, str(one.email))

        just_before_writing(lab, event)
        lab.approve()
        lab.around = None
        lab.approve()

        assert statuses(lab, people) == {race: {end: SIXTY} for race, (_, end) in RACES.items()}


def test_who_is_unknown_is_created_in_a_call_that_refuses_known_addresses(tmp_path: Path) -> None:
    honours, switches = SERVICES["not trusted"]
    with laboratory(tmp_path, *crowd(3), honours_status_if_new=honours, switches=switches) as lab:

        def event() -> None:
            lab.sandbox.add_contact(LIST, "p0001@shop.example")
            lab.sandbox.contact_unsubscribes(LIST, "p0001@shop.example")

        just_before_writing(lab, event)
        lab.run(export(new_status=NewStatus.SUBSCRIBED))
        lab.around = None
        lab.run()

        found = lab.sandbox.member(LIST, "p0001@shop.example")
        assert found is not None
        assert found.status == "unsubscribed"


def archived_at_once(sandbox: Sandbox, email: str) -> None:
    sandbox.archive(LIST, email)


NEWCOMERS: dict[str, Leave] = {
    "stays": lambda s, e: None,
    "unsubscribed by the contact": lambda s, e: s.contact_unsubscribes(LIST, e),
    "unsubscribed by an administrator": lambda s, e: s.admin_unsubscribes(LIST, e),
    "cleaned": lambda s, e: s.clean(LIST, e),
    "erased": lambda s, e: s.erase(LIST, e),
    "archived": archived_at_once,
}

ENDS = {
    "stays": "subscribed",
    "unsubscribed by the contact": "unsubscribed",
    "unsubscribed by an administrator": "unsubscribed",
    "cleaned": "cleaned",
    "erased": "absent",
    # The window that remains, whatever the setting: see docs/explanation/never-resubscribe.md.
    "archived": "subscribed",
}


TRUSTED_WRONGLY = ("claimed to honour, but acts as status", "unsubscribed by an administrator")
"""Why the setting is off until a check has shown that the account honours it."""


@pytest.mark.parametrize("service", SERVICES)
def test_who_comes_and_leaves_meanwhile_ends_as_documented(tmp_path: Path, service: str) -> None:
    honours, switches = SERVICES[service]
    people = groups(NEWCOMERS)
    with laboratory(
        tmp_path, *chain(*people.values()), honours_status_if_new=honours, switches=switches
    ) as lab:

        def event() -> None:
            for race, group in people.items():
                for one in group:
                    lab.sandbox.add_contact(LIST, str(one.email))
                    NEWCOMERS[race](lab.sandbox, str(one.email))

        just_before_writing(lab, event)
        lab.approve()
        lab.around = None
        lab.approve()

        ends = {
            race: "subscribed" if (service, race) == TRUSTED_WRONGLY else end
            for race, end in ENDS.items()
        }
        assert statuses(lab, people) == {race: {end: SIXTY} for race, end in ends.items()}


def test_who_comes_and_is_archived_meanwhile_is_asked_where_new_contacts_are(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, *crowd(3), honours_status_if_new=False) as lab:

        def event() -> None:
            for one in lab.people:
                lab.sandbox.add_contact(LIST, str(one.email))
                lab.sandbox.archive(LIST, str(one.email))

        just_before_writing(lab, event)
        lab.approve(export(new_status=NewStatus.PENDING))

        assert {m.status for m in lab.sandbox.members(LIST)} == {"pending"}
