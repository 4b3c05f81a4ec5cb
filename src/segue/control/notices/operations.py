"""Set the channels over which people are told: add, edit, switch, try, remove. Targets are secrets and stay so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from segue.control.audit.models import Action
from segue.control.audit.operations import Subject, record
from segue.control.notices import policy
from segue.control.notices.delivery import Envelope, send_one
from segue.control.notices.letters import Reader, trial_letter
from segue.control.notices.models import Channel, ChannelKind, Trouble
from segue.control.notices.transports import NotDelivered, why_refused
from segue.control.people.models import Person
from segue.control.people.policy import require
from segue.core.emails import canonical
from segue.core.errors import ConfigurationProblem, TryLater
from segue.core.texts import line
from segue.words.catalogue import ENGLISH, languages

LONGEST_NAME = 120


def subject_of(channel: Channel) -> Subject:
    """Return how the audit log names a channel."""
    return Subject(kind="channel", id=str(channel.pk), name=str(channel))


@transaction.atomic
def add_channel(
    *, kind: ChannelKind, name: str, target: str, language: str, actor: Person, now: datetime
) -> Channel:
    """Tell people over one more channel, from the next notice on. `target` "" with MAIL: administrators and owners.

    Raises: ConfigurationProblem for a name or target that cannot be used.
    """
    require(actor, policy.manage_channels)
    channel = Channel(kind=kind, created_at=now)
    channel.target = _checked_target(channel, target)
    channel.name, channel.language = _checked_name(channel, name), _checked_language(language)
    channel.save()
    record(
        Action.CHANNEL_ADDED,
        actor=actor,
        now=now,
        subject=subject_of(channel),
        details={"kind": str(kind)},
    )
    return channel


@transaction.atomic
def edit_channel(
    *, channel: Channel, name: str, target: str, language: str, actor: Person, now: datetime
) -> None:
    """Change a channel. `target` "": it stays the one it is, which is never shown again.

    Raises: ConfigurationProblem as `add_channel`.
    """
    require(actor, policy.manage_channels)
    is_new = bool(target.strip()) and not channel.is_to_administrators
    if is_new:
        channel.target, channel.last_error_code = _checked_target(channel, target), ""
    channel.name, channel.language = _checked_name(channel, name), _checked_language(language)
    channel.save(update_fields=["name", "target", "language", "last_error_code"])
    _record_edit(channel, actor, now, target_changed=is_new)


@transaction.atomic
def switch_channel(*, channel: Channel, is_on: bool, actor: Person, now: datetime) -> None:
    """Switch a channel on or off. What happens while it is off is not sent over it later."""
    require(actor, policy.manage_channels)
    if Channel.objects.filter(pk=channel.pk).exclude(is_on=is_on).update(is_on=is_on):
        _record_edit(channel, actor, now, on=is_on)


@transaction.atomic
def remove_channel(*, channel: Channel, actor: Person, now: datetime) -> None:
    """Remove a channel and its target; what was not sent over it yet is not sent any more."""
    require(actor, policy.manage_channels)
    subject = subject_of(channel)
    channel.delete()
    record(Action.CHANNEL_REMOVED, actor=actor, now=now, subject=subject)


def send_test(*, channel: Channel, actor: Person, now: datetime) -> None:
    """Send a message that only shows that the channel works; to administrators and owners: to the actor alone.

    Raises: TryLater when it did not arrive.
    """
    require(actor, policy.manage_channels)
    trouble = _tried(channel, actor)
    _keep_trial(channel, trouble, actor, now)
    if trouble is not None:
        raise TryLater(
            _("The test message did not arrive.") + f" {trouble.label}",
            action=_(
                "Check the channel’s target and, for mail, the mail server of the installation."
            ),
            code="channel_test_failed",
            context={"channel": channel.pk, "trouble": trouble.value},
        )


def _tried(channel: Channel, actor: Person) -> Trouble | None:
    if channel.is_to_administrators:
        reader = Reader(name=actor.name, language=actor.language, time_zone=actor.time_zone)
        address = actor.email
    else:
        reader = Reader(name="", language=channel.language, time_zone="UTC")
        address = channel.target
    envelope = Envelope(reader=reader, address=address, person_id=None, deliveries=())
    try:
        send_one(channel, envelope, trial_letter(reader))
    except NotDelivered as failure:
        return failure.trouble
    return None


@transaction.atomic
def _keep_trial(channel: Channel, trouble: Trouble | None, actor: Person, now: datetime) -> None:
    row = Channel.objects.filter(pk=channel.pk)
    if trouble is None:
        row.update(last_error_code="", last_sent_at=now)
    else:
        row.update(last_error_code=trouble.value)
    record(
        Action.CHANNEL_TESTED,
        actor=actor,
        now=now,
        subject=subject_of(channel),
        details={"arrived": trouble is None},
    )


def _record_edit(channel: Channel, actor: Person, now: datetime, **details: bool) -> None:
    record(
        Action.CHANNEL_EDITED, actor=actor, now=now, subject=subject_of(channel), details=details
    )


def _checked_name(channel: Channel, name: str) -> str:
    name = line(name)
    if len(name) > LONGEST_NAME or not (name or channel.is_to_administrators):
        raise ConfigurationProblem(
            _("The name is missing or too long."),
            action=_("Give a name of at most 120 characters."),
            code="channel_name",
        )
    return name


def _checked_target(channel: Channel, target: str) -> str:
    target = target.strip()
    if channel.kind == ChannelKind.APPRISE:
        return _checked_service(target)
    if not target:
        return _refuse_second_to_administrators()
    found = canonical(target)
    if found.address is None:
        raise ConfigurationProblem(
            _("This is not an e-mail address that mail can be sent to."),
            action=_("Write it like name@company.example, without spaces or accents."),
            code="channel_address",
        )
    return found.address


def _checked_service(target: str) -> str:
    match why_refused(target):
        case None:
            return target
        case Trouble.PLACE_REFUSED:
            raise ConfigurationProblem(
                _("This address leads inside the network of the installation."),
                action=_(
                    "Give a public address, or name the place in the setting SEGUE_NOTICE_PLACES."
                ),
                code="channel_place",
            )
        case _:
            raise ConfigurationProblem(
                _("This is not the address of one service that messages are sent to."),
                action=_(
                    "Write it like slack://… or workflows://…, as Apprise’s documentation shows, without options that "
                    "read files, follow redirects or wait. “Get notified” lists the services."
                ),
                code="channel_service",
            )


def _refuse_second_to_administrators() -> str:
    mails = Channel.objects.filter(kind=ChannelKind.MAIL)
    if any(channel.is_to_administrators for channel in mails):
        raise ConfigurationProblem(
            _("Administrators and owners are told by e-mail already."),
            action=_("Switch that channel on, or give an address for this one."),
            code="channel_twice",
        )
    return ""


def _checked_language(language: str) -> str:
    return language if language in languages() else ENGLISH
