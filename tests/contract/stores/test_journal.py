"""A journal keeps what it was told, whole or not at all, also when the process ends in the middle: wherever its rows are."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from segue.engines.duckdb.audience.journal import Journal
from segue.engines.duckdb.audience.journal_holds import KeptHold
from segue.sync.kinds import Skip
from segue.sync.ports import ContactStatus, Counted, Reason, Rejection, WriteMode
from segue.sync.store import Acknowledgement, Group, Step
from segue.sync.suppression import Hold
from segue.sync.tags import TagBit
from tests.contract.stores.given_journals import Given

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NADIA, OMAR = "a" * 32, "b" * 32
VIP = TagBit(name="Vip", position=0, claimed=False)
GROUPS = (
    Group(name="write", step=Step.WRITE, count=1_200, mode=WriteMode.UPSERT),
    Group(name="untag-0", step=Step.UNTAG, count=3, bit=VIP),
    Group(name="note", step=Step.NOTE, count=1),
)


def hold(sub: str, *, skip: Skip = Skip.INVALID_FIELD, days: float | None = None) -> Hold:
    until = None if days is None else NOW + timedelta(days=days)
    return Hold(
        subscriber_hash=sub,
        skip=skip,
        while_fields=skip is Skip.INVALID_FIELD,
        until=until,
        tries=1,
    )


@pytest.fixture
def journal(given: Given) -> Journal:
    return given.open()


def test_a_stored_run_comes_back_as_it_was(journal: Journal, given: Given) -> None:
    journal.store_run("run1", "newsletter", GROUPS)

    run = given.open().stored_run("run1")

    assert run is not None
    assert (run.export, tuple(run.groups), dict(run.chunk_sizes)) == (
        "newsletter", GROUPS, {}
    )  # fmt: skip
    assert journal.unfinished() == ("run1",)
    assert journal.stored_run("run2") is None


def test_acknowledgements_come_back_in_order_and_once(journal: Journal, given: Given) -> None:
    rejected = Rejection(
        subscriber_hash=NADIA, reason=Reason.INVALID_FIELD, field="AGE", words="Enter a number"
    )
    second = Acknowledgement(
        group="write",
        number=1,
        sent=500,
        counted=Counted(created=499),
        rejections=(rejected,),
        request_id="r-2",
    )
    first = Acknowledgement(
        group="write", number=0, sent=500, counted=Counted(created=1, updated=499)
    )
    journal.store_run("run1", "newsletter", GROUPS)
    for one in (second, first, first):
        journal.acknowledge("run1", one)

    found = given.open().acknowledgements("run1")

    assert [(a.number, a.counted.created, tuple(a.rejections)) for a in found] == [
        (0, 1, ()),
        (1, 499, (rejected,)),
    ]


def test_a_run_is_unfinished_until_it_is_folded_and_then_counts_as_past(journal: Journal) -> None:
    for name in ("run1", "run2", "run3"):
        journal.store_run(name, "newsletter", GROUPS)
    journal.store_run("other", "magazine", GROUPS)
    journal.finish("run2")
    journal.finish("run1")

    assert journal.unfinished() == ("run3", "other")
    assert journal.folded_runs("newsletter") == ("run1", "run2")
    journal.forget_run("run1")
    assert journal.folded_runs("newsletter") == ("run2",)
    assert journal.acknowledgements("run1") == []


def test_nothing_of_a_step_stays_when_it_fails(journal: Journal, given: Given) -> None:
    journal.store_run("run1", "newsletter", GROUPS)
    journal.point("ledger/newsletter", "ledger/newsletter/1.parquet")

    with pytest.raises(RuntimeError), journal.together():
        journal.point("ledger/newsletter", "ledger/newsletter/2.parquet")
        journal.hold(KeptHold(hold=hold(NADIA), fields_hash=OMAR), export="newsletter")
        journal.finish("run1")
        raise RuntimeError

    found = given.open()
    assert found.pointer("ledger/newsletter") == "ledger/newsletter/1.parquet"
    assert found.unfinished() == ("run1",)
    assert found.holds(export="newsletter", now=NOW) == []


def test_tags_keep_their_bits_for_ever(journal: Journal, given: Given) -> None:
    first = journal.register_tags(["Vip", "Local"])
    again = given.open().register_tags(["New", " VIP ", "local", "New"])

    assert {name: bit.position for name, bit in first.items()} == {"Vip": 0, "Local": 1}
    assert {name: (bit.name, bit.position) for name, bit in again.items()} == {
        "New": ("New", 2),
        " VIP ": ("Vip", 0),
        "local": ("Local", 1),
    }
    assert [bit.claimed for bit in journal.tags()] == [False, False, False]
    given.open().claim([again["New"]], {})
    assert [bit.claimed for bit in journal.tags()] == [False, False, True]


def test_marks_are_kept_by_status(journal: Journal, given: Given) -> None:
    journal.keep_marks({ContactStatus.UNSUBSCRIBED: NOW, ContactStatus.CLEANED: NOW})
    journal.keep_marks({ContactStatus.CLEANED: NOW + timedelta(hours=1)})

    assert given.open().marks() == {
        ContactStatus.UNSUBSCRIBED: NOW,
        ContactStatus.CLEANED: NOW + timedelta(hours=1),
    }


def test_pointers_are_found_by_the_beginning_of_their_names(journal: Journal) -> None:
    journal.point("ledger/a", "1")
    journal.point("ledger/a", "2")
    journal.point("contacts", "3")

    assert journal.pointers("ledger/") == {"ledger/a": "2"}
    assert journal.pointer("nothing") is None


def brief(holds: Sequence[KeptHold]) -> list[tuple[str, Skip, str | None]]:
    """Return who is held, why, and during which fields."""
    return [(kept.hold.subscriber_hash, kept.hold.skip, kept.fields_hash) for kept in holds]


def test_a_hold_comes_back_as_it_was_kept(journal: Journal) -> None:
    why = Rejection(
        subscriber_hash=NADIA, reason=Reason.INVALID_FIELD, field="ZIP", words="too short"
    )
    kept = KeptHold(hold=hold(NADIA), fields_hash="c" * 32, since=NOW, rules="r1", rejection=why)

    journal.hold(kept, export="newsletter")

    assert journal.holds(export="newsletter", now=NOW) == [kept]


def test_a_hold_for_fields_is_one_export_s_and_the_others_are_everybody_s(journal: Journal) -> None:
    fields = "c" * 32
    journal.hold(KeptHold(hold=hold(NADIA), fields_hash=fields), export="newsletter")
    journal.hold(
        KeptHold(hold=hold(OMAR, skip=Skip.FORGOTTEN), fields_hash=fields), export="newsletter"
    )

    assert sorted(brief(journal.holds(export="newsletter", now=NOW))) == [
        (NADIA, Skip.INVALID_FIELD, fields),
        (OMAR, Skip.FORGOTTEN, None),
    ]
    assert brief(journal.holds(export="magazine", now=NOW)) == [(OMAR, Skip.FORGOTTEN, None)]


def test_a_hold_for_everybody_outweighs_one_for_fields_while_it_lasts(journal: Journal) -> None:
    fields = "c" * 32
    journal.hold(KeptHold(hold=hold(NADIA), fields_hash=fields), export="newsletter")
    journal.hold(
        KeptHold(hold=hold(NADIA, skip=Skip.TOO_MANY_SIGNUPS, days=1), fields_hash=None),
        export="newsletter",
    )

    during = journal.holds(export="newsletter", now=NOW)
    after = journal.holds(export="newsletter", now=NOW + timedelta(days=1))

    assert brief(during) == [(NADIA, Skip.TOO_MANY_SIGNUPS, None)]
    assert brief(after) == [(NADIA, Skip.INVALID_FIELD, fields)]


def test_the_holds_of_one_contact_are_told_with_their_exports(
    given: Given, journal: Journal
) -> None:
    fields = "c" * 32
    journal.hold(KeptHold(hold=hold(NADIA), fields_hash=fields), export="newsletter")
    journal.hold(KeptHold(hold=hold(NADIA), fields_hash=fields), export="magazine")
    passing = hold(NADIA, skip=Skip.TOO_MANY_SIGNUPS, days=1)
    journal.hold(KeptHold(hold=passing, fields_hash=None), export="newsletter")
    journal.hold(KeptHold(hold=hold(OMAR), fields_hash=fields), export="newsletter")

    during = given.look().holds_of(NADIA, now=NOW)
    after = given.look().holds_of(NADIA, now=NOW + timedelta(days=1))

    told = [(export, kept.hold.skip) for export, kept in during]
    assert told == [
        ("", Skip.TOO_MANY_SIGNUPS),
        ("magazine", Skip.INVALID_FIELD),
        ("newsletter", Skip.INVALID_FIELD),
    ]
    assert [export for export, _kept in after] == ["magazine", "newsletter"]


def test_tries_are_counted_over_holds(journal: Journal) -> None:
    rejection = Rejection(subscriber_hash=NADIA, reason=Reason.TOO_MANY_SIGNUPS)
    assert journal.tries(rejection) == 0

    for tries in (1, 2):
        again = Hold(
            subscriber_hash=NADIA,
            skip=Skip.TOO_MANY_SIGNUPS,
            while_fields=False,
            until=NOW,
            tries=tries,
        )
        journal.hold(KeptHold(hold=again, fields_hash=None), export="newsletter")

    assert journal.tries(rejection) == 2


@pytest.mark.parametrize("days", [None, 1])
def test_nobody_is_held_twice_whatever_the_reasons(journal: Journal, days: float | None) -> None:
    for export in ("newsletter", "magazine"):
        journal.hold(KeptHold(hold=hold(NADIA), fields_hash=OMAR), export=export)
    for _ in range(2):
        again = hold(NADIA, skip=Skip.FORGOTTEN, days=days)
        journal.hold(KeptHold(hold=again, fields_hash=OMAR), export="newsletter")

    for export in ("newsletter", "magazine", "other"):
        [found] = journal.holds(export=export, now=NOW)
        assert (found.hold.subscriber_hash, found.hold.skip, found.fields_hash) == (
            NADIA,
            Skip.FORGOTTEN,
            None,
        )


def test_ids_are_learned_of_tags_of_ours_that_have_none_yet(journal: Journal) -> None:
    bits = journal.register_tags(["Vip", "Local", "New"])
    journal.claim([bits["Vip"], bits["Local"]], {0: 7})

    journal.learn_ids({0: 70, 1: 8, 2: 9})

    assert [(bit.name, bit.claimed, bit.tag_id) for bit in journal.tags()] == [
        ("Vip", True, 7),
        ("Local", True, 8),
        ("New", False, None),
    ]


def test_a_field_that_was_deleted_and_made_again_has_a_new_place_and_is_empty(
    journal: Journal,
) -> None:
    def places(**observed: int) -> list[tuple[int, bool]]:
        found = journal.place_fields(
            [("FNAME", observed.get("FNAME")), ("NEW", observed.get("NEW"))], observed=observed
        )
        return [(place.position, place.is_empty) for place in found]

    assert places(FNAME=1) == [(0, False), (1, True)]
    assert places(FNAME=1, NEW=5) == [(0, False), (1, True)]
    journal.settle_fields()
    assert places(FNAME=1, NEW=5) == [(0, False), (1, False)]
    assert places(FNAME=2, NEW=5) == [(2, True), (1, False)]
    assert places(NEW=5) == [(3, True), (1, False)]
    assert places(FNAME=6, NEW=5) == [(3, True), (1, False)]
    assert journal.positions() == (0, 1, 2, 3)


def test_a_plan_is_recalled_by_exactly_its_key_and_its_export(journal: Journal) -> None:
    journal.remember("newsletter", "key", b"plan")
    journal.remember("newsletter", "later", b"other")

    assert journal.recall("newsletter", "key") is None
    assert journal.recall("newsletter", "later") == b"other"
    assert journal.recall("magazine", "later") is None


def test_a_plan_that_an_export_made_under_another_name_is_not_recalled(journal: Journal) -> None:
    for name in ("newsletter", "magazine", "other"):
        journal.remember(name, "key", b"plan")

    journal.rename_export("newsletter", "magazine")

    assert journal.recall("newsletter", "key") is journal.recall("magazine", "key") is None
    assert journal.recall("other", "key") == b"plan"


def test_a_glance_reads_what_is_kept_and_keeps_nothing(journal: Journal, given: Given) -> None:
    journal.register_tags(["Vip"])
    journal.keep_fact("quiet_since", "now")

    copy = given.glance()
    copy.keep_fact("quiet_since", "later")
    copy.register_tags(["Local"])

    assert [bit.name for bit in copy.tags()] == ["Vip", "Local"]
    assert copy.fact("quiet_since") == "later"
    assert [bit.name for bit in journal.tags()] == ["Vip"]
    assert journal.fact("quiet_since") == "now"


def test_a_glance_at_nothing_finds_nothing_and_makes_nothing(given: Given) -> None:
    assert given.glance().tags() == ()
    assert not given.folder.exists()
    assert given.journals.fault(given.folder) is None


def test_whoever_looks_reads_acknowledgements_while_they_are_written(
    journal: Journal, given: Given
) -> None:
    journal.store_run("run1", "newsletter", GROUPS)
    looking = given.look()

    journal.acknowledge("run1", Acknowledgement(group="write", number=0, sent=500))

    assert [a.number for a in looking.acknowledgements("run1")] == [0]
    journal.acknowledge("run1", Acknowledgement(group="write", number=1, sent=500))
    assert [a.number for a in looking.acknowledgements("run1")] == [0, 1]


def test_an_export_s_new_name_takes_what_hangs_on_the_old(journal: Journal) -> None:
    for sub in (NADIA, OMAR):
        journal.hold(KeptHold(hold=hold(sub), fields_hash="c" * 32), export="newsletter")
    journal.hold(KeptHold(hold=hold(OMAR), fields_hash="d" * 32), export="letter")
    journal.store_run("run1", "newsletter", GROUPS)
    journal.finish("run1")
    journal.keep_fact("quiet/newsletter", "then")
    journal.keep_fact("held/newsletter", "run1")
    journal.keep_fact("held/letter", "run0")
    journal.remember("letter", "key", b"plan")

    for _ in range(2):
        journal.rename_export("newsletter", "letter")

    assert sorted(brief(journal.holds(export="letter", now=NOW))) == [
        (NADIA, Skip.INVALID_FIELD, "c" * 32),
        (OMAR, Skip.INVALID_FIELD, "c" * 32),
    ]
    assert journal.holds(export="newsletter", now=NOW) == []
    assert journal.folded_runs("letter") == ("run1",)
    assert (journal.fact("quiet/letter"), journal.fact("held/letter")) == ("then", "run0")
    assert journal.recall("letter", "key") is None


def test_holds_are_released_but_for_people_who_said_no(journal: Journal) -> None:
    many = [f"{number:032x}" for number in range(1_100)]
    with journal.together():
        for sub in many:
            journal.hold(KeptHold(hold=hold(sub), fields_hash="c" * 32), export="newsletter")
    journal.hold(KeptHold(hold=hold(NADIA, skip=Skip.FORGOTTEN), fields_hash=None), export="")

    journal.release([*many[:-1], NADIA], export="newsletter")

    assert journal.held_for("newsletter") == [many[-1], NADIA]


def test_past_runs_are_found_by_their_age(journal: Journal) -> None:
    for number, days in enumerate((3, 2, 1)):
        journal.store_run(f"run{number}", "newsletter", GROUPS)
        journal.finish(f"run{number}", now=NOW - timedelta(days=days))

    assert journal.folded_before(NOW - timedelta(days=1.5), now=NOW) == ("run0", "run1")
    assert journal.runs() == {"run0", "run1", "run2"}


def test_a_copy_holds_everything_in_a_file_of_its_own(
    journal: Journal, given: Given, tmp_path: Path
) -> None:
    journal.register_tags(["Vip", "Local"])
    journal.store_run("run2", "newsletter", GROUPS)
    journal.store_run("run1", "newsletter", GROUPS)
    journal.acknowledge("run1", Acknowledgement(group="write", number=0, sent=500))
    journal.hold(KeptHold(hold=hold(NADIA), fields_hash="c" * 32, since=NOW), export="newsletter")
    journal.point("contacts", "contacts/1.parquet")
    target = tmp_path / "copy.sqlite"

    is_whole = given.journals.copy(given.folder, target)

    with closing(Journal(target)) as copy:
        assert is_whole
        assert [bit.name for bit in copy.tags()] == ["Vip", "Local"]
        assert copy.unfinished() == ("run2", "run1")
        assert [a.number for a in copy.acknowledgements("run1")] == [0]
        assert copy.holds(export="newsletter", now=NOW) == journal.holds(
            export="newsletter", now=NOW
        )
        assert copy.pointers("") == {"contacts": "contacts/1.parquet"}


def test_a_journal_that_is_forgotten_is_as_if_it_never_was(given: Given) -> None:
    journal = given.open()
    journal.register_tags(["Vip"])
    journal.close()

    given.journals.forget(given.folder)

    assert given.glance().tags() == ()
    assert given.open().register_tags(["Local"])["Local"].position == 0


def test_every_change_has_another_mark_and_looking_has_none(given: Given) -> None:
    before = given.journals.mark(given.folder)
    journal = given.open()
    marks = [before, given.journals.mark(given.folder)]
    for change in (
        lambda: journal.register_tags(["Vip"]),
        lambda: journal.keep_fact("read", "once"),
        lambda: journal.keep_fact("read", "again"),
        lambda: journal.remember("newsletter", "key", b"plan"),
    ):
        change()
        marks.append(given.journals.mark(given.folder))

    given.glance()
    given.look()

    assert len(set(marks)) == len(marks)
    assert given.journals.mark(given.folder) == marks[-1]
