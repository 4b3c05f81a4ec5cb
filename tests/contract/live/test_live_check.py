"""The live check runs to its end on the sandbox, tells the right switch under each reading, and tidies up."""

from __future__ import annotations

import asyncio

import pytest

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.core.errors import ConnectionLost
from tests.cast import NADIA
from tests.contract.destination.standing import LIST, sandbox_with
from tests.contract.live.findings import ask_all
from tests.contract.live.live_check import Target, check, target_from
from tests.contract.live.workbench import Workbench

EXACT = Switches(stats_cache_s=0)
OTHER = Switches(
    stats_cache_s=0,
    honours_status_if_new_in_batch=False,
    archived_with_status_if_new="archived",
    batch_error_fields="absent",
    batch_tags_on_non_subscribed="ignore",
    segment_call_on_non_subscribed="ignore",
    duplicates_in_call="apply",
    wrong_type_in_batch="member",
    tag_name_limit=None,
    tags_ignore_case=False,
    since_is_exclusive=False,
    fields_on_batch=True,
)
DANGEROUS = Switches(
    stats_cache_s=0, honours_status_if_new_in_batch=False, unhonoured_status_if_new="acts_as_status"
)


def told(switches: Switches) -> tuple[list[str], bool, Sandbox]:
    """Run the whole check on a sandbox that holds a stranger's contact; return what was said and whether all passed."""
    said: list[str] = []

    async def run() -> tuple[bool, Sandbox]:
        async with sandbox_with(switches) as (sandbox, _):
            sandbox.add_contact(LIST, NADIA.email, tags=["segue-check"])
            target = Target(
                key=sandbox.api_key,
                audience_id=LIST,
                domain="checks.example",
                base_url=sandbox.base_url,
                generic_base_url=sandbox.base_url,
            )
            return await check(target, stamp="t1", say=said.append), sandbox

    passed, sandbox = asyncio.run(run())
    return said, passed, sandbox


@pytest.mark.parametrize(
    ("switches", "setting"), [(EXACT, "true"), (OTHER, "false"), (DANGEROUS, "false")]
)
def test_the_right_switch_is_told_and_everything_is_tidied_up(
    switches: Switches, setting: str
) -> None:
    said, passed, sandbox = told(switches)

    contacts = {m.email: m.status for m in sandbox.members(LIST)}
    assert f"    honours_status_if_new: {setting}" in said
    assert passed, [line for line in said if "FAILED" in line]
    assert contacts.pop(NADIA.email) == "subscribed"
    assert set(contacts.values()) == {"archived"}
    assert {name for name, n in sandbox.audience(LIST).tags.items()} == {"segue-check"}


ANSWERS = [
    ("  1", "yes: a contact that was unsubscribed is unsubscribed, an unknown one is subscribed", "no: a contact that was unsubscribed is unsubscribed, an unknown one is absent"),
    ("  2", "one that was subscribed is subscribed", "one that was subscribed is archived"),
    ("  3", "read as invalid_address", "read as already_there"),
    ("  4", "a batch tags an unsubscribed one: yes", "a batch tags an unsubscribed one: no"),
    ("  5", "wrong type fails the call", "wrong type fails the member"),
    ("  6", "of 101 characters: not kept", "of 101 characters: kept"),
    (" 14", "no; a second earlier finds the contact: yes", "yes; a second earlier"),
    (" 16", "no: ", "yes: "),
    (" 10", "yes (status 200)", "yes (status 200)"),
]  # fmt: skip


def test_every_question_is_answered_as_the_service_behaves() -> None:
    exact, other = told(EXACT)[0], told(OTHER)[0]

    for start, in_exact, in_other in ANSWERS:
        for said, expected in ((exact, in_exact), (other, in_other)):
            (line,) = [line for line in said if line.startswith("  " + start)]
            assert expected in line


def test_a_question_that_fails_leaves_the_safe_switch_and_the_others() -> None:
    async def run() -> None:
        async with sandbox_with(EXACT) as (sandbox, client):
            bench = Workbench(client, audience_id=LIST, domain="checks.example", stamp="t1")
            sandbox.add_fault(Fault(kind="500", method="GET"))

            findings = await ask_all(bench, generic=None)

            first = findings.answers[0]
            assert (first.number, first.answer[:12]) == ("?", "not answered")
            assert [a.number for a in findings.answers[1:]] == ["2", "3", "4", "5", "6", "14", "16"]
            assert findings.switches == {"honours_status_if_new": "false"}

    asyncio.run(run())


def test_a_lost_connection_ends_the_check() -> None:
    async def run() -> None:
        async with sandbox_with(EXACT) as (sandbox, client):
            bench = Workbench(client, audience_id=LIST, domain="checks.example", stamp="t1")
            sandbox.add_fault(Fault(kind="401", times=None))

            with pytest.raises(ConnectionLost):
                await ask_all(bench, generic=None)

    asyncio.run(run())


def test_nothing_but_its_own_contacts_is_ever_touched() -> None:
    async def run() -> None:
        async with sandbox_with(EXACT) as (sandbox, client):
            bench = Workbench(client, audience_id=LIST, domain="checks.example", stamp="t1")
            sandbox.reset_calls()

            for attempt in (
                bench.subscribe(NADIA.email),
                bench.set_status(NADIA.email, "unsubscribed"),
                bench.archive(NADIA.email),
                bench.change_tag(1, "members_to_remove", [NADIA.email]),
            ):
                with pytest.raises(ValueError, match="contacts of its own"):
                    await attempt

            assert sandbox.calls == []

    asyncio.run(run())


def test_what_is_not_set_is_named_all_at_once() -> None:
    with pytest.raises(SystemExit) as caught:
        target_from({"MAILCHIMP_API_KEY": "k-us1", "MAILCHIMP_AUDIENCE_ID": " "})

    assert "MAILCHIMP_AUDIENCE_ID, MAILCHIMP_CHECK_DOMAIN" in str(caught.value)
    assert "k-us1" not in str(caught.value)


def test_the_data_centre_is_taken_from_the_key() -> None:
    environment = {
        "MAILCHIMP_API_KEY": "0123456789abcdef-us7",
        "MAILCHIMP_AUDIENCE_ID": LIST,
        "MAILCHIMP_CHECK_DOMAIN": "@checks.example",
    }

    target = target_from(environment)

    assert (target.base_url, target.domain) == (
        "https://us7.api.mailchimp.com/3.0",
        "checks.example",
    )


def test_a_key_for_another_address_is_never_shown_to_mailchimp() -> None:
    environment = {
        "MAILCHIMP_API_KEY": "sandbox-key-us1",
        "MAILCHIMP_AUDIENCE_ID": LIST,
        "MAILCHIMP_CHECK_DOMAIN": "checks.example",
        "MAILCHIMP_BASE_URL": "http://127.0.0.1:8765/3.0",
    }

    target = target_from(environment)

    assert {target.base_url, target.generic_base_url} == {"http://127.0.0.1:8765/3.0"}
