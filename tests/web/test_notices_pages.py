"""The pages of notices and channels: what they show to whom, in both languages, and what they change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from segue.control.audit.models import Action, Entry
from segue.control.connections.models import Health
from segue.control.connections.operations import record_health
from segue.control.exports.models import Export
from segue.control.exports.operations import Fate, remove_connection
from segue.control.notices import places
from segue.control.notices.models import Channel, ChannelKind, Delivery, Notice, Trouble
from segue.control.notices.watching import observe
from segue.control.people.models import Person
from segue.control.statuses import Status
from tests.control import happenings, stage
from tests.fakes.clocks import START, PageClock
from tests.web.markup import Page

Browse = Callable[[Person | None], Client]
LATER = START + timedelta(hours=1)
SECRET = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.fixture
def vip(alice: Person, bob: Person, tmp_path: Path) -> Export:
    """Return an export that failed, on a connection that is broken, both told."""
    stage.declared(stage.data_folder(tmp_path))
    connected = stage.connection(alice)
    export = stage.export(bob, connected)
    message = {"message": "The audience is gone.", "action": "Choose another."}
    happenings.run(export, Status.FAILED, now=START, **message)
    record_health(connection=connected, health=Health.REVOKED, code="", now=START)
    observe(LATER)
    PageClock.at = LATER
    return export


@pytest.fixture
def chat(db: None) -> Channel:
    """Return a channel to a chat."""
    return Channel.objects.create(
        kind=ChannelKind.APPRISE, name="Team chat", target=SECRET, created_at=START
    )


def french(person: Person) -> Person:
    """Let a person read French."""
    Person.objects.filter(pk=person.pk).update(language="fr")
    return Person.objects.get(pk=person.pk)


def test_notices_lead_where_the_pages_are() -> None:
    assert [
        places.run_path(3),
        places.export_path(3),
        places.connection_path(3),
        places.refresh_path(3),
    ] == [reverse(name, kwargs={"pk": 3}) for name in ("run", "export", "connection", "refresh")]


def test_open_notices_come_first_with_reason_advice_and_link(
    alice: Person, vip: Export, browse: Browse
) -> None:
    Notice.objects.create(
        kind="needs_approval", subject_key="export:9", subject_name="Old plan", path="/runs/9/",
        values={"changes": 3}, since=START, created_at=START, resolved_at=START,
    )  # fmt: skip

    page = Page(browse(alice).get(reverse("notices")))

    places_in_text = [
        page.text.index(words)
        for words in (
            "The connection “Newsletter account” is broken.",
            "The export “VIP newsletter” failed.",
            "A plan of the export “Old plan” needs approval; nothing was written.",
        )
    ]
    assert places_in_text == sorted(places_in_text)
    assert "The audience is gone. Choose another." in page.text
    assert page.links["The export “VIP newsletter” failed."] == f"/runs/{vip.runs.get().pk}/"
    assert page.faults == []


def test_a_notice_about_what_was_removed_leads_nowhere(
    alice: Person, vip: Export, browse: Browse
) -> None:
    broken = "The connection “Newsletter account” is broken."
    Notice.objects.create(
        kind="not_run", subject_key=places.export_key(vip.pk), subject_name=vip.name, values={"days": 8},
        path=places.export_path(vip.pk), since=START, created_at=START,
    )  # fmt: skip
    before = Page(browse(alice).get(reverse("notices"))).links
    assert vip.connection is not None
    removed = vip.connection.pk
    remove_connection(
        connection=vip.connection, fates={vip.pk: Fate.REMOVE}, actor=alice, now=LATER
    )

    page = Page(browse(alice).get(reverse("notices")))

    gone = {places.connection_path(removed), places.export_path(vip.pk)}
    assert gone <= set(before.values())
    assert gone & set(page.links.values()) == set()
    assert broken in page.text


def test_a_viewer_sees_notices_of_exports_and_none_of_connections(
    vera: Person, vip: Export, browse: Browse
) -> None:
    page = Page(browse(vera).get(reverse("notices")))

    assert "The export “VIP newsletter” failed." in page.text
    assert "Newsletter account" not in page.text
    assert "Set up notifications" not in page.text


def test_the_bell_counts_what_the_reader_may_see(
    alice: Person, vera: Person, vip: Export, browse: Browse
) -> None:
    for person, count in ((alice, 2), (vera, 1)):
        response = browse(person).get(reverse("help"))
        assert f'<span class="count">{count}</span>' in response.content.decode()


def test_notices_can_be_read_in_french(alice: Person, vip: Export, browse: Browse) -> None:
    page = Page(browse(french(alice)).get(reverse("notices")))

    assert "L’exportation «\u00a0VIP newsletter\u00a0» a échoué." in page.text
    assert "La connexion «\u00a0Newsletter account\u00a0» est rompue." in page.text
    assert "Mailchimp n’accepte plus les informations d’identification" in page.text


def test_without_notices_the_page_says_that_all_is_well(vera: Person, browse: Browse) -> None:
    page = Page(browse(vera).get(reverse("notices")))

    assert "Nothing needs attention" in page.text
    assert page.faults == []


def test_fifty_notices_stand_on_a_page(vera: Person, browse: Browse) -> None:
    Notice.objects.bulk_create(
        Notice(
            kind="run_failed", subject_key=f"export:{n}", subject_name=f"Export {n:02}",
            path="/", since=START, created_at=START,
        )
        for n in range(60)
    )  # fmt: skip

    first, second = (browse(vera).get(reverse("notices") + f"?page={n}") for n in (1, 2))

    assert first.content.decode().count('scope="row"') == 50
    assert second.content.decode().count('scope="row"') == 10


def test_the_channels_are_listed_and_their_targets_hidden(
    alice: Person, chat: Channel, browse: Browse
) -> None:
    response = browse(alice).get(reverse("notifications"))
    page = Page(response)

    assert "Administrators and owners" in page.text
    assert "Team chat Chat or webhook (Apprise) slack://… English" in page.text
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in response.content.decode()
    assert "A run has been at work for more than 3 hours." in page.text
    assert page.faults == []


def test_a_channel_that_does_not_arrive_says_why_and_how_often(
    alice: Person, chat: Channel, browse: Browse
) -> None:
    Channel.objects.filter(pk=chat.pk).update(last_error_code=Trouble.SERVICE_REFUSED)
    for number, given_up_at in enumerate((None, START, START)):
        notice = Notice.objects.create(
            kind="run_failed", subject_key=f"export:{number}", subject_name="VIP", path="/",
            since=START, created_at=START,
        )  # fmt: skip
        Delivery.objects.create(
            notice=notice, channel=chat, next_try_at=START, tries=1, given_up_at=given_up_at
        )

    page = Page(browse(alice).get(reverse("notifications")))

    assert (
        "Does not arrive The service refused the message or does not answer. "
        "1 message is tried again. 2 messages were given up."
    ) in page.text


def test_an_installation_without_a_mail_server_is_told_so(
    alice: Person, browse: Browse, settings: Settings
) -> None:
    client = browse(alice)
    with_server = Page(client.get(reverse("notifications"))).text
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    without = Page(client.get(reverse("notifications"))).text

    assert "No mail server is set" not in with_server
    assert "No mail server is set" in without


@pytest.mark.parametrize("name", ["notifications", "channel-add"])
def test_the_set_up_can_be_read_in_french(
    alice: Person, chat: Channel, browse: Browse, name: str
) -> None:
    page = Page(browse(french(alice)).get(reverse(name)))

    for english in ("Channel", "Told when", "Address", "Language", "Add channel", "Save"):
        assert english not in page.text
    assert page.faults == []


def test_a_form_in_a_pane_and_as_a_page_is_whole_markup(
    alice: Person, chat: Channel, browse: Browse
) -> None:
    client, pane = browse(alice), {"HX-Request": "true", "HX-Target": "pane"}
    paths = [
        reverse("channel-add"),
        reverse("channel", kwargs={"pk": chat.pk}),
        reverse("channel-remove", kwargs={"pk": chat.pk}),
    ]

    faults = [
        Page(client.get(path, headers=headers)).faults for path in paths for headers in ({}, pane)
    ]

    assert faults == [[]] * 6


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (
            {"way": "address", "name": "On call", "address": "OnCall@office.example"},
            (ChannelKind.MAIL, "On call", "oncall@office.example", "fr"),
        ),
        (
            {"way": "service", "name": "Team", "service": SECRET},
            (ChannelKind.APPRISE, "Team", SECRET, "fr"),
        ),
    ],
)
def test_a_channel_is_added(
    alice: Person, browse: Browse, sent: dict[str, str], kept: tuple[str, ...]
) -> None:
    response = browse(alice).post(reverse("channel-add"), {**sent, "language": "fr"})

    assert (response.status_code, response["Location"]) == (302, reverse("notifications"))
    added = Channel.objects.exclude(name="").get()
    assert (added.kind, added.name, added.target, added.language) == kept
    assert Entry.objects.get().action == Action.CHANNEL_ADDED


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"way": "address", "name": "x"}, "Give the address that messages go to."),
        ({"way": "address", "name": "x", "address": "nobody"}, "This is not an e-mail address"),
        ({"way": "service", "name": "x", "service": "x://y"}, "not the address of one service"),
        ({"way": "service", "name": "x", "service": "json://10.0.0.1"}, "leads inside the network"),
        ({"way": "address", "address": "a@office.example"}, "The name is missing or too long."),
        ({"way": "administrators"}, "are told by e-mail already."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    alice: Person, browse: Browse, sent: dict[str, str], words: str
) -> None:
    response = browse(alice).post(reverse("channel-add"), {**sent, "language": "en"})

    page = Page(response)
    assert response.status_code == 422
    assert words in page.text
    assert 'class="note note-error"' not in response.content.decode()
    assert page.faults == []


def test_a_channel_is_edited_and_keeps_its_hidden_target(
    alice: Person, chat: Channel, browse: Browse
) -> None:
    client, path = browse(alice), reverse("channel", kwargs={"pk": chat.pk})

    shown = client.get(path).content.decode()
    response = client.post(path, {"name": "Night chat", "service": "", "language": "fr"})

    assert "TIiajkdnlazkcOXrIdevi7FQ" not in shown
    assert response.status_code == 302
    chat.refresh_from_db()
    assert (chat.name, chat.target, chat.language) == ("Night chat", SECRET, "fr")


def test_a_channel_is_switched_tried_and_removed(alice: Person, browse: Browse) -> None:
    client, pk = browse(alice), Channel.objects.get().pk

    client.post(reverse("channel-switch", kwargs={"pk": pk}), {"on": "0"})
    switched_off = not Channel.objects.get().is_on
    client.post(reverse("channel-switch", kwargs={"pk": pk}), {"on": "1"})
    tried = client.post(reverse("channel-test", kwargs={"pk": pk}), follow=True)
    asked = Page(client.get(reverse("channel-remove", kwargs={"pk": pk})))
    still_there = Channel.objects.exists()
    client.post(reverse("channel-remove", kwargs={"pk": pk}))

    assert switched_off
    assert "The test message was sent." in Page(tried).text
    assert [message.to for message in mail.outbox] == [["alice@office.example"]]
    assert "Nothing is sent over this channel from now on" in asked.text
    assert still_there
    assert not Channel.objects.exists()
    assert [entry.action for entry in Entry.objects.order_by("id")] == [
        Action.CHANNEL_EDITED,
        Action.CHANNEL_EDITED,
        Action.CHANNEL_TESTED,
        Action.CHANNEL_REMOVED,
    ]


def test_a_test_message_that_does_not_arrive_is_told_on_the_page(
    alice: Person, browse: Browse, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    pk = Channel.objects.get().pk

    response = browse(alice).post(reverse("channel-test", kwargs={"pk": pk}), follow=True)

    assert "The test message did not arrive. The mail server does not answer." in (
        Page(response).text
    )


@pytest.mark.parametrize("name", ["channel-switch", "channel-test", "channel-remove"])
def test_nobody_but_administrators_changes_a_channel(
    bob: Person, vera: Person, browse: Browse, name: str
) -> None:
    pk = Channel.objects.get().pk

    answers = [
        browse(person).post(reverse(name, kwargs={"pk": pk})).status_code for person in (bob, vera)
    ]

    assert answers == [403, 403]
    assert Channel.objects.get().is_on
    assert mail.outbox == []
