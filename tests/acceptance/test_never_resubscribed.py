"""Nobody is ever subscribed again by an export: in every setting, at every moment, however they left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.sync.export import NewStatus
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import DriftKind
from segue.sync.report import RunStatus
from tests.acceptance.world import (
    LIST,
    audience,
    batch_fault,
    changes,
    just_before_writing,
    person,
    second_run_is_empty,
    status,
)
from tests.fakes.laboratory import Laboratory, Someone, export, laboratory

HONOURED = Switches(stats_cache_s=0)
IGNORED = Switches(stats_cache_s=0, honours_status_if_new_in_batch=False)
DANGEROUS = replace(IGNORED, unhonoured_status_if_new="acts_as_status")
SERVICES = {
    "honoured": (True, HONOURED),
    "honoured, read in full all the same": (False, HONOURED),
    "ignored": (False, IGNORED),
    "acts as status": (False, DANGEROUS),
    "archived stay archived": (True, replace(HONOURED, archived_with_status_if_new="archived")),
    "archived are refused": (True, replace(HONOURED, archived_with_status_if_new="error")),
    "opt-outs of archived are forgotten": (True, replace(HONOURED, archived_keeps_opt_out=False)),
}
THREE = ("honoured", "ignored", "acts as status")
THREE_SERVICES = pytest.mark.parametrize(
    ("honours", "switches"), [SERVICES[name] for name in THREE], ids=THREE
)
EVERY_SERVICE = pytest.mark.parametrize(
    ("honours", "switches"), list(SERVICES.values()), ids=list(SERVICES)
)
LEAVING: dict[str, Callable[[Sandbox, str], None]] = {
    "unsubscribed": lambda sandbox, email: sandbox.contact_unsubscribes(LIST, email),
    "unsubscribed by an admin": lambda sandbox, email: sandbox.admin_unsubscribes(LIST, email),
    "cleaned": lambda sandbox, email: sandbox.clean(LIST, email),
    "archived": lambda sandbox, email: sandbox.archive(LIST, email),
    "erased": lambda sandbox, email: sandbox.erase(LIST, email),
}
AWAY = {"unsubscribed", "cleaned", "archived", "absent"}
CAST = ("Nadia", "Omar", "Pia", "Quentin", "Rosa")


def cast(**changed: object) -> list[Someone]:
    """Return the cast as VIPs."""
    return [person(n, name, **changed) for n, name in enumerate(CAST, start=1)]


def put_in_audience(lab: Laboratory) -> dict[str, str]:
    """Put the cast into the audience, each in the cast's status, and return the statuses."""
    statuses = dict(
        zip(CAST, ("subscribed", "unsubscribed", "pending", "cleaned", "archived"), strict=True)
    )
    for name, value in statuses.items():
        lab.sandbox.add_contact(LIST, f"{name.lower()}@shop.example", status=value)
    return statuses


def statuses_of(lab: Laboratory) -> dict[str, str]:
    """Return the cast's statuses."""
    return {name: status(lab, name.lower()) for name in CAST}


@EVERY_SERVICE
def test_every_status_stays_what_it_was(tmp_path: Path, honours: bool, switches: Switches) -> None:
    with laboratory(tmp_path, *cast(), honours_status_if_new=honours, switches=switches) as lab:
        before = put_in_audience(lab)

        report = lab.run()
        full = lab.run(full=True)

        assert statuses_of(lab) == before
        assert report.plan.counts == {Kind.ADD: 2, Kind.SKIP: 3}
        assert report.plan.skips == {Skip.UNSUBSCRIBED: 1, Skip.CLEANED: 1, Skip.ARCHIVED: 1}
        assert changes(full.plan) == {Kind.UPDATE: 2}
        second_run_is_empty(lab)


@THREE_SERVICES
def test_who_leaves_after_being_exported_stays_away(
    tmp_path: Path, honours: bool, switches: Switches
) -> None:
    with laboratory(tmp_path, *cast(), honours_status_if_new=honours, switches=switches) as lab:
        lab.run()
        for name, leave in zip(("omar", "pia", "quentin", "rosa"), LEAVING.values(), strict=False):
            leave(lab.sandbox, f"{name}@shop.example")
        lab.people = cast(first_name="Changed", local=True)

        report = lab.run(full=True)

        expected = ("subscribed", "unsubscribed", "unsubscribed", "cleaned", "archived")
        assert statuses_of(lab) == dict(zip(CAST, expected, strict=True))
        assert changes(report.plan) == {Kind.UPDATE: 1}
        second_run_is_empty(lab)


@pytest.mark.crossing
@pytest.mark.parametrize("leaves", LEAVING.values(), ids=list(LEAVING))
@THREE_SERVICES
def test_who_leaves_between_the_reading_and_the_writing_stays_away(
    tmp_path: Path, honours: bool, switches: Switches, leaves: Callable[[Sandbox, str], None]
) -> None:
    with laboratory(
        tmp_path, person(1, "Omar"), honours_status_if_new=honours, switches=switches
    ) as lab:
        lab.run()
        lab.people = [person(1, "Omar", first_name="Omar B.")]
        just_before_writing(lab, lambda: leaves(lab.sandbox, "omar@shop.example"))

        report = lab.run()

        assert status(lab, "omar") in AWAY
        assert report.outcomes.sent == 1
        second_run_is_empty(lab)


@pytest.mark.parametrize("dangerous", ["ignored", "acts_as_status"])
def test_who_signs_up_and_leaves_between_the_reading_and_the_writing_stays_away(
    tmp_path: Path, dangerous: str
) -> None:
    switches = Switches(
        stats_cache_s=0, honours_status_if_new_in_batch=False, unhonoured_status_if_new=dangerous
    )
    with laboratory(
        tmp_path, person(1, "Omar"), honours_status_if_new=False, switches=switches
    ) as lab:
        just_before_writing(
            lab, lambda: lab.sandbox.add_contact(LIST, "omar@shop.example", status="unsubscribed")
        )

        report = lab.run()
        lab.around = None

        assert status(lab, "omar") == "unsubscribed"
        assert report.outcomes.accepted == 0
        assert second_run_is_empty(lab).plan.skips == {Skip.UNSUBSCRIBED: 1}


@pytest.mark.parametrize("kind", ["drop_after", "truncated_json", "504", "slow"])
def test_who_leaves_while_a_call_is_repeated_stays_away(tmp_path: Path, kind: str) -> None:
    with laboratory(tmp_path, person(1, "Omar")) as lab:
        lab.run()
        lab.people = [person(1, "Omar", first_name="Omar B.")]
        lab.sandbox.add_fault(batch_fault(kind))
        lab.clock.before_sleep = lambda: lab.sandbox.contact_unsubscribes(LIST, "omar@shop.example")

        report = lab.run()

        assert report.status is RunStatus.SUCCESSFUL
        assert status(lab, "omar") == ("subscribed" if kind == "slow" else "unsubscribed")


def test_who_confirms_or_comes_back_by_a_form_is_exported_again(tmp_path: Path) -> None:
    with laboratory(tmp_path, *cast()) as lab:
        put_in_audience(lab)
        lab.run()
        lab.sandbox.resubscribe_by_form(LIST, "omar@shop.example")
        lab.sandbox.confirm_pending(LIST, "pia@shop.example")

        report = lab.run()

        assert changes(report.plan) == {Kind.ADD: 1}
        assert audience(lab)["omar"] == ("subscribed", {"Vip"})
        assert audience(lab)["pia"] == ("subscribed", {"Vip"})
        second_run_is_empty(lab)


@pytest.mark.parametrize(
    ("new", "honours"), list(zip(NewStatus, (True, False, False), strict=True))
)
def test_a_new_contact_gets_the_status_of_the_export_and_a_known_one_none(
    tmp_path: Path, new: NewStatus, honours: bool
) -> None:
    switches = HONOURED if honours else DANGEROUS
    people = (person(1, "Nadia"), person(2, "Pia"))
    with laboratory(tmp_path, *people, honours_status_if_new=honours, switches=switches) as lab:
        lab.sandbox.add_contact(LIST, "pia@shop.example", status="pending")

        lab.run(export(new_status=new))
        lab.run(export(new_status=new), full=True)

        assert audience(lab) == {"nadia": (new.value, {"Vip"}), "pia": ("pending", {"Vip"})}


def test_an_erased_contact_is_never_asked_for_again(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Omar")) as lab:
        lab.run()
        lab.sandbox.erase(LIST, "omar@shop.example")
        lab.people = [person(1, "Omar", first_name="Omar B.")]
        lab.run()
        lab.people = [person(1, "Omar", first_name="Omar C.", local=True)]

        report = second_run_is_empty(lab)

        assert report.plan.skips == {Skip.GONE: 1}
        assert [(drift.kind, drift.people) for drift in report.plan.drift] == [(DriftKind.GONE, 1)]
        lab.clock.slept_s += 1_000 * 86_400
        assert second_run_is_empty(lab).plan.skips == {Skip.GONE: 1}
