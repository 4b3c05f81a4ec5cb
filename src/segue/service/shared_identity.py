"""Who the installation is, where its hosts have no folder in common: documents that are texts for all, and files on each host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from segue.core.files import write_durably
from segue.service import identity
from segue.sync.identity import Place, Standing

if TYPE_CHECKING:
    from segue.engines.duckdb.profiles.shared import Shared

DOCUMENTS = (identity.FILE, identity.RESTORED)


def standing(
    home: Path, here: Place, *, now: datetime, fresh_id: str, folder: str, shared: Shared | None
) -> Standing:
    """Return the installation where it stands, the same on all hosts. Raises: as `identity.standing`, and `Shared`."""
    with identity_of_all(shared):
        return identity.standing(home, here, now=now, fresh_id=fresh_id, folder=folder)


@contextmanager
def identity_of_all(shared: Shared | None) -> Iterator[None]:
    """Look at, and change, the documents that say who the installation is as those of all hosts. None: they lie in the folder."""
    if shared is None:
        yield
        return
    before = bring_identity(shared)
    yield
    say_identity(shared, before)


def bring_identity(shared: Shared) -> Mapping[str, str]:
    """Let the documents be those of all hosts; return what they say, by name."""
    texts = shared.texts(DOCUMENTS)
    for name in DOCUMENTS:
        path, text = shared.home / name, texts.get(name, "")
        if not text:
            path.unlink(missing_ok=True)
        elif read(path) != text:
            write_durably(path, text.encode())
            path.chmod(0o600)
    return texts


def say_identity(shared: Shared, before: Mapping[str, str]) -> None:
    """Let the documents of all hosts, which said `before`, be those that lie here."""
    for name in DOCUMENTS:
        if (text := read(shared.home / name)) != before.get(name, ""):
            shared.say(name, text)


def read(path: Path) -> str:
    """Return what a small file says, "" where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
