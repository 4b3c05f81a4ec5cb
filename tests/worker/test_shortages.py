"""A disk that is full, or that may not be written, at every step of the worker: told in both languages, and taken up again."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import operations
from segue.control.refreshes.models import Run, RunKind
from segue.control.statuses import Status
from segue.words.catalogue import in_language
from segue.words.problem_texts_trouble import TROUBLES
from tests.fixtures.moments import Moment, Waiting
from tests.fixtures.shortage import fill_disk, forbid_here, free_disk, permit_writing, small_disk
from tests.worker.shop import Shop, fresh, wait_for

CODES = {"disk_full", "disk_failing", "place_not_permitted", "database_lost", "database_read_only"}
AT_WORK = (Status.QUEUED, Status.PROCESSING)
STEPS: Mapping[str, Moment] = {
    "take the lock": Moment(file="*/locks/account-*"),
    "read the contacts": Moment(call="GET /lists/{list_id}/members"),
    "write the plan": Moment(file="*/runs/2*"),
    "push and acknowledge": Moment(call="POST /lists/{list_id}"),
    "fold the ledger": Moment(file="*/ledger"),
    "report": Moment(file="*/reports/*.partial"),
}
READING: Mapping[str, Moment] = {
    "read the sources": Moment(file="*/snapshots/.working"),
    "write the snapshot": Moment(file="*/built/manifest.json"),
}


def _on_both(steps: Iterable[str], both: str) -> list[Any]:
    """Return the steps; the database is another matter for one of them, which is tried on PostgreSQL too."""
    return [
        step if step == both else pytest.param(step, marks=pytest.mark.one_database)
        for step in steps
    ]


@pytest.fixture
def disk(shop: Shop) -> Iterator[Path]:
    """Give the home a disk of its own, where this user may have one."""
    shop.home.mkdir()
    with small_disk(shop.home):
        yield shop.home


@contextmanager
def want(home: Path, moment: Moment) -> Iterator[None]:
    """Let the home take nothing more from a moment on, until the end."""
    is_disk = home.is_mount()
    waiting = Waiting(moment, lambda: fill_disk(home) if is_disk else forbid_here(home))
    with waiting.listening():
        yield
    assert waiting.has_come
    if is_disk:
        free_disk(home)
    else:
        permit_writing(home)


def told(browser: Client, person: Person, path: str, code: str) -> None:
    """See that a page tells what happened and what to do, in both languages, and takes it for nobody's bug."""
    for language in ("en", "fr"):
        person.language = language
        person.save()
        page = browser.get(path)
        text = html.unescape(page.content.decode())
        both = (TROUBLES[code].message, TROUBLES[code].action)
        words = [in_language(one, language) for one in both]
        assert page.status_code == 200
        assert [one for one in words if one not in text] == []
        assert not re.search(r"\bbug\b", text.lower())  # within a form's token, chance may write it


def ended(shop: Shop, export: Export, kind: RunKind, moment: Moment) -> Run:
    """Run into the want; return the run as it ended."""
    (run,) = shop.run(export, kind=kind)
    worker = shop.worker()
    with want(shop.home, moment):
        wait_for(lambda: worker.turn() and fresh(run).status not in AT_WORK)
        wait_for(lambda: worker.is_idle)
    found: Run = fresh(run)
    assert found.code in CODES
    assert found.message
    assert found.action
    return found


def taken_up(shop: Shop, run: Run) -> None:
    """See that the run goes on by itself once its time has come."""
    Run.objects.update(retry_at=shop.now())
    shop.settle(shop.worker())
    assert (fresh(run).status, fresh(run).code) == (Status.SUCCESSFUL, "")


@pytest.mark.parametrize("step", _on_both(STEPS, "push and acknowledge"))
def test_a_run_is_told_and_tried_again(
    shop: Shop, disk: Path, browse: Callable[[Person | None], Client], step: str
) -> None:
    export = shop.export()

    run = ended(shop, export, RunKind.EXPORT, STEPS[step])

    assert (run.status, bool(run.retry_at)) == (Status.FAILED_RETRYING, True)
    told(browse(shop.alice), shop.alice, f"/runs/{run.pk}/", run.code)
    taken_up(shop, run)
    assert shop.tagged(export) == {"Newcomers": 10}
    assert shop.statuses(export) == {"subscribed": 10}


@pytest.mark.one_database
def test_a_plan_for_the_pages_is_told_and_can_be_asked_for_again(
    shop: Shop, disk: Path, browse: Callable[[Person | None], Client]
) -> None:
    (disk / "plans").mkdir()
    export = shop.export()

    run = ended(shop, export, RunKind.PLAN, Moment(file="*/plans/*"))

    assert run.status == Status.FAILED
    told(browse(shop.alice), shop.alice, f"/runs/{run.pk}/", run.code)
    (again,) = shop.run(export, kind=RunKind.PLAN)
    shop.settle(shop.worker())
    assert fresh(again).status == Status.SUCCESSFUL
    assert (disk / "plans" / f"{again.pk}.csv").is_file()


@pytest.mark.parametrize("step", _on_both(READING, "write the snapshot"))
def test_a_refresh_is_told_and_can_be_asked_for_again(
    shop: Shop, disk: Path, browse: Callable[[Person | None], Client], step: str
) -> None:
    refresh = operations.refresh_data(actor=shop.alice, now=shop.now())
    worker = shop.worker()

    with want(disk, READING[step]):
        shop.settle(worker)

    found = fresh(refresh)
    assert (found.status, found.code in CODES) == (Status.FAILED, True)
    told(browse(shop.alice), shop.alice, f"/system/refreshes/{refresh.pk}/", found.code)
    again = operations.refresh_data(actor=shop.alice, now=shop.now())
    shop.settle(worker)
    assert fresh(again).status == Status.SUCCESSFUL
