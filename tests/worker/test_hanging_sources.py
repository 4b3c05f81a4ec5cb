"""A source that never answers does not hold the worker: a cancel ends it, so does its longest time, and others go on."""

from __future__ import annotations

from typing import Any

import pytest

from segue.control.notices.models import Notice, NoticeKind
from segue.control.notices.watching import observe
from segue.control.refreshes import operations
from segue.control.refreshes.models import Refresh, TaskKind
from segue.control.sources.models import DataSource, ReadStatus
from segue.control.statuses import Status
from segue.worker.worker import Worker
from tests.control import stage
from tests.integration.engines.hanging import endless_view
from tests.worker.shop import Shop, facts_of, fresh, wait_for

pytestmark = pytest.mark.one_database

HANGS = """\
version: 1
sources:
  people: {type: sqlite, path: shop.sqlite, table: people}
profiles:
  source: people
  key: id
  attributes:
    email: {column: email, type: email, personal: true}
    first_name: {column: email, type: text, personal: true}
    city: {column: email, type: text, personal: true}
    joined: {column: id, type: date}
    opted_in: {column: id, type: boolean}
segments:
  vip: {label: VIP, rules: {attribute: city, is: Lyon}}
  newcomers: {label: Newcomers, rules: {attribute: joined, after: 2026-01-01}}
"""


def hanging(shop: Shop) -> None:
    """Let the only source of the shop be a view without end."""
    endless_view(shop.folder / "shop.sqlite")
    stage.declared(shop.folder, text=HANGS)


def is_read(refresh: Refresh) -> bool:
    """Tell whether the worker is at the source."""
    return refresh.tasks.filter(kind=TaskKind.SOURCE, status=Status.REFRESHING).exists()


def begun(shop: Shop, refresh: Refresh) -> Worker:
    """Let a worker begin to read."""
    worker = shop.worker()
    worker.turn()
    wait_for(lambda: is_read(refresh))
    return worker


def test_a_cancel_ends_a_refresh_whose_source_never_answers(shop: Shop) -> None:
    hanging(shop)
    (run,) = shop.run(shop.export())
    refresh = Refresh.objects.get()
    worker = begun(shop, refresh)

    operations.cancel_refresh(refresh=refresh, actor=shop.alice, now=shop.now())
    wait_for(lambda: worker.is_idle)

    assert fresh(refresh).status == Status.CANCELED
    assert facts_of([run]) == [(Status.CANCELED, "")]
    stage.declared(shop.folder, text=HANGS.replace("table: people", "table: sound"))
    again = operations.refresh_data(actor=shop.alice, now=shop.now())
    shop.settle(worker)
    assert fresh(again).status == Status.SUCCESSFUL


def test_a_source_that_never_answers_ends_after_its_longest_time_and_is_told(
    shop: Shop, settings: Any
) -> None:
    settings.SEGUE_SOURCE_LONGEST_MINUTES = 0.01
    hanging(shop)
    (run,) = shop.run(shop.export())

    shop.settle(shop.worker())

    refresh, source = Refresh.objects.get(), DataSource.objects.get()
    assert (refresh.status, refresh.code) == (Status.FAILED, "source_too_slow")
    assert refresh.tasks.get(kind=TaskKind.SOURCE).code == "source_too_slow"
    assert source.status == ReadStatus.FAILED
    assert "'people' was not read within" in source.message
    assert facts_of([run]) == [(Status.SKIPPED, "upstream_failed")]
    observe(shop.now())
    assert Notice.objects.filter(kind=NoticeKind.REFRESH_FAILED).exists()


def test_a_worker_that_ends_gives_back_a_source_that_never_answers(shop: Shop) -> None:
    hanging(shop)
    refresh = operations.refresh_data(actor=shop.alice, now=shop.now())
    worker = begun(shop, refresh)

    worker.end(0.0)
    wait_for(lambda: worker.is_idle)

    assert (fresh(refresh).status, fresh(refresh).owner) == (Status.QUEUED, "")
