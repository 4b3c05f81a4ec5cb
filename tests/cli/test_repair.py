"""`segue manage repair`, for the folder of the command line and for an installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import AUDIENCE, Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Run an export, then lose its ledger."""
    with open_shop(tmp_path) as opened:
        assert opened.segue("run", "--yes").code == 0
        (ledger,) = opened.folder.glob(".segue/audiences/*/ledger/news/*.parquet")
        ledger.unlink()
        yield opened


def test_a_lost_ledger_stops_the_run_and_is_repaired(shop: Shop) -> None:
    stopped = shop.segue("run", "--yes")
    french = shop.segue("plan", "--language", "fr")
    as_json = shop.segue("plan", "--json")
    unasked = shop.process("manage", "repair", AUDIENCE)
    done = shop.process("manage", "repair", AUDIENCE, "--yes")
    again = shop.process("manage", "repair", AUDIENCE, "--yes", "--json")
    shop.segue("run", "--yes")
    idle = shop.segue("plan", "--json")

    assert (stopped.code, unasked.code, done.code) == (2, 2, 0), (unasked, done)
    assert "/ledger/news/" in stopped.err
    assert f"segue manage repair {AUDIENCE}" in stopped.err
    assert "manque\u00a0; il contient ce que Mailchimp a confirmé" in french.err
    assert as_json.json["error"]["code"] == "state_file_missing"
    assert "the ledger of news" in done.out
    assert "French: 2 people carry it; 2 are taken as ours" in done.out
    assert again.json["repairs"][0]["lost"] == []
    assert idle.json["plans"][0]["is_empty"] is True
    assert not (shop.folder / ".segue" / "segue.sqlite").exists()


def test_lost_ids_of_contacts_are_read_again(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.segue("run", "--yes")
        kept = ".segue/audiences/*/ids/*.parquet"
        (lost,) = shop.folder.glob(kept)
        lost.unlink()

        stopped = shop.segue("plan")
        done = shop.segue("manage", "repair", AUDIENCE, "--yes", "--language", "fr")
        again = shop.segue("run", "--yes")

        assert (stopped.code, done.code, again.code) == (2, 0, 0), done
        assert "which contacts are the same under another address" in stopped.err
        assert "le prochain plan les lit tous" in done.out
        assert len(list(shop.folder.glob(kept))) == 1


def test_an_audience_of_which_nothing_is_kept_is_told(shop: Shop) -> None:
    ended = shop.process("manage", "repair", "b1b2c3d4e5", "--yes", "--language", "fr")

    assert ended.code == 2
    assert "Rien n’est conservé d’une audience b1b2c3d4e5 dans " in ended.err
