"""A worker without Mailchimp, with a stranger's answers, with data that vanishes or a journal that is held: told, and taken up."""

from __future__ import annotations

import asyncio
import html
import re
import socket
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from mailchimp_sandbox.faults import Fault
from segue.control.people.models import Person
from segue.control.refreshes import operations
from segue.control.refreshes.models import Run
from segue.control.statuses import Status
from segue.service.adapters import WorkerClock
from segue.web.problems import words_of
from segue.words.catalogue import in_language
from segue.words.problem_texts_trouble import TROUBLES
from segue.words.refusals import explain_problem
from segue.worker.worker import Worker, new_owner
from tests.fixtures.moments import Moment, Waiting
from tests.worker.processes import database_url
from tests.worker.shop import Shop, fresh, wait_for

pytestmark = pytest.mark.one_database

AT_WORK = (Status.QUEUED, Status.PROCESSING)
PUSH = Moment(call="POST /lists/{list_id}")
CONTACTS = Moment(call="GET /lists/{list_id}/members")
Happens = Callable[[Shop, pytest.MonkeyPatch], None]


class Hasty(WorkerClock):
    """A worker's clock that waits for nothing."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


def gone(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """Let the server be gone: what is connected breaks off, and nothing can be connected any more."""

    def refused(_self: socket.socket, _address: Any) -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    patch.setattr(socket.socket, "connect", refused)
    shop.sandbox.add_fault(Fault(kind="drop_before", times=None))


def strange(shop: Shop, _patch: pytest.MonkeyPatch) -> None:
    """Let every call be carried out, and answered by what cannot be read."""
    shop.sandbox.add_fault(Fault(kind="deep_json", times=None))


def held(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """Let another program hold the journal; a file nobody waits for."""
    if connection.vendor == "postgresql":
        import psycopg

        holder = shop.stack.enter_context(closing(psycopg.connect(database_url())))
        holder.execute("SELECT 1 FROM journals_audience FOR UPDATE")
        patch.setattr(shop, "let_go", holder.rollback, raising=False)
        return
    (journal,) = shop.home.glob("audiences/*/journal.sqlite")
    connect: Any = sqlite3.connect
    opened = connect(journal, isolation_level=None, check_same_thread=False)
    other = shop.stack.enter_context(closing(opened))
    other.execute("BEGIN IMMEDIATE")
    patch.setattr(sqlite3, "connect", partial(_impatient, connect))
    patch.setattr(shop, "let_go", other.rollback, raising=False)


def _impatient(connect: Any, *given: Any, timeout: float = 0, **more: Any) -> Any:
    return connect(*given, timeout=min(timeout, 0), **more)


CASES: Mapping[str, tuple[Moment, Happens, set[str]]] = {
    "gone before the contacts are read": (
        Moment(file="*/locks/account-*"),
        gone,
        {"mailchimp_unreachable", "mailchimp_connection_broken"},
    ),
    "gone before anything is sent": (
        Moment(file="*/runs/2*"),
        gone,
        {"mailchimp_unreachable", "mailchimp_connection_broken", "people_left"},
    ),
    "a stranger answers when the contacts are read": (
        CONTACTS,
        strange,
        {"mailchimp_unreadable_reply"},
    ),
    "a stranger answers what is sent": (
        Moment(file="*/runs/2*"),
        strange,
        {"mailchimp_unreadable_reply", "people_left"},
    ),
    "the journal is held": (Moment(file="*/runs/2*"), held, {"database_busy"}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_run_says_so_and_is_tried_again(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    browse: Callable[[Person | None], Client],
    case: str,
) -> None:
    moment, happens, codes = CASES[case]
    export = shop.export()
    (run,) = shop.run(export)
    worker = Worker(clock=Hasty(), slots=2, owner=new_owner())

    with monkeypatch.context() as patch:
        waiting = Waiting(moment, lambda: happens(shop, patch))
        with waiting.listening():
            wait_for(lambda: worker.turn() and fresh(run).status not in AT_WORK)
            wait_for(lambda: worker.is_idle)
        assert waiting.has_come
        if happens is held:
            shop.let_go()  # type: ignore[attr-defined]
    shop.sandbox.clear_faults()

    ended = fresh(run)
    assert (ended.status, ended.code in codes, bool(ended.retry_at)) == (
        Status.FAILED_RETRYING, True, True,
    ), ended.code  # fmt: skip
    told(browse(shop.alice), shop.alice, f"/runs/{run.pk}/", ended)
    Run.objects.update(retry_at=shop.now())
    shop.settle(worker)
    assert (fresh(run).status, fresh(run).code) == (Status.SUCCESSFUL, "")
    assert shop.tagged(export) == {"Newcomers": 10}
    assert shop.statuses(export) == {"subscribed": 10}


def told(browser: Client, person: Person, path: str, ended: Any) -> None:
    """See that a page tells what happened and what to do, in both languages, and takes it for nobody's bug."""
    for language in ("en", "fr"):
        person.language = language
        person.save()
        text = html.unescape(browser.get(path).content.decode())
        with translation.override(language):
            words = words_of(ended.code, ended.message, ended.action)
        assert words.message
        assert words.message in text
        assert words.action in text
        assert not re.search(r"\bbug\b", text.lower())  # within a form's token, chance may write it


def test_every_cause_has_its_own_words_in_both_languages() -> None:
    for code in ("mailchimp_unreachable", "mailchimp_unreadable_reply"):
        told = explain_problem(code)
        assert not {*told} & {in_language(text, "fr") for text in told}
    assert "longer than Segue waits" in str(TROUBLES["database_busy"].message)


def test_data_that_vanishes_when_it_is_to_be_read_ends_the_refresh_by_name(
    shop: Shop, browse: Callable[[Person | None], Client]
) -> None:
    file = max(shop.folder.glob("*.csv"), key=lambda one: one.stat().st_size)
    content = file.read_bytes()
    refresh = operations.refresh_data(actor=shop.alice, now=shop.now())
    worker = shop.worker()
    waiting = Waiting(Moment(file=f"*/{file.name}", event="open"), file.unlink)

    with waiting.listening():
        shop.settle(worker)

    found = fresh(refresh)
    assert waiting.has_come
    assert (found.status, found.code) == (Status.FAILED, "source_file_missing")
    assert file.stem in found.message
    told(browse(shop.alice), shop.alice, f"/system/refreshes/{refresh.pk}/", found)
    file.write_bytes(content)
    again = operations.refresh_data(actor=shop.alice, now=shop.now())
    shop.settle(worker)
    assert fresh(again).status == Status.SUCCESSFUL
