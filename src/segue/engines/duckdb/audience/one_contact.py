"""Look up what is kept of one contact of an audience, by the hash of its address. It hinders no run, and keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import duckdb

from segue.core.names import path_name
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES
from segue.engines.duckdb.audience.chunks import CHUNK, numbered
from segue.engines.duckdb.audience.contacts import contacts_query
from segue.engines.duckdb.audience.glances import changing
from segue.engines.duckdb.audience.holds import RULES
from segue.engines.duckdb.audience.intact import Intact
from segue.engines.duckdb.audience.journal import Journal, StoredRun
from segue.engines.duckdb.audience.journal_runs import RUN
from segue.engines.duckdb.audience.journals import BESIDE, Journals
from segue.engines.duckdb.audience.ledger import UNSURE, columns_of, ledger_query
from segue.engines.duckdb.quoting import literal
from segue.sync.neighbours import LEDGER
from segue.sync.one_contact import ContactKept, Fate, HeldBack, Owned, Touched
from segue.sync.own_people import profile_key
from segue.sync.ports import ContactStatus, Rejection
from segue.sync.store import Acknowledgement, Group, Step
from segue.sync.suppression import BACK
from segue.sync.tables import mask_columns
from segue.sync.tags import names_of, word_count

LOOKED_AT = 40
"""Runs of an audience, the newest, that are looked through for one contact."""

_SHOWN = (Step.MOVE, Step.WRITE, Step.UNTAG)


def contact_kept(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    sub: str,
    *,
    now: datetime,
    journals: Journals = BESIDE,
) -> ContactKept:
    """Return what is kept of a contact; `sub` is the hash of its address in hexadecimal, `folder` that of the audience.

    Raises: ConfigurationProblem when a file of the folder is missing or damaged, TryLater when a run swaps one away.
    """
    with closing(journals.look(folder)) as journal:
        try:
            return _Looking(connection, folder, sub, journal, now).all()
        except duckdb.IOException as swapped:
            raise_trouble(swapped, but=OF_FILES)
            raise changing() from swapped


class _Looking:
    """One look at one contact."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        sub: str,
        journal: Journal,
        now: datetime,
    ) -> None:
        self._connection, self._folder, self._sub = connection, folder, sub
        self._journal, self._now = journal, now
        self._intact = Intact(folder, journal)
        self._bits = journal.tags()

    def all(self) -> ContactKept:
        """Return everything."""
        status, changed_at = self._observed()
        return ContactKept(
            status=status,
            changed_at=changed_at,
            owned=tuple(self._owned()),
            held=tuple(self._held(status, changed_at)),
            runs=tuple(self._runs()),
        )

    def _observed(self) -> tuple[ContactStatus | None, str]:
        file = self._journal.pointer("contacts")
        if file is None:
            return None, ""
        self._intact.check_file(file, name="contacts")
        rows = self._rows(f"SELECT status, changed_at FROM ({contacts_query(self._folder / file)})")
        return (ContactStatus(str(rows[0][0])), str(rows[0][1] or "")) if rows else (None, "")

    def _held(self, status: ContactStatus | None, changed_at: str) -> Iterator[HeldBack]:
        """Yield the holds that the next plan heeds: not of who came back since, nor under other rules of the audience."""
        rules = self._journal.fact(RULES) or ""
        for export, kept in self._journal.holds_of(self._sub, now=self._now):
            hangs_on_fields = kept.fields_hash is not None
            came_back = status in BACK and _is_after(changed_at, kept.since)
            if (kept.rules != rules) if hangs_on_fields else came_back:
                continue
            yield HeldBack(
                export=export,
                skip=kept.hold.skip,
                since=kept.since,
                until=kept.hold.until,
                why=kept.rejection,
            )

    def _owned(self) -> Iterator[Owned]:
        words = word_count(self._bits)
        masks = ", ".join(mask_columns("l_m", words))
        for name, file in self._journal.pointers(LEDGER).items():
            self._intact.check_file(file, name=name)
            ledger = ledger_query(self._connection, self._folder / file, words)
            sure = f"l_ph IS NOT NULL AND l_ph <> {UNSURE}"
            query = f"SELECT {sure}, coalesce(l_key, ''), {masks} FROM ({ledger})"
            for is_sure, key, *found in self._rows(query, "l_sub"):
                tags = names_of(self._bits, [int(str(mask)) for mask in found])
                yield Owned(
                    export=name.removeprefix(LEDGER),
                    profile_key=profile_key(str(key)).removesuffix(
                        ".0"
                    ),  # as older versions wrote 7
                    tags=tags,
                    is_sure=bool(is_sure),
                )

    def _runs(self) -> Iterator[Touched]:
        # The name of a run begins with the time of its beginning.
        for run_id in sorted(self._journal.runs(), reverse=True)[:LOOKED_AT]:
            run = self._journal.stored_run(path_name(run_id, what=RUN))
            if run is not None and (touched := self._touched(run)) is not None:
                yield touched

    def _touched(self, run: StoredRun) -> Touched | None:
        """Return what a run did to the contact, None where it is not among those who were to be changed."""
        found = [
            (group, *where)
            for group in run.groups
            if group.step in _SHOWN
            for where in self._places(run, group)
        ]
        if not found:
            return None
        told = self._journal.acknowledgements(run.run_id)
        fates = [self._fate(told, group, chunk) for group, chunk, _mask in found]
        fate, why = max(fates, key=lambda one: [*Fate].index(one[0]))
        added = {name for _g, _c, mask in found for name in names_of(self._bits, mask)}
        steps = {group.step for group, _c, _m in found}
        bits = [group.bit for group, _c, _m in found if group.bit is not None]
        return Touched(
            run_id=run.run_id,
            export=run.export,
            fate=fate,
            was_written=Step.WRITE in steps,
            was_moved=Step.MOVE in steps,
            tags_added=tuple(sorted(added)),
            tags_removed=tuple(sorted(bit.name for bit in bits)),
            why=why,
        )

    def _places(self, run: StoredRun, group: Group) -> list[tuple[int, Sequence[int]]]:
        """Return in which chunks of a group the contact is, each with the tags that it is to get as masks."""
        kept = f"runs/{run.run_id}/{group.name}.parquet"
        self._intact.check_file(kept, name=f"runs/{run.run_id}")
        file = self._folder / kept
        has = columns_of(self._connection, file)
        words = word_count(self._bits)
        masks = [name if name in has else "0::BIGINT" for name in mask_columns("set", words)]
        subs = [name for name in ("sub", "old_sub") if name in has]
        query = f"SELECT {CHUNK}, {', '.join(masks)} FROM ({numbered(group, file, run)})"
        rows = self._rows(query, *subs)
        return [(int(str(chunk)), [int(str(one or 0)) for one in mask]) for chunk, *mask in rows]

    def _fate(
        self, told: Sequence[Acknowledgement], group: Group, chunk: int
    ) -> tuple[Fate, Rejection | None]:
        for one in told:
            if (one.group, one.number) != (group.name, chunk):
                continue
            refused = next((r for r in one.rejections if r.subscriber_hash == self._sub), None)
            if refused is not None:
                return Fate.REJECTED, refused
            return (Fate.NOT_SENT if self._sub in one.unsent else Fate.ACCEPTED), None
        return Fate.NOT_SENT, None

    def _rows(self, query: str, *subs: str) -> list[tuple[object, ...]]:
        """Return the rows of the contact, in whose columns its hash is."""
        wanted = f"{literal(self._sub)}::UUID"
        where = " OR ".join(f"{sub} = {wanted}" for sub in subs or ("sub",))
        return self._connection.execute(f"{query} WHERE {where}").fetchall()


def _is_after(changed_at: str, since: datetime | None) -> bool:
    """Tell whether the time that Mailchimp tells of a change is after a hold began; what cannot be read is not."""
    try:
        return since is not None and datetime.fromisoformat(changed_at) > since
    except (ValueError, TypeError):  # no time, or one without its zone
        return False
