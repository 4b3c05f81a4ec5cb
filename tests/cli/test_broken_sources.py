"""Files of the data that break or vanish before, while and after they are read: named, nothing lost, and taken up again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.program import Shop
from tests.cli.shop_with_a_past import LATER, past, shop, taken_up_again
from tests.cli.steps import STEPS
from tests.fixtures.moments import Moment, Waiting

__all__ = ["past", "shop"]


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _damage(folder: Path) -> None:
    newest = max((folder / ".segue" / "snapshots").glob("2*"))
    (newest / "profiles.parquet").write_bytes(b"PAR1" + b"\0" * 500 + b"PAR1")


def _vanish(folder: Path) -> None:
    newest = max((folder / ".segue" / "snapshots").glob("2*"))
    (newest / "profiles.parquet").unlink()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What happens to the data at a moment; how the command ends, under which code and with which words in each language."""

    moment: Moment
    happens: Callable[[Path], None]
    ends: int
    code: str
    names: str


CASES: Mapping[str, Case] = {
    "is gone since the last run": Case(
        moment=STEPS["begin"],
        happens=lambda folder: (folder / "customers.csv").unlink(),
        ends=2,
        code="source_file_missing",
        names="customers",
    ),
    "is a folder now": Case(
        moment=STEPS["begin"],
        happens=lambda folder: _folder(folder / "customers.csv"),
        ends=2,
        code="source_not_a_file",
        names="customers",
    ),
    "is an archive now": Case(
        moment=STEPS["begin"],
        happens=lambda folder: (folder / "customers.csv").write_bytes(
            b"PK\x03\x04" + bytes(range(256)) * 40
        ),
        ends=2,
        code="",
        names="customers",
    ),
    "vanishes when it is to be read": Case(
        moment=STEPS["read the sources"],
        happens=lambda folder: (folder / "customers.csv").unlink(),
        ends=2,
        code="source_",
        names="customers",
    ),
    "is empty when it is to be read": Case(
        moment=STEPS["type and unify"],
        happens=lambda folder: (folder / "customers.csv").write_bytes(b""),
        ends=2,
        code="source_",
        names="customers",
    ),
    "is damaged as a snapshot before the plan": Case(
        moment=STEPS["read the contacts"],
        happens=_damage,
        ends=5,
        code="stored_file_damaged",
        names="profiles.parquet",
    ),
    "vanishes as a snapshot before the plan": Case(
        moment=STEPS["open the journal"],
        happens=_vanish,
        ends=5,
        code="place_unusable",
        names="profiles.parquet",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_data_that_breaks_is_named_and_the_next_run_takes_up(shop: Shop, case: str) -> None:
    it = CASES[case]
    language = "fr" if list(CASES).index(case) % 2 else "en"
    waiting = Waiting(it.moment, lambda: it.happens(shop.folder))

    with waiting.listening():
        ended = shop.segue("run", "--language", language)

    assert waiting.has_come
    assert (ended.code, it.code in ended.err, it.names in ended.err) == (it.ends, True, True)
    assert ("Que faire\u00a0: " if language == "fr" else "What to do: ") in ended.err
    assert not {"bug", "Traceback"} & set(ended.err.split())
    file = shop.folder / "customers.csv"
    if file.is_dir():
        file.rmdir()
    shop.write_customers(LATER)
    taken_up_again(shop)
