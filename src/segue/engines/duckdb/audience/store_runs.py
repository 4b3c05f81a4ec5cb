"""The part of a store that keeps runs: their changes before the first is sent, what was acknowledged, the new ledger."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from segue.core.files import replacing, synchronise
from segue.core.retention import KEPT_RUNS, RUNS_KEPT
from segue.engines.duckdb.audience.audience_files import AudienceFiles, foreign
from segue.engines.duckdb.audience.chunks import CHUNK, divided, read_chunks
from segue.engines.duckdb.audience.fates import count_fates
from segue.engines.duckdb.audience.holds import HELD, new_holds, refuted_holds, write_held
from segue.engines.duckdb.audience.journal import StoredRun
from segue.engines.duckdb.audience.journal_holds import KeptHold
from segue.engines.duckdb.audience.ledger import Fold, fold_into, ledger_query
from segue.engines.duckdb.compiled import sql
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.rendering import json_expression
from segue.sync.outcomes import Outcomes
from segue.sync.store import (
    Acknowledgement,
    Chunk,
    Folded,
    Group,
    GroupWork,
    Step,
)
from segue.sync.tables import Table, mask_columns
from segue.sync.tags import word_count

VALUE_COLUMN = re.compile("v[0-9]+")
"""Columns of a group that hold the hashes of merge fields."""


class Runs(AudienceFiles):
    """Keeps the runs of one audience."""

    _holding: Sequence[KeptHold] = ()

    def prepare(self, run_id: str, work: Sequence[GroupWork]) -> Sequence[Group]:
        """Write every group's file, make them durable, then say that the run is stored."""
        self._sweep()
        folder = self._run_folder(run_id)
        folder.mkdir(parents=True, exist_ok=True)
        groups = [group for one in work if (group := self._store_group(folder, one)).count]
        synchronise(folder)
        taken = self._taken()
        self._intact.send(*(folder / f"{group.name}.parquet" for group in groups))
        with self._swapping(self._take_over()):
            self._let_go(taken)
            self.journal.keep_fact(f"door/{self._export}", self._neighbours.door)
            for group in groups:
                self._intact.note(folder / f"{group.name}.parquet")
            self.journal.store_run(run_id, self._export, groups)
        for file in taken.values():
            (self._folder / file).unlink(missing_ok=True)
        return groups

    def keep_held(self, run_id: str, people: Table | None) -> None:
        """Keep who is left out of a run because of an earlier refusal; a recalled plan leaves the same people out."""
        name, target = f"{HELD}/{self._export}", self._run_folder(run_id) / f"{HELD}.parquet"
        earlier = self.journal.fact(name)
        before = self._run_folder(earlier) / target.name if earlier else None
        if people is None and (before is None or not self._intact.is_whole(before)):
            return
        with replacing(target) as aside:
            if people is not None:
                write_held(self._connection, sql(people), self._holding, aside)
            elif before is not None:
                shutil.copyfile(before, aside)
        self._intact.send(target)
        with self.journal.together():
            self._intact.note(target)
            self.journal.keep_fact(name, run_id)

    def _store_group(self, folder: Path, work: GroupWork) -> Group:
        query = sql(work.rows)
        query = divided(query, work.group.size) if work.group.size else query
        if work.template is not None:
            keep = [
                "sub",
                "address",
                "l_key",
                "ph",
                "old_sub",
                *mask_columns("set", word_count(self.tag_bits())),
                *(name for name in work.rows.columns if VALUE_COLUMN.fullmatch(name)),
                *([CHUNK] if work.group.size else []),
            ]
            member = json_expression(work.template, self.tag_bits())
            query = f"SELECT {', '.join(keep)}, concat(',', {member}) AS member FROM ({query})"
        with replacing(folder / f"{work.group.name}.parquet") as aside:
            count = self._copy(query, aside)
        if not count:
            (folder / f"{work.group.name}.parquet").unlink()
        return Group(
            name=work.group.name,
            step=work.group.step,
            count=count,
            mode=work.group.mode,
            bit=work.group.bit,
            archives=work.group.archives,
            size=work.group.size,
        )

    def chunks(self, run_id: str, group: Group) -> Iterator[Chunk]:
        """Return a group's chunks."""
        return read_chunks(self._run_folder(run_id) / f"{group.name}.parquet", group)

    def acknowledge(self, run_id: str, acknowledgement: Acknowledgement) -> None:
        """Make one acknowledgement durable."""
        self.journal.acknowledge(run_id, acknowledgement)

    def unfinished(self) -> Sequence[str]:
        """Return runs that are not folded yet."""
        return self.journal.unfinished()

    def fates(self, run_id: str, unsure: Collection[str] = ()) -> Outcomes:
        """Count what became of a run's people, each once."""
        run, told = self.journal.stored_run(run_id), self.journal.acknowledgements(run_id)
        if run is None:
            return Outcomes()
        return count_fates(self._connection, run, self._run_folder(run_id), told, unsure=unsure)

    def fold(self, run_id: str, *, now: datetime) -> Folded:
        """Write the new ledger and swap it in together with the run's end and the holds that it brought."""
        run = self.journal.stored_run(run_id)
        if run is None:
            return Folded(run_id=run_id, acknowledged=0, left=0)
        acknowledgements = self.journal.acknowledgements(run_id)
        holds = new_holds(
            self._connection, self.journal, self._run_folder(run_id), acknowledgements, now=now
        )
        targets = self._write_ledger(run, acknowledgements) | self._follow_moves(run)
        refuted = refuted_holds(self._connection, self.journal, run.export) if run.groups else ()
        with self._swapping(targets):
            self.journal.release(refuted, export=run.export)
            for hold in holds:
                self.journal.hold(hold, export=run.export)
            self.journal.finish(run_id, now=now)
        if self._neighbours.closes and run.export == self._export:
            self._close_if_empty()
        self._prune(now)
        return Folded.of(run_id, run.groups, acknowledgements)

    def _write_ledger(
        self, run: StoredRun, acknowledgements: Sequence[Acknowledgement]
    ) -> dict[str, Path]:
        """Write the new ledger; nothing when the run changes nothing in it."""
        if not run.groups:
            return {}
        name, words = f"ledger/{run.export}", word_count(self.tag_bits())
        old = self._own(name)
        target = self._next(name, old)
        fold = Fold(
            run=run,
            folder=self._run_folder(run.run_id),
            acknowledgements=acknowledgements,
            words=words,
            positions=self.journal.positions(),
        )
        with replacing(target) as aside:
            query = ledger_query(self._connection, old, words, fold.positions)
            fold_into(self._connection, fold, ledger=query, target=aside)
        return {name: target}

    def _follow_moves(self, run: StoredRun) -> dict[str, Path]:
        """Let tags that were there before us stay foreign under a contact's new address."""
        folder = self._run_folder(run.run_id)
        moves = [folder / f"{g.name}.parquet" for g in run.groups if g.step is Step.MOVE]
        if not moves:
            return {}
        moved = ", ".join(literal(str(file)) for file in moves)
        found = {}
        for bit, file in self._foreigners().items():
            before = f"SELECT sub FROM read_parquet({literal(str(file))})"
            after = f"SELECT sub FROM read_parquet([{moved}]) WHERE old_sub IN ({before})"
            if not self._connection.execute(f"{after} LIMIT 1").fetchall():
                continue
            found[foreign(bit)] = target = self._next(foreign(bit), file)
            with replacing(target) as aside:
                self._copy(f"{before} UNION {after}", aside)
        return found

    def _prune(self, now: datetime) -> None:
        """Remove the changes of runs that are old, or more than are kept of this export."""
        old = self.journal.folded_before(now - RUNS_KEPT, now=now)
        many = self.journal.folded_runs(self._export)[:-KEPT_RUNS]
        for run_id in dict.fromkeys((*old, *many)):
            with self.journal.together():
                self.journal.forget_run(run_id)
            shutil.rmtree(self._run_folder(run_id), ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what a run left that was killed before it was on disk, or pointed to: the journal never heard of it."""
        known = self.journal.runs()
        for name in self._lay_there - known:
            shutil.rmtree(self._folder / "runs" / name, ignore_errors=True)
        # A name that was free may have been given again meanwhile.
        for file in self._unpointed - frozenset(self.journal.pointers("").values()):
            (self._folder / file).unlink(missing_ok=True)
