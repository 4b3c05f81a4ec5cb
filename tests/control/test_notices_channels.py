"""Administrators set the channels; their targets are secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.db import connection as database
from pytest_django import Settings

from segue.control.audit.models import Action, Entry
from segue.control.notices import operations, queries
from segue.control.notices.models import Channel, ChannelKind, Delivery, Notice, Trouble
from segue.control.notices.transports import masked, why_refused
from segue.control.people.models import Person
from segue.core.errors import ConfigurationProblem, NotAllowed, TryLater
from tests.fakes.chat import ChatService, chat_service
from tests.fakes.clocks import START
from tests.fakes.mail import PickyServer


@pytest.fixture
def chat() -> Iterator[ChatService]:
    """Return a chat service on this machine."""
    with chat_service() as service:
        yield service


def add(actor: Person, **changes: str) -> Channel:
    """Return a new channel to an address."""
    values = {
        "kind": ChannelKind.MAIL,
        "name": "On call",
        "target": "oncall@office.example",
        "language": "fr",
    }
    return operations.add_channel(actor=actor, now=START, **{**values, **changes})


def written() -> list[tuple[str, str, dict[str, object]]]:
    """Return what the audit log says, oldest first."""
    return [(one.action, one.subject_name, one.details) for one in Entry.objects.order_by("id")]


def test_from_the_start_administrators_and_owners_are_told_by_mail(db: None) -> None:
    first = Channel.objects.get()

    assert (str(first), first.kind, first.is_on, first.is_to_administrators) == (
        "Administrators and owners",
        ChannelKind.MAIL,
        True,
        True,
    )


def test_a_channel_is_kept_with_its_target_encrypted(alice: Person) -> None:
    channel = add(alice, target=" OnCall@Office.example ")

    with database.cursor() as cursor:
        cursor.execute("SELECT target FROM notices_channel WHERE id = %s", [channel.pk])
        stored = cursor.fetchone()[0]
    assert "office" not in stored.lower()
    kept = Channel.objects.get(pk=channel.pk)
    assert (kept.name, kept.target, kept.language, kept.is_on) == (
        "On call",
        "oncall@office.example",
        "fr",
        True,
    )
    assert written() == [(Action.CHANNEL_ADDED, "On call", {"kind": "mail"})]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "channel_name"),
        ({"name": "x" * 121}, "channel_name"),
        ({"target": "nobody"}, "channel_address"),
        ({"target": ""}, "channel_twice"),
        ({"kind": ChannelKind.APPRISE, "target": ""}, "channel_service"),
        ({"kind": ChannelKind.APPRISE, "target": "slack://short"}, "channel_service"),
        ({"kind": ChannelKind.APPRISE, "target": "syslog://"}, "channel_service"),
        ({"kind": ChannelKind.APPRISE, "target": "oncall@office.example"}, "channel_service"),
    ],
)
def test_a_channel_that_would_reach_nobody_is_refused(
    alice: Person, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(ConfigurationProblem) as refusal:
        add(alice, **changes)

    assert refusal.value.code == code
    assert Channel.objects.count() == 1
    assert written() == []


def test_an_edit_keeps_the_target_unless_another_is_given(alice: Person) -> None:
    channel = add(alice)

    for name, target in (("Night shift", ""), ("Day shift", "day@office.example")):
        operations.edit_channel(
            channel=channel, name=name, target=target, language="en", actor=alice, now=START
        )

    kept = Channel.objects.get(pk=channel.pk)
    assert (kept.name, kept.target, kept.language) == ("Day shift", "day@office.example", "en")
    assert written()[1:] == [
        (Action.CHANNEL_EDITED, "Night shift", {"target_changed": False}),
        (Action.CHANNEL_EDITED, "Day shift", {"target_changed": True}),
    ]


def test_a_channel_is_switched_off_once_and_on_again(alice: Person) -> None:
    channel = add(alice)

    for is_on in (False, False, True):
        operations.switch_channel(channel=channel, is_on=is_on, actor=alice, now=START)

    assert Channel.objects.get(pk=channel.pk).is_on
    assert written()[1:] == [
        (Action.CHANNEL_EDITED, "On call", {"on": False}),
        (Action.CHANNEL_EDITED, "On call", {"on": True}),
    ]


def test_a_removed_channel_takes_its_messages_along(alice: Person) -> None:
    channel = add(alice)
    notice = Notice.objects.create(
        kind="run_failed", subject_key="export:1", subject_name="VIP", path="/", since=START,
        created_at=START,
    )  # fmt: skip
    Delivery.objects.create(notice=notice, channel=channel, next_try_at=START)

    operations.remove_channel(channel=channel, actor=alice, now=START)

    assert not Channel.objects.filter(name="On call").exists()
    assert not Delivery.objects.exists()
    assert written()[1:] == [(Action.CHANNEL_REMOVED, "On call", {})]


def test_the_first_channel_can_be_removed_and_made_anew(alice: Person) -> None:
    operations.remove_channel(channel=Channel.objects.get(), actor=alice, now=START)

    anew = add(alice, name="", target="")

    assert Channel.objects.get() == anew
    assert anew.is_to_administrators


def test_a_test_message_to_administrators_goes_to_whoever_asks_for_it(
    alice: Person, bob: Person
) -> None:
    operations.send_test(channel=Channel.objects.get(), actor=alice, now=START)

    (message,) = mail.outbox
    assert (message.to, message.subject) == (
        ["alice@office.example"],
        "Segue: this channel works",
    )
    assert "There is nothing to do." in message.body
    assert written() == [(Action.CHANNEL_TESTED, "Administrators and owners", {"arrived": True})]
    assert Channel.objects.get().last_sent_at == START


def test_a_test_message_to_a_chat_is_in_its_language(alice: Person, chat: ChatService) -> None:
    channel = add(alice, kind=ChannelKind.APPRISE, target=chat.target)

    operations.send_test(channel=channel, actor=alice, now=START)

    assert [post["title"] for post in chat.posts] == ["Segue\u00a0: ce canal fonctionne"]


def test_a_test_message_that_does_not_arrive_says_why(alice: Person, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.fakes.mail.PickyServer"
    channel = add(alice)
    PickyServer.is_down = True

    try:
        with pytest.raises(TryLater) as failure:
            operations.send_test(channel=channel, actor=alice, now=START)
    finally:
        PickyServer.is_down = False

    assert failure.value.code == "channel_test_failed"
    assert failure.value.message == (
        "The test message did not arrive. The mail server does not answer."
    )
    channel.refresh_from_db()
    assert channel.last_error_code == Trouble.MAIL_SILENT
    assert written()[1:] == [(Action.CHANNEL_TESTED, "On call", {"arrived": False})]


_Act = Callable[[Channel, Person], object]


@pytest.mark.parametrize(
    "act",
    [
        lambda channel, actor: add(actor),
        lambda channel, actor: operations.edit_channel(
            channel=channel, name="x", target="", language="en", actor=actor, now=START
        ),
        lambda channel, actor: operations.switch_channel(
            channel=channel, is_on=False, actor=actor, now=START
        ),
        lambda channel, actor: operations.remove_channel(channel=channel, actor=actor, now=START),
        lambda channel, actor: operations.send_test(channel=channel, actor=actor, now=START),
    ],
    ids=["add", "edit", "switch", "remove", "test"],
)
def test_only_administrators_touch_channels(bob: Person, vera: Person, act: _Act) -> None:
    for actor in (bob, vera):
        with pytest.raises(NotAllowed):
            act(Channel.objects.get(), actor)

    assert written() == []
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("oncall@office.example", "o…@office.example"),
        ("slack://TokenA/TokenB/TokenC", "slack://…"),
        ("", ""),
    ],
)
def test_of_a_target_only_its_kind_is_shown(target: str, shown: str) -> None:
    assert masked(target) == shown


def test_services_that_show_messages_on_the_machine_itself_are_none(chat: ChatService) -> None:
    assert why_refused(chat.target) is None
    assert [why_refused(f"{one}://") for one in ("syslog", "dbus", "windows", "macosx")] == [
        Trouble.TARGET_INVALID
    ] * 4


def test_channels_tell_what_waits_and_what_was_given_up(alice: Person) -> None:
    channel = add(alice)
    states = (
        {"tries": 1},
        {"tries": 0},
        {"tries": 6, "given_up_at": START},
        {"tries": 1, "sent_at": START},
    )
    for number, state in enumerate(states):
        notice = Notice.objects.create(
            kind="run_failed", subject_key=f"export:{number}", subject_name="VIP", path="/",
            since=START, created_at=START,
        )  # fmt: skip
        Delivery.objects.create(notice=notice, channel=channel, next_try_at=START, **state)

    found = queries.channels().get(pk=channel.pk)

    assert (found.waiting, found.given_up) == (1, 1)


def test_notices_about_connections_are_for_administrators_only(
    alice: Person, bob: Person, vera: Person
) -> None:
    for kind, resolved_at in (
        ("run_failed", None),
        ("connection_broken", None),
        ("needs_approval", START),
    ):
        Notice.objects.create(
            kind=kind, subject_key=kind, subject_name="", path="/", since=START,
            created_at=START, resolved_at=resolved_at,
        )  # fmt: skip

    def kinds(person: Person) -> list[str]:
        return [notice.kind for notice in queries.notices(person)]

    assert kinds(alice) == ["connection_broken", "run_failed", "needs_approval"]
    assert kinds(bob) == kinds(vera) == ["run_failed", "needs_approval"]
    assert queries.open_notices(vera).count() == 1
