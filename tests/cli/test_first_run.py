"""The first run of an export at the command line: held where nobody says yes, whatever asks: terminal, script, JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import AUDIENCE, CUSTOMERS, Shop, open_shop
from tests.cli.terminals import on_a_terminal


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a shop whose export never ran, as `segue.yaml` has it when nobody says anything about first runs."""
    with open_shop(tmp_path) as opened:
        change(opened, "    first_run: free\n", "")
        yield opened


def change(shop: Shop, old: str, new: str) -> None:
    file = shop.folder / "segue.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def subscribed(shop: Shop) -> int:
    return len(shop.sandbox.members(AUDIENCE, status="subscribed"))


def test_where_nobody_watches_it_is_held_and_says_both_ways_out(shop: Shop) -> None:
    held = shop.segue("run")
    digest = shop.segue("plan", "--json").json["plans"][0]["digest"]

    assert held.code == 4
    assert held.out == (
        "news: Needs approval\n"
        "  • This is the first run of news: 3 people would be sent to Mailchimp.\n"
        "  This would be the first run of 'news': its plan waits for approval; nothing was written.\n"
        f"  What to do: Look at the plan; then run again with --approve {digest}, or with --yes. (first_run_needs_approval)\n"
    )
    assert subscribed(shop) == 0


def test_it_is_held_in_french_too(shop: Shop) -> None:
    held = shop.segue("run", "--language", "fr")

    assert held.code == 4
    assert (
        "C’est la première exécution de news\u00a0: 3 personnes seraient envoyées à Mailchimp."
        in held.out
    )


def test_yes_approves_it_and_later_runs_ask_nobody(shop: Shop) -> None:
    first = shop.segue("run", "--yes")
    shop.write_customers(CUSTOMERS + "8,eve@shop.example,Eve,Spain,true\n")
    later = shop.segue("run")

    assert (first.code, later.code) == (0, 0)
    assert subscribed(shop) == 4


def test_its_digest_approves_it(shop: Shop) -> None:
    digest = shop.segue("plan", "--json").json["plans"][0]["digest"]

    assert shop.segue("run", "--approve", digest).code == 0
    assert subscribed(shop) == 3


def test_json_is_held_like_anything_that_nobody_watches(shop: Shop) -> None:
    held = shop.segue("run", "--json")
    (run,) = held.json["runs"]
    allowed = shop.segue("run", "--json", "--yes")

    assert (held.code, allowed.code) == (4, 0)
    assert (run["status"], run["problem"]["code"]) == (
        "needs_approval",
        "first_run_needs_approval",
    )
    assert run["plan"]["is_first"] is True
    assert run["plan"]["stops"] == [
        {
            "kind": "first_run",
            "subject": "news",
            "count": 3,
            "total": 4,
            "threshold": 0.0,
            "approvable": True,
            "before": "",
            "after": "",
            "people": 0,
        }
    ]
    assert subscribed(shop) == 3


def test_a_file_may_say_that_first_runs_are_free(shop: Shop) -> None:
    change(shop, "removal_least: 1, shrink_least: 1}\n", "removal_least: 1}\n    first_run: free\n")

    assert shop.segue("run").code == 0
    assert subscribed(shop) == 3


def test_the_plan_says_that_it_is_a_first_run_and_how_to_run_it(shop: Shop) -> None:
    planned = shop.segue("plan")

    assert planned.code == 0
    assert (
        "  • This is the first run of news: 3 people would be sent to Mailchimp.\n" in planned.out
    )
    assert "To approve exactly this plan: segue run --export news --approve " in planned.out
    assert "It is a first run: --yes instead of --approve runs whatever its plan is then." in (
        planned.out
    )


def test_yes_lifts_no_other_brake(shop: Shop) -> None:
    change(shop, "label: Sandbox,", "label: Sandbox, contact_limit: 2,")

    planned, held = shop.segue("plan"), shop.segue("run", "--yes")

    assert (planned.code, held.code) == (4, 4)
    assert "(plan_needs_approval)" in held.out
    assert subscribed(shop) == 0


@pytest.mark.parametrize(("answer", "code", "people"), [("n", 130, 0), ("y", 0, 3)])
def test_the_answer_at_the_terminal_is_the_approval(
    shop: Shop, answer: str, code: int, people: int
) -> None:
    text, ended = on_a_terminal(shop, ["run"], until="Send this to Mailchimp now?", answer=answer)

    assert "This is the first run of news: 3 people would be sent to Mailchimp." in text
    assert (ended, subscribed(shop)) == (code, people)


def test_json_on_a_terminal_asks_nobody_and_is_held(shop: Shop) -> None:
    text, ended = on_a_terminal(shop, ["run", "--json"], until=None, answer="")

    assert "first_run_needs_approval" in text
    assert (ended, subscribed(shop)) == (4, 0)
