"""What one export is told to do: audience, data matching, segments and their tags, consent, brakes. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class MergeType(StrEnum):
    """Types of merge fields (Source: FACTS.md §7, spec), and of what a contact holds beside them (`contact_fields`)."""

    TEXT = "text"
    NUMBER = "number"
    ADDRESS = "address"
    PHONE = "phone"
    DATE = "date"
    URL = "url"
    IMAGEURL = "imageurl"
    RADIO = "radio"
    DROPDOWN = "dropdown"
    BIRTHDAY = "birthday"
    ZIP = "zip"
    LANGUAGE = "language"


class NewStatus(StrEnum):
    """The status that a contact unknown to Mailchimp gets; a contact it knows never gets a status from an export."""

    SUBSCRIBED = "subscribed"
    PENDING = "pending"
    TRANSACTIONAL = "transactional"


class Blanks(StrEnum):
    """What a blank, or a value that does not fit the merge field, does to what Mailchimp holds there."""

    KEEP = "keep"
    """Nothing is sent for the field: what Mailchimp holds is left as it is."""
    CLEAR = "clear"
    """The field is emptied. Source: FACTS.md §7 (recorded: "" clears a value of any type)."""


class FirstRun(StrEnum):
    """Whether the first run of an export waits for a person."""

    APPROVE = "approve"
    """It is held with its plan until somebody approves that plan, once."""
    FREE = "free"
    """It runs like any other: for automation."""


class Leftovers(StrEnum):
    """What becomes of tags that exports which are declared no more have left on people of the audience."""

    SHOW = "show"
    """They stay, and plans name them."""
    REMOVE = "remove"
    """The next run takes them away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMatch:
    """One line of the data matching: merge field `tag` is fed from profile attribute `attribute`.

    For type ADDRESS `parts` maps addr1, city, state, zip (required) and addr2, country to attributes and
    `attribute` is empty; so it is where everybody gets the same `value` (None: no constant feeds the field). `create` allows the plan to create the merge field when the audience lacks it; `name` is
    the name it then gets. `blanks` says what a blank does.
    """

    tag: str
    attribute: str
    type: MergeType = MergeType.TEXT
    name: str = ""
    create: bool = False
    parts: tuple[tuple[str, str], ...] = ()
    value: str | None = None
    blanks: Blanks = Blanks.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentTag:
    """A segment of the export and the tag that marks its members in the audience."""

    segment: str
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """Which of several profiles with one address is exported: the greatest `newest_by`, ties and None: the first key."""

    newest_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The lawful ground: a boolean attribute that must be true, or a recorded attestation. Exactly one is set."""

    attribute: str | None = None
    attested_by: str | None = None
    attested_on: date | None = None
    attestation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brakes:
    """When a plan waits for approval. Shares are 0-1. Defaults are PRODUCT.md §4.2's.

    A stop needs both its share and its least number: small audiences change by large shares. `move_…` bounds people
    whose address changes, `wipe_…` people who lose the value of one merge field or all get the same one, `change_…`
    people who get another value in one merge field, `unread_…` values of one attribute, key or join that the export
    stands on and that are written but could not be read, `guard_…` people whom an attribute or related table left out at
    the last run, or for whom it was written.
    """

    removal_share: float = 0.20
    removal_least: int = 10
    shrink_share: float = 0.50
    shrink_least: int = 10
    growth_share: float = 1.00
    growth_least: int = 1_000
    move_share: float = 0.20
    move_least: int = 10
    wipe_share: float = 0.20
    wipe_least: int = 10
    change_share: float = 0.50
    change_least: int = 10
    unread_share: float = 0.20
    unread_least: int = 10
    guard_share: float = 0.20
    guard_least: int = 10
    stale_after_days: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export: everything the engine needs besides the data.

    `profile_limit` counts people after de-duplication over all chosen segments. `contact_limit` is the account's
    contact allowance, None when unknown. `new_status_said` False: nobody chose `new_status`, so an audience with double
    opt-in refuses the plan. `was` is the name under which the export ran before, "" for none. `label` is what people
    read in the pages, "" for the name.
    """

    name: str
    connection: str
    audience_id: str
    email_attribute: str
    segments: tuple[SegmentTag, ...]
    fields: tuple[FieldMatch, ...] = ()
    winner: Winner = field(default_factory=Winner)
    consent: Consent | None = None
    new_status: NewStatus = NewStatus.SUBSCRIBED
    profile_limit: int = 1_000_000
    contact_limit: int | None = None
    brakes: Brakes = field(default_factory=Brakes)
    new_status_said: bool = True
    first_run: FirstRun = FirstRun.APPROVE
    leftovers: Leftovers = Leftovers.SHOW
    was: str = ""
    label: str = ""


OPTIONS: Mapping[str, type[StrEnum]] = {"first_run": FirstRun, "leftovers": Leftovers}
"""Attributes of an export that are one word of a few. Whoever reads, keeps or shows exports goes by this table."""
