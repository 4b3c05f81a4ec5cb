"""A backup is restored while the audience has moved on: nobody is resubscribed, and nobody else's tag is taken away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.by_hand import by_hand
from tests.cli.program import AUDIENCE, Ended, Shop, open_shop

HEAD = "id,email,first,country,agreed\n"
PEOPLE = {
    name: f"{number},{name.lower()}@shop.example,{name},France,true\n"
    for number, name in enumerate(
        ["Nadia", "Omar", "Pia", "Quentin", "Rosa", "Emile", "Alma", "Ben", "Cleo", "Dora", "Eve"],
        1,
    )
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Everybody but Eve was exported when the backup was made; Omar had unsubscribed before."""
    folder = tmp_path / "shop"
    folder.mkdir()
    with open_shop(folder) as opened:
        customers(opened, *(name for name in PEOPLE if name != "Eve"))
        assert opened.segue("run", "--yes").code == 0
        assert opened.segue("backup", str(tmp_path / "kept.tar.gz")).code == 0
        yield opened


def customers(shop: Shop, *names: str) -> None:
    shop.write_customers(HEAD + "".join(PEOPLE[name] for name in names))


def member(name: str) -> str:
    return f"/members/{md5(f'{name.lower()}@shop.example'.encode()).hexdigest()}"


def tag(shop: Shop, name: str, tag: str, *, state: str = "active") -> None:
    by_hand(
        shop,
        "POST",
        f"{member(name)}/tags",
        {"tags": [{"name": tag, "status": state}]},  # type: ignore[arg-type]
    )


def the_audience_moves_on(shop: Shop) -> None:
    """One thing of each kind happens, some of it by our own runs, which the backup knows nothing of."""
    hand: Any = shop
    by_hand(hand, "PATCH", member("Nadia"), {"status": "unsubscribed"})
    by_hand(hand, "DELETE", member("Pia"))
    by_hand(hand, "POST", f"{member('Quentin')}/actions/delete-permanent")
    tag(shop, "Rosa", "Gold")
    tag(shop, "Emile", "French", state="inactive")
    by_hand(hand, "PATCH", member("Alma"), {"status": "unsubscribed"})
    by_hand(hand, "DELETE", member("Alma"))
    by_hand(hand, "POST", "/members", {"email_address": "zoe@shop.example", "status": "subscribed"})
    tag(shop, "Zoe", "French")
    customers(shop, *(name for name in PEOPLE if name != "Cleo"))
    approved(shop)


def approved(shop: Shop) -> Ended:
    """Run, approving a plan that is held."""
    ended = shop.segue("run", "--json")
    if ended.code == 4:
        digest = ended.json["runs"][0]["plan"]["digest"]
        ended = shop.segue("run", "--json", "--approve", digest)
    return ended


def restored(shop: Shop) -> None:
    """Lose the state folder, restore it, and let a person say that it is the real one."""
    shutil.rmtree(shop.folder / ".segue")
    ended = shop.segue("restore", str(shop.folder.parent / "kept.tar.gz"))
    assert ended.code == 0, ended
    assert shop.segue("manage", "installation", "--this-one").code == 0


def standing(shop: Shop) -> dict[str, tuple[str, set[str]]]:
    return {
        found.email.partition("@")[0]: (found.status, set(found.tags))
        for found in shop.sandbox.members(AUDIENCE)
    }


def test_a_restore_resubscribes_nobody_and_takes_no_tag_of_somebody_else(shop: Shop) -> None:
    the_audience_moves_on(shop)
    before = standing(shop)

    restored(shop)
    ended = approved(shop)

    after = standing(shop)
    assert ended.code == 0, ended
    assert {name: status for name, (status, _) in after.items()} == {
        name: status for name, (status, _) in before.items()
    }
    assert "quentin" not in after
    assert after["nadia"][0] == after["omar"][0] == "unsubscribed"
    assert after["pia"][0] == after["alma"][0] == "archived"
    assert "Gold" in after["rosa"][1]
    assert after["zoe"] == ("subscribed", {"French"})
    assert "French" in after["eve"][1]
    assert "French" not in after["cleo"][1]


def test_after_a_restore_the_second_run_has_nothing_to_do(shop: Shop) -> None:
    the_audience_moves_on(shop)
    restored(shop)
    approved(shop)

    ended = shop.segue("run", "--json")

    assert ended.code == 0
    assert set(ended.json["runs"][0]["plan"]["counts"]) <= {"skip"}


def test_who_left_after_a_restore_loses_only_what_the_backup_knew_to_be_ours(shop: Shop) -> None:
    the_audience_moves_on(shop)
    restored(shop)

    customers(shop, "Dora")
    ended = approved(shop)

    assert ended.code == 0, ended
    after = standing(shop)
    assert after["dora"] == ("subscribed", {"French"})
    assert after["ben"] == ("subscribed", set())
    assert after["rosa"] == ("subscribed", {"Gold"})
    assert after["zoe"] == ("subscribed", {"French"})
    assert after["eve"][0] == "subscribed"


def test_the_first_run_after_a_restore_is_held_and_says_why(shop: Shop) -> None:
    the_audience_moves_on(shop)
    before = standing(shop)
    shutil.rmtree(shop.folder / ".segue")
    shop.segue("restore", str(shop.folder.parent / "kept.tar.gz"))
    shop.sandbox.reset_calls()

    held = shop.segue("run", "--yes", "--json")
    told = shop.segue("plan")

    (run,) = held.json["runs"]
    assert held.code == 4
    assert run["problem"]["code"] == "installation_undecided"
    assert [stop["kind"] for stop in run["plan"]["stops"]].count("installation_restored") == 1
    assert "restored" in told.out
    assert shop.sandbox.writes == []
    assert standing(shop) == before
