"""Say once which installation is the real one: this one, or another of which this one is a copy. Nothing is sent."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from segue.core.errors import ConfigurationProblem
from segue.service.identity import RESTORED, keep_identity, kept_identity, restoration
from segue.sync.brakes import Stop
from segue.sync.identity import Identity, KeptStamps, Place, Restoration, Standing

if TYPE_CHECKING:
    from segue.engines.duckdb.audience.journals import Journals


class Decision(StrEnum):
    """What a person says of an installation."""

    THIS_ONE = "this_one"
    A_COPY = "a_copy"


class StampState(StrEnum):
    """How an audience stands to an installation, by what the last run or plan saw."""

    STAMPED = "stamped"
    UNSTAMPED = "unstamped"
    STRANGE = "strange"
    """Another installation stamped it: a person decides."""
    REPLACED = "replaced"
    """Another one stamped it, and a person decided: the next run puts ours in its place."""
    LEFT = "left"
    """This is a copy, and the audience belongs to the installation that it was copied from."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceStamps:
    """One audience by the folder of its state, and the ids of others whose stamps it carries."""

    folder: str
    state: StampState
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An installation as a person is shown it. `identity` None: it wrote nothing yet, or its file cannot be read."""

    identity: Identity | None
    here: Place
    stops: tuple[Stop, ...] = ()
    audiences: tuple[AudienceStamps, ...] = ()
    is_unreadable: bool = False

    @property
    def is_held(self) -> bool:
        """Return whether a person must say which installation is the real one."""
        strange = any(one.state is StampState.STRANGE for one in self.audiences)
        return bool(self.stops) or self.is_unreadable or strange

    @property
    def is_to_be_decided(self) -> bool:
        """Return whether it makes a difference to say that this one is the real one: it is held, or was said to be a copy."""
        left = any(one.state is StampState.LEFT for one in self.audiences)
        return self.is_held or left


def shown(home: Path, here: Place, *, journals: Journals | None = None) -> Shown:
    """Return the installation of a state folder; nothing is asked or written."""
    try:
        identity = kept_identity(home)
    except ConfigurationProblem:
        return Shown(identity=None, here=here, is_unreadable=True)
    stops = _stops(home, here, identity)
    if identity is None:
        return Shown(identity=None, here=here, stops=stops)
    audiences = tuple(
        _audience(home, folder, identity, journals) for folder in _folders(home, journals)
    )
    return Shown(identity=identity, here=here, stops=stops, audiences=audiences)


def is_out_of_place(home: Path, here: Place) -> bool:
    """Return whether a person must say that the installation is the real one, for where it is or what became of it."""
    try:
        return bool(_stops(home, here, kept_identity(home)))
    except ConfigurationProblem:
        return True


def _stops(home: Path, here: Place, identity: Identity | None) -> tuple[Stop, ...]:
    restored = restoration(home, identity)
    known = identity or Identity(id="", place=here, made_at=datetime.min)
    return Standing(identity=known, here=here, restored=restored).stops


def _audience(
    home: Path, folder: str, identity: Identity, journals: Journals | None
) -> AudienceStamps:
    stamps = _stamps_of(home / "audiences" / folder, journals)
    if folder in identity.left:
        return AudienceStamps(folder=folder, state=StampState.LEFT)
    if stamps is None:
        return AudienceStamps(folder=folder, state=StampState.UNREADABLE)
    if not stamps.others:
        state = StampState.STAMPED if stamps.is_there else StampState.UNSTAMPED
        return AudienceStamps(folder=folder, state=state)
    is_ours = set(stamps.others) <= set(identity.replaces)
    state = StampState.REPLACED if is_ours else StampState.STRANGE
    return AudienceStamps(folder=folder, state=state, others=stamps.others)


def _stamps_of(folder: Path, journals: Journals | None) -> KeptStamps | None:
    from segue.engines.duckdb.audience.journals import BESIDE
    from segue.engines.duckdb.audience.stamps import kept_stamps

    try:
        with closing((journals or BESIDE).glance(folder)) as journal:
            return kept_stamps(journal)
    except ConfigurationProblem:
        # Lost or damaged: `segue manage repair` mends it, and the next reading sees the stamps.
        return None


def decide(
    home: Path,
    here: Place,
    decision: Decision,
    *,
    now: datetime,
    fresh_id: str,
    journals: Journals | None = None,
) -> Identity:
    """Keep what a person said of the installation of a state folder, and return who it is from now on.

    `journals` says where those of its audiences are, None: beside them.
    """
    decided = _this_one if decision is Decision.THIS_ONE else _a_copy
    return decided(home, here, now=now, fresh_id=fresh_id, journals=journals)


def _is_written(folder: Path, journals: Journals | None) -> bool:
    """Return whether an audience may hold what this state folder, or the one that it was copied from, has written."""
    from segue.engines.duckdb.audience.journals import BESIDE
    from segue.engines.duckdb.audience.stamps import has_written

    try:
        with closing((journals or BESIDE).glance(folder)) as journal:
            return has_written(journal)
    except ConfigurationProblem:
        return True


def _this_one(
    home: Path, here: Place, *, now: datetime, fresh_id: str, journals: Journals | None
) -> Identity:
    """Keep that this installation is the real one, where it stands now, and return who it is from now on.

    It always gets a new id: another state folder may carry the old one, and the others that took part so far find a
    strange stamp and wait. Theirs that were seen on its audiences are its own to replace, and so are its earlier ones.
    """
    kept = _readable(home)
    restored = restoration(home, kept)
    restored_from = restored.backup_of if restored else ""
    own = (*kept.replaces, kept.id, kept.copy_of) if kept else ()
    decided = Identity(
        id=fresh_id,
        place=_known(here, kept),
        made_at=now,
        replaces=_each_once([*own, restored_from, *_ids_in(home, journals)], but=fresh_id),
        restored_at=_restored_at(kept, restored),
    )
    return _decided(home, decided)


def _a_copy(
    home: Path, here: Place, *, now: datetime, fresh_id: str, journals: Journals | None
) -> Identity:
    """Keep that this installation is a copy: it is another one from now on, and its audiences belong to the original."""
    kept = _readable(home)
    restored = restoration(home, kept)
    decided = Identity(
        id=fresh_id,
        place=_known(here, kept),
        made_at=now,
        left=tuple(
            folder
            for folder in _folders(home, journals)
            if _is_written(home / "audiences" / folder, journals)
        ),
        copy_of=(restored.backup_of if restored else "") or (kept.id if kept else ""),
        restored_at=_restored_at(kept, restored),
    )
    return _decided(home, decided)


def _decided(home: Path, identity: Identity) -> Identity:
    keep_identity(home, identity)
    (home / RESTORED).unlink(missing_ok=True)
    return identity


def _known(here: Place, kept: Identity | None) -> Place:
    """Return the place with the database that was known where none is at work now."""
    return replace(here, database=here.database or (kept.place.database if kept else ""))


def _restored_at(kept: Identity | None, restored: Restoration | None) -> str:
    """Return which restoration is decided about by now."""
    if restored is not None:
        return restored.restored_at
    return kept.restored_at if kept else ""


def _readable(home: Path) -> Identity | None:
    """Return the kept identity, None also for one that cannot be read: the decision replaces it."""
    try:
        return kept_identity(home)
    except ConfigurationProblem:
        return None


def _ids_in(home: Path, journals: Journals | None) -> Collection[str]:
    """Return the ids that were seen on the audiences, and those under which this state folder stamped them."""
    kept = [
        _stamps_of(home / "audiences" / folder, journals) for folder in _folders(home, journals)
    ]
    return [one for stamps in kept if stamps for one in (*stamps.others, stamps.stamped)]


def _folders(home: Path, journals: Journals | None) -> tuple[str, ...]:
    from segue.engines.duckdb.audience.journals import BESIDE

    return tuple(one.name for one in (journals or BESIDE).folders(home))


def _each_once(ids: Collection[str], *, but: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in ids if one and one != but))
