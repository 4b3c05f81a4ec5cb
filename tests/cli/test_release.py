"""`segue release`: what a removed export has left is taken away, once, by whoever asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import AUDIENCE, Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Run an export of French and Spanish people, then take it out of the file: another one fills the audience."""
    with open_shop(tmp_path) as opened:
        assert opened.segue("run", "--yes").code == 0
        _change(opened, "  news:", "  spanish_news:")
        _change(opened, "[french, spanish]", "[spanish]")
        yield opened


def _change(shop: Shop, old: str, new: str) -> None:
    file = shop.folder / "segue.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def _tags(shop: Shop) -> dict[str, set[str]]:
    members = shop.sandbox.members(AUDIENCE)
    return {m.email.lower().partition("@")[0]: set(m.tags) for m in members}


def test_a_release_that_takes_from_many_waits_for_approval_of_its_plan(tmp_path: Path) -> None:
    rows = [f"{n},p{n}@shop.example,P{n},France,true" for n in range(1, 13)]
    with open_shop(tmp_path) as shop:
        shop.write_customers("\n".join(["id,email,first,country,agreed", *rows]))
        shop.segue("run", "--yes")
        _change(shop, "  news:", "  other:")
        held = shop.segue("release", "news", "--yes")
        before = _tags(shop)
        digest = held.out.rpartition("--approve ")[2].strip()

        done = shop.segue("release", "news", "--approve", digest)

        assert held.code == 4
        assert "French: 12 people" in held.out
        assert before["p1"] == {"French"}
        assert done.code == 0, done
        assert {name for name, tags in _tags(shop).items() if tags} == set()
        assert shop.segue("release", "news", "--yes").code == 2


def test_of_several_releases_that_wait_each_is_approved_by_its_own_digest(tmp_path: Path) -> None:
    """What cannot be taken away yet in one audience must not keep the approval from another."""
    second, third = "b1b2c3d4e5", "c1b2c3d4e5"
    rows = [f"{n},p{n}@shop.example,P{n},France,true" for n in range(1, 13)]
    with open_shop(tmp_path) as shop:
        for audience in (second, third):
            shop.sandbox.add_audience(audience)
        shop.write_customers("\n".join(["id,email,first,country,agreed", *rows]))
        for audience, next_one in ((AUDIENCE, second), (second, third)):
            shop.segue("run", "--yes")
            _change(shop, audience, next_one)
        held = shop.segue("release", "news", "--yes", "--json")
        digests = [one["plan"]["digest"] for one in held.json["releases"]]

        strange = shop.segue("release", "news", "--approve", "0123456789abcdef")
        first = shop.segue("release", "news", "--approve", digests[1], "--json")
        carrying = {
            a: sum(bool(m.tags) for m in shop.sandbox.members(a)) for a in (AUDIENCE, second)
        }
        last = shop.segue("release", "news", "--approve", digests[0])

        assert (held.code, strange.code, first.code, last.code) == (4, 4, 4, 0)
        assert f"--approve {digests[0]}" in strange.out
        assert [one["run"] is not None for one in first.json["releases"]] == [False, True]
        assert carrying == {AUDIENCE: 12, second: 0}
        assert _tags(shop) == {"omar": set(), **{f"p{n}": set() for n in range(1, 13)}}


def test_what_is_left_in_an_audience_without_any_export_is_told_until_it_is_released(
    tmp_path: Path,
) -> None:
    """No plan is made of that audience any more, so that the plans of others say it."""
    other = "b1b2c3d4e5"
    with open_shop(tmp_path) as shop:
        shop.sandbox.add_audience(other)
        before = shop.segue("run", "--yes").out
        _change(shop, AUDIENCE, other)

        planned, as_json = shop.segue("plan"), shop.segue("plan", "--json").json
        ran, french = shop.segue("run", "--yes"), shop.segue("plan", "--language", "fr")
        checked, checked_as_json = shop.segue("check"), shop.segue("check", "--json").json
        ran_as_json = shop.segue("run", "--yes", "--json").json
        released = shop.segue("release", "news", "--yes")

        told = f"The export news has left tags in the audience {AUDIENCE}"
        assert told not in before
        assert told in planned.out
        assert told in ran.out
        assert told in checked.out
        for one in (as_json, checked_as_json, ran_as_json):
            assert one["left_elsewhere"] == [{"export": "news", "audience": AUDIENCE}]
        assert "L’exportation news a laissé des étiquettes" in french.out
        assert released.code == 0, released
        assert AUDIENCE not in shop.segue("plan").out
        assert AUDIENCE not in shop.segue("check").out


def test_a_damaged_state_of_an_audience_that_no_export_fills_stops_no_other_run(
    tmp_path: Path,
) -> None:
    """Nor does it hide what is left in others."""
    second, third = "b1b2c3d4e5", "c1b2c3d4e5"
    with open_shop(tmp_path) as shop:
        for audience in (second, third):
            shop.sandbox.add_audience(audience)
        shop.segue("run", "--yes")
        _change(shop, AUDIENCE, second)
        shop.segue("run", "--yes")
        _change(shop, second, third)
        (journal,) = shop.folder.glob(f".segue/audiences/*-{AUDIENCE}/journal.sqlite")
        journal.write_bytes(b"no journal any more")

        ran = shop.segue("run", "--yes")

        assert ran.code == 0, ran
        assert f"has left tags in the audience {second}" in ran.out
        assert f"has left tags in the audience {AUDIENCE}" not in ran.out
        assert {m.email for m in shop.sandbox.members(third)} != set()


def test_tags_that_a_living_export_claims_stay(shop: Shop) -> None:
    shop.segue("run", "--yes")
    _change(shop, "removal_least: 1", "removal_least: 10")

    done = shop.segue("release", "news", "--yes", "--json")

    (one,) = done.json["releases"]
    tags = {change["tag"]: change["removes"] for change in one["plan"]["segments"]}
    assert tags == {"French": 2}
    assert one["run"]["outcomes"]["untagged"] == 2
    assert _tags(shop)["pia"] == {"Spanish"}
    assert _tags(shop)["nadia"] == set()


def test_what_is_declared_and_what_is_unknown_is_not_released(shop: Shop) -> None:
    declared = shop.segue("release", "spanish_news", "--yes")
    unknown = shop.segue("release", "other", "--yes")
    french = shop.segue("release", "other", "--yes", "--language", "fr")
    unasked = shop.segue("release", "news")

    assert (declared.code, unknown.code, unasked.code) == (2, 2, 2)
    assert "export_declared" in declared.err
    assert "exports that have: news" in unknown.err
    assert "celles qui en ont laissé\u00a0: news" in french.err
    assert "use --yes" in unasked.err
    assert _tags(shop)["nadia"] == {"French"}


def test_an_export_that_moved_to_another_audience_claims_nothing_in_the_old_one(shop: Shop) -> None:
    shop.sandbox.add_audience("b1b2c3d4e5", name="Others")
    _change(shop, "  spanish_news:", "  news:")
    _change(shop, "audience: a1b2c3d4e5", "audience: b1b2c3d4e5")
    _change(shop, "removal_least: 1", "removal_least: 10")

    done = shop.segue("release", "news", "--yes")

    assert done.code == 0, done
    assert {name for name, tags in _tags(shop).items() if tags} == set()


def test_what_a_renamed_export_will_take_along_is_not_left_over_before_it_ran(shop: Shop) -> None:
    """Another export runs first, told to take away what is left: it finds nothing, and no plan offers to release it."""
    file = shop.folder / "segue.yaml"
    head, _, body = file.read_text(encoding="utf-8").partition("  spanish_news:")
    renamed = body.replace("[spanish]", "[french, spanish]")
    exports = f"  first:{body}    leftovers: remove\n  later:{renamed}    was: news\n"
    file.write_text(head + exports, encoding="utf-8")

    planned = shop.segue("plan", "--json")
    released = shop.segue("release", "news", "--yes")
    done = shop.segue("run", "--export", "first", "--yes")

    assert [one["leftovers"] for one in planned.json["plans"]] == [[], []]
    assert released.code == 2
    assert "nothing_left_over" in released.err
    assert done.code == 0, done
    assert _tags(shop)["nadia"] == {"French"}
