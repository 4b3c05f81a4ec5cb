"""The tables that a plan reads, and the ledger that a run leaves: hand-made files in, whole tables out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest

from segue.engines.duckdb.audience.journal import StoredRun
from segue.engines.duckdb.audience.journal_holds import KeptHold
from segue.engines.duckdb.audience.ledger import Fold, fold_into, ledger_query
from segue.engines.duckdb.audience.plan_tables import name_contacts, name_ledger, name_protected
from segue.engines.duckdb.quoting import literal
from segue.sync.kinds import Skip
from segue.sync.ports import Reason, Rejection
from segue.sync.store import Acknowledgement, Group, Step
from segue.sync.suppression import Hold
from segue.sync.tables import NO_VALUE, STALE, UNSURE
from segue.sync.tags import TagBit
from tests.unit.sync.bare_engine import (
    BITS,
    EMILE,
    LATE,
    LOCAL,
    NADIA,
    NAMES,
    NEW,
    OLD,
    OMAR,
    PIA,
    QUENTIN,
    ROSA,
    VIP,
)

Rows = Sequence[dict[str, Any]]
TYPES = {"address": "VARCHAR", "l_address": "VARCHAR", "l_key": "VARCHAR"}
UUIDS = {"sub", "l_sub", "ph", "l_ph", "old_sub"}


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def store(connection: Any, path: Path, columns: str, rows: Rows) -> Path:
    """Write rows as a file; columns that a row does not name are NULL, masks 0."""
    names = columns.split()

    def shown(row: dict[str, Any], name: str) -> str:
        value = row.get(name, 0 if name.startswith(("l_m", "set", "rel")) else None)
        kind = "UUID" if name in UUIDS else TYPES.get(name, "BIGINT")
        return f"NULL::{kind}" if value is None else f"'{value}'::{kind}"

    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"({', '.join(shown(row, name) for name in names)})" for row in rows]
    selected = f"SELECT * FROM (VALUES {', '.join(lines)}) t({', '.join(names)})"
    connection.execute(f"COPY ({selected}) TO {literal(str(path))} (FORMAT parquet)")
    return path


def table(connection: Any, name: str) -> list[dict[str, Any]]:
    """Return a table's rows by column, in the order of the first one."""
    found = connection.execute(f"SELECT * FROM {name} ORDER BY 1")
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def test_without_a_file_the_ledger_is_empty_and_has_its_columns(connection: Any) -> None:
    name_ledger(connection, None, 2, (4,), None)

    columns = connection.execute("SELECT * FROM ledger").description
    assert [column[0] for column in columns] == [
        "l_sub",
        "l_address",
        "l_key",
        "l_ph",
        "l_m0",
        "l_m1",
        "l_x0",
        "l_x1",
    ]
    assert table(connection, "ledger") == table(connection, "ledger_values") == []


def test_an_older_file_lacks_words_and_values_and_is_read_all_the_same(
    connection: Any, tmp_path: Path
) -> None:
    file = store(
        connection,
        tmp_path / "1.parquet",
        "l_sub l_address l_key l_ph l_m0",
        [{"l_sub": NADIA, "l_address": "n@shop.example", "l_key": "1", "l_ph": OLD, "l_m0": VIP}],
    )

    name_ledger(connection, file, 2, (4,), None)

    assert table(connection, "ledger") == [
        {
            "l_sub": NADIA,
            "l_address": "n@shop.example",
            "l_key": "1",
            "l_ph": OLD,
            "l_m0": VIP,
            "l_m1": 0,
            "l_x0": 0,
            "l_x1": 0,
        }
    ]
    assert table(connection, "ledger_values") == [{"v_sub": NADIA, "v_carries": True, "v4": None}]


def test_a_key_that_was_kept_as_it_came_is_still_the_same_persons(
    connection: Any, tmp_path: Path
) -> None:
    rows = [
        {"l_sub": NADIA, "l_key": "Nadia@Shop.example", "l_ph": OLD},
        {"l_sub": OMAR, "l_key": "7.0", "l_ph": OLD},
        {"l_sub": PIA, "l_key": "pia@shop.example", "l_ph": OLD},
    ]
    columns = "l_sub l_key l_ph l_m0 l_address"
    file = store(connection, tmp_path / "1.parquet", columns, rows)

    name_ledger(connection, file, 1, (), None)

    kept = {NAMES[row["l_sub"]]: row["l_key"] for row in table(connection, "ledger")}
    assert kept == {"nadia": "nadia@shop.example", "omar": "7", "pia": "pia@shop.example"}


def test_a_contact_of_which_a_field_was_never_acknowledged_is_stale(
    connection: Any, tmp_path: Path
) -> None:
    file = store(
        connection,
        tmp_path / "1.parquet",
        "l_sub l_ph l_m0 l_v4 l_v7 l_address l_key",
        [
            {"l_sub": NADIA, "l_ph": OLD, "l_v4": 9, "l_v7": 0},
            {"l_sub": OMAR, "l_ph": OLD, "l_v4": 9},
            {"l_sub": PIA, "l_ph": UNSURE},
            {"l_sub": ROSA},
        ],
    )

    def hashes(*positions: int) -> dict[str, Any]:
        name_ledger(connection, file, 1, positions, None)
        return {NAMES[row["l_sub"]]: row["l_ph"] for row in table(connection, "ledger")}

    assert hashes(4, 7) == {"nadia": OLD, "omar": STALE, "pia": UNSURE, "rosa": None}
    assert hashes(4) == {"nadia": OLD, "omar": OLD, "pia": UNSURE, "rosa": None}
    assert hashes(4, 9) == {"nadia": STALE, "omar": STALE, "pia": UNSURE, "rosa": None}
    assert hashes() == {"nadia": OLD, "omar": OLD, "pia": UNSURE, "rosa": None}


STATUSES = {
    NADIA: "subscribed",
    OMAR: "unsubscribed",
    PIA: "pending",
    QUENTIN: "cleaned",
    ROSA: "archived",
    EMILE: "transactional",
}
CONTACTS = " UNION ALL ".join(
    f"SELECT '{sub}'::UUID AS sub, '{status}' AS status, '2026-03-02T09:00:00+00:00' AS changed_at"
    for sub, status in STATUSES.items()
)


def test_everybody_is_known_and_only_who_said_no_is_held(connection: Any) -> None:
    name_contacts(connection, CONTACTS, [])

    assert [NAMES[row["k_sub"]] for row in table(connection, "known")] == list(NAMES.values())
    assert [NAMES[row["p_sub"]] for row in table(connection, "pending")] == ["pia", "emile"]
    assert {
        NAMES[row["h_sub"]]: (row["h_skip"], row["h_ph"]) for row in table(connection, "held")
    } == {
        "omar": (Skip.UNSUBSCRIBED, None),
        "quentin": (Skip.CLEANED, None),
        "rosa": (Skip.ARCHIVED, None),
    }


def kept(sub: UUID, skip: Skip, *, ph: UUID | None = None, minute: int | None = None) -> KeptHold:
    """Return a hold that began in a minute after the contacts changed (None: nobody knows when)."""
    begun = (
        None if minute is None else datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(minutes=minute)
    )
    hold = Hold(
        subscriber_hash=sub.hex, skip=skip, while_fields=ph is not None, until=None, tries=1
    )
    return KeptHold(hold=hold, fields_hash=ph.hex if ph else None, since=begun)


def test_nobody_is_held_twice_and_what_the_audience_says_comes_first(connection: Any) -> None:
    holds = [
        kept(OMAR, Skip.INVALID_FIELD, ph=OLD),
        kept(NADIA, Skip.INVALID_FIELD, ph=OLD),
        kept(PIA, Skip.FORGOTTEN),
    ]

    name_contacts(connection, CONTACTS, holds)

    held = table(connection, "held")
    assert [(NAMES[row["h_sub"]], row["h_skip"], row["h_ph"]) for row in held] == [
        ("nadia", Skip.INVALID_FIELD, OLD),
        ("omar", Skip.UNSUBSCRIBED, None),
        ("pia", Skip.FORGOTTEN, None),
        ("quentin", Skip.CLEANED, None),
        ("rosa", Skip.ARCHIVED, None),
    ]


@pytest.mark.parametrize(
    ("sub", "ph", "minute", "is_held"),
    [
        (NADIA, None, -1, False),
        (PIA, None, -1, False),
        (NADIA, None, 0, True),
        (NADIA, None, 1, True),
        (NADIA, None, None, True),
        (NADIA, OLD, -1, True),
        (EMILE, None, -1, True),
    ],
)
def test_a_hold_that_came_from_a_person_ends_when_they_come_back_after_it_began(
    connection: Any, sub: UUID, ph: UUID | None, minute: int | None, is_held: bool
) -> None:
    name_contacts(connection, CONTACTS, [kept(sub, Skip.UNSUBSCRIBED, ph=ph, minute=minute)])

    assert (sub in {row["h_sub"] for row in table(connection, "held")}) is is_held


def test_what_others_claim_and_what_was_there_is_added_up_by_contact(
    connection: Any, tmp_path: Path
) -> None:
    foreign = {
        BITS[1]: store(connection, tmp_path / "1.parquet", "sub", [{"sub": NADIA}, {"sub": OMAR}]),
        LATE: store(connection, tmp_path / "62.parquet", "sub", [{"sub": NADIA}]),
    }
    one = f"SELECT '{NADIA}'::UUID AS l_sub, 1::BIGINT AS l_m0, 2::BIGINT AS l_m1"
    two = f"SELECT '{NADIA}'::UUID AS l_sub, 4::BIGINT AS l_m0, 2::BIGINT AS l_m1"

    assert name_protected(connection, [one, two], foreign, 2) is True
    assert table(connection, "protected") == [
        {"o_sub": NADIA, "o_m0": 5, "o_m1": 2, "f_m0": LOCAL, "f_m1": 1},
        {"o_sub": OMAR, "o_m0": 0, "o_m1": 0, "f_m0": LOCAL, "f_m1": 0},
    ]
    assert name_protected(connection, [], {}, 2) is False
    assert table(connection, "protected") == []


# The ledger after a run. Chunks hold one person, unless a test says otherwise.

LEDGER = "l_sub l_address l_key l_ph l_m0 l_v4"
WRITTEN = "sub address l_key ph old_sub set0 v4"


class Ledger:
    """A ledger before a run, the run's files, and what the ledger is afterwards."""

    def __init__(self, connection: Any, folder: Path, *before: dict[str, Any]) -> None:
        self.connection = connection
        self.folder = folder
        self.groups: list[Group] = []
        self.before = (
            store(connection, folder / "before.parquet", LEDGER, before) if before else None
        )

    def group(
        self, step: Step, columns: str, *rows: dict[str, Any], bit: TagBit | None = None
    ) -> str:
        name = f"{step.value}{len(self.groups)}"
        store(self.connection, self.folder / f"{name}.parquet", columns, rows)
        self.groups.append(Group(name=name, step=step, count=len(rows), bit=bit))
        return name

    def after(
        self, *acknowledgements: Acknowledgement, size: int = 1
    ) -> dict[str, tuple[Any, ...]]:
        """Return by name: address, key, hash, tags and the value of the one field."""
        run = StoredRun(
            run_id="run1",
            export="newsletter",
            groups=self.groups,
            chunk_sizes={group.name: size for group in self.groups},
        )
        fold = Fold(
            run=run, folder=self.folder, acknowledgements=acknowledgements, words=1, positions=(4,)
        )
        target = self.folder / "after.parquet"
        query = ledger_query(self.connection, self.before, 1, (4,))
        count = fold_into(self.connection, fold, ledger=query, target=target)
        rows = self.connection.execute(
            f"SELECT * FROM read_parquet({literal(str(target))})"
        ).fetchall()
        assert count == len(rows) == len({row[0] for row in rows})
        return {NAMES[sub]: tuple(rest) for sub, *rest in rows}

    def lately_written(self) -> list[str]:
        rows = self.connection.execute("SELECT sub FROM lately_written ORDER BY 1").fetchall()
        return [NAMES[sub] for (sub,) in rows]


def done(
    group: str, number: int = 0, *, sent: int = 1, rejections: Sequence[Rejection] = ()
) -> Acknowledgement:
    return Acknowledgement(group=group, number=number, sent=sent, rejections=rejections)


def refused(sub: UUID, reason: Reason = Reason.INVALID_FIELD) -> Rejection:
    return Rejection(subscriber_hash=sub.hex, reason=reason)


def own(
    sub: UUID, mask: int = VIP, *, ph: UUID | None = OLD, value: int | None = 9
) -> dict[str, Any]:
    name = NAMES[sub]
    return {
        "l_sub": sub,
        "l_address": f"{name}@old.example",
        "l_key": "1",
        "l_ph": ph,
        "l_m0": mask,
        "l_v4": value,
    }


def write(
    sub: UUID, mask: int = 0, *, value: int | None = 5, old: UUID | None = None
) -> dict[str, Any]:
    name = NAMES[sub]
    return {
        "sub": sub,
        "address": f"{name}@new.example",
        "l_key": "2",
        "ph": NEW,
        "old_sub": old,
        "set0": mask,
        "v4": value,
    }


def test_who_was_written_is_in_the_ledger_as_sent_and_the_others_stay(
    connection: Any, tmp_path: Path
) -> None:
    ledger = Ledger(connection, tmp_path, own(NADIA), own(OMAR), own(PIA, ph=None, value=None))
    name = ledger.group(Step.WRITE, WRITTEN, write(NADIA, LOCAL), write(EMILE, VIP, value=None))

    assert ledger.after(done(name, 0), done(name, 1)) == {
        "nadia": ("nadia@new.example", "2", NEW, VIP | LOCAL, 5),
        "omar": ("omar@old.example", "1", OLD, VIP, 9),
        "pia": ("pia@old.example", "1", None, VIP, None),
        "emile": ("emile@new.example", "2", NEW, VIP, NO_VALUE),
    }
    assert ledger.lately_written() == ["nadia", "emile"]


def test_a_field_for_which_nothing_was_sent_holds_what_it_held(
    connection: Any, tmp_path: Path
) -> None:
    ledger = Ledger(connection, tmp_path, own(NADIA, value=9), own(OMAR, value=None))
    name = ledger.group(Step.WRITE, WRITTEN, write(NADIA, value=None), write(OMAR, value=None))

    after = ledger.after(done(name, 0), done(name, 1))

    assert {who: row[-1] for who, row in after.items()} == {"nadia": 9, "omar": NO_VALUE}


def test_who_was_refused_stays_as_before(connection: Any, tmp_path: Path) -> None:
    ledger = Ledger(connection, tmp_path, own(NADIA))
    name = ledger.group(Step.WRITE, WRITTEN, write(NADIA, LOCAL), write(OMAR, VIP), write(PIA, VIP))
    refusals = (refused(NADIA), refused(OMAR))

    assert ledger.after(done(name, sent=3, rejections=refusals), size=3) == {
        "nadia": ("nadia@old.example", "1", OLD, VIP, 9),
        "pia": ("pia@new.example", "2", NEW, VIP, 5),
    }


def test_a_refusal_in_one_group_is_none_in_another(connection: Any, tmp_path: Path) -> None:
    ledger = Ledger(connection, tmp_path, own(NADIA, VIP | LOCAL))
    written = ledger.group(Step.WRITE, WRITTEN, write(NADIA))
    untagged = ledger.group(Step.UNTAG, "sub address", {"sub": NADIA}, bit=BITS[1])

    after = ledger.after(done(written, rejections=(refused(NADIA),)), done(untagged))

    assert after == {"nadia": ("nadia@old.example", "1", OLD, VIP, 9)}


def test_a_chunk_that_was_not_acknowledged_leaves_its_people_unsure_with_every_tag_and_what_was_to_be_sent(
    connection: Any, tmp_path: Path
) -> None:
    ledger = Ledger(connection, tmp_path, own(NADIA), own(OMAR, ph=None), own(ROSA))
    people = (write(NADIA, LOCAL), write(OMAR, LOCAL), write(PIA, VIP), write(QUENTIN, VIP))
    name = ledger.group(Step.WRITE, WRITTEN, *people)

    assert ledger.after(done(name, 1, sent=1), size=3) == {
        "nadia": ("nadia@old.example", "1", UNSURE, VIP | LOCAL, 5),
        "omar": ("omar@old.example", "1", None, VIP | LOCAL, 9),
        "pia": ("pia@new.example", "2", None, VIP, None),
        "quentin": ("quentin@new.example", "2", NEW, VIP, 5),
        "rosa": ("rosa@old.example", "1", OLD, VIP, 9),
    }


def test_who_was_there_already_is_unsure(connection: Any, tmp_path: Path) -> None:
    ledger = Ledger(connection, tmp_path)
    name = ledger.group(Step.WRITE, WRITTEN, write(NADIA, VIP), write(OMAR, VIP))

    after = ledger.after(
        done(name, sent=2, rejections=(refused(NADIA, Reason.ALREADY_THERE),)), size=2
    )

    assert after == {
        "nadia": ("nadia@new.example", "2", None, VIP, None),
        "omar": ("omar@new.example", "2", NEW, VIP, 5),
    }


def test_tags_that_were_taken_or_given_up_are_gone_and_no_others(
    connection: Any, tmp_path: Path
) -> None:
    ledger = Ledger(connection, tmp_path, own(NADIA, 0b1111), own(OMAR, 0b1111))
    names = [
        ledger.group(Step.UNTAG, "sub address", {"sub": NADIA}, {"sub": OMAR}, bit=BITS[0]),
        ledger.group(Step.UNTAG, "sub address", {"sub": NADIA}, bit=BITS[1]),
    ]
    ledger.group(Step.RELEASE, "sub rel0", {"sub": NADIA, "rel0": 0b100})

    acknowledged = (done(names[0], sent=2, rejections=(refused(OMAR),)), done(names[1]))

    assert {who: row[3] for who, row in ledger.after(*acknowledged, size=2).items()} == {
        "nadia": 0b1000,
        "omar": 0b1111,
    }


def test_a_removal_that_was_not_acknowledged_leaves_the_tag_and_no_certainty(
    connection: Any, tmp_path: Path
) -> None:
    ledger = Ledger(connection, tmp_path, own(NADIA, VIP | LOCAL), own(OMAR, VIP, ph=None))
    ledger.group(Step.UNTAG, "sub address", {"sub": NADIA}, {"sub": OMAR}, bit=BITS[0])

    assert ledger.after() == {
        "nadia": ("nadia@old.example", "1", UNSURE, VIP | LOCAL, 9),
        "omar": ("omar@old.example", "1", None, VIP, 9),
    }


def test_a_moved_contact_takes_its_tags_and_values_along(connection: Any, tmp_path: Path) -> None:
    ledger = Ledger(connection, tmp_path, own(NADIA, VIP | LOCAL), own(PIA))
    moved = ledger.group(Step.MOVE, WRITTEN, write(OMAR, 4, value=None, old=NADIA))
    untagged = ledger.group(Step.UNTAG, "sub address", {"sub": OMAR}, bit=BITS[1])

    assert ledger.after(done(moved), done(untagged)) == {
        "omar": ("omar@new.example", "2", NEW, VIP | 4, 9),
        "pia": ("pia@old.example", "1", OLD, VIP, 9),
    }


def test_a_move_that_was_not_acknowledged_leaves_both_addresses_unsure(
    connection: Any, tmp_path: Path
) -> None:
    ledger = Ledger(connection, tmp_path, own(NADIA, VIP | LOCAL))
    ledger.group(Step.MOVE, WRITTEN, write(OMAR, 4, old=NADIA))

    assert ledger.after() == {
        "nadia": ("nadia@old.example", "1", UNSURE, VIP | LOCAL, 9),
        "omar": ("omar@new.example", "2", None, VIP | LOCAL | 4, None),
    }


def test_who_settles_keeps_the_tags_and_gets_the_new_hash(connection: Any, tmp_path: Path) -> None:
    ledger = Ledger(connection, tmp_path, own(NADIA, VIP | LOCAL))
    ledger.group(Step.SETTLE, "sub address ph v4 l_key", write(NADIA, 4, value=None))

    assert ledger.after() == {"nadia": ("nadia@new.example", "2", NEW, VIP | LOCAL, 9)}


def test_an_opt_out_is_noted_once_and_never_over_what_is_known(
    connection: Any, tmp_path: Path
) -> None:
    ledger = Ledger(connection, tmp_path, own(NADIA))
    written = ledger.group(Step.WRITE, WRITTEN, write(PIA, VIP))
    notes = [write(sub) for sub in (NADIA, OMAR, PIA)]
    ledger.group(Step.NOTE, "sub address l_key", *notes)

    assert ledger.after(done(written)) == {
        "nadia": ("nadia@old.example", "1", OLD, VIP, 9),
        "omar": ("omar@new.example", "2", None, 0, None),
        "pia": ("pia@new.example", "2", NEW, VIP, 5),
    }
