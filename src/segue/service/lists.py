"""Lists of addresses: make one, put addresses on it and take them off, and tell whom of them the profiles know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from segue.control.people.models import Person
from segue.control.segments import list_contents
from segue.control.segments.adding import name_of_label
from segue.control.segments.list_contents import Batch
from segue.control.segments.models import Segment
from segue.control.segments.operations import record_counts
from segue.core.errors import ConfigurationProblem
from segue.core.folding import folded
from segue.profiles.pasted import MOST_ADDRESSES
from segue.profiles.schema import Attribute, AttributeType
from segue.service.configured import workspace
from segue.service.kept_members import keep_addresses, place_of
from segue.service.list_sizes import OnList, found_on
from segue.service.membership import check_usable
from segue.service.readings import fitting_snapshot


def add_list(
    *, label: str, addresses: Sequence[str], actor: Person, now: datetime, statement: str = ""
) -> Segment:
    """Keep a new list of canonical addresses; its members are counted where profiles were read already.

    `statement` is how these people consented, in the words of whoever attests it; "" for nobody.

    Raises: ConfigurationProblem for a bad name, too many addresses, or too many words.
    """
    _check_length(len(addresses))
    place = place_of(name_of_label(label), now)
    batch = Batch(addresses=addresses, statement=statement)
    segment = list_contents.add_list(label=label, batch=batch, place=place, actor=actor, now=now)
    keep_addresses(place, addresses)
    _count(segment, now)
    return segment


def change_list(
    *,
    segment: Segment,
    add: Sequence[str],
    take: Sequence[str],
    actor: Person,
    now: datetime,
    statement: str = "",
) -> None:
    """Put canonical addresses on a list, and take others off; `statement` is of those that are put on it, as in `add_list`.

    Raises: ConfigurationProblem when there would be too many, of them or of the words.
    """
    on_it = set(list_contents.addresses_of(segment))
    _check_length(len(on_it | set(add)))
    place = place_of(segment.name, now)
    batch = Batch(addresses=add, statement=statement)
    if list_contents.change_list(
        segment=segment, add=batch, take=take, place=place, actor=actor, now=now
    ):
        keep_addresses(place, list_contents.addresses_of(segment))
        _count(segment, now)


def known_of(segment: Segment) -> OnList:
    """Tell whom the profiles that were read last know of a list. Personal data.

    Raises: ConfigurationProblem when nothing fitting was read yet.
    """
    snapshot, work = fitting_snapshot(), workspace()
    check_usable(work, [segment])
    return found_on(segment.name, list_contents.on_list(segment), work, snapshot)


def own_rows(
    segment: Segment, *, columns: Sequence[Attribute], matching: str = ""
) -> Iterator[tuple[object, ...]]:
    """Yield key, which is "", and columns of the members without a profile: of these only an address. Personal data."""
    if not segment.own:
        return
    emails = [one for one in columns if one.type is AttributeType.EMAIL][:1]
    wanted = folded(matching)
    for address in known_of(segment).own:
        if wanted in folded(address):
            yield ("", *(address if one in emails else None for one in columns))


def _count(segment: Segment, now: datetime) -> None:
    """Count the members where that is possible now; the next refresh counts them in any case."""
    try:
        size = known_of(segment).size
    except ConfigurationProblem:
        return
    record_counts({segment.name: size.members}, lists={segment.name: size}, now=now)


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
