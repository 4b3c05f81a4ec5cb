"""Lists: which addresses are on them, and of whom somebody attests that they consented. Where members lie is the service's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from segue.control.audit.models import Action
from segue.control.audit.operations import record
from segue.control.people.models import Person
from segue.control.segments.adding import add
from segue.control.segments.describing import not_kept
from segue.control.segments.kept import require_own
from segue.control.segments.models import ListAttestation, ListContents, Segment, SegmentKind
from segue.control.segments.operations import subject_of
from segue.core.errors import Mistake
from segue.core.sentences import said
from segue.sync.export_rules import LONGEST_STATEMENT

_MARK = "\t"
"""Between an address and the key of its attestation; no address has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Canonical addresses that somebody adds; `statement` says in their own words how these people consented, "" for nothing."""

    addresses: Sequence[str]
    statement: str = ""


@transaction.atomic
def add_list(*, label: str, batch: Batch, place: str, actor: Person, now: datetime) -> Segment:
    """Keep a new list. Raises: ConfigurationProblem as `adding.add`, and for words that are too long."""
    segment = add(label=label, rule={}, actor=actor, now=now)
    Segment.objects.filter(pk=segment.pk).update(kind=SegmentKind.LIST)
    segment.kind = SegmentKind.LIST
    held = ListContents.objects.create(segment=segment, changed_at=now)
    _keep(held, _with_batch({}, held, batch, actor, now), place=place, now=now)
    _note(segment, added=len(batch.addresses), taken=0, actor=actor, now=now)
    return segment


@transaction.atomic
def change_list(
    *,
    segment: Segment,
    add: Batch,
    take: Sequence[str],
    place: str,
    actor: Person,
    now: datetime,
) -> bool:
    """Put addresses on a list and take others off; tell whether that changes it.

    An address that is on it already keeps its attestation until another one is given. Raises: as `add_list`.
    """
    require_own(segment, actor)
    held = ListContents.objects.select_for_update().get(segment=segment)
    before = dict(_lines(held))
    after = _with_batch(before, held, add, actor, now)
    for one in take:
        after.pop(one, None)
    if after == before:
        return False
    _keep(held, after, place=place, now=now)
    segment.kept, segment.kept_at = place, now
    added, taken = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    if added or taken:
        _note(segment, added=added, taken=taken, actor=actor, now=now)
    return True


def addresses_of(segment: Segment) -> list[str]:
    """Return the addresses on a list, in the order in which they came. Personal data."""
    return list(on_list(segment))


def on_list(segment: Segment) -> Mapping[str, int | None]:
    """Return the addresses on a list with the keys of their attestations, None without one. Personal data."""
    held = ListContents.objects.filter(segment=segment).first()
    return dict(_lines(held)) if held is not None else {}


def attestations(segment: Segment) -> Sequence[ListAttestation]:
    """Return what was attested of people on a list, the newest first."""
    return list(ListAttestation.objects.filter(contents__segment=segment))


def attested_at(places: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return the addresses whose consent is attested, by the place of their list; lists that are kept elsewhere by now lack.

    Raises: ConfigurationProblem where the key is lost with which addresses are encrypted.
    """
    rows = Segment.objects.filter(kept__in=places, kind=SegmentKind.LIST, removed_at=None)
    found: dict[str, Sequence[str]] = dict.fromkeys(rows.values_list("kept", flat=True), ())
    held = ListContents.objects.filter(segment__in=rows, attestations__isnull=False).distinct()
    for one in held.select_related("segment"):
        found[one.segment.kept] = [address for address, key in _lines(one) if key is not None]
    return found


def _lines(held: ListContents) -> Iterator[tuple[str, int | None]]:
    for line in held.addresses.splitlines():
        address, _, key = line.partition(_MARK)
        yield address, int(key) if key else None


def _with_batch(
    before: Mapping[str, int | None],
    held: ListContents,
    batch: Batch,
    actor: Person,
    now: datetime,
) -> dict[str, int | None]:
    """Return what is on a list with a batch, of whom an attestation is recorded where there is one."""
    statement = batch.statement.strip()
    if not statement or not batch.addresses:
        return {**before, **{one: before.get(one) for one in batch.addresses}}
    if len(statement) > LONGEST_STATEMENT:
        text = said("The attestation is longer than 2,000 characters.")
        action = said("Say in fewer words how and when these people consented.")
        raise not_kept([Mistake(path="statement", message=text, action=action, code="too_long")])
    attested = ListAttestation.objects.create(
        contents=held,
        statement=statement,
        attested_by=actor,
        attested_by_name=actor.name,
        attested_at=now,
        addresses=len(batch.addresses),
    )
    details: Mapping[str, str | int] = {
        "statement": statement,
        "addresses_attested": len(batch.addresses),
    }
    subject = subject_of(held.segment)
    record(Action.LIST_ATTESTED, actor=actor, now=now, subject=subject, details=details)
    return {**before, **dict.fromkeys(batch.addresses, attested.pk)}


def _keep(
    held: ListContents, addresses: Mapping[str, int | None], *, place: str, now: datetime
) -> None:
    lines = (one if key is None else f"{one}{_MARK}{key}" for one, key in addresses.items())
    held.addresses, held.count, held.changed_at = "\n".join(lines), len(addresses), now
    held.save()
    Segment.objects.filter(pk=held.segment_id).update(kept=place, kept_at=now)
    held.segment.kept, held.segment.kept_at = place, now


def _note(segment: Segment, *, added: int, taken: int, actor: Person, now: datetime) -> None:
    record(
        Action.LIST_CHANGED,
        actor=actor,
        now=now,
        subject=subject_of(segment),
        details={"addresses_added": added, "addresses_removed": taken},
    )
