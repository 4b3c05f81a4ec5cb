"""Who an installation is: the file in its state folder, made once, and what a person decided about it.

`installation.json` is written by whoever first writes state and by decisions (`deciding`) only; `restored.json` by whoever
restores a backup. Both are small and replaced as a whole. A file that cannot be read is never taken for one that is not there.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from segue.core.documents import DamagedDocument, decoded
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.sync.identity import Identity, Place, Restoration, Standing

STATE = "SEGUE_STATE"
"""The setting that names a store of objects for what lies in the state folder otherwise."""

FILE = "installation.json"
RESTORED = "restored.json"
HOST = "SEGUE_HOST"
"""The setting that names the host where its own name changes, or where several hosts share one state folder."""


def place_of(home: Path, environment: Mapping[str, str], *, database: str = "") -> Place:
    """Return where a state folder is at work now; `database` is the mark of the control database, "" without one."""
    if state := environment.get(STATE, "").strip():  # hosts come and go: the store is the place
        return Place(
            home=state, host=environment.get(HOST, "").strip().casefold(), database=database
        )
    host = environment.get(HOST, "").strip() or socket.gethostname()
    return Place(home=os.path.realpath(home), host=host.casefold(), database=database)


def kept_identity(home: Path) -> Identity | None:
    """Return who the installation of a state folder is, None before it wrote anything.

    Raises: ConfigurationProblem `installation_unreadable`.
    """
    try:
        return decoded((home / FILE).read_bytes(), msgspec.json.Decoder(Identity).decode)
    except FileNotFoundError:
        return None
    except DamagedDocument:
        raise ConfigurationProblem(
            said(
                "The file %(file)s is damaged: it is not known which installation this is.",
                file=home / FILE,
            ),
            action="Say whether it is the real one: segue manage installation --this-one, or --a-copy.",
            code="installation_unreadable",
        ) from None


def restoration(home: Path, identity: Identity | None) -> Restoration | None:
    """Return the restoration of a state folder that nobody decided about yet, None when there is none."""
    try:
        found = decoded((home / RESTORED).read_bytes(), msgspec.json.Decoder(Restoration).decode)
    except FileNotFoundError:
        return None
    except DamagedDocument:
        found = Restoration()
    decided_about = identity.restored_at if identity else ""
    return None if decided_about and decided_about == found.restored_at else found


def standing(
    home: Path, here: Place, *, now: datetime, fresh_id: str, folder: str = ""
) -> Standing:
    """Return the installation of a state folder where it stands; it is made now, with `fresh_id`, when it is new.

    `folder` is that of the audience in question. A database that comes to be known is recorded where all else fits.
    Raises: ConfigurationProblem `installation_unreadable`; OSError when the folder cannot be written.
    """
    kept = kept_identity(home)
    if kept is None:
        kept = _made_once(home, Identity(id=fresh_id, place=here, made_at=now))
    restored = restoration(home, kept)
    found = Standing(identity=kept, here=here, restored=restored, folder=folder)
    if here.database and not kept.place.database and not found.stops:
        kept = replace(kept, place=here)
        keep_identity(home, kept)
    return replace(found, identity=kept)


def _made_once(home: Path, identity: Identity) -> Identity:
    """Write the file unless somebody else does at the same time; two never make two."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = _written_aside(home, identity)
    try:
        os.link(aside, home / FILE)  # atomic, and refused when the file is there
    except OSError:
        if not (home / FILE).exists():  # the file system has no links
            aside.replace(home / FILE)
    finally:
        aside.unlink(missing_ok=True)
    found = kept_identity(home)
    return found if found is not None else identity


def keep_identity(home: Path, identity: Identity) -> None:
    """Put an identity in the place of the one that is kept, at once and durably. Raises: OSError."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _written_aside(home, identity).replace(home / FILE)


def _written_aside(home: Path, identity: Identity) -> Path:
    aside = home / f".{FILE}.{os.getpid()}.{identity.id}"
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(msgspec.json.format(msgspec.json.encode(identity)) + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
    return aside
