"""The files of one audience as one export reads and replaces them: what a name points to, whose ledgers count, swapping.

Nothing about what is in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from segue.core.files import replacing, synchronise
from segue.core.names import path_name
from segue.engines.duckdb.audience.intact import Intact
from segue.engines.duckdb.audience.journal import Journal
from segue.engines.duckdb.audience.ledger import ledger_query
from segue.engines.duckdb.audience.leftovers import merge_ledgers
from segue.engines.duckdb.quoting import literal
from segue.sync.neighbours import LEDGER, Neighbours
from segue.sync.tags import TagBit, word_count

ROW_GROUP = 20_480
"""Rows that are read back at once while pushing (5 MB of rendered contacts)."""

MERGED = "taken-over"
"""Begins the name of the file of a ledger and those that its export takes over, while the run is only planned."""


class AudienceFiles:
    """The part of a store that knows where things are. Opening it looks at every file.

    Raises: ConfigurationProblem when a file of the folder is missing or damaged; the journal is then closed.
    """

    def __init__(
        self,
        folder: Path,
        export: str,
        connection: duckdb.DuckDBPyConnection,
        *,
        journal: Journal,
        neighbours: Neighbours,
    ) -> None:
        self.journal = journal
        self._folder = folder
        self._export = path_name(export, what="name of the export")
        self._connection = connection
        self._neighbours = neighbours
        self._merged_from: Sequence[Path] = ()
        self._intact = Intact(folder, journal)
        # What lies there already may be swept away. What comes later may be of somebody who took over: it is not ours.
        self._lay_there = {path.name for path in (folder / "runs").glob("*")}
        self._unpointed = frozenset(_unpointed(folder, journal))
        try:
            self._intact.check()
        except BaseException:
            journal.close()
            raise

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()
        if self._merged_from:
            self._merged_file.unlink(missing_ok=True)

    def tag_bits(self) -> Sequence[TagBit]:
        """Return all tags by position."""
        return self.journal.tags()

    def _claims(self, words: int) -> Sequence[str]:
        """Return queries of the ledgers of all other exports that own tags in this audience."""
        return [
            ledger_query(self._connection, self._folder / file, words)
            for file in self._claiming().values()
        ]

    def _every(self, words: int) -> Sequence[str]:
        """Return queries of all other ledgers: what one left behind that claims nothing was not there before us."""
        files = self._others().values()
        return [ledger_query(self._connection, self._folder / file, words) for file in files]

    def _claiming(self) -> Mapping[str, str]:
        """Return the ledgers of other exports that own what they say: file by export."""
        doors = self._doors()
        return {
            name: file
            for name, file in self._others().items()
            if self._neighbours.claims(name, door=doors.get(name, ""))
        }

    def _taken(self) -> Mapping[str, str]:
        """Return the ledgers that this export takes over with its next run: file by export."""
        return self._neighbours.taken(self._others(), self._doors())

    def _others(self) -> Mapping[str, str]:
        ledgers = self.journal.pointers(LEDGER)
        return {
            name.removeprefix(LEDGER): file
            for name, file in ledgers.items()
            if name != f"{LEDGER}{self._export}"
        }

    def _doors(self) -> Mapping[str, str]:
        return {name: self.journal.fact(f"door/{name}") or "" for name in self._others()}

    def _foreigners(self) -> Mapping[TagBit, Path]:
        """Return the files of who carried which tag before us."""
        files = {bit: self._pointed(foreign(bit)) for bit in self.tag_bits()}
        return {bit: file for bit, file in files.items() if file is not None}

    def _run_folder(self, run_id: str) -> Path:
        return self._folder / "runs" / path_name(run_id, what="name of the run")

    def _pointed(self, name: str) -> Path | None:
        """Return the file of a name, None for none; of the export's ledger with those that it takes over."""
        if name == f"{LEDGER}{self._export}" and (taken := self._taken()):
            return self._merged(taken)
        return self._own(name)

    def _merged(self, taken: Mapping[str, str]) -> Path:
        """Return what the export's ledger is with those that it takes over, in a file that nothing points to yet."""
        own = self._own(f"{LEDGER}{self._export}")
        files = [*([own] if own else []), *(self._folder / file for file in taken.values())]
        target = self._merged_file
        if list(self._merged_from) != files:
            with replacing(target) as aside:
                merge_ledgers(self._connection, files, aside)
            self._merged_from = files
        return target

    @property
    def _merged_file(self) -> Path:
        return self._folder / LEDGER / self._export / f"{MERGED}{self.journal.suffix}.parquet"

    def _take_over(self) -> dict[str, Path]:
        """Put the merged ledger where the export's own belongs. Returns what is to be pointed to."""
        name = f"{LEDGER}{self._export}"
        if not (taken := self._taken()):
            return {}
        target = self._next(name, self._own(name))
        self._merged(taken).replace(target)
        synchronise(target.parent)
        self._merged_from = ()
        return {name: target}

    def _let_go(self, taken: Mapping[str, str]) -> None:
        """Forget the ledgers that were taken over, and give what hangs on an earlier name to the present one."""
        for name, file in taken.items():
            self.journal.unpoint(f"{LEDGER}{name}")
            self.journal.drop_file(file)
            if name == self._neighbours.was:
                self.journal.rename_export(name, self._export)

    def _close_if_empty(self) -> None:
        """End the export's ledger when it says of nobody that they carry a tag."""
        name = f"{LEDGER}{self._export}"
        if (file := self._own(name)) is None:
            return
        words = word_count(self.tag_bits())
        has_any = " OR ".join(f"l_m{word} <> 0" for word in range(words))
        query = ledger_query(self._connection, file, words)
        if not self._connection.execute(f"SELECT 1 FROM ({query}) WHERE {has_any}").fetchall():
            with self.journal.together():
                self.journal.unpoint(name)
                self.journal.drop_file(file.relative_to(self._folder).as_posix())
            file.unlink(missing_ok=True)

    def _own(self, name: str) -> Path | None:
        file = self.journal.pointer(name)
        return self._folder / file if file else None

    def _next(self, name: str, old: Path | None) -> Path:
        number = number_of(old) + 1 if old else 1
        return self._folder / name / f"{number}{self.journal.suffix}.parquet"

    @contextmanager
    def _swapping(self, targets: Mapping[str, Path]) -> Iterator[None]:
        """Point names to new files in one step with what is done inside, then let go of the old files."""
        old = [path for name in targets if (path := self._own(name)) is not None]
        self._intact.send(*targets.values())
        with self.journal.together():
            for name, target in targets.items():
                self.journal.point(name, target.relative_to(self._folder).as_posix())
                self._intact.note(target)
            for path in old:
                self.journal.drop_file(path.relative_to(self._folder).as_posix())
            yield
        for path in old:
            path.unlink(missing_ok=True)

    def _copy(self, query: str, target: Path) -> int:
        options = f"FORMAT parquet, ROW_GROUP_SIZE {ROW_GROUP}"
        done = self._connection.execute(
            f"COPY ({query}) TO {literal(str(target))} ({options})"
        ).fetchall()
        return int(done[0][0])


def _unpointed(folder: Path, journal: Journal) -> Iterator[str]:
    """Yield files that nothing points to: what was written by who died, or was taken over from, before they were pointed to."""
    pointed = frozenset(journal.pointers("").values())
    for pattern in ("ledger/*/*", "contacts/*", "foreign/*/*", "forms/*/*", "ids/*"):
        for path in folder.glob(pattern):
            file = path.relative_to(folder).as_posix()
            if file not in pointed and path.is_file():
                yield file


def number_of(file: Path) -> int:
    """Return the number of a file, `7.parquet` or `7-3.parquet`: what was written by the third who wrote the audience."""
    return int(file.stem.partition("-")[0])


def foreign(bit: TagBit) -> str:
    """Name the pointer to who carried a tag before us."""
    return f"foreign/{bit.position}"
