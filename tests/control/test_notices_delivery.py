"""Notices reach the right people in their language, once each, with retries that end; recoveries too."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection as database
from pytest_django import Settings

from segue.control.connections.models import Connection, Health
from segue.control.connections.operations import record_health
from segue.control.exports.models import Export
from segue.control.notices import delivery
from segue.control.notices.chores import tend
from segue.control.notices.delivery import SETTLE, WAITS, deliver
from segue.control.notices.models import Channel, ChannelKind, Delivery, Notice, Trouble
from segue.control.notices.transports import NotDelivered, send_mail
from segue.control.notices.watching import observe
from segue.control.people.models import Person
from segue.control.statuses import Status
from tests.control import happenings, stage
from tests.fakes.chat import ChatService, chat_service
from tests.fakes.clocks import START
from tests.fakes.mail import PickyServer
from tests.fixtures.shortage import largest_file, no_more_files

LATER = START + timedelta(hours=1)
OVER = LATER + SETTLE


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Return a connection that works."""
    stage.declared(stage.data_folder(tmp_path))
    return stage.connection(alice)


@pytest.fixture
def vip(bob: Person, connected: Connection) -> Export:
    """Return an export that Bob made."""
    return stage.export(bob, connected)


@pytest.fixture
def picky(settings: Settings) -> Iterator[type[PickyServer]]:
    """Return the mail server, which refuses whom the test names."""
    settings.EMAIL_BACKEND = "tests.fakes.mail.PickyServer"
    PickyServer.refused, PickyServer.is_down = set(), False
    yield PickyServer
    PickyServer.refused, PickyServer.is_down = set(), False


@pytest.fixture
def chat() -> Iterator[ChatService]:
    """Return a chat service on this machine."""
    with chat_service() as service:
        yield service


def chat_channel(chat: ChatService, language: str = "en") -> Channel:
    """Return a channel to the chat, which is the only one."""
    Channel.objects.all().delete()
    return Channel.objects.create(
        kind=ChannelKind.APPRISE,
        name="Team chat",
        target=chat.target,
        language=language,
        created_at=START,
    )


def fail(export: Export, **changes: object) -> None:
    """Let an export fail for good at START."""
    told = {
        "code": "audience_gone",
        "message": "The audience is gone.",
        "action": "Choose another.",
    }
    happenings.run(export, Status.FAILED, now=START, **told | changes)


def sent() -> list[tuple[str, str]]:
    """Return to whom mail went, and its subject, by address."""
    return sorted((message.to[0], message.subject) for message in mail.outbox)


def test_administrators_and_the_owner_are_told_each_in_their_language(
    alice: Person, bob: Person, vera: Person, vip: Export
) -> None:
    Person.objects.filter(pk=bob.pk).update(language="fr", time_zone="Europe/Paris")
    fail(vip)
    run = vip.runs.get()

    tend(LATER)

    assert sent() == [
        ("alice@office.example", "Segue: The export “VIP newsletter” failed"),
        ("bob@office.example", "Segue : L’exportation « VIP newsletter » a échoué"),
    ]
    english, french = sorted(mail.outbox, key=lambda message: message.to)
    assert english.body == (
        "Hello Alice,\n"
        "\n"
        "The export “VIP newsletter” failed.\n"
        "Since: Monday 2 March 2026, 09:00 (UTC)\n"
        "Why: The audience is gone.\n"
        "What to do: Choose another.\n"
        f"Look at it: http://127.0.0.1:8080/runs/{run.pk}/\n"
        "\n"
        "—\n"
        "Segue tells each of these once, and once more when it is over.\n"
        "All notifications: http://127.0.0.1:8080/notices/\n"
    )
    assert french.body.startswith(
        "Bonjour Bob,\n\nL’exportation « VIP newsletter » a échoué.\n"
        "Depuis : lundi 2 mars 2026, 10:00 (CET)\n"
    )


def test_of_a_connection_only_administrators_are_told(
    alice: Person, bob: Person, connected: Connection, vip: Export
) -> None:
    record_health(connection=connected, health=Health.REVOKED, code="", now=START)

    tend(LATER)

    assert sent() == [
        ("alice@office.example", "Segue: The connection “Newsletter account” is broken")
    ]
    assert "1 export does not run until then." in mail.outbox[0].body


def test_an_owner_who_was_deactivated_is_not_told(alice: Person, bob: Person, vip: Export) -> None:
    Person.objects.filter(pk=bob.pk).update(is_active=False)
    fail(vip)

    tend(LATER)

    assert [to for to, _subject in sent()] == ["alice@office.example"]


def test_what_happens_at_one_time_travels_in_one_mail(
    alice: Person, bob: Person, connected: Connection, vip: Export
) -> None:
    fail(vip)
    fail(stage.export(alice, connected, name="Other", audience_id="b1b2c3d4e5"))

    tend(LATER)

    assert sent() == [
        ("alice@office.example", "Segue: 2 notices"),
        ("bob@office.example", "Segue: The export “VIP newsletter” failed"),
    ]


def test_nobody_is_told_twice(alice: Person, vip: Export) -> None:
    fail(vip)

    for hour in range(24):
        tend(LATER + timedelta(hours=hour))

    assert len(mail.outbox) == 2


def test_recovery_is_told_once_when_it_has_settled(alice: Person, vip: Export) -> None:
    fail(vip)
    tend(LATER)
    mail.outbox.clear()
    happenings.run(vip, Status.SUCCESSFUL, now=LATER)
    tend(LATER)

    tend(OVER - timedelta(seconds=1))
    before = sent()
    tend(OVER)
    tend(OVER)
    tend(OVER + timedelta(days=1))

    assert before == []
    assert sent() == [
        ("alice@office.example", "Segue: The export “VIP newsletter” succeeds again"),
        ("bob@office.example", "Segue: The export “VIP newsletter” succeeds again"),
    ]
    assert "Over since: Monday 2 March 2026, 10:00 (UTC)" in mail.outbox[0].body


def test_what_comes_and_goes_within_minutes_is_told_once(alice: Person, vip: Export) -> None:
    now = START
    for _time in range(10):
        happenings.run(vip, Status.FAILED, now=now)
        tend(now)
        happenings.run(vip, Status.SUCCESSFUL, now=now + timedelta(minutes=4))
        tend(now + timedelta(minutes=4))
        now += timedelta(minutes=8)
    flapping = len(mail.outbox)
    tend(now + SETTLE)

    assert flapping == 2
    assert len(mail.outbox) == 4


def test_what_was_over_before_it_could_be_told_is_not_told_at_all(
    alice: Person, vip: Export, picky: type[PickyServer]
) -> None:
    fail(vip)
    picky.is_down = True
    tend(LATER)
    happenings.run(vip, Status.SUCCESSFUL, now=LATER)
    tend(LATER)

    picky.is_down = False
    tend(LATER + timedelta(minutes=5))
    tend(OVER + timedelta(days=1))

    assert sent() == []
    assert not Delivery.objects.exists()


def test_without_a_channel_notices_wait_for_one(alice: Person, vip: Export) -> None:
    Channel.objects.update(is_on=False)
    fail(vip)
    tend(LATER)
    silent = sent()

    Channel.objects.update(is_on=True)
    tend(LATER)

    assert silent == []
    assert len(sent()) == 2


def test_a_new_channel_is_not_told_of_what_others_were_told(
    alice: Person, vip: Export, chat: ChatService
) -> None:
    fail(vip)
    tend(LATER)

    Channel.objects.create(
        kind=ChannelKind.APPRISE, name="Chat", target=chat.target, created_at=LATER
    )
    tend(LATER)

    assert chat.posts == []


def test_a_removed_export_says_nothing_any_more(alice: Person, vip: Export) -> None:
    fail(vip)
    tend(LATER)
    mail.outbox.clear()

    Export.objects.filter(pk=vip.pk).update(removed_at=LATER)
    tend(LATER)
    tend(OVER)

    assert sent() == []


def test_a_chat_is_told_in_the_language_of_its_channel(
    alice: Person, vip: Export, chat: ChatService
) -> None:
    chat_channel(chat, "fr")
    fail(vip)

    tend(LATER)

    assert [post["title"] for post in chat.posts] == [
        "Segue : L’exportation « VIP newsletter » a échoué"
    ]
    assert "Que faire : Choose another." in chat.posts[0]["message"]
    assert Channel.objects.get().last_sent_at == LATER


def test_a_channel_with_an_address_of_its_own_is_told_everything(
    alice: Person, connected: Connection, vip: Export
) -> None:
    Channel.objects.update(target="oncall@office.example", name="On call")
    fail(vip)
    record_health(connection=connected, health=Health.CLOSED, code="", now=START)

    tend(LATER)

    assert sent() == [("oncall@office.example", "Segue: 2 notices")]
    assert mail.outbox[0].extra_headers == {"Auto-Submitted": "auto-generated"}


def test_a_message_that_is_refused_is_tried_a_few_times_and_then_given_up_visibly(
    alice: Person, vip: Export, chat: ChatService, caplog: pytest.LogCaptureFixture
) -> None:
    channel = chat_channel(chat)
    chat.refuses = True
    fail(vip)

    now, arrived = LATER, []
    for wait in (*WAITS, timedelta(days=1)):
        tend(now)
        tend(now + wait - timedelta(seconds=1))
        arrived.append(len(chat.posts))
        now += wait
    tend(now)

    assert arrived == [1, 2, 3, 4, 5, 6]
    assert len(chat.posts) == 6
    channel.refresh_from_db()
    assert (channel.last_error_code, channel.last_sent_at) == (Trouble.SERVICE_REFUSED, None)
    assert Delivery.objects.get().given_up_at == LATER + sum(WAITS, timedelta(0))
    assert "hook-secret" not in caplog.text


def test_a_message_that_arrives_late_clears_the_trouble(
    alice: Person, vip: Export, chat: ChatService
) -> None:
    channel = chat_channel(chat)
    chat.refuses = True
    fail(vip)
    tend(LATER)

    chat.refuses = False
    tend(LATER + WAITS[0])

    channel.refresh_from_db()
    assert (channel.last_error_code, channel.last_sent_at) == ("", LATER + WAITS[0])
    assert [post["title"] for post in chat.posts] == [
        "Segue: The export “VIP newsletter” failed"
    ] * 2


def test_one_refused_address_neither_blocks_the_others_nor_tells_them_twice(
    alice: Person, bob: Person, vip: Export, picky: type[PickyServer]
) -> None:
    picky.refused = {bob.email}
    fail(vip)

    tend(LATER)
    at_first = sent()
    picky.refused = set()
    tend(LATER + WAITS[0])

    assert [to for to, _subject in at_first] == ["alice@office.example"]
    assert [to for to, _subject in sent()] == ["alice@office.example", "bob@office.example"]
    assert Delivery.objects.get().sent_at == LATER + WAITS[0]


@pytest.mark.parametrize(
    ("is_down", "trouble"), [(True, Trouble.MAIL_SILENT), (False, Trouble.MAIL_REFUSED)]
)
def test_the_trouble_says_whether_the_server_is_silent_or_refuses(
    alice: Person, vip: Export, picky: type[PickyServer], is_down: bool, trouble: Trouble
) -> None:
    picky.is_down, picky.refused = is_down, {"alice@office.example", "bob@office.example"}
    fail(vip)

    tend(LATER)

    assert Channel.objects.get().last_error_code == trouble


def test_a_message_that_another_worker_claimed_is_not_sent(alice: Person, vip: Export) -> None:
    fail(vip)
    tend(LATER - timedelta(seconds=1))
    Delivery.objects.update(sent_at=None, tries=0, next_try_at=LATER, reached=[])
    mail.outbox.clear()
    mine, theirs = list(delivery._due(LATER)), list(delivery._due(LATER))

    claims = [delivery._claim(one, LATER) for one in (*mine, *theirs)]
    deliver(LATER)

    assert claims == [True, False]
    assert sent() == []


def test_what_a_dead_worker_had_claimed_is_sent_later(alice: Person, vip: Export) -> None:
    fail(vip)
    observe(LATER)
    delivery.hand_over(LATER)
    claimed = [delivery._claim(one, LATER) for one in delivery._due(LATER)]

    deliver(LATER)
    before = sent()
    deliver(LATER + WAITS[0])

    assert claimed == [True]
    assert before == []
    assert len(sent()) == 2


def test_neither_targets_nor_addresses_are_logged(
    alice: Person, vip: Export, chat: ChatService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    chat_channel(chat)
    chat.refuses = True
    fail(vip)

    tend(LATER)

    events = [record.getMessage() for record in caplog.records if record.name == "segue.notices"]
    assert events == ["notice.not_delivered"]
    assert "hook-secret" not in caplog.text
    assert str(chat.port) not in caplog.text


def test_the_environment_is_named_in_the_subject(
    alice: Person, vip: Export, settings: Settings
) -> None:
    settings.SEGUE_ENVIRONMENT_NAME = "Production"
    fail(vip)

    tend(LATER)

    assert sent()[0][1] == "Segue · Production: The export “VIP newsletter” failed"


def test_the_problem_is_worded_in_the_readers_language_where_its_words_are_known(
    alice: Person, vip: Export
) -> None:
    Person.objects.update(language="fr")
    fail(vip, code="invalid_address", message="In English.", action="In English.")

    tend(LATER)

    assert "Pourquoi : Mailchimp indique que cette adresse e-mail n’est pas valide." in (
        mail.outbox[0].body
    )


def test_a_notice_is_handed_over_once_even_if_it_cannot_be_sent(
    alice: Person, vip: Export, picky: type[PickyServer]
) -> None:
    picky.is_down = True
    fail(vip)

    tend(LATER)
    tend(LATER)

    assert Notice.objects.get().sent_at == LATER
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_time_tell_everybody_once(alice: Person, vip: Export) -> None:
    Channel.objects.all().delete()
    for number in range(5):
        Channel.objects.create(
            kind=ChannelKind.MAIL,
            name=f"On call {number}",
            target=f"oncall{number}@office.example",
            created_at=START,
        )
    fail(vip)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        tend(LATER)
        database.close()

    with ThreadPoolExecutor(2) as workers:
        for ended in [workers.submit(work), workers.submit(work)]:
            ended.result()

    assert [to for to, _subject in sent()] == [f"oncall{n}@office.example" for n in range(5)]
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("backend", ["filebased", "smtp"])
def test_a_mail_for_which_no_file_can_be_opened_blames_no_server(
    settings: Settings, tmp_path: Path, backend: str
) -> None:
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    settings.EMAIL_FILE_PATH, settings.EMAIL_HOST = str(tmp_path), "127.0.0.1"

    with pytest.raises(NotDelivered) as caught, no_more_files():
        send_mail(to="alice@office.example", subject="A notice", body="Something happened.")

    assert caught.value.trouble is Trouble.MACHINE_SHORT


def test_a_chat_for_which_no_file_can_be_opened_is_not_blamed_and_told_later(
    alice: Person, vip: Export, chat: ChatService, settings: Settings
) -> None:
    channel = chat_channel(chat)
    fail(vip)
    observe(LATER)
    deliver(LATER)  # what is loaded and opened once is there
    chat.posts.clear()
    Delivery.objects.update(sent_at=None, next_try_at=LATER)

    with no_more_files():
        deliver(LATER)
    channel.refresh_from_db()
    short = channel.last_error_code
    deliver(LATER + WAITS[1])
    channel.refresh_from_db()

    assert (short, channel.last_error_code) == (Trouble.MACHINE_SHORT, "")
    assert len(chat.posts) == 1


def test_a_mail_that_finds_no_room_in_the_outbox_is_no_silent_server(
    settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)

    with pytest.raises(NotDelivered) as caught, largest_file(0):
        send_mail(to="alice@office.example", subject="A notice", body="Something happened.")

    assert caught.value.trouble is Trouble.MAIL_NOT_KEPT
