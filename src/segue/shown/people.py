"""People of a plan, one by one: as rows of lists and files, masked for the eye."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from segue.shown.masking import shown_address
from segue.sync.kinds import Kind, Skip
from segue.sync.people import Drifted, PersonChange
from segue.sync.plan import DriftKind
from segue.words.plans import kind_words, skip_words

COLUMNS = ("profile_key", "address", "change", "reason", "tags_added", "tags_removed")
"""The columns of a file of everybody in a plan."""

DRIFT_COLUMNS = ("profile_key", "address", *(kind.value for kind in DriftKind))
"""The columns of a file of everybody in whom an audience differs from what was acknowledged."""


class Planned(Protocol):
    """What a plan does with one person: what an engine tells, or what is kept of it for the eye."""

    @property
    def address(self) -> str:
        """Return the address: personal."""
        ...

    @property
    def kind(self) -> int:
        """Return what is done, by `Kind`."""
        ...

    @property
    def skip(self) -> int:
        """Return why they are left out, by `Skip`; 0 for who is not."""
        ...

    @property
    def tags_added(self) -> Sequence[str]:
        """Return the tags that come."""
        ...

    @property
    def tags_removed(self) -> Sequence[str]:
        """Return the tags that go."""
        ...


P = TypeVar("P", bound=Planned)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person of a plan in words. `address` is masked unless it is shown in full; `reason` is "" for who is not left out."""

    kind: str
    address: str
    tags_added: Sequence[str]
    tags_removed: Sequence[str]
    reason: str


def changing(people: Iterable[P]) -> Iterator[P]:
    """Yield those whom a plan changes or leaves out."""
    return (person for person in people if person.kind != Kind.SAME)


def shown_person(person: Planned, language: str, *, in_full: bool) -> PersonRow:
    """Return a person of a plan as a list shows them."""
    return PersonRow(
        kind=kind_words(Kind(person.kind), language),
        address=shown_address(person.address, in_full=in_full),
        tags_added=person.tags_added,
        tags_removed=person.tags_removed,
        reason=skip_words(Skip(person.skip), language),
    )


def file_row(person: PersonChange) -> list[str]:
    """Return a person of a plan as a row of a file, in the order of `COLUMNS`: in full, the same in every language."""
    return [
        person.profile_key,
        person.address,
        kind_code(person),
        skip_code(person) or "",
        "; ".join(person.tags_added),
        "; ".join(person.tags_removed),
    ]


def drift_row(person: Drifted) -> list[str]:
    """Return somebody in whom the audience differs as a row of a file, in the order of `DRIFT_COLUMNS`: what under each kind."""
    named = (person.deleted, person.renamed, person.lost, person.renewed, person.differing)
    found = ["; ".join(subjects) for subjects in named]
    return [person.profile_key, person.address, *found, "yes" if person.is_gone else ""]


def kind_code(person: Planned) -> str:
    """Return the code of what is done with a person."""
    return Kind(person.kind).name.lower()


def skip_code(person: Planned) -> str | None:
    """Return the code of why a person is left out, None for who is not."""
    return Skip(person.skip).name.lower() if person.skip else None
