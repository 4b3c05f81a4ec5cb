"""Notices and channels as pages show them: words, icons, what is hidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.control.notices.models import Channel, ChannelKind, Notice, NoticeKind, Trouble
from segue.control.notices.sentences import Said, said
from segue.control.notices.transports import masked
from segue.web import formats
from segue.web.sayings import language_name

_FACES = {
    NoticeKind.RUN_FAILED: ("bad", "bad"),
    NoticeKind.RUN_SKIPPED: ("skip", "warn"),
    NoticeKind.REFRESH_FAILED: ("bad", "bad"),
    NoticeKind.TIMED_OUT: ("clock", "warn"),
    NoticeKind.NEEDS_APPROVAL: ("hand", "warn"),
    NoticeKind.NOT_RUN: ("clock", "warn"),
    NoticeKind.EXPORTED_NOBODY: ("people", "warn"),
    NoticeKind.PEOPLE_HELD: ("people", "warn"),
    NoticeKind.CONNECTION_BROKEN: ("plug", "bad"),
    NoticeKind.NO_WORKER: ("bad", "bad"),
}

_WAYS = {
    NoticeKind.RUN_FAILED: gettext_lazy("Look at the run"),
    NoticeKind.RUN_SKIPPED: gettext_lazy("Look at the refresh"),
    NoticeKind.REFRESH_FAILED: gettext_lazy("Look at the refresh"),
    NoticeKind.TIMED_OUT: gettext_lazy("Look at the run"),
    NoticeKind.NEEDS_APPROVAL: gettext_lazy("Look at the plan"),
    NoticeKind.NOT_RUN: gettext_lazy("Look at the export"),
    NoticeKind.EXPORTED_NOBODY: gettext_lazy("Look at the run"),
    NoticeKind.PEOPLE_HELD: gettext_lazy("Look at the run"),
    NoticeKind.CONNECTION_BROKEN: gettext_lazy("Look at the connection"),
    NoticeKind.NO_WORKER: gettext_lazy("Look at the system"),
}
"""What leads to the page where a notice is settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A notice on a page; `way` is what the link to its page says. `is_gone`: what it is about was removed."""

    notice: Notice
    said: Said
    icon: str
    tone: str
    way: str
    is_gone: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is still so."""
        return self.notice.resolved_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """A channel on a page; `to` never holds the whole target."""

    channel: Channel
    how: str
    to: str
    language: str
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """One kind of notice: when it is told."""

    label: str
    icon: str
    tone: str
    when: str


def notice_row(notice: Notice, *, now: datetime, is_gone: bool = False) -> NoticeRow:
    """Return a notice in words."""
    kind = NoticeKind(notice.kind)
    icon, tone = _FACES[kind]
    words = said(notice, now=notice.resolved_at or now)
    return NoticeRow(
        notice=notice, said=words, icon=icon, tone=tone, way=str(_WAYS[kind]), is_gone=is_gone
    )


def channel_row(channel: Channel) -> ChannelRow:
    """Return a channel without its secret."""
    to_people = channel.is_to_administrators
    return ChannelRow(
        channel=channel,
        how=str(ChannelKind(channel.kind).label),
        to=_("All administrators; of an export also whoever made it")
        if to_people
        else masked(channel.target),
        language=_("Each in their own") if to_people else language_name(channel.language),
        trouble=str(Trouble(channel.last_error_code).label) if channel.last_error_code else "",
    )


def kinds() -> list[KindRow]:
    """Return when each kind of notice is told."""
    return [
        KindRow(label=str(kind.label), icon=icon, tone=tone, when=_when(kind))
        for kind, (icon, tone) in _FACES.items()
    ]


def _when(kind: NoticeKind) -> str:
    return {
        NoticeKind.RUN_FAILED: _(
            "An export’s own last run failed for good. Attempts that Segue repeats itself are not told."
        ),
        NoticeKind.RUN_SKIPPED: _(
            "A run was skipped, because a data source, the profiles or a segment before it failed."
        ),
        NoticeKind.REFRESH_FAILED: _(
            "The last refresh could not read data sources, make profiles or count segments."
        ),
        NoticeKind.TIMED_OUT: _("A run has been at work for more than %(hours)s hours.")
        % {"hours": formats.number(settings.SEGUE_RUN_TOO_LONG_HOURS)},
        NoticeKind.NEEDS_APPROVAL: _("A brake holds a plan: nothing is written until somebody looks at it."),
        NoticeKind.NOT_RUN: _(
            "An export with a connection and an active schedule has not run for %(days)s days, although its schedule "
            "came round."
        )
        % {"days": formats.number(settings.SEGUE_NOT_RUN_DAYS)},
        NoticeKind.EXPORTED_NOBODY: _(
            "A run was successful, but nobody is in the audience because of it, although the segments have members "
            "or earlier runs reached somebody."
        ),
        NoticeKind.PEOPLE_HELD: _(
            "The last run left people out whom Mailchimp had refused earlier, for reasons that are not their own wish."
        ),
        NoticeKind.CONNECTION_BROKEN: _(
            "Mailchimp refuses a connection, or its export user is no longer an active administrator. Told to "
            "administrators only."
        ),
        NoticeKind.NO_WORKER: _(
            "No worker has given a sign for three minutes. The pages tell it: there is nobody else who could."
        ),
    }[kind]  # fmt: skip
