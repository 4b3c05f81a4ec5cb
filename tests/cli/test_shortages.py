"""Want of everything at every step of a refresh and a run: a problem with its next step, nothing lost, and taken up again.

The shop has run once; since then somebody left, somebody came and somebody has another name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from segue.core.trouble import SAYINGS
from tests.cli.program import Shop
from tests.cli.shop_with_a_past import audience, in_want, past, shop, taken_up_again, told
from tests.cli.steps import STEPS
from tests.cli.wanting import Want
from tests.fixtures.forms import long_but
from tests.fixtures.moments import Moment
from tests.fixtures.shortage import (
    exhaust_files,
    exhaust_memory,
    fill_disk,
    forbid_writing,
    free_disk,
    permit_writing,
)

__all__ = ["past", "shop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something that runs short: how, what is said then, at which steps it is tried (none named: all), and how it comes back."""

    want: Want
    codes: frozenset[str]
    lift: Callable[[Path], None] = lambda _folder: None
    steps: tuple[str, ...] = ()


RESOURCES: Mapping[str, Resource] = {
    "disk": Resource(
        want=fill_disk,
        codes=frozenset({"disk_full", "file_size_limited", "disk_failing"}),
        lift=free_disk,
    ),
    "rights": Resource(
        want=forbid_writing,
        codes=frozenset({"place_not_permitted", "database_lost", "database_read_only"}),
        lift=permit_writing,
    ),
    "files": Resource(want=exhaust_files, codes=frozenset({"files_exhausted", "database_lost"})),
    "memory": Resource(
        want=exhaust_memory,
        codes=frozenset({"memory_short", "threads_exhausted"}),
        steps=("begin", "type and unify", "read the contacts", "write the plan"),
    ),
}  # fmt: skip
CASES = [(step, name) for name, resource in RESOURCES.items() for step in resource.steps or STEPS]


@pytest.mark.crossing
@pytest.mark.parametrize(("step", "resource"), CASES)
def test_a_run_that_is_short_of_something_says_so_and_is_taken_up_again(
    shop: Shop, step: str, resource: str
) -> None:
    short = RESOURCES[resource]
    language = "fr" if list(STEPS).index(step) % 2 else "en"

    wanted = in_want(shop, "run", "--language", language, moment=STEPS[step], want=short.want)

    assert wanted.has_come
    assert told(wanted.ended, language) in short.codes
    short.lift(shop.folder)
    taken_up_again(shop)


def test_every_code_of_a_shortage_is_one_of_the_machine_s_troubles() -> None:
    codes = {saying.code for saying in SAYINGS}

    assert {code for one in RESOURCES.values() for code in one.codes} <= codes


ALL = ("disk", "rights", "files")
ELSEWHERE: list[tuple[tuple[str, ...], Moment, tuple[str, ...]]] = [
    (("plan", "--csv", "plan.csv"), Moment(file="*plan.csv*"), ALL),
    (("plan",), Moment(file="*/spill"), ("disk",)),
    (("profiles",), Moment(file="*/built/manifest.json"), ("rights",)),
    (("segments", "sample", "french"), Moment(file="*/snapshots/current"), ("files",)),
    (("reconcile", "news"), Moment(call="GET /lists/{list_id}/members"), ALL),
    (("report",), Moment(file="*/reports/*"), ("files",)),
]


@pytest.mark.crossing
@pytest.mark.parametrize(
    ("command", "moment", "resource"),
    [(command, moment, name) for command, moment, names in ELSEWHERE for name in names],
    ids=lambda one: (
        " ".join(one) if isinstance(one, tuple) else one if isinstance(one, str) else ""
    ),
)
def test_other_commands_say_so_too_and_can_be_given_again(
    shop: Shop, command: tuple[str, ...], moment: Moment, resource: str
) -> None:
    short = RESOURCES[resource]

    wanted = in_want(shop, *command, moment=moment, want=short.want)

    assert wanted.has_come
    if "--csv" in command and resource == "rights":  # it is the place that was named
        assert (wanted.ended.code, "file_not_writable" in wanted.ended.err) == (2, True)
    elif (
        wanted.ended.code
    ):  # what had been read and opened by then may be all that the command needs
        assert told(wanted.ended, "en") in short.codes
    short.lift(shop.folder)
    assert shop.segue(*command).code == 0
    taken_up_again(shop)


@pytest.mark.parametrize("resource", long_but(ALL, "disk"))
def test_an_approved_plan_that_met_a_shortage_is_still_approved(shop: Shop, resource: str) -> None:
    short = RESOURCES[resource]
    digest = held(shop)
    approve = ("run", "--export", "news", "--approve", digest)

    wanted = in_want(shop, *approve, moment=STEPS["write the plan"], want=short.want)

    assert told(wanted.ended, "en") in short.codes
    short.lift(shop.folder)
    assert shop.segue(*approve).code == 0
    assert audience(shop)["pia@shop.example"] == ("subscribed", set(), "Pia")
    taken_up_again(shop)


def held(shop: Shop) -> str:
    """Let a brake hold the plan; return its digest."""
    file = shop.folder / "segue.yaml"
    text = file.read_text(encoding="utf-8").replace(
        "first_run: free", "first_run: free\n    brakes: {removal_least: 1}"
    )
    file.write_text(text, encoding="utf-8")
    ended = shop.segue("run", "--json")
    assert ended.code == 4
    return str(ended.json["runs"][0]["plan"]["digest"])
