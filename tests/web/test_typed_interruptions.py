"""What comes between opening a form and sending it: a restart, another language, the end of the session, the way back.

All addresses that take a form are tried: the rows of `typed_doors` say which those are.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from segue.web.typed.marks import OPENED_ON
from tests.web.another_process import Answered, Sent, answers_after_a_restart
from tests.web.typed import ORIGIN, choice_in, form_in
from tests.web.typed_doors import (
    FIRST,
    NOTHING_TYPED,
    SHOWN_AGAIN,
    VERSIONED,
    form_of,
    page_of,
    place_of,
    said,
    visitor_of,
)
from tests.web.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

_NEW_EACH_TIME = re.compile(
    r'(name="(?:csrfmiddlewaretoken|once)" value="|kept=|/invitation/|/customers/)[\w-]+'
)
CHOSEN = {"account": {"language": ["fr"]}}
"""What is typed and decided by switching the language itself."""

OPEN = {"language", "password-reset-confirm"}
"""Buttons that need no session."""

NOT_ASKED = {"exports-remove": 404, "connection-remove": 404, "definition": 302}
"""Forms that take away what they are about, so that there is nothing to go back to; and one that only proposes, anew."""


class Undone(Exception):
    """What was done is not to stay."""


@pytest.fixture
def everything(tmp_path: Path, world: World) -> Path:
    """Return a copy of the database as this test sees it, with what the forms are about."""
    for door in FIRST.values():
        door.path(world)
    copy = tmp_path / "copy.sqlite3"
    connection.ensure_connection()
    copy.write_bytes(connection.connection.serialize())
    return copy


def _typed(world: World, name: str, browser: Client) -> dict[str, Any]:
    """Return what is sent of a form that is open in the browser; buttons stand on other pages, whose marks they send."""
    if name in SHOWN_AGAIN:
        form = form_of(world, name, page_of(world, name, browser))
    else:
        form = form_in(browser.get("/system/notifications/add/"), "channel-form")
    assert form is not None
    return {**form.marks, **FIRST[name].data(world)}


def _answered(browser: Client, path: str, data: dict[str, Any]) -> Answered:
    """Return the answer of this process; nothing of it stays."""
    found: list[Any] = []
    try:
        with transaction.atomic():
            found.append(browser.post(path, data, headers=ORIGIN))
            raise Undone
    except Undone:
        answer = found[0]
    page = answer.content.decode()
    return Answered(
        status=answer.status_code, location=answer.headers.get("Location", ""), page=page
    )


def _plain(answer: Answered) -> tuple[int, str, str]:
    location, page = (_NEW_EACH_TIME.sub(r"\1", text) for text in (answer.location, answer.page))
    return answer.status, location, page


def test_after_a_restart_every_form_is_answered_as_it_would_have_been(
    world: World, everything: Path
) -> None:
    sent, before = {}, {}
    for name, door in FIRST.items():
        browser = world.browser(visitor_of(name), enforce_csrf_checks=True)
        typed, path = _typed(world, name, browser), door.path(world)
        cookies = {key: one.value for key, one in browser.cookies.items()}
        sent[name] = Sent(path=path, data=typed, cookies=cookies)
        before[name] = _plain(_answered(browser, path, typed))

    after = answers_after_a_restart(sent, database=everything, folder=settings.SEGUE_DATA_FOLDER)

    assert {name: _plain(one) for name, one in after.items()} == before
    assert max(status for status, _, _ in before.values()) < 500


@pytest.mark.parametrize("name", sorted(SHOWN_AGAIN))
def test_another_language_brings_the_form_back_as_it_was(world: World, name: str) -> None:
    browser = world.browser(visitor_of(name))
    typed, place = _typed(world, name, browser), place_of(world, name)
    shown = said(world, name) | CHOSEN.get(name, {})

    switched = browser.post(f"/language/?{urlencode({'language': 'fr', 'next': place})}", typed)
    page = browser.get(switched.headers["Location"])

    again = form_of(world, name, page)
    assert again is not None
    assert {field: again.fields.get(field) for field in shown} == shown
    assert again.fields.get(OPENED_ON) == typed.get(OPENED_ON)
    assert page.headers["Content-Language"] == "fr"


@pytest.mark.parametrize("name", sorted(set(NOTHING_TYPED) - OPEN))
def test_who_signs_in_again_goes_on_where_a_button_was_pressed(world: World, name: str) -> None:
    place = reverse("connection", args=[world.begun.pk])
    gone = world.browser("signed_out")
    gone.cookies[settings.SESSION_COOKIE_NAME] = "0" * 64
    told = {"Referer": f"http://testserver{place}"}

    sent = gone.post(FIRST[name].path(world), FIRST[name].data(world), headers=told)
    signs_in = gone.get(sent.headers["Location"])
    gone.cookies[settings.SESSION_COOKIE_NAME] = world.keys["administrator"]
    back = gone.get(sent.headers["Location"])

    assert "Your session has ended" in signs_in.content.decode()
    assert back.headers["Location"] == place


@pytest.mark.parametrize("name", sorted((VERSIONED & SHOWN_AGAIN) - {"export-edit"}))
def test_who_goes_back_after_saving_and_saves_something_else_is_asked(
    world: World, name: str
) -> None:
    """The page is the old one, as browsers keep it. `test_typed_exports` tries the set-up of an export."""
    browser, path = world.browser("administrator"), FIRST[name].path(world)
    typed, shown = _typed(world, name, browser), said(world, name)
    assert browser.post(path, typed).status_code == 302

    again = browser.post(path, typed | {"noticed": "later"})

    assert again.status_code == NOT_ASKED.get(name, 409)
    if name not in NOT_ASKED:
        choice, kept = choice_in(again).fields, shown | {"noticed": ["later"]}
        assert {field: choice.get(field) for field in kept} == kept
