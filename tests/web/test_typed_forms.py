"""Nothing typed is lost: sessions that end, another language, another key, a double click, two at once, another's browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

import segue.web.connections.forms
import segue.web.notices.forms
import segue.web.people.forms
import segue.web.runs.forms
import segue.web.system.installation  # noqa: F401
from segue.control.audit.models import Entry
from segue.control.connections.models import Connection
from segue.control.exports.models import Export
from segue.control.notices.models import Channel
from segue.control.people import input_bounds, kept_inputs, sent_forms
from segue.control.people.kept_inputs import Typed, Typist
from segue.control.people.models import Invitation, KeptInput, SentForm
from segue.control.refreshes.models import Refresh, Run
from segue.control.statuses import Status
from segue.core.errors import UnsafePlan
from segue.service.proposals import LARGEST_TEXT_BYTES
from segue.web.forms import SegueForm
from segue.web.typed.keeping import COOKIE, SECRETS
from segue.web.typed.sending import once
from tests.fakes.clocks import START, PageClock
from tests.web.doors import doors
from tests.web.pages import seen
from tests.web.typed import ORIGIN, form_in
from tests.web.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ADD = "/system/notifications/add/"
TYPED = {"way": "address", "name": "Marketing", "address": "team@office.example", "language": "fr"}
SESSION = settings.SESSION_COOKIE_NAME


def _opened(client: Client, path: str = ADD, form_id: str = "channel-form") -> dict[str, Any]:
    form = form_in(client.get(path), form_id)
    assert form is not None
    return form.sent(**TYPED)


def _ended(client: Client) -> Client:
    """Let the session end: the browser keeps its cookie, and nobody knows it."""
    client.cookies[SESSION] = "0" * 64
    return client


def _signs_in(world: World, client: Client, visitor: str, kept: str) -> Any:
    """Sign in, and go where the sign-in page was to lead."""
    client.cookies[SESSION] = world.keys[visitor]
    return client.get(client.get(kept).headers["Location"])


def test_who_signs_in_again_finds_the_form_and_sends_it(world: World) -> None:
    client = world.browser("administrator")
    sent = _opened(client)
    before = Channel.objects.count()

    kept = _ended(client).post(ADD, sent).headers["Location"]
    page = _signs_in(world, client, "administrator", kept)
    form = form_in(page, "channel-form")
    assert form is not None
    saved = client.post(page.request["PATH_INFO"], form.fields)

    assert form.fields["name"] == ["Marketing"]
    assert saved.status_code == 302
    assert Channel.objects.count() == before + 1


def test_nobody_else_finds_it_neither_in_that_browser_nor_in_another(world: World) -> None:
    client = world.browser("administrator")
    kept = _ended(client).post(ADD, _opened(world.browser("administrator"))).headers["Location"]

    client.cookies[SESSION] = world.keys["contributor"]
    another = client.get(client.get(kept).headers["Location"], follow=True)
    elsewhere = _signs_in(world, world.browser("administrator"), "administrator", kept)

    assert "Marketing" not in another.content.decode()
    assert "Marketing" not in elsewhere.content.decode()
    assert "no longer kept, or somebody else entered it" in seen(elsewhere)


def test_what_is_kept_is_gone_after_a_quarter_of_an_hour(
    world: World, still_clock: type[PageClock]
) -> None:
    client = world.browser("administrator")
    sent = _opened(client)
    kept = _ended(client).post(ADD, sent).headers["Location"]

    still_clock.at = START + timedelta(minutes=14)
    in_time = _signs_in(world, client, "administrator", kept)
    still_clock.at = START + timedelta(minutes=15)
    too_late = _signs_in(world, client, "administrator", kept)

    assert "Marketing" in in_time.content.decode()
    assert "Marketing" not in too_late.content.decode()


def test_the_database_holds_neither_what_was_typed_nor_what_opens_it(world: World) -> None:
    client = world.browser("administrator")
    sent = _opened(client)
    _ended(client).post(ADD, {**sent, "service": "slack://secret"})
    row = KeptInput.objects.get()
    bearer = client.cookies[COOKIE]

    assert "Marketing" not in row.content
    assert (bearer["httponly"], bearer["samesite"], bearer["max-age"]) == (True, "Lax", 900)
    assert bearer.value not in f"{row.key} {row.content}"


def test_after_the_keys_were_changed_the_form_still_comes_back(world: World) -> None:
    client = world.browser("administrator")
    sent = _opened(client)

    with override_settings(SECRET_KEY="another" * 8, SECRET_KEY_FALLBACKS=[]):
        kept = client.post(ADD, sent).headers["Location"]
    page = _signs_in(world, client, "administrator", kept)

    assert not KeptInput.objects.get().is_proven
    assert "Marketing" in page.content.decode()


def test_a_form_from_before_another_sign_in_is_shown_again_and_not_sent(world: World) -> None:
    client = world.browser("administrator", enforce_csrf_checks=True)
    sent = _opened(client)
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    before = Channel.objects.count()

    foreign = client.post(ADD, sent, headers={"Origin": "http://elsewhere.example"})
    ours = client.post(ADD, sent, headers=ORIGIN)
    page = client.get(ours.headers["Location"])

    assert foreign.status_code == 403
    assert "Marketing" in page.content.decode()
    assert "You signed in anew" in seen(page)
    assert Channel.objects.count() == before


def test_a_button_from_before_another_sign_in_leads_back_to_its_page(world: World) -> None:
    client = world.browser("administrator", enforce_csrf_checks=True)
    client.get("/exports/")
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32

    headers = {**ORIGIN, "Referer": "http://testserver/exports/?search=a"}
    answer = client.post("/exports/run-all/", headers=headers)

    assert answer.headers["Location"] == "/exports/?search=a"
    assert "Nothing was done: you signed in anew" in seen(client.get("/exports/"))


def test_another_language_takes_along_what_was_typed(world: World) -> None:
    client = world.browser("administrator")
    path = reverse("account")
    form = form_in(client.get(path), "account-form")
    assert form is not None

    switched = client.post(
        f"/language/?language=fr&next={path}", form.sent(name="Alice the Second")
    )
    page = client.get(switched.headers["Location"])

    in_a_pane = client.post(
        f"/language/?language=fr&next={path}", form.sent(), headers={"HX-Request": "true"}
    )
    again = form_in(page, "account-form")
    assert again is not None
    assert "kept=" in in_a_pane.headers["HX-Redirect"]
    assert again.fields["name"] == ["Alice the Second"]
    assert again.fields["language"] == ["fr"]
    assert 'lang="fr"' in page.content.decode()


def test_before_signing_in_another_language_keeps_the_address_and_no_password(world: World) -> None:
    client = world.browser("signed_out")
    form = form_in(client.get("/sign-in/"), "sign-in-form")
    assert form is not None
    sent = form.sent(username="nadia@office.example", password="not to be kept")

    switched = client.post("/language/?language=fr&next=/sign-in/", sent)
    page = client.get(switched.headers["Location"]).content.decode()

    assert "nadia@office.example" in page
    assert "not to be kept" not in page


def test_another_language_on_a_refused_step_leads_to_the_page_that_shows_it(world: World) -> None:
    client = world.browser("administrator")
    path = reverse("connection-api-key", args=[world.begun.pk])

    answer = client.post("/language/", {"language": "fr", "next": path})

    assert answer.headers["Location"] == reverse("connection", args=[world.begun.pk])


def _count() -> tuple[int, ...]:
    kinds = (Refresh, Run, Export, Invitation, Channel, Connection)
    return tuple(kind.objects.count() for kind in kinds)


ENDING = (
    "run-approve",
    "run-discard",
    "run-cancel",
    "exports-remove",
    "exports-detach",
    "exports-schedule",
    "connection-remove",
    "connection-share",
    "channel-remove",
    "channel-switch",
    "definition-plan",
    "segment-switch",
    "invitation-withdraw",
    "person-deactivate",
    "refresh-cancel",
    "sessions-end",
)
"""What ends or changes something: once it is done, the thing is there no more, or another."""


@pytest.mark.parametrize("name", ENDING)
def test_a_double_click_ends_a_thing_once_and_shows_no_error(world: World, name: str) -> None:
    door = next(one for rows in doors().values() for one in rows if one.name == name and one.post)
    client, path = world.browser("administrator"), door.path(world)
    data = {**door.data(world), "once": "a-number-of-this-form"}

    first = client.post(path, data)
    noted = Entry.objects.count()
    second = client.post(path, data)

    assert first.status_code == second.status_code < 400
    assert first.headers.get("Location") == second.headers.get("Location")
    assert Entry.objects.count() == noted


TWICE = (
    "exports-run",
    "exports-run-all",
    "exports-duplicate",
    "export-plan",
    "connection-add",
    "channel-add",
    "invite",
    "sources-refresh",
    "refresh-everything",
    "refresh-data",
)


@pytest.mark.parametrize("name", TWICE)
def test_what_is_sent_twice_is_done_once_and_answered_alike(world: World, name: str) -> None:
    door = next(one for rows in doors().values() for one in rows if one.name == name and one.post)
    client, path = world.browser("administrator"), door.path(world)
    data = {**door.data(world), "once": "a-number-of-this-form"}
    Run.objects.update(status=Status.CANCELED)
    Refresh.objects.update(status=Status.CANCELED)
    if name == "exports-run-all":  # it names what starts, and starts that only
        named = re.findall(r'name="seen" value="(\d+)"', client.get(path).content.decode())
        data |= {"confirmed": "on", "seen": named}
    before = _count()

    first = client.post(path, data)
    between = _count()
    second = client.post(path, data)

    assert first.status_code == second.status_code < 400
    assert first.headers.get("Location") == second.headers.get("Location")
    assert first.content == second.content
    assert (before != between, _count()) == (True, between)


def test_what_was_refused_may_be_sent_again(world: World) -> None:
    client = world.browser("administrator")
    wrong = {**TYPED, "address": "", "once": "a-number"}

    assert [client.post(ADD, wrong).status_code for _ in range(2)] == [422, 422]
    assert not SentForm.objects.exists()


def test_what_is_still_being_worked_on_is_not_begun_again(world: World) -> None:
    request: Any = RequestFactory().post(ADD, {"once": "a-number"})
    request.now = START
    begun: list[int] = []

    def act() -> Any:
        begun.append(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once(request, act)
    (secret,) = [_secret(request)]
    sent_forms.claim(secret, now=START)
    with pytest.raises(UnsafePlan) as refused:
        once(request, act, waits_s=())

    assert (refused.value.code, len(begun)) == ("sent_already", 1)


def test_the_second_of_two_tries_again_where_the_first_was_refused(world: World) -> None:
    request: Any = RequestFactory().post(ADD, {"once": "a-number"})
    request.now = START
    sent_forms.claim(_secret(request), now=START)

    def meanwhile() -> Iterator[float]:
        yield 0.0
        sent_forms.release(_secret(request))  # what refused, or failed, says so
        yield 0.0

    answer = once(request, lambda: HttpResponse("again"), waits_s=meanwhile())

    assert (answer.status_code, answer.content) == (200, b"again")  # type: ignore[attr-defined]


def test_the_second_of_two_is_answered_like_the_first_once_that_is_over(world: World) -> None:
    request: Any = RequestFactory().post(ADD, {"once": "a-number"})
    request.now = START
    sent_forms.claim(_secret(request), now=START)

    def meanwhile() -> Iterator[float]:
        yield 0.0
        sent_forms.note_answer(_secret(request), '[200, {}, "done"]')
        yield 0.0

    answer = once(request, pytest.fail, waits_s=meanwhile())

    assert (answer.status_code, answer.content) == (200, b"done")  # type: ignore[attr-defined]


def _secret(request: Any) -> str:
    from segue.web.typed.sending import _secret as named

    return named(request)


def test_a_problem_leads_back_to_what_was_typed(world: World) -> None:
    client = world.browser("administrator")
    sent = _opened(client)
    Channel.objects.filter(pk=world.channel.pk).delete()

    gone = client.post(reverse("channel", args=[world.channel.pk]), sent)

    assert gone.status_code == 404
    assert "Back to what you entered" in seen(gone)


@pytest.mark.parametrize("sign", ["a", "\n", '"', "é"])
def test_the_longest_definition_is_kept_whatever_it_is_written_with(
    world: World, sign: str
) -> None:
    text = sign * (LARGEST_TEXT_BYTES // len(sign.encode()))
    typed = Typed(path="/sources/definition/", why="ended", fields={"text": [text]})
    alice = Typist(person_id=world.people["administrator"].pk, is_proven=True)

    handle = kept_inputs.keep(typed, alice, bearer="bearer", now=START)

    assert handle is not None
    kept = kept_inputs.kept_input(handle, bearer="bearer", person_id=alice.person_id, now=START)
    assert kept == typed


@pytest.fixture
def kept(world: World) -> Iterator[list[str | None]]:
    """Keep more than a person may."""
    alice = world.people["administrator"].pk
    yield [
        kept_inputs.keep(
            Typed(path=ADD, why="ended", fields={"name": [str(number)]}),
            Typist(person_id=alice, is_proven=True),
            bearer="bearer",
            now=START + timedelta(seconds=number),
        )
        for number in range(input_bounds.MOST_OF_A_PERSON + 2)
    ]


def test_of_a_person_the_newest_are_kept_and_others_drive_none_out(
    world: World, kept: list[str | None]
) -> None:
    alice = world.people["administrator"].pk
    stranger = Typist(person_id=alice, is_proven=False)
    longest = Typed(path=ADD, why="ended", fields={"name": ["x" * input_bounds.LARGEST_UNPROVEN]})
    for _ in range(input_bounds.MOST_UNPROVEN + 1):
        kept_inputs.keep(Typed(path=ADD, why="ended", fields={}), stranger, bearer="b", now=START)

    assert kept_inputs.keep(longest, stranger, bearer="b", now=START) is None
    assert KeptInput.objects.filter(is_proven=True).count() == input_bounds.MOST_OF_A_PERSON
    assert KeptInput.objects.filter(is_proven=False).count() == input_bounds.MOST_UNPROVEN
    newest = kept_inputs.kept_input(str(kept[-1]), bearer="bearer", person_id=alice, now=START)
    oldest = kept_inputs.kept_input(str(kept[0]), bearer="bearer", person_id=alice, now=START)
    assert (newest is not None, oldest) == (True, None)


def test_no_field_that_hides_what_is_typed_is_ever_kept() -> None:
    def kinds(one: type[SegueForm]) -> Iterator[type[SegueForm]]:
        yield one
        for below in one.__subclasses__():
            yield from kinds(below)

    hidden = {
        name
        for kind in kinds(SegueForm)
        for name, field in kind.base_fields.items()
        if isinstance(field.widget, forms.PasswordInput)
    }

    assert hidden | {"service"} == set(SECRETS)
