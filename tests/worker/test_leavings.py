"""What is left of removed exports, and of mails that were kept as files, does not stay for ever."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from segue.control.exports import operations as exports
from segue.control.exports.models import Export
from segue.core.retention import AUDIENCE_KEPT, MAILS_KEPT
from segue.engines.duckdb.audience.intact import IN_DATABASE, JOURNAL
from segue.service.locks import only_one
from segue.worker.leavings import forget_audiences, forget_outbox
from tests.fakes.clocks import START
from tests.worker.shop import Shop, fresh

SECOND = timedelta(seconds=1)


def ran(shop: Shop, *ones: Export) -> None:
    shop.run(*ones)
    shop.settle(shop.worker())


def folder_of(shop: Shop, one: Export) -> Path:
    return shop.home / "audiences" / f"account0-{one.audience_id}"


def removed(shop: Shop, *ones: Export) -> None:
    exports.remove(exports=[fresh(one) for one in ones], actor=shop.alice, now=START)


def test_an_audience_is_forgotten_a_day_after_its_last_export_was_removed(shop: Shop) -> None:
    one, other = shop.export(), shop.export(2)
    ran(shop, one, other)
    removed(shop, one)

    too_early = forget_audiences(START + AUDIENCE_KEPT - SECOND)
    forgotten = forget_audiences(START + AUDIENCE_KEPT + SECOND)

    assert (too_early, forgotten) == (0, 1)
    assert not folder_of(shop, one).exists()
    assert any((folder_of(shop, other) / name).is_file() for name in (JOURNAL, IN_DATABASE))
    assert forget_audiences(START + AUDIENCE_KEPT + SECOND) == 0


@pytest.mark.one_database
def test_an_audience_that_another_export_fills_or_may_fill_again_is_kept(shop: Shop) -> None:
    one = shop.export()
    other = shop.export(2, audience_id=one.audience_id)
    ran(shop, one)
    removed(shop, one)
    exports.detach(exports=[fresh(other)], actor=shop.alice, now=START)

    assert forget_audiences(START + 400 * AUDIENCE_KEPT) == 0
    assert folder_of(shop, one).is_dir()


@pytest.mark.one_database
def test_what_the_command_line_wrote_is_not_touched(shop: Shop) -> None:
    one = shop.export()
    ran(shop, one)
    removed(shop, one)
    (folder_of(shop, one) / "ledger" / "by_hand").mkdir()
    unknown = shop.home / "audiences" / "account0-elsewhere"
    unknown.mkdir()

    assert forget_audiences(START + 400 * AUDIENCE_KEPT) == 0
    assert folder_of(shop, one).is_dir()
    assert unknown.is_dir()


@pytest.mark.one_database
def test_an_audience_whose_account_is_in_use_is_forgotten_later(shop: Shop) -> None:
    one = shop.export()
    ran(shop, one)
    removed(shop, one)
    later = START + AUDIENCE_KEPT + SECOND

    with only_one(shop.home / "locks" / "account-account0.lock", what="a test"):
        meanwhile = forget_audiences(later)

    assert (meanwhile, forget_audiences(later)) == (0, 1)


def test_mails_in_the_outbox_are_kept_for_a_month(tmp_path: Path, settings: Any) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path / "outbox")
    ages = {"new": timedelta(0), "month": MAILS_KEPT, "old": MAILS_KEPT + SECOND}
    for name, age in ages.items():
        file = tmp_path / "outbox" / f"{name}.log"
        file.parent.mkdir(exist_ok=True)
        file.write_text("a one-time link", encoding="utf-8")
        os.utime(file, ((START - age).timestamp(),) * 2)

    assert forget_outbox(START) == 1
    assert sorted(file.stem for file in (tmp_path / "outbox").iterdir()) == ["month", "new"]


@pytest.mark.parametrize("kept_in", ["", "nowhere"])
def test_without_an_outbox_there_is_nothing_to_forget(
    tmp_path: Path, settings: Any, kept_in: str
) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path / kept_in) if kept_in else None

    assert forget_outbox(START) == 0
