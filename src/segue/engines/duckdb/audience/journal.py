"""The durable small state of one audience: tags, runs, acknowledgements, pointers; holds are beside.

An acknowledgement is one row, durable before the call returns (in a file 0.2 ms, ENGINE-FACTS §5). Pointers to Parquet
files change in the same transaction as what they mean, so a crash never leaves half a step behind. Where the rows are
is `journal_rows`' port: a SQLite file beside the audience, or the control database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from segue.core.names import path_below, path_name
from segue.engines.duckdb.audience.journal_holds import COLUMNS
from segue.engines.duckdb.audience.journal_rows import ARRIVAL, EVERY, Beginning, Rows
from segue.engines.duckdb.audience.journal_runs import RUN, Known
from segue.engines.duckdb.audience.journal_sqlite import SqliteRows
from segue.engines.duckdb.reading.objects_contents import Contents
from segue.sync.ports import ContactStatus
from segue.sync.store import Acknowledgement, Group, Placement
from segue.sync.tags import TagBit, folded


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """A run whose changes are stored. `chunk_sizes` are people a chunk by group, where an earlier version divided them by place."""

    run_id: str
    export: str
    groups: Sequence[Group]
    chunk_sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file as it was written, by its path in the audience's folder; `stamp` names when it was last seen to be whole."""

    file: str
    size: int
    sha256: str
    stamp: str


_FILE = "name of a file in the journal"


class Journal(Known):
    """One audience's journal. Only the holder of the audience writes it. `path` None: it is in memory only.

    `rows` are kept elsewhere than in a file of its own. `contents` is where those of its files lie for all hosts, None: in the
    folder only.
    """

    def __init__(
        self, path: Path | None, *, rows: Rows | None = None, contents: Contents | None = None
    ) -> None:
        self._rows = rows or SqliteRows(path)
        self.contents = contents

    @classmethod
    def glance(cls, path: Path) -> Journal:
        """Return a copy in memory of what plans read of a file: nobody waits for it, and nothing written to it is kept.

        Where there is no journal yet, the copy is empty and none is made.
        """
        return cls(None, rows=SqliteRows.glance(path))

    @property
    def suffix(self) -> str:
        """Return what is added to the names of files that are written for this journal."""
        return self._rows.suffix

    def close(self) -> None:
        """Close the file."""
        self._rows.close()

    def together(self) -> AbstractContextManager[None]:
        """Make everything inside durable in one step, or nothing of it."""
        return self._rows.together()

    # pointers and marks

    def pointer(self, name: str) -> str | None:
        """Return the file that a name points to, None when there is none yet."""
        row = self._one("pointer", ("file",), name=name)
        return path_below(row[0], what=_FILE) if row else None

    def pointers(self, prefix: str) -> Mapping[str, str]:
        """Return all pointers whose name begins with `prefix`."""
        rows = self._rows.found("pointer", ("name", "file"), order=("name",))
        return {
            name: path_below(file, what=_FILE) for name, file in rows if name.startswith(prefix)
        }

    def point(self, name: str, file: str) -> None:
        """Point a name to a file."""
        self._rows.put("pointer", [{"name": name, "file": file}])

    def unpoint(self, name: str) -> None:
        """Point a name to nothing any more."""
        self._rows.remove("pointer", {"name": name})

    def rename_export(self, old: str, new: str) -> None:
        """Give an export's runs, holds and files but its ledger to its new name. Repeating it changes nothing."""
        if old == new:
            return
        held = self._rows.found("hold", COLUMNS, {"export": old})
        moved = [dict(zip(COLUMNS, row, strict=True)) | {"export": new} for row in held]
        self._rows.remove("hold", {"export": old})
        self._rows.put("hold", moved)
        self._rows.change("run", {"export": new}, {"export": old})
        for table in ("pointer", "fact"):
            for kind in ("forms", "held", "quiet"):
                if not self._rows.found(table, ("name",), {"name": f"{kind}/{new}"}):
                    self._rows.change(table, {"name": f"{kind}/{new}"}, {"name": f"{kind}/{old}"})
        self._rows.remove("idle_plan", {"export": (new, old)})

    def keep_file(self, kept: KeptFile) -> None:
        """Keep what a file is."""
        row = {"file": kept.file, "size": kept.size, "sha256": kept.sha256, "stamp": kept.stamp}
        self._rows.put("kept_file", [row])

    def kept_file(self, file: str) -> KeptFile | None:
        """Return what a file was when it was written, None when that was not kept."""
        row = self._one("kept_file", ("size", "sha256", "stamp"), file=file)
        return KeptFile(file=file, size=row[0], sha256=row[1], stamp=row[2]) if row else None

    def kept_files(self) -> Sequence[KeptFile]:
        """Return what every file was when it was written."""
        rows = self._rows.found("kept_file", ("file", "size", "sha256", "stamp"), order=("file",))
        return [
            KeptFile(file=path_below(file, what=_FILE), size=size, sha256=sha, stamp=stamp)
            for file, size, sha, stamp in rows
        ]

    def drop_file(self, file: str) -> None:
        """Forget what a file was."""
        self._rows.remove("kept_file", {"file": file})

    def marks(self) -> Mapping[ContactStatus, datetime]:
        """Return from when on each status is to be read."""
        rows = self._rows.found("mark", ("status", "since"))
        return {ContactStatus(status): datetime.fromisoformat(since) for status, since in rows}

    def keep_marks(self, since: Mapping[ContactStatus, datetime]) -> None:
        """Keep from when on each status is to be read."""
        rows = [{"status": status.value, "since": at.isoformat()} for status, at in since.items()]
        self._rows.put("mark", rows)

    def forget_marks(self) -> None:
        """Let every status be read in full next time."""
        self._rows.remove("mark", {})

    # plans that found nothing to do

    def remember(self, export: str, key: str, plan: bytes) -> None:
        """Keep an export's last plan that found nothing to do."""
        self._rows.put("idle_plan", [{"export": export, "key": key, "plan": plan}])

    def recall(self, export: str, key: str) -> bytes | None:
        """Return the kept plan if its key is this one."""
        row = self._one("idle_plan", ("plan",), export=export, key=key)
        return row[0] if row else None

    # tags

    def tags(self) -> tuple[TagBit, ...]:
        """Return all tags by position."""
        columns = ("name", "position", "claimed", "tag_id")
        return tuple(
            TagBit(name=name, position=position, claimed=bool(claimed), tag_id=tag_id)
            for name, position, claimed, tag_id in self._rows.found(
                "tag", columns, order=("position",)
            )
        )

    def register_tags(self, names: Sequence[str]) -> Mapping[str, TagBit]:
        """Give every new tag the next bit; bits are never reused."""
        with self.together():
            known = {folded(bit.name) for bit in self.tags()}
            for name in names:
                if folded(name) not in known:
                    row = {"position": len(known), "name": name.strip(), "folded": folded(name)}
                    self._rows.add("tag", {**row, "claimed": 0, "tag_id": None})
                    known.add(folded(name))
        found = {folded(bit.name): bit for bit in self.tags()}
        return {name: found[folded(name)] for name in names}

    def claim(self, bits: Sequence[TagBit], ids: Mapping[int, int]) -> None:
        """Mark tags as written by us, with the service's ids by position where they have one."""
        with self.together():
            for bit in bits:
                changes = {"claimed": 1, "tag_id": ids.get(bit.position)}
                self._rows.change("tag", changes, {"position": bit.position})

    def claim_every(self) -> None:
        """Mark all tags as written by us. Belongs into a transaction."""
        self._rows.change("tag", {"claimed": 1}, {})

    def learn_ids(self, ids: Mapping[int, int]) -> None:
        """Keep the ids of tags of ours that have none yet."""
        for position, tag_id in ids.items():
            unknown = {"position": position, "claimed": 1, "tag_id": None}
            self._rows.change("tag", {"tag_id": tag_id}, unknown)

    def rename_tag(self, old: str, new: str) -> None:
        """Give a tag a name that no other has; its bit stays, and remembered plans go. Repeating it changes nothing."""
        with self.together():
            names = {"name": new.strip(), "folded": folded(new)}
            self._rows.change("tag", names, {"folded": folded(old)})
            self._rows.remove("idle_plan", EVERY)

    # facts of the audience

    def fact(self, name: str) -> str | None:
        """Return a small fact, None when it is not known."""
        row = self._one("fact", ("value",), name=name)
        return row[0] if row else None

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a small fact."""
        self._rows.put("fact", [{"name": name, "value": value}])

    # merge fields

    def positions(self) -> tuple[int, ...]:
        """Return the places of all merge fields that ever had one."""
        rows = self._rows.found("field", ("position",), order=("position",))
        return tuple(row[0] for row in rows)

    def place_fields(
        self, fields: Sequence[tuple[str, int | None]], *, observed: Mapping[str, int]
    ) -> Sequence[Placement]:
        """Return the places of merge fields, new ones the next; see `sync.store.Store.place_fields`."""
        with self.together():
            return [self._place(tag, observed.get(tag)) for tag, _ in fields]

    def _place(self, tag: str, merge_id: int | None) -> Placement:
        living = self._one("field", ("position", "merge_id", "is_empty"), tag=tag, is_gone=0)
        if living is not None and living[1] is None and merge_id is not None:
            # It was to be created when it got its place, and it is there now.
            self._rows.change("field", {"merge_id": merge_id}, {"position": living[0]})
        elif living is not None and living[1] != merge_id:
            self.forget_field(living[0])
            living = None
        earlier = self._rows.found("field", ("position",), {"tag": tag, "is_gone": 1})
        before = max((row[0] for row in earlier), default=None)
        if living is not None:
            return Placement(position=living[0], is_empty=bool(living[2]), before=before)
        position = len(self.positions())
        is_empty = before is not None or merge_id is None
        row = {"position": position, "tag": tag, "merge_id": merge_id}
        self._rows.add("field", {**row, "is_gone": 0, "is_empty": int(is_empty)})
        return Placement(position=position, is_empty=is_empty, before=before)

    def fill_field(self, position: int) -> None:
        """Take a merge field for filled."""
        self._rows.change("field", {"is_empty": 0}, {"position": position})

    def forget_field(self, position: int) -> None:
        """Take a merge field for deleted."""
        self._rows.change("field", {"is_gone": 1}, {"position": position})

    def settle_fields(self) -> None:
        """Take fields that were empty for filled."""
        self._rows.change("field", {"is_empty": 0}, {})

    # runs and acknowledgements

    def store_run(self, run_id: str, export: str, groups: Sequence[Group]) -> None:
        """Say that a run's changes are all on disk; from here on they may be sent."""
        packed = msgspec.json.encode(groups)
        row = {"id": run_id, "export": export, "state": "stored", "groups": packed}
        self._rows.add("run", row)

    def stored_run(self, run_id: str) -> StoredRun | None:
        """Return a stored run, None when its changes were never wholly on disk."""
        row = self._one("run", ("export", "groups"), id=run_id)
        if row is None:
            return None
        sizes = self._rows.found("chunk_size", ("name", "people"), {"run": run_id})
        groups = msgspec.json.decode(row[1], type=tuple[Group, ...])
        for group in groups:
            path_name(group.name, what=_FILE)
        return StoredRun(run_id=run_id, export=row[0], groups=groups, chunk_sizes=dict(sizes))

    def unfinished(self) -> tuple[str, ...]:
        """Return runs that are not folded yet, oldest first."""
        rows = self._rows.found("run", ("id",), {"state": "stored"}, order=(ARRIVAL,))
        return tuple(path_name(row[0], what=RUN) for row in rows)

    def acknowledge(self, run_id: str, acknowledgement: Acknowledgement) -> None:
        """Make one acknowledgement durable."""
        a = acknowledgement
        row = {"run": run_id, "name": a.group, "number": a.number, "sent": a.sent}
        self._rows.put("acknowledgement", [{**row, "detail": msgspec.json.encode(a)}])

    def acknowledgements(self, run_id: str) -> Sequence[Acknowledgement]:
        """Return a run's acknowledgements by group and number."""
        rows = self._rows.found(
            "acknowledgement", ("detail",), {"run": run_id}, order=("name", "number")
        )
        return [msgspec.json.decode(row[0], type=Acknowledgement) for row in rows]

    def finish(self, run_id: str, *, now: datetime | None = None) -> None:
        """Say that the ledger holds what the run acknowledged; None: when is not known."""
        changes = {"state": "folded", "folded_at": now.isoformat() if now else None}
        self._rows.change("run", changes, {"id": run_id})

    def forget_run(self, run_id: str) -> None:
        """Forget a folded run."""
        for table, column in (("acknowledgement", "run"), ("chunk_size", "run"), ("run", "id")):
            self._rows.remove(table, {column: run_id})
        self._rows.remove("kept_file", {"file": Beginning(f"runs/{run_id}/")})
