"""Build lost files of an audience's state anew, from what Mailchimp holds and from what is left. Writes nothing there.

What cannot be known is taken for the safe side: a tag may be somebody else's, what a contact holds may have changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence, Set
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa

from segue.core.files import replacing
from segue.engines.duckdb.audience.audience_files import number_of
from segue.engines.duckdb.audience.intact import Intact
from segue.engines.duckdb.audience.journal import Journal
from segue.engines.duckdb.audience.journals import BESIDE, Journals
from segue.engines.duckdb.audience.ledger import UNSURE, ledger_query
from segue.engines.duckdb.audience.store_ids import IDS
from segue.engines.duckdb.columns import texts, whole
from segue.engines.duckdb.quoting import literal
from segue.sync.lost_files import Lost, TakenTag
from segue.sync.neighbours import LEDGER
from segue.sync.ports import Contact
from segue.sync.tags import TagBit, folded, masks, word_count

ASIDE = "before-repair"
"""Where what can no longer be read is put, in the audience's folder."""


def find_lost(folder: Path, *, journals: Journals = BESIDE) -> Lost:
    """Look at every file of an audience's state."""
    if journals.fault(folder) is not None:
        return Lost(journal=True)
    with closing(journals.open(folder)) as journal:
        names = {name for name, _ in Intact(folder, journal).faults()}
    by_kind = {
        kind: sorted(n.removeprefix(f"{kind}/") for n in names if n.startswith(f"{kind}/"))
        for kind in ("ledger", "foreign", "runs")
    }
    return Lost(
        contacts="contacts" in names,
        ledgers=by_kind["ledger"],
        foreign=[int(position) for position in by_kind["foreign"]],
        runs=by_kind["runs"],
        others=sorted(n for n in names if n.partition("/")[0] not in ("contacts", *by_kind)),
    )


class Repair:
    """One repair. `declared` are the tags of the exports that are declared for the audience, by export.

    `ours`: whoever carries a tag of ours and of whom nothing is known got it from us. Without it they keep it.
    """

    def __init__(
        self,
        folder: Path,
        connection: duckdb.DuckDBPyConnection,
        *,
        lost: Lost,
        declared: Mapping[str, Sequence[str]],
        ours: bool,
        journals: Journals = BESIDE,
    ) -> None:
        self._folder = folder
        self._journals = journals
        self._connection = connection
        self._lost = lost
        self._declared = declared
        self._ours = ours
        # A lost journal is built anew from nothing; what lies beside it speaks of bits that nobody knows any more.
        self._journal = Journal(None) if lost.journal else journals.open(folder)
        if lost.journal:
            names = [tag for tags in declared.values() for tag in tags]
            self._journal.register_tags(list(dict.fromkeys(names)))
        self._exports = self._rebuilt()

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    @property
    def tags(self) -> Sequence[str]:
        """Return the tags whose carriers must be read."""
        if self._lost.journal:
            return [bit.name for bit in self._journal.tags()]
        wanted = {bit.position for bits in self._exports.values() for bit in bits}
        wanted |= set(self._lost.foreign)
        return [bit.name for bit in self._journal.tags() if bit.position in wanted]

    def proposal(self, carriers: Mapping[str, Sequence[Contact]]) -> Sequence[TakenTag]:
        """Return what the repair would make of the carriers, by tag."""
        told = []
        for bit in self._journal.tags():
            if bit.name not in self.tags:
                continue
            found = {contact.subscriber_hash for contact in carriers.get(bit.name, ())}
            foreign = self._foreign(bit, found)
            told.append(
                TakenTag(
                    tag=bit.name,
                    carriers=len(found),
                    ours=len(found - foreign),
                    foreign=len(found & foreign),
                )
            )
        return told

    def carry_out(self, carriers: Mapping[str, Sequence[Contact]]) -> None:
        """Write the new files and point to them. Killed in the middle, it begins again and comes to the same end."""
        if self._lost.journal:
            self._put_aside()
            self._journal.close()
            self._journal = self._journals.anew(self._folder)
            names = [tag for tags in self._declared.values() for tag in tags]
            self._journal.register_tags(list(dict.fromkeys(names)))
        foreign = {
            bit.position: self._foreign(
                bit, {c.subscriber_hash for c in carriers.get(bit.name, ())}
            )
            for bit in self._journal.tags()
        }
        targets = {}
        for position in self._lost.foreign:
            targets[f"foreign/{position}"] = self._write_foreign(position, foreign[position])
        for export, bits in self._exports.items():
            targets[f"{LEDGER}{export}"] = self._write_ledger(export, bits, carriers, foreign)
        self._point(targets)

    # what is to be built, and of whom

    def _rebuilt(self) -> Mapping[str, Sequence[TagBit]]:
        """Return whose ledgers are built anew, with the tags that may be theirs."""
        if self._lost.journal:
            every = self._journal.tags()
            return {n: self._bits_of(n, every) for n in self._declared} if self._ours else {}
        runs = [self._journal.stored_run(run_id) for run_id in self._lost.runs]
        names = dict.fromkeys([*self._lost.ledgers, *(run.export for run in runs if run)])
        claimed = [bit for bit in self._journal.tags() if bit.claimed]
        return {name: self._bits_of(name, claimed) for name in names}

    def _bits_of(self, export: str, bits: Sequence[TagBit]) -> Sequence[TagBit]:
        """Return the export's declared tags, and those that no other export wants or owns: it may have had them before."""
        own = {folded(tag) for tag in self._declared.get(export, ())}
        others = {
            folded(tag) for name, tags in self._declared.items() if name != export for tag in tags
        }
        if self._lost.journal:
            return [bit for bit in bits if folded(bit.name) in own]
        return [
            bit
            for bit in bits
            if folded(bit.name) in own
            or (folded(bit.name) not in others and not self._owners(bit, but=export))
        ]

    def _owners(self, bit: TagBit, *, but: str = "") -> Set[str]:
        """Return who has a tag from us by the ledgers that are whole."""
        found: set[str] = set()
        for name, file in self._journal.pointers(LEDGER).items():
            export = name.removeprefix(LEDGER)
            if export == but or export in self._lost.ledgers:
                continue
            query = ledger_query(self._connection, self._folder / file, bit.word + 1)
            rows = f"SELECT l_sub FROM ({query}) WHERE (l_m{bit.word} & {bit.value}) <> 0"
            found |= {row[0].hex for row in self._connection.execute(rows).fetchall()}
        return found

    def _foreign(self, bit: TagBit, carriers: Set[str]) -> Set[str]:
        """Return whose tag is somebody else's."""
        if self._lost.journal:
            return set() if self._ours else carriers
        if bit.position not in self._lost.foreign:
            return self._kept_foreign(bit)
        if not self._ours:
            return carriers
        if any(bit in bits for bits in self._exports.values()):
            return set()  # nothing says who had it from us: all of them, as whoever repairs says
        return carriers - self._owners(bit)

    def _kept_foreign(self, bit: TagBit) -> Set[str]:
        file = self._journal.pointer(f"foreign/{bit.position}")
        if file is None:
            return set()
        query = f"SELECT sub FROM read_parquet({literal(str(self._folder / file))})"
        return {row[0].hex for row in self._connection.execute(query).fetchall()}

    # writing

    def _write_foreign(self, position: int, subs: Set[str]) -> Path:
        table = pa.table({"sub": texts(sorted(subs))})
        target = self._next(f"foreign/{position}")
        self._copy("SELECT sub::UUID AS sub FROM arriving", table, target)
        return target

    def _write_ledger(
        self,
        export: str,
        bits: Sequence[TagBit],
        carriers: Mapping[str, Sequence[Contact]],
        foreign: Mapping[int, Set[str]],
    ) -> Path:
        """Write who has tags from the export: unsure, so that the next plan writes them in full."""
        held: dict[str, list[TagBit]] = {}
        addresses: dict[str, str] = {}
        for bit in bits:
            for contact in carriers.get(bit.name, ()):
                if contact.subscriber_hash not in foreign[bit.position]:
                    held.setdefault(contact.subscriber_hash, []).append(bit)
                    addresses[contact.subscriber_hash] = contact.address
        words = word_count(self._journal.tags())
        rows = [masks(own, words=words) for own in held.values()]
        columns = {f"m{w}": whole(row[w] for row in rows) for w in range(words)}
        named = {"sub": texts(held), "address": texts(addresses[sub] for sub in held)}
        before = None
        if export not in self._lost.ledgers and not self._lost.journal:
            pointed = self._journal.pointer(f"{LEDGER}{export}")
            before = self._folder / pointed if pointed else None
        query = _unsure(ledger_query(self._connection, before, words), words)
        target = self._next(f"{LEDGER}{export}")
        self._copy(query, pa.table({**named, **columns}), target)
        return target

    def _copy(self, query: str, arriving: pa.Table, target: Path) -> None:
        self._connection.register("arriving", arriving)
        with replacing(target) as aside:
            self._connection.execute(f"COPY ({query}) TO {literal(str(aside))} (FORMAT parquet)")
        self._connection.unregister("arriving")

    def _next(self, name: str) -> Path:
        """Name a file that is not there yet."""
        folder = self._folder / name
        numbers = [number_of(p) for p in folder.glob("*.parquet") if p.stem[:1].isdecimal()]
        pointed = self._journal.pointer(name)
        numbers += [number_of(Path(pointed))] if pointed else []
        return folder / f"{max(numbers, default=0) + 1}{self._journal.suffix}.parquet"

    def _point(self, targets: Mapping[str, Path]) -> None:
        """Point to the new files, let go of what was lost, and close runs whose changes are gone: all in one step."""
        intact = Intact(self._folder, self._journal)
        gone = [*self._lost.others, *(["contacts"] if self._lost.contacts else [])]
        old = [self._journal.pointer(name) for name in [*targets, *gone]]
        intact.send(*targets.values())
        with self._journal.together():
            for name, target in targets.items():
                self._journal.point(name, target.relative_to(self._folder).as_posix())
                intact.note(target)
            for name in gone:
                self._journal.unpoint(name)
            if self._lost.contacts or IDS in self._lost.others:
                self._journal.forget_marks()
            for run_id in self._lost.runs:
                self._journal.finish(run_id)
            for file in old:
                self._journal.drop_file(file or "")
            if self._lost.journal and self._ours:
                self._journal.claim_every()
        for file in old:
            _remove(self._folder / file if file else None)

    def _put_aside(self) -> None:
        """Move everything that the lost journal spoke of out of the way; an earlier repair's is replaced."""
        aside = self._folder / ASIDE
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        for path in sorted(self._folder.iterdir()):
            if path != aside:
                path.replace(aside / path.name)


def _unsure(before: str, words: int) -> str:
    """Select a ledger of the rows before and those arriving, of whom nobody knows what they hold."""
    columns = ", ".join(
        f"coalesce(b.l_m{w}, 0) | coalesce(a.m{w}, 0) AS l_m{w}" for w in range(words)
    )
    return (
        "SELECT coalesce(b.l_sub, a.sub::UUID) AS l_sub, coalesce(b.l_address, a.address) AS l_address, b.l_key, "
        f"CASE WHEN a.sub IS NULL AND b.l_ph IS NULL THEN NULL ELSE {UNSURE} END AS l_ph, {columns} "
        f"FROM ({before}) b FULL JOIN arriving a ON b.l_sub = a.sub::UUID"
    )


def _remove(path: Path | None) -> None:
    if path is not None and path.is_dir():
        shutil.rmtree(path)
    elif path is not None:
        path.unlink(missing_ok=True)
