"""A shop whose export has run once; since then somebody left, somebody came and somebody has another name. Not a test."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.cli.program import AUDIENCE, CONFIGURATION, CUSTOMERS, Ended, Shop
from tests.cli.wanting import Want, Wanted, run_in_want
from tests.fixtures.moments import Moment
from tests.fixtures.shortage import small_disk

LATER = CUSTOMERS.replace("1,nadia@shop.example,Nadia,", "1,nadia@shop.example,Nadine,").replace(
    "3,pia@shop.example,Pia,Spain,true\n", "8,zoe@shop.example,Zoé,Spain,true\n"
)
AT_THE_END = {
    "emile@shop.example": ("subscribed", {"French"}, "Émile"),
    "nadia@shop.example": ("subscribed", {"French"}, "Nadine"),
    "omar@shop.example": ("unsubscribed", set(), ""),
    "pia@shop.example": ("subscribed", set(), "Pia"),
    "zoe@shop.example": ("subscribed", {"Spanish"}, "Zoé"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What one run has left: what the folder held, and what Mailchimp holds. The shop is always in the same folder."""

    folder: Path
    held: Path
    state: Path


@contextmanager
def serving(folder: Path, state: Path | None) -> Iterator[Shop]:
    """Serve the audience as it was left, to a configuration in the folder that points there."""
    with Sandbox.in_thread(switches=Switches(stats_cache_s=0), state_file=state) as sandbox:
        text = CONFIGURATION.replace("brakes: {{removal_least: 1, shrink_least: 1}}", "")
        (folder / "segue.yaml").write_text(text.format(base_url=sandbox.base_url), encoding="utf-8")
        yield Shop(folder=folder, sandbox=sandbox)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    """Run once."""
    folder, aside = tmp_path_factory.mktemp("shop"), tmp_path_factory.mktemp("past")
    state = aside / "sandbox.jsonl"
    with serving(folder, state) as shop:
        shop.sandbox.add_audience(AUDIENCE, name="Customers")
        shop.sandbox.add_contact(AUDIENCE, "omar@shop.example", status="unsubscribed")
        shop.write_customers(CUSTOMERS)
        assert shop.segue("run").code == 0
    shutil.move(folder, aside / "held")
    return Past(folder=folder, held=aside / "held", state=state)


@pytest.fixture
def shop(past: Past, tmp_path: Path) -> Iterator[Shop]:
    """Open the shop on a small disk, where this user may have one, with people who have changed since its first run."""
    state = tmp_path / "sandbox.jsonl"
    shutil.copy(past.state, state)
    past.folder.mkdir()
    with small_disk(past.folder):
        shutil.copytree(past.held, past.folder, dirs_exist_ok=True)
        with serving(past.folder, state) as opened:
            opened.write_customers(LATER)
            yield opened
    shutil.rmtree(past.folder)


def in_want(shop: Shop, *arguments: str, moment: Moment, want: Want) -> Wanted:
    return run_in_want(
        shop.folder,
        *arguments,
        environment={"SEGUE_TEST_KEY": shop.sandbox.api_key},
        moment=moment,
        want=want,
        place=shop.folder,
    )


def told(ended: Ended, language: str) -> str:
    """Return the code of what was printed, after what holds for every trouble of the machine's in every language."""
    assert ended.code == 5, ended
    before, step = (
        ("Impossible pour l’instant\u00a0: ", "\nQue faire\u00a0: ")
        if language == "fr"
        else ("Not possible now: ", "\nWhat to do: ")
    )
    assert ended.err.startswith(before), ended.err
    assert step in ended.err
    assert not {"Traceback", "bug", "Logging error"} & set(re.findall(r"\w+(?: error)?", ended.err))
    found = re.search(r"^\((\w+)", ended.err, re.MULTILINE)
    assert found, ended.err
    return found[1]


def audience(shop: Shop) -> dict[str, tuple[str, set[str], str]]:
    return {
        m.email.lower(): (m.status, set(m.tags), str(m.merge_fields.get("FNAME", "")))
        for m in shop.sandbox.members(AUDIENCE)
    }


def taken_up_again(shop: Shop) -> None:
    """See that one more run brings everything to its end, and that none after it has anything to do."""
    ended = shop.segue("run")
    assert (ended.code, ended.err) == (0, "")
    assert audience(shop) == AT_THE_END
    assert shop.segue("run", "--json").json["runs"][0]["plan"]["counts"] == {"skip": 4}
