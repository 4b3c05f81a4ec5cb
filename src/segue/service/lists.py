"""Lists of addresses: make one, put addresses on it and take them off, and tell whom of them the profiles know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from segue.control.people.models import Person
from segue.control.segments import kept
from segue.control.segments.adding import name_of_label
from segue.control.segments.models import Segment
from segue.control.segments.operations import record_counts
from segue.core.emails import canonical
from segue.core.errors import ConfigurationProblem
from segue.profiles.pasted import MOST_ADDRESSES
from segue.profiles.schema import AttributeType
from segue.service.configured import workspace
from segue.service.kept_members import keep_addresses, place_of
from segue.service.membership import all_members


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whom the profiles know of the addresses on a list: `profiles` have one of `addresses`; of `unknown` no profile is read."""

    profiles: int
    addresses: Sequence[str]
    unknown: Sequence[str]


def add_list(*, label: str, addresses: Sequence[str], actor: Person, now: datetime) -> Segment:
    """Keep a new list of canonical addresses; its members are counted where profiles were read already.

    Raises: ConfigurationProblem for a bad name, or too many addresses.
    """
    _check_length(len(addresses))
    place = place_of(name_of_label(label), now)
    segment = kept.add_list(label=label, addresses=addresses, place=place, actor=actor, now=now)
    keep_addresses(place, addresses)
    _count(segment, now)
    return segment


def change_list(
    *, segment: Segment, add: Sequence[str], take: Sequence[str], actor: Person, now: datetime
) -> None:
    """Put canonical addresses on a list, and take others off.

    Raises: ConfigurationProblem when there would be too many.
    """
    on_it = set(kept.addresses_of(segment))
    _check_length(len(on_it | set(add)))
    place = place_of(segment.name, now)
    after = kept.change_list(segment=segment, add=add, take=take, place=place, actor=actor, now=now)
    if set(after) != on_it:
        keep_addresses(place, after)
        _count(segment, now)


def known_of(segment: Segment) -> Known:
    """Tell whom the profiles that were read last know of a list. Personal data.

    Raises: ConfigurationProblem when nothing fitting was read yet.
    """
    schema = workspace().configuration.schema
    emails = [one.name for one in schema.profiles.attributes if one.type is AttributeType.EMAIL]
    on_it = kept.addresses_of(segment)
    profiles, met = 0, set[str | None]()
    for _key, *texts in all_members(segment, columns=emails):
        profiles += 1
        met.update(canonical(str(text)).address for text in texts if text is not None)
    return Known(
        profiles=profiles,
        addresses=[one for one in on_it if one in met],
        unknown=[one for one in on_it if one not in met],
    )


def _count(segment: Segment, now: datetime) -> None:
    """Count the members where that is possible now; the next refresh counts them in any case."""
    try:
        profiles = known_of(segment).profiles
    except ConfigurationProblem:
        return
    record_counts({segment.name: profiles}, now=now)


def _check_length(count: int) -> None:
    most = MOST_ADDRESSES.value
    if count > most:
        raise ConfigurationProblem(
            _("A list has at most %(most)d addresses, and this one would have %(count)d.")
            % {"most": most, "count": count},
            action=_("Declare so many people as a data source, and write a rule for them."),
            code="list_too_long",
            context={"addresses": count},
        )
