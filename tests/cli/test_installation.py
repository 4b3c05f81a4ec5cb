"""A copied, moved, restored or strange installation writes nothing before a person said which one is the real one."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailchimp_sandbox.faults import Fault
from tests.cli.program import AUDIENCE, CUSTOMERS, Ended, Shop, again, open_shop
from tests.cli.terminals import on_a_terminal

MORE = CUSTOMERS + "8,eve@shop.example,Eve,Spain,true\n"
ANONYMISED = CUSTOMERS.replace("Nadia", "Xxxxx").replace("@shop.example", "@anon.example")
PREFIX = "segue: installation "
DECIDED = "installation_undecided"
STATE = "sandbox.jsonl"


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Let an export run once; return where, and a folder that holds what was there and at Mailchimp. A shop knows its place."""
    place, aside = tmp_path_factory.mktemp("place"), tmp_path_factory.mktemp("past")
    (place / "shop").mkdir()
    with open_shop(place / "shop", state=aside / STATE) as opened:
        assert opened.segue("run").code == 0
    shutil.move(place / "shop", aside / "shop")
    return place, aside


@pytest.fixture
def shop(past: tuple[Path, Path], tmp_path: Path) -> Iterator[Shop]:
    """Return a shop whose export ran once, always in the same place; all around it is removed."""
    place, aside = past
    shutil.copytree(aside / "shop", place / "shop")
    shutil.copy(aside / STATE, tmp_path / STATE)
    with again(place / "shop", state=tmp_path / STATE) as opened:
        yield opened
    shutil.rmtree(place)
    place.mkdir()


def copied(shop: Shop, name: str = "copy") -> Shop:
    """Return the shop as it is after its whole folder was copied."""
    folder = shop.folder.parent / name
    shutil.copytree(shop.folder, folder)
    return replace(shop, folder=folder)


def moved(shop: Shop) -> Shop:
    """Return the shop as it is after its whole folder was moved."""
    return replace(shop, folder=shop.folder.rename(shop.folder.parent / "elsewhere"))


def kept(shop: Shop) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shop.folder / ".segue/installation.json").read_bytes())
    return found


def stamps(shop: Shop) -> set[str]:
    """Return the ids that the audience carries."""
    names = shop.sandbox.audience(AUDIENCE).tags
    return {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}


def held(
    shop: Shop, *arguments: str, kinds: set[str], settings: Mapping[str, str] | None = None
) -> Ended:
    """Run, and see that nothing is written and that it says why and what to do."""
    shop.sandbox.reset_calls()
    ended = shop.segue(*(arguments or ("run",)), "--json", settings=settings)
    (run,) = ended.json["runs"]
    assert ended.code == 4
    assert (run["status"], run["problem"]["code"]) == ("needs_approval", DECIDED)
    assert {stop["kind"] for stop in run["plan"]["stops"]} == kinds
    assert not any(stop["approvable"] for stop in run["plan"]["stops"])
    assert shop.sandbox.writes == []
    return ended


def writes(shop: Shop, *arguments: str) -> list[str]:
    """Run to success; return the writing calls that it made."""
    shop.sandbox.reset_calls()
    ended = shop.segue(*(arguments or ("run",)))
    assert ended.code == 0, ended.out + ended.err
    return [f"{call.method} {call.template}" for call in shop.sandbox.writes]


# the id and its stamp


def test_the_first_run_makes_an_id_and_stamps_the_audience_by_one_call(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        plan = shop.segue("plan", "--json").json["plans"][0]
        called = writes(shop)

        name = PREFIX + kept(shop)["id"]
        assert plan["stamp"] == {"kind": "new", "name": name, "calls": 1}
        assert plan["calls"] == 2
        assert called == ["POST /lists/{list_id}/segments", "POST /lists/{list_id}"]
        assert shop.sandbox.audience(AUDIENCE).tags[name] == 0
        assert (shop.folder / ".segue/installation.json").stat().st_mode & 0o777 == 0o600


def test_unchanged_runs_make_no_writing_call_and_no_more_reading_calls(shop: Shop) -> None:
    assert writes(shop) == []
    assert writes(shop) == []
    before = sum(shop.sandbox.call_counts().values())
    (shop.folder / ".segue/installation.json").unlink()
    shop.sandbox.delete_tag(AUDIENCE, PREFIX + next(iter(stamps(shop))))

    assert writes(shop) == []
    # Fewer when the machine is slow: what was written in the last moments is read again.
    assert sum(shop.sandbox.call_counts().values()) <= before


def test_the_stamp_is_no_tag_of_any_export_and_reconcile_finds_nothing_in_it(shop: Shop) -> None:
    plan = shop.segue("plan", "--json").json["plans"][0]
    compared = shop.segue("reconcile", "news", "--json")

    assert (plan["is_settled"], plan["stamp"], plan["found_tags"], plan["drift"]) == (
        True,
        None,
        [],
        [],
    )
    assert (compared.code, compared.json["differs"]) == (0, False)


def test_no_export_may_use_a_tag_that_is_named_like_a_stamp(shop: Shop) -> None:
    text = (shop.folder / "segue.yaml").read_text(encoding="utf-8")
    tagged = text.replace(
        "segments: [french,", "segments: [{segment: french, tag: 'SEGUE: Installation x'},"
    )
    (shop.folder / "segue.yaml").write_text(tagged, encoding="utf-8")

    checked = shop.segue("check", "--json")

    (mistake,) = checked.json["error"]["mistakes"]
    assert (checked.code, mistake["code"]) == (2, "tag_reserved")


def test_a_deleted_stamp_is_told_and_put_on_again_by_the_next_run_that_writes(shop: Shop) -> None:
    name = PREFIX + kept(shop)["id"]
    shop.sandbox.delete_tag(AUDIENCE, name)

    unchanged = shop.segue("run")
    assert f"the stamp of this installation was deleted, the empty tag {name}" in unchanged.out
    assert stamps(shop) == set()
    shop.write_customers(MORE)
    assert writes(shop) == ["POST /lists/{list_id}/segments", "POST /lists/{list_id}"]
    assert stamps(shop) == {kept(shop)["id"]}
    assert "stamp" not in shop.segue("plan").out


def test_a_stamp_whose_reply_was_lost_is_not_made_twice(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sandbox.add_fault(
            Fault(
                kind="drop_after", method="POST", path_pattern="/lists/{list_id}/segments", times=1
            )
        )
        assert shop.segue("run").code == 0

        assert stamps(shop) == {kept(shop)["id"]}


def test_a_home_from_before_this_version_gets_an_id_silently(shop: Shop) -> None:
    """Neither an id nor a stamp, as earlier versions left things: nothing waits."""
    shop.sandbox.delete_tag(AUDIENCE, PREFIX + kept(shop)["id"])
    (shop.folder / ".segue/installation.json").unlink()
    (journal,) = (shop.folder / ".segue/audiences").glob("*/journal.sqlite")
    with closing(sqlite3.connect(journal)) as opened, opened:
        opened.execute("DELETE FROM fact WHERE name = 'stamps'")
    before = shop.segue("run")
    shop.write_customers(MORE)

    assert (before.code, "stamp" in before.out) == (0, False)
    assert writes(shop) == ["POST /lists/{list_id}/segments", "POST /lists/{list_id}"]
    assert stamps(shop) == {kept(shop)["id"]}


# what holds


def test_a_copied_folder_run_with_other_data_writes_nothing_whoever_says_yes(shop: Shop) -> None:
    """The fourth case of C1: the state folder copied and run with anonymised data."""
    before = [(m.email, m.status, dict(m.merge_fields)) for m in shop.sandbox.members(AUDIENCE)]
    copy = copied(shop)
    copy.write_customers(ANONYMISED)

    digest = held(copy, kinds={"installation_moved"}).json["runs"][0]["plan"]["digest"]
    held(copy, "run", "--yes", kinds={"installation_moved"})
    held(copy, "run", "--approve", digest, kinds={"installation_moved"})
    held(copy, "run", "--full", "--retry-held", "--yes", kinds={"installation_moved"})
    held(copy, "reconcile", "news", "--repair", "--yes", kinds={"installation_moved"})

    assert [
        (m.email, m.status, dict(m.merge_fields)) for m in shop.sandbox.members(AUDIENCE)
    ] == before
    assert writes(shop) == []


def test_a_held_installation_still_reads_refreshes_and_plans_and_says_so(shop: Shop) -> None:
    copy = copied(shop)
    copy.write_customers(MORE)

    refreshed = copy.segue("profiles")
    planned = copy.segue("plan")

    assert refreshed.code == 0
    assert "Nothing is written to Mailchimp before somebody says" in refreshed.out
    assert "Nothing is written to Mailchimp" not in shop.segue("profiles").out
    assert planned.code == 4
    assert "it may be a copy of the real one" in planned.out
    assert "segue manage installation --this-one" in planned.out
    assert "--approve" not in planned.out


def test_a_held_run_says_it_in_french(shop: Shop) -> None:
    copy = copied(shop)

    ended = copy.segue("run", "--language", "fr")

    assert ended.code == 4
    assert "c’est peut-être une copie de la vraie" in ended.out
    assert "Indiquez-le une fois\u00a0: segue manage installation --this-one" in ended.out


def test_leftover_tags_are_not_released_by_a_copy(shop: Shop) -> None:
    copy = copied(shop)
    text = (copy.folder / "segue.yaml").read_text(encoding="utf-8")
    (copy.folder / "segue.yaml").write_text(text.partition("exports:")[0], encoding="utf-8")

    copy.sandbox.reset_calls()
    ended = copy.segue("release", "news", "--yes")

    assert ended.code == 4
    assert "segue manage installation --this-one" in ended.out
    assert copy.sandbox.writes == []


def test_no_merge_field_is_created_by_a_copy(shop: Shop) -> None:
    copy = copied(shop)
    text = (copy.folder / "segue.yaml").read_text(encoding="utf-8")
    with_field = text.replace(
        "FNAME: first_name", "FNAME: first_name, LAND: {attribute: country, create: true}"
    )
    (copy.folder / "segue.yaml").write_text(with_field, encoding="utf-8")

    ended = held(copy, "run", "--yes", kinds={"installation_moved"})

    assert ended.json["runs"][0]["plan"]["fields_to_create"] == ["LAND"]


def test_another_host_holds_and_the_setting_names_it_where_it_changes(shop: Shop) -> None:
    settings = {"SEGUE_HOST": "Production"}
    held(shop, kinds={"installation_host"}, settings=settings)
    profiles = shop.segue("profiles", "--json", settings=settings).json["installation"]
    decided = shop.segue("manage", "installation", "--this-one", settings=settings)

    assert (decided.code, profiles["is_held"], profiles["is_readable"]) == (0, True, True)
    assert [stop["kind"] for stop in profiles["stops"]] == ["installation_host"]
    assert kept(shop)["place"]["host"] == "production"
    assert shop.segue("run", settings=settings).code == 0
    held(shop, kinds={"installation_host"})


def test_a_link_to_the_folder_is_the_same_place(shop: Shop) -> None:
    link = shop.folder.parent / "link"
    link.symlink_to(shop.folder)

    assert replace(shop, folder=link).segue("run").code == 0


def test_a_stamp_of_another_installation_holds_beside_ours_or_alone(shop: Shop) -> None:
    shop.sandbox.add_tag(AUDIENCE, "nadia@shop.example", "Segue: Installation 0123456789abcdef")
    held(shop, kinds={"installation_strange"})
    shop.sandbox.delete_tag(AUDIENCE, PREFIX + kept(shop)["id"])
    ended = held(shop, kinds={"installation_strange"})

    (stop,) = ended.json["runs"][0]["plan"]["stops"]
    assert (stop["subject"], stop["after"]) == ("0123456789abcdef", kept(shop)["id"])


def test_a_lost_state_folder_finds_its_own_stamp_and_waits(shop: Shop) -> None:
    shutil.rmtree(shop.folder / ".segue")

    held(shop, "run", "--yes", kinds={"installation_strange"})


def test_two_copies_of_one_folder_both_wait(shop: Shop) -> None:
    held(copied(shop, "one"), kinds={"installation_moved"})
    held(copied(shop, "two"), kinds={"installation_moved"})


def test_a_restored_folder_waits_until_somebody_decides(shop: Shop) -> None:
    restored = {
        "restored_at": "2026-03-02T09:00:00+00:00",
        "backup_made_at": "2026-03-01T09:00:00+00:00",
        "backup_of": kept(shop)["id"],
    }
    file = shop.folder / ".segue/restored.json"
    file.write_text(json.dumps(restored), encoding="utf-8")
    shop.write_customers(MORE)
    ended = held(shop, "run", "--yes", kinds={"installation_restored"})
    (stop,) = ended.json["runs"][0]["plan"]["stops"]
    assert (stop["before"], stop["after"]) == (restored["backup_made_at"], restored["restored_at"])

    assert shop.segue("manage", "installation", "--this-one").code == 0

    assert not file.exists()
    assert shop.segue("run").code == 0
    assert stamps(shop) == {kept(shop)["id"]} != {restored["backup_of"]}
    file.write_text(
        json.dumps(restored | {"restored_at": "2026-03-03T09:00:00+00:00"}), encoding="utf-8"
    )
    held(shop, kinds={"installation_restored"})


@pytest.mark.parametrize("text", ["", '{"restored_at": 5}', "\xff"])
def test_a_damaged_note_of_a_restoration_is_not_read_as_none(shop: Shop, text: str) -> None:
    (shop.folder / ".segue/restored.json").write_bytes(text.encode("latin-1"))

    held(shop, kinds={"installation_restored"})


@pytest.mark.parametrize("text", ["", '{"id": "5"}', "\xff"])
def test_a_damaged_identity_is_not_read_as_a_new_one(shop: Shop, text: str) -> None:
    file = shop.folder / ".segue/installation.json"
    file.write_bytes(text.encode("latin-1"))
    shop.write_customers(MORE)

    ended = shop.segue("run", "--json")
    looked = shop.segue("manage", "installation", "--json")

    assert (ended.code, ended.json["errors"][0]["code"]) == (2, "installation_unreadable")
    assert (looked.code, looked.json["is_readable"]) == (4, False)
    assert shop.sandbox.writes == []
    assert shop.segue("manage", "installation", "--this-one").code == 0
    assert shop.segue("run").code == 0
    assert stamps(shop) == {kept(shop)["id"]}


def test_a_stamp_that_comes_while_somebody_reads_the_plan_stops_the_run(shop: Shop) -> None:
    shop.write_customers(MORE)
    shop.sandbox.reset_calls()

    text, code = on_a_terminal(
        shop, ["run"], until="[y/N]", answer="y", before=lambda: stamped_by_another(shop)
    )

    assert code == 4
    assert "carries the stamp of another installation" in text
    assert shop.sandbox.writes == []
    assert len(shop.sandbox.members(AUDIENCE)) == 4


def stamped_by_another(shop: Shop) -> None:
    shop.sandbox.add_tag(AUDIENCE, "nadia@shop.example", PREFIX + "0123456789abcdef")


def test_a_restored_backup_waits_and_goes_on_once_somebody_said_it_is_real(shop: Shop) -> None:
    backup = shop.folder.parent / "all.backup"
    made = shop.segue("backup", str(backup))
    shop.write_customers(MORE)
    assert shop.segue("run").code == 0
    restored = shop.segue("restore", str(backup), "--replace")
    shop.write_customers(MORE + "9,fay@shop.example,Fay,Spain,true\n")

    assert (made.code, restored.code) == (0, 0), made.err + restored.out + restored.err
    held(shop, "run", "--yes", kinds={"installation_restored"})
    assert shop.segue("manage", "installation", "--this-one").code == 0
    assert "PATCH /lists/{list_id}/segments/{segment_id}" in writes(shop)
    assert stamps(shop) == {kept(shop)["id"]}
    assert len(shop.sandbox.members(AUDIENCE, status="subscribed")) == 5


# the decision


def test_a_moved_folder_goes_on_after_one_command_and_the_old_one_waits(shop: Shop) -> None:
    old = copied(shop, "old")
    before = kept(shop)["id"]
    here = moved(shop)
    held(here, kinds={"installation_moved"})

    shown = here.segue("manage", "installation")
    decided = here.segue("manage", "installation", "--this-one")
    after = here.segue("manage", "installation", "--json")

    assert (shown.code, decided.code, after.code) == (4, 0, 0)
    assert "segue manage installation --this-one" in shown.out
    assert after.json["audiences"][0]["state"] == "stamped" or after.json["audiences"][0][
        "others"
    ] == [before]
    assert writes(here) == ["PATCH /lists/{list_id}/segments/{segment_id}"]
    assert stamps(here) == {kept(here)["id"]} != {before}
    assert writes(here) == []
    old.folder.rename(shop.folder)
    held(replace(old, folder=shop.folder), kinds={"installation_strange"})


def test_a_copy_is_another_installation_and_never_writes_to_what_it_was_copied_with(
    shop: Shop,
) -> None:
    copy = copied(shop)
    decided = copy.segue("manage", "installation", "--a-copy")
    copy.write_customers(ANONYMISED)

    assert decided.code == 0
    assert kept(copy)["id"] != kept(shop)["id"] == kept(copy)["copy_of"]
    held(copy, "run", "--yes", kinds={"installation_copy", "installation_strange"})
    shop.sandbox.delete_tag(AUDIENCE, PREFIX + kept(shop)["id"])
    held(copy, "run", "--yes", kinds={"installation_copy"})
    shop.write_customers(MORE)
    assert writes(shop) == ["POST /lists/{list_id}/segments", "POST /lists/{list_id}"]


def test_a_copy_may_fill_an_audience_of_its_own(shop: Shop) -> None:
    shop.sandbox.add_audience("b1b2c3d4e5", name="Staging")
    copy = copied(shop)
    text = (copy.folder / "segue.yaml").read_text(encoding="utf-8")
    (copy.folder / "segue.yaml").write_text(text.replace(AUDIENCE, "b1b2c3d4e5"), encoding="utf-8")
    held(copy, kinds={"installation_moved"})
    copy.segue("manage", "installation", "--a-copy")

    assert writes(copy)[0] == "POST /lists/{list_id}/segments"
    assert stamps(shop) == {kept(shop)["id"]}


def test_one_of_two_audiences_that_another_stamped_holds_its_export_only(shop: Shop) -> None:
    shop.sandbox.add_audience("b1b2c3d4e5", name="Second")
    shop.sandbox.add_contact("b1b2c3d4e5", "zoe@shop.example", tags=[PREFIX + "0123456789abcdef"])
    text = (shop.folder / "segue.yaml").read_text(encoding="utf-8")
    news = text.partition("  news:\n")[2]
    second = text + "  second:\n" + news.replace(AUDIENCE, "b1b2c3d4e5")
    (shop.folder / "segue.yaml").write_text(second, encoding="utf-8")
    shop.write_customers(MORE)

    ended = shop.segue("run", "--json")

    statuses = {
        run["export"]: run["problem"] and run["problem"]["code"] for run in ended.json["runs"]
    }
    assert statuses == {"news": None, "second": DECIDED}
    assert shop.sandbox.audience("b1b2c3d4e5").statuses == {"subscribed": 1}


def test_who_was_said_to_be_real_takes_the_place_and_the_other_may_take_it_back(shop: Shop) -> None:
    copy = copied(shop)
    copy.segue("manage", "installation", "--this-one")
    assert writes(copy) == ["PATCH /lists/{list_id}/segments/{segment_id}"]
    held(shop, kinds={"installation_strange"})

    shop.segue("manage", "installation", "--this-one")
    assert writes(shop) == ["PATCH /lists/{list_id}/segments/{segment_id}"]

    assert stamps(shop) == {kept(shop)["id"]}
    held(copy, kinds={"installation_strange"})
    assert writes(shop) == []


def test_two_stamps_become_one_when_this_one_is_real(shop: Shop) -> None:
    stamped_by_another(shop)
    held(shop, kinds={"installation_strange"})
    shop.segue("manage", "installation", "--this-one")

    assert writes(shop) == [
        "PATCH /lists/{list_id}/segments/{segment_id}",
        "DELETE /lists/{list_id}/segments/{segment_id}",
    ]
    assert stamps(shop) == {kept(shop)["id"]}


def test_a_third_installation_is_not_covered_by_an_earlier_decision(shop: Shop) -> None:
    copy = copied(shop)
    copy.segue("manage", "installation", "--this-one")
    assert copy.segue("run").code == 0
    stamped_by_another(copy)

    held(copy, kinds={"installation_strange"})


def test_nothing_is_decided_where_nothing_is_in_question(shop: Shop) -> None:
    before = kept(shop)
    decided = shop.segue("manage", "installation", "--this-one")

    assert (decided.code, kept(shop)) == (0, before)
    assert "Nothing is to be decided" in decided.out
    assert shop.segue("manage", "installation", "--this-one", "--a-copy").code == 2
    empty = shop.folder.parent / "empty"
    empty.mkdir()
    nobody = replace(shop, folder=empty).segue("manage", "installation")
    assert (nobody.code, "wrote" in nobody.out or "written" in nobody.out) == (0, True)


def test_it_is_shown_as_json_and_in_french(shop: Shop) -> None:
    told = shop.segue("manage", "installation", "--json").json
    french = copied(shop).segue("manage", "installation", "--language", "fr")

    assert told["id"] == kept(shop)["id"]
    assert told["recorded"] == told["here"]
    assert (told["is_held"], told["stops"]) == (False, [])
    assert [one["state"] for one in told["audiences"]] == ["stamped"]
    assert "Rien n’est écrit chez Mailchimp avant que quelqu’un n’indique" in french.out
