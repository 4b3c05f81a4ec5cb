"""Look after what this host mirrors of a store: the newest snapshot is here, and what no row speaks of any more is gone.

So a person who was erased is off this host at its next look, and out of the store once nobody has spoken of the file for a while.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from segue.core.errors import TryLater
from segue.core.sentences import said
from segue.observability.logs import log_event
from segue.service.beginning_shared import MIRROR
from segue.service.installed_journals import journals_here
from segue.service.locks import only_one
from segue.service.places import account_lock, scratch_of
from segue.service.shared_state import LISTED

if TYPE_CHECKING:
    from segue.engines.duckdb.audience.journals import Journals


def tidy_mirror(now: datetime) -> int:
    """Do what each host does again and again; return how many files were removed from the store. Nothing where all is in one folder."""
    journals = journals_here()
    if (shared := journals.shared) is None:
        return 0
    from segue.engines.duckdb.audience.journals import BESIDE
    from segue.engines.duckdb.profiles.shared_snapshots import bring_newest, sweep_brought

    bring_newest(shared)
    sweep_brought(shared)
    shared.drop_arriving(now=now)
    for prefix in LISTED:
        shared.drop_unknown(prefix, now=now)
    known = {folder.name for folder in journals.known_folders(shared.home)}
    for folder in BESIDE.folders(shared.home):
        _tidy(folder, journals, is_known=folder.name in known)
    if (removed := shared.sweep(shared.home / MIRROR)) is None:
        log_event("state.store_is_another_s")
    return removed or 0


def _tidy(folder: Path, journals: Journals, *, is_known: bool) -> None:
    """Remove what nobody speaks of any more, unless a run of this host uses the account; then the next time does."""
    from segue.engines.duckdb.audience.intact import JOURNAL

    account_id = folder.name.rpartition("-")[0]
    if not account_id or (folder / JOURNAL).exists():  # what somebody put back counts
        return
    lock = account_lock(scratch_of(os.environ, settings.SEGUE_HOME), account_id)
    try:
        with only_one(lock, what=said("the Mailchimp account")):
            if is_known:
                with closing(journals.look(folder)) as journal:
                    spoken_of = {one.file for one in journal.kept_files()}
                    _drop_others(folder, {*spoken_of, *journal.pointers("").values()})
            else:
                shutil.rmtree(folder, ignore_errors=True)
    except TryLater:
        return


def _drop_others(folder: Path, spoken_of: Collection[str]) -> None:
    for file in folder.rglob("*.parquet"):
        if file.relative_to(folder).as_posix() not in spoken_of:
            file.unlink(missing_ok=True)
    for run in (folder / "runs").glob("*"):
        if run.is_dir() and not any(run.iterdir()):
            run.rmdir()
