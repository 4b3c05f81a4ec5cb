"""What is kept of an audience, as one folder: who wrote it, and a copy of it while runs go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from segue.engines.duckdb.audience.copying import TRIES, copy_audience
from segue.engines.duckdb.audience.intact import JOURNAL
from segue.engines.duckdb.audience.journals import BESIDE, Journals
from segue.sync.neighbours import LEDGER
from segue.sync.tags import TagBit

__all__ = ["JOURNAL", "TRIES", "copy_audience", "rename_in_ledger", "tags_in_ledger", "writers_of"]


def writers_of(folder: Path, *, journals: Journals = BESIDE) -> Mapping[str, str | None]:
    """Return whose ledgers a folder holds, and where each of these exports was declared; None: that is not known."""
    names = {path.name for path in (folder / LEDGER).glob("*") if path.is_dir()}
    with closing(journals.glance(folder)) as journal:
        names |= {name.removeprefix(LEDGER) for name in journal.pointers(LEDGER)}
        return {name: journal.fact(f"door/{name}") for name in names}


def tags_in_ledger(folder: Path, *, journals: Journals = BESIDE) -> Sequence[TagBit]:
    """Return the tags that an audience's ledger knows, written or only planned; none where nothing is kept of it."""
    with closing(journals.glance(folder)) as journal:
        return journal.tags()


def rename_in_ledger(folder: Path, old: str, new: str, *, journals: Journals = BESIDE) -> None:
    """Let what is kept of an audience go on with a tag under a name that no other tag there has."""
    with closing(journals.open(folder)) as journal:
        journal.rename_tag(old, new)
