"""Which installation may write to an audience: an id that the state folder carries, stamped on the audience. Pure.

A state folder that was copied, restored or moved holds the ledger of the real one, and would write by it. So the id is
kept with the place that it was made for, and each audience that is written carries it as the name of an empty tag.
Where any of these does not fit, nothing is written before a person says which installation is the real one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from segue.sync.brakes import Stop, StopKind
from segue.sync.plan import Stamp, StampKind
from segue.sync.ports import Tag
from segue.sync.tags import folded

PREFIX = "segue: installation "
"""Begins the name of a stamp; no tag of an export may begin so."""

ID_BYTES = 8
"""How much chance an id holds: no two installations ever get the same."""

_STAMP = re.compile(re.escape(PREFIX) + r"([0-9a-z-]{1,64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an installation is at work: the real path of its state folder, its host, and its database.

    `database` is the mark that the control database carries, "" where none is at work or it is not known yet.
    """

    home: str
    host: str
    database: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who an installation is, and what a person decided about it.

    Stamps of the ids in `replaces` are its own to replace. `left` are the folders of audiences that it was copied with
    and that belong to the installation that it is a copy of (`copy_of`, "" for none). `restored_at` names the last
    restoration that a person decided about, "" for none.
    """

    id: str
    place: Place
    made_at: datetime
    replaces: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    copy_of: str = ""
    restored_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoration:
    """That the state folder was restored from a backup. Texts as they were noted, "" where they cannot be read."""

    restored_at: str = ""
    backup_made_at: str = ""
    backup_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An installation where it stands now; `restored` None: nothing that waits for a person was restored.

    `folder` names where the state of the audience is kept that it would write to, "" for none in particular.
    """

    identity: Identity
    here: Place
    restored: Restoration | None = None
    folder: str = ""

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Return why nothing may be written to any audience before a person decided; nothing when all fits."""
        return (*self._moved(), *self._restored(), *self._copied())

    def _moved(self) -> Iterator[Stop]:
        was, here = self.identity.place, self.here
        parts = (
            (StopKind.INSTALLATION_MOVED, was.home, here.home),
            (StopKind.INSTALLATION_HOST, was.host, here.host),
            (StopKind.INSTALLATION_DATABASE, was.database, here.database),
        )
        for kind, before, now in parts:
            if before and now and before != now:
                yield _stop(kind, self.identity.id, before=before, after=now)

    def _restored(self) -> Iterator[Stop]:
        if self.restored is not None:
            yield _stop(
                StopKind.INSTALLATION_RESTORED,
                self.restored.backup_of or self.identity.id,
                before=self.restored.backup_made_at,
                after=self.restored.restored_at,
            )

    def _copied(self) -> Iterator[Stop]:
        if self.folder and self.folder in self.identity.left:
            yield _stop(StopKind.INSTALLATION_COPY, self.identity.copy_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStamps:
    """What is kept of the stamps of an audience: which id we stamped on it last, and what the last reading found there.

    `others` are ids of other installations. `stamped` "": never.
    """

    stamped: str = ""
    is_there: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What an installation may do to an audience: `stops` hold it; `stamp` is to be put on it, None when it is there."""

    stops: tuple[Stop, ...] = ()
    stamp: Stamp | None = None


def stamp_name(installation_id: str) -> str:
    """Return the name of the tag that carries an id."""
    return f"{PREFIX}{installation_id}"


def id_of(tag_name: str) -> str | None:
    """Return the id that a tag carries, None for a tag that is no stamp."""
    found = _STAMP.fullmatch(folded(tag_name))
    return found[1] if found else None


def is_reserved(tag_name: str) -> bool:
    """Return whether a tag's name begins as stamps do: no export may use it."""
    return folded(tag_name).startswith(PREFIX.strip())


def stamps_of(tags: Sequence[Tag]) -> dict[str, Tag]:
    """Return the stamps among tags by the ids that they carry."""
    found = ((id_of(tag.name), tag) for tag in tags)
    return {stamped: tag for stamped, tag in found if stamped is not None}


def seen_on(tags: Sequence[Tag], identity: Identity, kept: KeptStamps) -> KeptStamps:
    """Return what is to be kept of an audience with these tags."""
    there = set(stamps_of(tags))
    return KeptStamps(
        stamped=kept.stamped,
        is_there=identity.id in there,
        others=tuple(sorted(there - {identity.id})),
    )


def judge(standing: Standing, seen: KeptStamps) -> Judged:
    """Return what holds an installation's run on an audience, or the stamp that it is to carry."""
    identity = standing.identity
    strangers = [other for other in seen.others if other not in identity.replaces]
    stops = [*standing.stops]
    if strangers:
        stops.append(_stop(StopKind.INSTALLATION_STRANGE, ", ".join(strangers), after=identity.id))
    if stops:
        return Judged(stops=tuple(stops))
    return Judged(stamp=_stamp(identity, seen))


def _stamp(identity: Identity, seen: KeptStamps) -> Stamp | None:
    name = stamp_name(identity.id)
    if seen.others:
        return Stamp(kind=StampKind.REPLACES, name=name, calls=len(seen.others))
    if seen.is_there:
        return None
    kind = StampKind.AGAIN if seen.stamped == identity.id else StampKind.NEW
    return Stamp(kind=kind, name=name, calls=1)


def _stop(kind: StopKind, subject: str, *, before: str = "", after: str = "") -> Stop:
    return Stop(
        kind=kind,
        subject=subject,
        count=1,
        total=1,
        threshold=0.0,
        approvable=False,
        before=before,
        after=after,
    )
