"""What is kept of one contact of an audience: what was observed, who owns which tags, what holds it back, what runs did. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from segue.sync.kinds import Skip
from segue.sync.ports import ContactStatus, Rejection


class Fate(StrEnum):
    """What became of a person in one run; of several outcomes the worst counts."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    """It was not sent, or no answer was heard: the next plan writes it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """What an export has written of a contact: its tags. `is_sure` False: whether Mailchimp took the last change is not known.

    `profile_key` is the key of the profile that it was written for, "" where no profile is known.
    """

    export: str
    profile_key: str
    tags: Sequence[str]
    is_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """Why a contact is not written: for one export, or with "" for all of them. `until` None: until the cause has gone.

    `why` is the refusal that it came from, `since` when that was; None where that is not known.
    """

    export: str
    skip: Skip
    since: datetime | None
    until: datetime | None
    why: Rejection | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What one run did to a contact. `was_moved`: the contact has had this address until, or since, this run."""

    run_id: str
    export: str
    fate: Fate
    was_written: bool
    was_moved: bool
    tags_added: Sequence[str]
    tags_removed: Sequence[str]
    why: Rejection | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactKept:
    """What is kept of one contact. `status` None: Mailchimp was not seen to hold it; `changed_at` is Mailchimp's own text.

    `runs` are the newest first, as far back as runs are kept.
    """

    status: ContactStatus | None = None
    changed_at: str = ""
    owned: Sequence[Owned] = ()
    held: Sequence[HeldBack] = ()
    runs: Sequence[Touched] = ()
