"""The health of accounts, looked at through the sandbox: what each refusal of Mailchimp means, and what a look keeps."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.control.audit.models import Entry
from segue.control.connections import operations, queries
from segue.control.connections.models import (
    Audience,
    AudienceCount,
    Connection,
    CredentialKind,
    Health,
)
from segue.control.connections.queries import Unusable
from segue.control.encryption import new_key
from segue.control.people.models import Person
from segue.service.accounts import check, check_due
from segue.sync import ports
from segue.worker.edge import guarded
from tests.cast import CONTACTS
from tests.control import stage
from tests.fakes.clocks import START

LATER = START + timedelta(minutes=15)
ACCOUNT = "5e91ba2cf1e4e7a7e1b0c0de"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve an account with one audience and the cast."""
    with Sandbox.in_thread(switches=Switches(stats_cache_s=0)) as running:
        running.add_audience(stage.AUDIENCE_ID, name="Newsletter", double_opt_in=True)
        for contact in CONTACTS:
            running.add_contact(stage.AUDIENCE_ID, contact.email, status=contact.status)
        yield running


@pytest.fixture
def connection(alice: Person, sandbox: Sandbox) -> Connection:
    """Return a complete connection to it."""
    return stage.connection(
        alice, base_url=sandbox.base_url, secret=sandbox.api_key, account_id=ACCOUNT
    )


def fresh(connection: Connection) -> Connection:
    """Read a connection again."""
    return Connection.objects.get(pk=connection.pk)


def test_a_look_keeps_the_account_and_its_audiences(
    connection: Connection, sandbox: Sandbox
) -> None:
    sandbox.set_account(name="The shop")

    found = check(connection, LATER)

    after = fresh(connection)
    assert (found.look.health, found.before, found.look.problem) == (Health.HEALTHY, None, None)
    assert (after.account_name, after.account_role, after.account_plan) == (
        "The shop",
        "owner",
        "monthly",
    )
    assert after.health_checked_at == LATER
    kept = Audience.objects.get()
    assert (kept.audience_id, kept.name, kept.double_opt_in, kept.contacts, kept.seen_at) == (
        stage.AUDIENCE_ID,
        "Newsletter",
        True,
        2,
        LATER,
    )
    counted = AudienceCount.objects.get()
    assert (counted.account_id, counted.day, counted.contacts) == (ACCOUNT, LATER.date(), 2)


def test_an_audience_that_went_goes_and_its_counts_stay(
    connection: Connection, sandbox: Sandbox
) -> None:
    check(connection, START)
    other = sandbox.add_audience(name="Loyalty")
    del sandbox._account.audiences[stage.AUDIENCE_ID]

    check(fresh(connection), LATER)

    assert list(Audience.objects.values_list("audience_id", flat=True)) == [other]
    assert AudienceCount.objects.count() == 2


def test_the_last_count_of_a_day_is_the_one_that_stays(
    connection: Connection, sandbox: Sandbox
) -> None:
    check(connection, START)
    sandbox.add_contact(stage.AUDIENCE_ID, "zoe@shop.example")

    check(fresh(connection), LATER)
    check(fresh(connection), LATER + timedelta(days=1))

    counts = list(AudienceCount.objects.values_list("day", "contacts"))
    assert counts == [(START.date(), 3), ((START + timedelta(days=1)).date(), 3)]


SICK: dict[str, tuple[Callable[[Sandbox], object], Health, str, Unusable | None]] = {
    "revoked": (
        lambda sandbox: setattr(sandbox._account, "api_key", "another-us1"),
        Health.REVOKED,
        "mailchimp_key_refused",
        Unusable.REVOKED,
    ),
    "account disabled": (
        lambda sandbox: sandbox.set_switches(Switches(account_disabled=True)),
        Health.CLOSED,
        "mailchimp_user_disabled",
        Unusable.CLOSED,
    ),
    "role too low": (
        lambda sandbox: sandbox.set_switches(Switches(account_role="viewer")),
        Health.ROLE_TOO_LOW,
        "connection_role_too_low",
        Unusable.ROLE_TOO_LOW,
    ),
    "refused as not permitted": (
        lambda sandbox: sandbox.add_fault(Fault(kind="forbidden")),
        Health.ROLE_TOO_LOW,
        "mailchimp_not_permitted",
        Unusable.ROLE_TOO_LOW,
    ),
    "wrong data centre": (
        lambda sandbox: sandbox.add_fault(Fault(kind="wrong_datacenter")),
        Health.REVOKED,
        "mailchimp_wrong_data_centre",
        Unusable.REVOKED,
    ),
    "another account": (
        lambda sandbox: sandbox.set_account(account_id="0ther", name="Another shop"),
        Health.REVOKED,
        "connection_other_account",
        Unusable.REVOKED,
    ),
    "server error": (
        lambda sandbox: sandbox.add_fault(Fault(kind="500")),
        Health.UNREACHABLE,
        "mailchimp_unavailable",
        None,
    ),
    "connection cut": (
        lambda sandbox: sandbox.add_fault(Fault(kind="drop_before")),
        Health.UNREACHABLE,
        "mailchimp_connection_broken",
        None,
    ),
    "half an answer": (
        lambda sandbox: sandbox.add_fault(Fault(kind="truncated_json")),
        Health.UNREACHABLE,
        "mailchimp_unreadable_reply",
        None,
    ),
}


@pytest.mark.parametrize("illness", SICK)
def test_each_refusal_of_mailchimp_is_its_own_health(
    connection: Connection, sandbox: Sandbox, illness: str
) -> None:
    check(connection, START)
    strike, health, code, unusable = SICK[illness]
    strike(sandbox)

    found = check(fresh(connection), LATER)

    after = fresh(connection)
    assert (after.health, after.health_code, found.before) == (health, code, Health.HEALTHY)
    assert (after.health_checked_at, after.health_since) == (LATER, LATER)
    assert queries.why_unusable(after) is unusable
    assert Audience.objects.count() == 1, "a failed look wipes nothing"
    entry = Entry.objects.get(action="connection.health")
    assert entry.actor_id is None
    assert entry.details == {"before": "healthy", "after": health.value, "code": code}


def test_credentials_whose_key_was_lost_stop_the_connection_until_it_is_put_back(
    connection: Connection, settings: Settings
) -> None:
    kept, settings.SEGUE_KEYS = settings.SEGUE_KEYS, (new_key(),)

    check(fresh(connection), START)
    lost = fresh(connection)
    settings.SEGUE_KEYS = kept
    check(fresh(connection), LATER)

    assert (lost.health, lost.health_code) == (Health.UNREADABLE, "key_missing")
    assert queries.why_unusable(lost) is Unusable.UNREADABLE
    assert queries.why_unusable(fresh(connection)) is None


def test_a_listing_that_fails_half_way_wipes_no_audience(
    connection: Connection, sandbox: Sandbox
) -> None:
    check(connection, START)
    sandbox.add_fault(Fault(kind="500", path_pattern="/lists"))

    check(fresh(connection), LATER)

    assert fresh(connection).health == Health.UNREACHABLE
    assert Audience.objects.count() == 1


def test_being_asked_for_fewer_calls_says_nothing_about_the_account(
    connection: Connection, sandbox: Sandbox
) -> None:
    sandbox.add_fault(Fault(kind="429"))

    found = check(connection, LATER)

    after = fresh(connection)
    assert (found.before, after.health, after.health_checked_at) == (None, Health.HEALTHY, LATER)


def test_a_server_that_is_gone_is_unreachable(alice: Person) -> None:
    connection = stage.connection(alice, base_url="http://127.0.0.1:9/3.0")

    check(connection, LATER)

    after = fresh(connection)
    assert (after.health, after.health_code) == (Health.UNREACHABLE, "mailchimp_unreachable")


def test_an_account_that_works_again_is_healthy_again(
    connection: Connection, sandbox: Sandbox
) -> None:
    sandbox.set_switches(Switches(account_disabled=True))
    check(connection, START)
    sandbox.set_switches(Switches())

    found = check(fresh(connection), LATER)

    after = fresh(connection)
    assert (found.before, after.health, after.health_code) == (Health.CLOSED, Health.HEALTHY, "")
    assert after.health_since == LATER


def test_health_is_since_its_last_change_not_since_its_last_look(
    connection: Connection,
) -> None:
    check(connection, LATER)

    assert fresh(connection).health_since == START
    assert not Entry.objects.filter(action="connection.health").exists()


def test_a_look_that_ends_after_a_reconnection_changes_nothing(
    alice: Person, connection: Connection, sandbox: Sandbox
) -> None:
    stale = fresh(connection)
    sandbox._account.api_key = "renewed-us1"
    renewed = operations.Credential(
        kind=operations.CredentialKind.API_KEY,
        secret="renewed-us1",
        base_url=sandbox.base_url,
        account=stage.account(account_id=ACCOUNT),
    )
    operations.authenticate(connection=connection, credential=renewed, actor=alice, now=LATER)

    found = check(stale, LATER)

    assert found.look.health is Health.REVOKED
    assert (found.before, fresh(connection).health) == (None, Health.HEALTHY)


def test_a_look_that_ends_after_the_removal_brings_nothing_back(
    alice: Person, connection: Connection
) -> None:
    stale = fresh(connection)
    operations.remove(connection=connection, actor=alice, now=START)

    check(stale, LATER)

    assert not Connection.objects.exists()
    assert not Audience.objects.exists()


def test_an_account_is_due_a_quarter_of_an_hour_after_the_last_look(
    alice: Person, connection: Connection
) -> None:
    stage_two = stage.connection(alice, name="Gone", base_url="http://127.0.0.1:9/3.0")
    operations.begin(
        display_name="Begun", is_shared=False, agrees=True, language="en", actor=alice, now=START
    )

    early = check_due(START + timedelta(minutes=14, seconds=59), guarded=guarded)
    due = check_due(LATER, guarded=guarded)
    again = check_due(LATER, guarded=guarded)

    assert (len(early), len(again)) == (0, 0)
    assert {(c.connection.pk, c.look.health, c.before) for c in due} == {
        (connection.pk, Health.HEALTHY, None),
        (stage_two.pk, Health.UNREACHABLE, Health.HEALTHY),
    }


def test_a_look_takes_one_connection_at_a_time(connection: Connection, sandbox: Sandbox) -> None:
    """Source: FACTS.md §2: ten a user, of which runs use nine."""
    for number in range(3):
        sandbox.add_audience(name=f"Audience {number}")
    sandbox.reset_calls()

    check(connection, LATER)

    assert sandbox.most_simultaneous == 1
    assert Audience.objects.count() == 4


def test_a_listing_that_names_an_audience_twice_keeps_it_once(connection: Connection) -> None:
    one = ports.Audience(audience_id="a1", name="One", double_opt_in=False, contacts=1)
    two = ports.Audience(audience_id="a1", name="One", double_opt_in=False, contacts=2)

    operations.record_account(
        connection=connection, account=stage.account(), audiences=[one, two], now=LATER
    )

    assert list(Audience.objects.values_list("audience_id", "contacts")) == [("a1", 2)]


def test_keeping_a_thousand_audiences_takes_a_handful_of_statements(
    connection: Connection, django_assert_max_num_queries: Any
) -> None:
    many = [
        ports.Audience(audience_id=f"a{n}", name=f"A {n}", double_opt_in=False, contacts=n)
        for n in range(1_001)
    ]

    with django_assert_max_num_queries(30):
        operations.record_account(
            connection=connection, account=stage.account(), audiences=many, now=LATER
        )

    assert Audience.objects.count() == 1_001


def test_a_change_of_health_is_logged_by_ids_only(
    connection: Connection, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.set_switches(Switches(account_disabled=True))

    with caplog.at_level(logging.INFO, logger="segue"):
        check(connection, LATER)

    [record] = [one for one in caplog.records if one.name == "segue.service.accounts"]
    told = vars(record)
    assert (record.getMessage(), told["connection"], told["before"], told["after"]) == (
        "connection.health_changed",
        connection.pk,
        "healthy",
        "closed",
    )
    assert sandbox.api_key not in caplog.text


ODD = "a\0b\x1b[31m" + "x" * 5_000
HOSTILE: dict[str, Fault] = {
    "gzip bomb": Fault(kind="gzip_bomb", times=None),
    "deep": Fault(kind="deep_json", times=None),
    "wide": Fault(kind="wide_json", times=None),
    "endless": Fault(kind="endless_body", times=None),
    "account id": Fault(kind="altered", path_pattern="/", changes={"account_id": "../x"}),
    "audience id": Fault(kind="altered", path_pattern="/lists", changes={"lists.0.id": "x/../y"}),
    "a total": Fault(kind="altered", path_pattern="/lists", changes={"total_items": 10**8}),
    "a negative total": Fault(kind="altered", path_pattern="/lists", changes={"total_items": -1}),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_reply_is_told_and_wipes_nothing(
    connection: Connection, sandbox: Sandbox, kind: str
) -> None:
    check(connection, START)
    sandbox.add_fault(replace(HOSTILE[kind]))

    check(fresh(connection), LATER)

    after = fresh(connection)
    assert after.health == Health.UNREACHABLE
    assert after.health_code in (
        "mailchimp_reply_too_large", "mailchimp_unreadable_reply", "mailchimp_strange_reply"
    )  # fmt: skip
    assert Audience.objects.count() == 1
    sandbox.clear_faults()
    check(after, LATER + timedelta(minutes=15))
    assert fresh(connection).health == Health.HEALTHY


def test_what_a_reply_says_is_kept_clipped_and_cleaned(
    connection: Connection, sandbox: Sandbox
) -> None:
    account = {"account_name": ODD, "pricing_plan_type": ODD, "total_subscribers": 2**63}
    listed = {"lists.0.name": ODD, "lists.0.stats.member_count": 10**30}
    sandbox.add_fault(Fault(kind="altered", path_pattern="/", changes=account))
    sandbox.add_fault(Fault(kind="altered", path_pattern="/lists", changes=listed))

    check(connection, LATER)

    after, kept = fresh(connection), Audience.objects.get()
    assert after.health == Health.HEALTHY
    assert (len(after.account_name), len(after.account_plan), len(kept.name)) == (200, 60, 200)
    assert kept.name.startswith("a\ufffdb\ufffd[31m")
    assert kept.contacts == AudienceCount.objects.get().contacts == 10**12


def test_a_negative_count_of_an_audience_counts_as_none(
    connection: Connection, sandbox: Sandbox
) -> None:
    below = {"lists.0.stats.member_count": -5}
    sandbox.add_fault(Fault(kind="altered", path_pattern="/lists", changes=below))

    check(connection, LATER)

    assert Audience.objects.get().contacts == 0


def test_a_connection_whose_check_fails_as_a_fault_does_not_stop_the_others(
    alice: Person, connection: Connection, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    broken = stage.connection(
        alice,
        name="Broken",
        base_url=sandbox.base_url,
        secret="no\nheader",
        account_id="another",
    )
    Connection.objects.filter(pk=broken.pk).update(
        health_checked_at=None, credential_kind=CredentialKind.ACCESS_TOKEN
    )
    Connection.objects.filter(pk=connection.pk).update(health_checked_at=START)

    looked = check_due(LATER, guarded=guarded)

    assert [one.connection.pk for one in looked] == [connection.pk]
    assert fresh(connection).health == Health.HEALTHY
    assert (fresh(broken).health_checked_at, fresh(broken).health) == (LATER, broken.health)
    assert [r.message for r in caplog.records if r.levelname == "ERROR"] == [
        "connection.check_failed"
    ]
    assert check_due(LATER, guarded=guarded) == [], "it waits for its next turn like any other"


def test_what_mailchimp_tells_never_follows_a_reading(
    connection: Connection, sandbox: Sandbox
) -> None:
    seen = stage.facts().audience
    operations.record_audience(connection=connection, audience=replace(seen, contacts=9), now=START)
    operations.record_reading(
        connection=connection, audience=replace(seen, contacts=18_109), now=LATER
    )

    operations.record_audience(
        connection=connection, audience=replace(seen, contacts=0), now=LATER + timedelta(hours=1)
    )
    check(fresh(connection), LATER + timedelta(days=1))

    known = queries.known_contacts(ACCOUNT, stage.AUDIENCE_ID)
    assert known is not None
    assert (known.contacts, known.counted_at, known.is_read) == (18_109, LATER, True)
    assert AudienceCount.objects.filter(audience_id=stage.AUDIENCE_ID).count() == 1
