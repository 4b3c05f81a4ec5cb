"""Hand new notices and recoveries to the channels that are on, and send them: once each, also under several workers.

A message is claimed by a guarded update that counts the try and sets the next one, so that only one worker sends it;
one that dies in between sends it late, not never. What is due for a channel at one time travels in one message.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import F, QuerySet

from segue.control.due import due
from segue.control.exports.models import Export
from segue.control.notices import places
from segue.control.notices.letters import Letter, Reader, letter
from segue.control.notices.models import Channel, ChannelKind, Delivery, Notice
from segue.control.notices.transports import NotDelivered, send_mail, send_to_service
from segue.control.people.models import Person
from segue.control.people.queries import administrators

log = logging.getLogger("segue.notices")

SETTLE = timedelta(minutes=10)
"""How long a state must be over before anybody is told so: one that comes and goes within minutes is told once."""

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""Waits after the first try and the following ones. After the last of them a message is given up."""

AT_ONCE = 200
"""Messages claimed at one time; the next call takes up the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One message to one reader. `person_id` None: a channel with a target of its own."""

    reader: Reader
    address: str
    person_id: int | None
    deliveries: Sequence[Delivery]


def deliver(now: datetime) -> None:
    """Hand over what is new, then send what is due."""
    hand_over(now)
    hand_over_recoveries(now)
    for channel, deliveries in groupby(_claimed(now), key=lambda one: one.channel):
        _send_all(channel, list(deliveries), now)


def hand_over(now: datetime) -> None:
    """Make the deliveries of new notices. Without any channel that is on they wait for one."""
    new = list(Notice.objects.filter(resolved_at=None, sent_at=None).order_by("id"))
    channels = list(Channel.objects.filter(is_on=True)) if new else []
    if channels:
        _prepare([(notice, channel) for notice in new for channel in channels], now)
        Notice.objects.filter(pk__in=[one.pk for one in new], sent_at=None).update(sent_at=now)


def hand_over_recoveries(now: datetime) -> None:
    """Make the deliveries of what has been over for long enough, where its beginning had arrived."""
    over = list(
        Notice.objects.filter(
            due("resolved_at", now - SETTLE, longest=SETTLE), recovery_sent_at=None
        )
    )
    if not over:
        return
    begun = Delivery.objects.filter(notice__in=over, is_recovery=False)
    begun.filter(sent_at=None, reached=[]).delete()
    told = begun.filter(channel__is_on=True).select_related("notice", "channel")
    _prepare([(one.notice, one.channel) for one in told], now, is_recovery=True)
    untold = Notice.objects.filter(pk__in=[one.pk for one in over], recovery_sent_at=None)
    untold.update(recovery_sent_at=now)


def send_one(channel: Channel, envelope: Envelope, message: Letter) -> None:
    """Send a message over a channel. Raises: NotDelivered."""
    if channel.kind == ChannelKind.MAIL:
        send_mail(to=envelope.address, subject=message.subject, body=message.body)
    else:
        send_to_service(target=channel.target, subject=message.subject, body=message.body)


def envelopes(channel: Channel, deliveries: Sequence[Delivery]) -> list[Envelope]:
    """Return who is told what over a channel: its target everything, people only what they may see and care for."""
    if not channel.is_to_administrators:
        reader = Reader(name="", language=channel.language, time_zone="UTC")
        return [
            Envelope(
                reader=reader, address=channel.target, person_id=None, deliveries=deliveries
            )
        ]  # fmt: skip
    people = {person.pk: person for person in administrators()}
    told = {pk: list(deliveries) for pk in people}
    for owner, theirs in _owners(deliveries):
        if owner.pk not in told:
            people[owner.pk] = owner
            told[owner.pk] = theirs
    return [_to_person(people[pk], mine) for pk, mine in sorted(told.items())]


def _prepare(
    pairs: Iterable[tuple[Notice, Channel]], now: datetime, *, is_recovery: bool = False
) -> None:
    rows = [
        Delivery(notice=notice, channel=channel, is_recovery=is_recovery, next_try_at=now)
        for notice, channel in pairs
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _due(now: datetime) -> QuerySet[Delivery]:
    """Return what may be sent: the beginning of what is over by now waits until the end has settled, and goes then."""
    waiting = Delivery.objects.filter(
        due("next_try_at", now, longest=WAITS[-1]),
        sent_at=None,
        given_up_at=None,
        channel__is_on=True,
    ).exclude(is_recovery=False, notice__resolved_at__isnull=False)
    return waiting.select_related("notice", "channel").order_by("channel_id", "notice_id", "id")


def _claimed(now: datetime) -> list[Delivery]:
    return [one for one in _due(now)[:AT_ONCE] if _claim(one, now)]


def _claim(delivery: Delivery, now: datetime) -> bool:
    wait = WAITS[min(delivery.tries, len(WAITS) - 1)]
    mine = Delivery.objects.filter(
        pk=delivery.pk, tries=delivery.tries, sent_at=None, given_up_at=None
    )
    taken = mine.update(tries=F("tries") + 1, next_try_at=now + wait)
    delivery.tries += taken
    return bool(taken)


def _send_all(channel: Channel, deliveries: list[Delivery], now: datetime) -> None:
    """Send a channel's messages and write down what became of them; nobody who has one gets it again."""
    missed: set[int] = set()
    trouble = ""
    for envelope in envelopes(channel, deliveries):
        rest = [one for one in envelope.deliveries if envelope.person_id not in one.reached]
        if not rest:
            continue
        try:
            send_one(channel, envelope, letter(envelope.reader, rest, now=now))
        except NotDelivered as failure:
            trouble = failure.trouble.value
            missed.update(one.pk for one in rest)
        else:
            _note_reached(envelope, rest)
    for one in deliveries:
        _note_end(one, arrived=one.pk not in missed, now=now)
    _note_channel(channel, trouble, now)


def _note_reached(envelope: Envelope, deliveries: Iterable[Delivery]) -> None:
    if envelope.person_id is None:
        return
    for one in deliveries:
        one.reached.append(envelope.person_id)
        Delivery.objects.filter(pk=one.pk).update(reached=one.reached)


def _note_end(delivery: Delivery, *, arrived: bool, now: datetime) -> None:
    row = Delivery.objects.filter(pk=delivery.pk)
    if arrived:
        row.update(sent_at=now)
    elif delivery.tries > len(WAITS):
        row.update(given_up_at=now)
        log.error("notice.given_up", extra={"notice": delivery.notice_id, "tries": delivery.tries})


def _note_channel(channel: Channel, trouble: str, now: datetime) -> None:
    row = Channel.objects.filter(pk=channel.pk)
    if trouble:
        row.update(last_error_code=trouble)
        log.warning("notice.not_delivered", extra={"channel": channel.pk, "code": trouble})
    else:
        row.update(last_error_code="", last_sent_at=now)


def _owners(deliveries: Iterable[Delivery]) -> list[tuple[Person, list[Delivery]]]:
    """Return the active people who made the exports that notices are about, with those notices."""
    by_export: dict[int, list[Delivery]] = {}
    for one in deliveries:
        pk = places.export_of(one.notice.subject_key)
        if pk is not None:
            by_export.setdefault(pk, []).append(one)
    exports = Export.objects.filter(pk__in=by_export, created_by__is_active=True)
    theirs: dict[Person, list[Delivery]] = {}
    for export in exports.select_related("created_by"):
        assert export.created_by is not None  # active
        theirs.setdefault(export.created_by, []).extend(by_export[export.pk])
    return list(theirs.items())


def _to_person(person: Person, deliveries: Sequence[Delivery]) -> Envelope:
    reader = Reader(name=person.name, language=person.language, time_zone=person.time_zone)
    return Envelope(
        reader=reader, address=person.email, person_id=person.pk, deliveries=deliveries
    )  # fmt: skip
