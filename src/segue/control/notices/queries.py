"""Read notices as far as a person may see them, and the channels."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, F, Q, QuerySet

from segue.control.connections.queries import connections
from segue.control.exports.queries import exports
from segue.control.notices import places
from segue.control.notices.models import Channel, Notice
from segue.control.notices.policy import FOR_ADMINISTRATORS
from segue.control.people.models import Person


def notices(person: Person) -> QuerySet[Notice]:
    """Return all notices that the person may see: open ones first, then what ended last."""
    found = Notice.objects.order_by(F("resolved_at").desc(nulls_first=True), "-created_at", "-id")
    return found if person.is_administrator else found.exclude(kind__in=FOR_ADMINISTRATORS)


def open_notices(person: Person) -> QuerySet[Notice]:
    """Return what is wrong now, as far as the person may see it, newest first."""
    return notices(person).filter(resolved_at=None)


def dead_paths(shown: Iterable[Notice]) -> frozenset[str]:
    """Return those of the notices' paths that lead nowhere any more: to connections and exports that were removed."""
    paths = {notice.path for notice in shown}
    about = [notice.subject_key for notice in shown]
    gone = frozenset[str]()
    for number_of, path_of, living in (
        (places.connection_of, places.connection_path, connections()),
        (places.export_of, places.export_path, exports()),
    ):
        asked = {pk for pk in map(number_of, about) if pk is not None and path_of(pk) in paths}
        there = living.filter(pk__in=asked).values_list("pk", flat=True) if asked else ()
        gone |= {path_of(pk) for pk in asked.difference(there)}
    return gone


def channels() -> QuerySet[Channel]:
    """Return all channels, by name, with the messages that wait and that were given up of late.

    `waiting` are messages to be tried again; `given_up` are those that no try will bring any more while what they are
    about is still so.
    """
    unsent = Q(deliveries__sent_at=None)
    return Channel.objects.annotate(
        waiting=Count(
            "deliveries",
            filter=unsent & Q(deliveries__given_up_at=None, deliveries__tries__gt=0),
        ),
        given_up=Count(
            "deliveries",
            filter=unsent
            & Q(deliveries__given_up_at__isnull=False, deliveries__notice__resolved_at=None),
        ),
    )
