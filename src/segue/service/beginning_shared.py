"""Begin to keep a state folder in a store of objects: what lies in this host's goes up once, and the other hosts mirror it.

`mirror` in the state folder names the beginning that it mirrors. After a restore there is another one, and what an earlier one left on
a host is removed.
"""

from __future__ import annotations

import fcntl
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from segue.core.errors import ConfigurationProblem
from segue.core.files import write_durably
from segue.core.sentences import said
from segue.observability.logs import log_event
from segue.service.shared_identity import DOCUMENTS, bring_identity, read, say_identity

if TYPE_CHECKING:
    from segue.engines.duckdb.audience.journals import Journals
    from segue.engines.duckdb.profiles.shared import Shared

BEGUN = "begun"
"""The text that says that everything is in the store: a word of its own for each beginning."""

MIRROR = "mirror"
"""The file that says of which beginning a state folder is the mirror."""

MIRRORED = ("audiences", "snapshots", "kept", "plans", "reports")
"""The folders of a state folder whose files lie in the store."""


def begin(shared: Shared, journals: Journals) -> None:
    """See that everything is in the store, and that this host's folder mirrors it. Costs one question where that is so.

    Raises: ConfigurationProblem `state_elsewhere` when what was kept until now lies on another host, `state_folder_of_its_own` when
    this one holds something else; as `Shared`.
    """
    begun = shared.text(BEGUN)
    if begun and begun == _mirrored(shared.home):
        return
    with _one_at_a_time(shared.home):
        if begun := shared.text(BEGUN):
            _refuse_another_state(shared.home)
        else:
            begun = _begun(shared, journals)
        if begun != _mirrored(shared.home):
            _forget_mirror(shared.home)
            write_durably(shared.home / MIRROR, begun.encode("ascii"))
    bring_identity(shared)


def _begun(shared: Shared, journals: Journals) -> str:
    """Send up what lies here. Until the last step nothing counts, so that it may be cut off at any time."""
    _refuse_elsewhere(shared)
    for folder in journals.folders(shared.home):
        _send_audience(folder, journals)
    _send_snapshot(shared)
    for name in ("kept", "plans", "reports"):
        files = sorted(one for one in (shared.home / name).glob("*") if one.is_file())
        shared.publish(files)
    say_identity(shared, shared.texts(DOCUMENTS))
    begun = shared.say_first(BEGUN, secrets.token_hex(8))
    write_durably(shared.home / MIRROR, begun.encode("ascii"))
    shared.claim(shared.home / MIRROR)
    log_event("state.begun_in_store")
    return begun


def _refuse_elsewhere(shared: Shared) -> None:
    """Refuse to begin with a folder that is empty, or the mirror of what a restore has replaced."""
    is_empty = not any((shared.home / name).exists() for name in (*MIRRORED, *DOCUMENTS))
    if (is_empty and shared.has_history()) or _mirrored(shared.home):
        raise ConfigurationProblem(
            "What was kept until now is not in the store yet, and it does not lie on this host.",
            action="Start Segue first on the host whose state folder holds it, after a restore the one where the backup was put back.",
            code="state_elsewhere",
        )


def _refuse_another_state(home: Path) -> None:
    """Refuse a folder that holds something of its own: a journal that lies there would count, and an old one push the new one out."""
    holds_any = any(True for name in MIRRORED for _ in (home / name).glob("*"))
    if holds_any and not _mirrored(home):
        raise ConfigurationProblem(
            said(
                "The state folder %(folder)s is not the mirror of what lies in the store.",
                folder=home,
            ),
            action="Look whether what is in it is still needed, and move it away, or name another folder with SEGUE_HOME.",
            code="state_folder_of_its_own",
        )


def _send_audience(folder: Path, journals: Journals) -> None:
    from segue.engines.duckdb.audience.intact import JOURNAL, Intact

    if (folder / JOURNAL).exists():  # it is taken into the database, and its files go up before
        journals.open(folder).close()
        return
    with closing(journals.look(folder)) as journal:
        Intact(folder, journal).send_all()


def _send_snapshot(shared: Shared) -> None:
    from segue.engines.duckdb.profiles.shared_snapshots import sending
    from segue.engines.duckdb.profiles.snapshots import current_snapshot, snapshots_folder

    try:
        found = current_snapshot(shared.home, engine=None)
    except ConfigurationProblem:
        return  # damaged: the next refresh makes another
    if found is not None:
        sending(shared)(snapshots_folder(shared.home) / found.id)


def _forget_mirror(home: Path) -> None:
    """Remove what was mirrored of another beginning: personal data that nobody looks after any more."""
    if _mirrored(home):
        for name in MIRRORED:
            shutil.rmtree(home / name, ignore_errors=True)


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    """Let one process of this host begin; the others wait for it."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / f".{MIRROR}").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _mirrored(home: Path) -> str:
    return read(home / MIRROR)
