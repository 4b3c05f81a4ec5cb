"""When no worker is left, the pages say so, and the web process tells people: workers, who tell everything else, cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client

from segue.control.notices import places
from segue.control.notices.chores import tend
from segue.control.notices.delivery import SETTLE
from segue.control.notices.models import Notice, NoticeKind
from segue.control.people.models import Person
from segue.control.refreshes import workers
from segue.web.attendance import Watchman, attendance
from tests.control import stage_runs
from tests.fakes.clocks import START, PageClock
from tests.web.pages import seen

Browse = Callable[[Person | None], Client]
SAID = "No worker is at work: nothing is refreshed, and no export runs."
SAID_IN_FRENCH = "Aucun processus de travail n’est actif : rien n’est actualisé, et aucune exportation n’est exécutée."


@pytest.fixture(autouse=True)
def unheard() -> Iterator[None]:
    """Begin and end having heard nothing."""
    attendance.cache_clear()
    yield
    attendance.cache_clear()


def listen(watchman: Watchman, seconds: int, *, sign: str = "") -> None:
    """Let time pass while the watchman looks every ten seconds; a worker of that name gives signs."""
    for _ in range(seconds // 10):
        PageClock.at += timedelta(seconds=10)
        if sign:
            workers.give_sign(sign, now=PageClock.at)
        watchman.look()


def watchman(told: list[datetime] | None = None) -> Watchman:
    """Return a watchman; with `told` he only notes when he would tell."""
    return Watchman(attendance(), PageClock(), tell=None if told is None else told.append)


def french(person: Person) -> Person:
    """Let a person read French."""
    Person.objects.filter(pk=person.pk).update(language="fr")
    return Person.objects.get(pk=person.pk)


def test_while_a_worker_gives_signs_no_page_says_anything(vera: Person, browse: Browse) -> None:
    listen(watchman(), 300, sign="one")

    assert SAID not in seen(browse(vera).get("/system/"))
    assert not Notice.objects.exists()


@pytest.mark.parametrize("path", ["/", "/exports/", "/segments/", "/system/"])
def test_every_page_says_that_no_worker_is_left(vera: Person, browse: Browse, path: str) -> None:
    workers.give_sign("one", now=START)
    one = watchman()
    listen(one, 60)
    before = seen(browse(vera).get(path))

    listen(one, 10)

    assert SAID not in before
    assert SAID in seen(browse(vera).get(path))
    assert SAID_IN_FRENCH in seen(browse(french(vera)).get(path))


def test_a_page_says_so_no_longer_once_a_worker_is_there(vera: Person, browse: Browse) -> None:
    one = watchman()
    listen(one, 70)

    listen(one, 10, sign="new")

    assert SAID not in seen(browse(vera).get("/exports/"))


def test_a_stranger_is_told_nothing(client: Client, db: None) -> None:
    listen(watchman(), 70)

    assert SAID not in client.get("/sign-in/").content.decode()


def test_people_are_told_after_three_minutes_and_not_of_a_restart(db: None) -> None:
    told: list[datetime] = []
    one = watchman(told)
    listen(one, 100, sign="old")
    listen(one, 170)
    before = list(told)
    listen(one, 30, sign="new")
    listen(one, 180)

    assert before == []
    assert told == [PageClock.at]


def test_administrators_get_one_mail_from_the_web_process_and_one_when_it_is_over(
    alice: Person,
) -> None:
    workers.give_sign("one", now=START)
    one = watchman()

    listen(one, 400)
    first = [message.subject for message in mail.outbox]
    tend(PageClock.at)  # a worker's own chore: it is there again
    tend(PageClock.at + SETTLE)

    notice = Notice.objects.get()
    assert (notice.kind, notice.subject_key, notice.since) == (
        NoticeKind.NO_WORKER, places.WORKERS, START
    )  # fmt: skip
    assert len(first) == 1
    assert SAID in mail.outbox[0].body
    assert len(mail.outbox) == 2
    assert "A worker is at work again." in mail.outbox[1].body


def test_the_system_page_lists_workers_and_when_a_clock_was_set(
    vera: Person, browse: Browse
) -> None:
    workers.give_sign("shop-41-a", now=START)
    workers.note_clock_move("shop-41-a", before=START, after=START - timedelta(days=3))
    one = watchman()
    listen(one, 100, sign="shop-42-b")

    page = seen(browse(vera).get("/system/"))

    assert "shop-41-a Not heard" in page
    assert "shop-42-b At work" in page
    assert (
        "The clock of the worker’s machine was set from 2 Mar 2026 09:00:00 UTC to 27 Feb 2026 09:00:00 UTC."
        in page
    )


def test_a_run_s_page_tells_that_the_clock_was_set_meanwhile(
    alice: Person, browse: Browse, tmp_path: Path
) -> None:
    run = stage_runs.pushing(alice, stage_runs.small_export(alice, tmp_path)).run
    assert run.started_at is not None
    move = {"before": run.started_at, "after": run.started_at - timedelta(days=3)}
    workers.note_clock_move("one", **move)

    page = seen(browse(alice).get(f"/runs/{run.pk}/"))

    assert "The clock of the worker’s machine was set from" in page
