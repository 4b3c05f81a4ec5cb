"""Forget what is left over: mails kept as files, and what was known of audiences that no export fills any more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from segue.control.exports.models import Export
from segue.control.refreshes.models import Run
from segue.control.statuses import OPEN
from segue.core.errors import TryLater
from segue.core.retention import AUDIENCE_KEPT, MAILS_KEPT
from segue.core.sentences import said
from segue.observability.logs import log_event
from segue.service.installed_journals import journals_here
from segue.service.kept_audiences import writers_of
from segue.service.locks import only_one
from segue.service.places import account_lock, scratch_of
from segue.sync.neighbours import Door


def forget_outbox(now: datetime) -> int:
    """Remove mails that are old: some hold one-time links. Returns how many."""
    kept_in = getattr(settings, "EMAIL_FILE_PATH", None)
    if not kept_in:
        return 0
    oldest = (now - MAILS_KEPT).timestamp()
    old = [file for file in Path(kept_in).glob("*") if file.stat().st_mtime < oldest]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def forget_audiences(now: datetime) -> int:
    """Remove ledger, contacts and runs of audiences whose last export was removed. Returns how many.

    Only what the pages' exports wrote is removed: the command line's are not known here.
    """
    left = [folder for folder in _folders() if _is_left(folder, now)]
    return sum(_forget(folder) for folder in left)


def _folders() -> Iterator[Path]:
    found = journals_here().folders(settings.SEGUE_HOME)
    return (folder for folder in found if "-" in folder.name)


def _is_left(folder: Path, now: datetime) -> bool:
    """Tell whether no export fills an audience any more; its id names it in all accounts."""
    audience_id = folder.name.rpartition("-")[2]
    exports = Export.objects.filter(audience_id=audience_id)
    lately = Q(removed_at=None) | Q(removed_at__gt=now - AUDIENCE_KEPT)
    if not exports.exists() or exports.filter(lately).exists():
        return False
    if Run.objects.filter(audience_id=audience_id, status__in=OPEN).exists():
        return False
    writers = writers_of(folder, journals=journals_here())
    known = set(Export.objects.filter(key__in=writers).values_list("key", flat=True))
    return all(door == Door.PAGES and name in known for name, door in writers.items())


def _forget(folder: Path) -> bool:
    """Remove a folder, unless its account is being used; then the next time does."""
    account_id = folder.name.rpartition("-")[0]
    lock = account_lock(scratch_of(os.environ, settings.SEGUE_HOME), account_id)
    try:
        with only_one(lock, what=said("the Mailchimp account")):
            # What is half removed must not look like a ledger that was lost.
            journals_here().forget(folder)
            if folder.is_dir():
                shutil.rmtree(folder)
    except TryLater:
        return False
    log_event("audience.forgotten")
    return True
