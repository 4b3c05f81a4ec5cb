"""People of a plan and of a run, one by one, as files and pages show them. Values only; all of it is personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from segue.sync.kinds import Kind, Skip
from segue.sync.ports import Reason

EVER = datetime.fromtimestamp(0, UTC)
"""Since when somebody is left out of whom that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """What a plan does with one person. `skip` is NONE but for kind SKIP."""

    profile_key: str
    address: str
    kind: Kind
    skip: Skip
    tags_added: tuple[str, ...]
    tags_removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """In what one contact differs from the ledger: tags, merge fields, or gone altogether."""

    profile_key: str
    address: str
    deleted: tuple[str, ...]
    renamed: tuple[str, ...]
    lost: tuple[str, ...]
    renewed: tuple[str, ...]
    differing: tuple[str, ...]
    is_gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedContact:
    """One rejected contact. `words` are the service's own, without addresses.

    `held_since` None: rejected in this very run; otherwise it was refused then, and left out of this run for it, EVER
    where that time is not known (the audience no longer holds the contact). `held_until` None: until the cause has gone.
    """

    address: str
    profile_key: str
    reason: Reason
    field: str
    words: str
    held_since: datetime | None = None
    held_until: datetime | None = None

    @property
    def known_since(self) -> datetime | None:
        """Return since when the contact is left out, None when that is not known, or since this run only."""
        return None if self.held_since == EVER else self.held_since
