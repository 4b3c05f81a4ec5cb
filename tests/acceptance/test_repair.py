"""Each loss of the state folder, repaired: no tag of somebody else goes, no leaver of ours is forgotten where it can be known."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from segue.engines.duckdb.audience.repair import Repair, find_lost
from segue.engines.duckdb.session import session
from segue.mailchimp.client import Client
from segue.mailchimp.credentials import ApiKey
from segue.mailchimp.destination import mailchimp_destination
from segue.sync.export import Export, SegmentTag
from segue.sync.kinds import Kind
from segue.sync.lost_files import TakenTag
from segue.sync.pacing import Attempts, Pace
from segue.sync.paging import Paging
from segue.sync.ports import Contact
from segue.sync.tag_readers import TagReader
from tests.acceptance.world import LIST, audience, changes, person, second_run_is_empty, tags
from tests.fakes.laboratory import Laboratory, Silence, export, laboratory

VIPS = export(segments=(SegmentTag(segment="vip", tag="Vip"),))
NADIA, PIA, OMAR, EMILE = (
    person(1, "Nadia"),
    person(2, "Pia"),
    person(3, "Omar"),
    person(4, "Emile"),
)
PEOPLE = [NADIA, PIA, OMAR, EMILE]
LEFT = [NADIA, OMAR]
"""Pia, who had the tag before us, and Emile, who had it from us, are no VIPs any more."""


def begun(lab: Laboratory) -> Path:
    """Nadia and Pia carried the tag before us, Omar and Emile got it from us. Returns the audience's folder."""
    lab.sandbox.add_contact(LIST, "nadia@shop.example", tags=["Vip"])
    lab.sandbox.add_contact(LIST, "pia@shop.example", tags=["Vip"], status="pending")
    lab.approve(VIPS)
    return lab.home / "audience"


def repaired(lab: Laboratory, *exported: Export, ours: bool = False) -> Sequence[TakenTag]:
    """Repair what is lost, and see that nothing is then and that nothing was written at Mailchimp."""
    folder = lab.home / "audience"
    declared = {one.name: [chosen.tag for chosen in one.segments] for one in exported or (VIPS,)}
    lost = find_lost(folder)
    assert not lost.is_nothing
    lab.sandbox.reset_calls()
    with (
        session(lab.home / "spill") as engine,
        closing(Repair(folder, engine, lost=lost, declared=declared, ours=ours)) as repair,
    ):
        carriers = asyncio.run(_carriers(lab, repair.tags))
        told = repair.proposal(carriers)
        repair.carry_out(carriers)
    assert lab.sandbox.writes == []
    assert find_lost(folder).is_nothing
    return told


async def _carriers(lab: Laboratory, names: Sequence[str]) -> Mapping[str, Sequence[Contact]]:
    key = ApiKey(lab.sandbox.api_key)
    async with Client(lab.sandbox.base_url, key, clock=lab.clock) as client:
        destination = mailchimp_destination(client, honours_status_if_new=True)
        attempts = Attempts(clock=lab.clock, chance=Random(1), pace=Pace())
        known = await destination.tags(LIST)
        return await TagReader(destination, Paging(attempts, 1000)).of(LIST, names, known)


def only(folder: Path) -> Path:
    """Return the one file of a folder."""
    (found,) = folder.glob("*.parquet")
    return found


def tagged(lab: Laboratory) -> set[str]:
    """Return who carries the tag."""
    return {name for name, (_, held) in audience(lab).items() if "Vip" in held}


def test_lost_contacts_are_read_again(tmp_path: Path) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        only(begun(lab) / "contacts").unlink()

        told = repaired(lab)
        second_run_is_empty(lab, VIPS)
        lab.people = LEFT
        lab.approve(VIPS)

        assert told == []
        assert tagged(lab) == {"nadia", "pia", "omar"}
        second_run_is_empty(lab, VIPS)


def test_after_a_lost_foreign_file_everybody_keeps_the_tag(tmp_path: Path) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        only(begun(lab) / "foreign/0").unlink()

        told = repaired(lab)
        second_run_is_empty(lab, VIPS)
        lab.people = LEFT
        lab.approve(VIPS)

        assert told == [TakenTag(tag="Vip", carriers=4, ours=0, foreign=4)]
        assert tagged(lab) == {"nadia", "pia", "omar", "emile"}
        second_run_is_empty(lab, VIPS)


def test_whoever_says_that_they_are_ours_lets_them_go(tmp_path: Path) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        folder = begun(lab)
        lab.sandbox.add_contact(LIST, "rosa@shop.example", tags=["Vip"])
        only(folder / "foreign/0").unlink()

        told = repaired(lab, ours=True)
        lab.people = LEFT
        lab.approve(VIPS)

        # Nothing of ours says that Rosa has it from us; of the others the ledger does.
        assert told == [TakenTag(tag="Vip", carriers=5, ours=4, foreign=1)]
        assert tagged(lab) == {"nadia", "omar", "rosa"}
        second_run_is_empty(lab, VIPS)


def test_after_a_lost_ledger_everybody_is_written_in_full_and_leavers_lose_the_tag(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        only(begun(lab) / "ledger/newsletter").unlink()
        lab.people = [replace(NADIA, first_name="Nadia B."), OMAR]

        told = repaired(lab)
        report = lab.approve(VIPS)

        assert told == [TakenTag(tag="Vip", carriers=4, ours=2, foreign=2)]
        assert changes(report.plan)[Kind.LEAVE] == 1
        assert tagged(lab) == {"nadia", "pia", "omar"}
        found = lab.sandbox.member(LIST, "nadia@shop.example")
        assert found is not None
        assert found.merge_fields["FNAME"] == "Nadia B."
        second_run_is_empty(lab, VIPS)


def test_a_lost_ledger_takes_nothing_from_another_export(tmp_path: Path) -> None:
    locals_ = export(name="locals", segments=(SegmentTag(segment="local", tag="Local"),))
    rosa = person(5, "Rosa", vip=False, local=True)
    with laboratory(tmp_path, *PEOPLE, rosa) as lab:
        folder = begun(lab)
        lab.approve(locals_)
        only(folder / "ledger/newsletter").unlink()
        lab.people = [*LEFT, rosa]

        told = repaired(lab, VIPS, locals_)
        lab.approve(VIPS)
        lab.approve(locals_)

        assert [one.tag for one in told] == ["Vip"]
        assert tags(lab, "rosa") == {"Local"}
        assert tagged(lab) == {"nadia", "pia", "omar"}
        second_run_is_empty(lab, VIPS)
        second_run_is_empty(lab, locals_)


@pytest.mark.parametrize("ours", [False, True])
def test_after_a_lost_journal_tags_are_registered_anew(tmp_path: Path, ours: bool) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        folder = begun(lab)
        (folder / "journal.sqlite").write_bytes(b"half")
        lab.people = LEFT

        told = repaired(lab, ours=ours)
        looked = lab.plan(VIPS)
        lab.approve(VIPS)

        assert [(one.carriers, one.ours) for one in told] == [(4, 4 if ours else 0)]
        assert bool(looked.found_tags) is not ours
        kept = {"nadia", "omar"} if ours else {"nadia", "omar", "pia", "emile"}
        assert tagged(lab) == kept
        assert (folder / "before-repair/ledger/newsletter").is_dir()
        second_run_is_empty(lab, VIPS)


class Dies(Silence):
    """A listener under which the process dies once a chunk was acknowledged."""

    def accepted(self, people: int) -> None:
        raise KeyboardInterrupt


def test_after_lost_changes_of_an_unfinished_run_nobody_of_it_is_forgotten(tmp_path: Path) -> None:
    rosa = person(5, "Rosa")
    with laboratory(tmp_path, *PEOPLE, batch_size=1) as lab:
        folder = begun(lab)
        lab.people = [*PEOPLE, rosa, person(6, "Quentin")]
        lab.listener = Dies()
        with pytest.raises(BaseException):  # noqa: B017 - whatever the task group makes of it
            lab.approve(VIPS)
        lab.listener = None
        for path in (folder / "runs" / f"run{lab.runs:04d}").glob("*.parquet"):
            path.unlink()
        written = tagged(lab) - {"nadia", "pia", "omar", "emile"}
        lab.people = LEFT

        repaired(lab)
        lab.approve(VIPS)

        assert written <= {"rosa", "quentin"}
        assert written
        assert tagged(lab) == {"nadia", "pia", "omar"}
        second_run_is_empty(lab, VIPS)


def test_everything_lost_at_once_but_the_journal_is_repaired_together(tmp_path: Path) -> None:
    with laboratory(tmp_path, *PEOPLE) as lab:
        folder = begun(lab)
        for kind in ("contacts", "ledger/newsletter", "foreign/0"):
            only(folder / kind).write_bytes(b"cut")
        lab.people = LEFT

        repaired(lab)
        lab.approve(VIPS)

        assert tagged(lab) == {"nadia", "pia", "omar", "emile"}
        second_run_is_empty(lab, VIPS)
