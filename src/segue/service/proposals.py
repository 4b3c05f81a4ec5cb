"""Definitions that somebody uploaded: held, shown as a plan of changes, and applied exactly as shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.control.sources import policy
from segue.control.sources.models import Arrival, Definition, ProposedDefinition
from segue.control.sources.operations import propose_definition
from segue.control.sources.queries import proposal_of
from segue.service.definitions import apply
from segue.service.differences import PlanOfChanges, plan_of_changes
from segue.service.reading import ReadDefinition, read_uploaded

LARGEST_TEXT_BYTES = 500_000
"""A hundred times a usual definition; reading a hostile one of this size takes seconds, not minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody proposed, and what applying it would change now."""

    row: ProposedDefinition
    read: ReadDefinition
    plan: PlanOfChanges


def propose(text: str, *, actor: Person, now: datetime) -> None:
    """Hold an uploaded text.

    Raises: ConfigurationProblem with every mistake, a path outside of the data folders among them; then nothing is held.
    """
    require(actor, policy.apply_definition, see=policy.see_sources)
    _hold(read_uploaded(text), actor=actor, now=now)


def propose_again(definition: Definition, *, actor: Person, now: datetime) -> None:
    """Hold the text of an older definition, whose relative paths start where they did. Raises: as `propose`."""
    require(actor, policy.apply_definition, see=policy.see_sources)
    read = read_uploaded(
        definition.text, folder=Path(definition.folder), file_name=definition.file_name
    )
    _hold(read, actor=actor, now=now)


def proposal(actor: Person) -> Proposal | None:
    """Return what the person proposed and has not applied, None when there is nothing.

    Raises: ConfigurationProblem when it cannot be read any more, for instance because a variable is gone.
    """
    row = proposal_of(actor)
    if row is None:
        return None
    read = read_uploaded(row.text, folder=Path(row.folder), file_name=row.file_name)
    return Proposal(row=row, read=read, plan=plan_of_changes(read))


def apply_proposal(found: Proposal, *, plan: str, actor: Person, now: datetime) -> Definition:
    """Apply a proposal. Raises: UnsafePlan when `plan` is not the digest of what applying would change now."""
    return apply(found.read, arrival=Arrival.PAGE, actor=actor, now=now, plan=plan)


def _hold(read: ReadDefinition, *, actor: Person, now: datetime) -> None:
    propose_definition(
        text=read.text, folder=str(read.folder), file_name=read.file_name, actor=actor, now=now
    )
