"""Write what people read: one letter for one reader, about one notice or several, in their language and time zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from segue.control.notices.models import Delivery, Notice
from segue.control.notices.sentences import Said, said, said_over
from segue.words import languages

TEMPLATE = "segue/mails/notices.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How somebody reads. `name` "" for a channel that nobody in person reads."""

    name: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is sent."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One notice in a letter."""

    said: Said
    when: str
    is_over: bool
    link: str


def letter(reader: Reader, deliveries: Sequence[Delivery], *, now: datetime) -> Letter:
    """Return the letter about these notices and recoveries."""
    with translation.override(reader.language):
        passages = [_passage(reader, one, now) for one in deliveries]
        return _letter(reader, passages, _subject(passages))


def trial_letter(reader: Reader) -> Letter:
    """Return a letter that only shows that the way works."""
    with translation.override(reader.language):
        subject = _("this channel works")
        return _letter(reader, [], subject)


def _passage(reader: Reader, delivery: Delivery, now: datetime) -> Passage:
    notice: Notice = delivery.notice
    over = delivery.is_recovery
    instant = (notice.resolved_at or now) if over else notice.since
    return Passage(
        said=said_over(notice) if over else said(notice, now=now),
        when=_when(instant, reader),
        is_over=over,
        link=f"{settings.SEGUE_URL}{notice.path}",
    )


def _letter(reader: Reader, passages: Sequence[Passage], subject: str) -> Letter:
    environment = settings.SEGUE_ENVIRONMENT_NAME
    origin = f"Segue · {environment}" if environment else "Segue"
    context = {
        "reader": reader,
        "passages": passages,
        "origin": origin,
        "all_link": f"{settings.SEGUE_URL}/notices/",
    }
    return Letter(
        subject=_("%(origin)s: %(subject)s") % {"origin": origin, "subject": subject},
        body=render_to_string(TEMPLATE, context).strip() + "\n",
    )


def _subject(passages: Sequence[Passage]) -> str:
    if len(passages) == 1:
        return passages[0].said.headline.rstrip(".")
    return ngettext("%(count)d notice", "%(count)d notices", len(passages)) % {
        "count": len(passages)
    }


def _when(instant: datetime, reader: Reader) -> str:
    zone = ZoneInfo(reader.time_zone)
    local = instant.astimezone(zone)
    words = languages.instant(local, "EEEE d MMMM y, HH:mm", reader.language)
    return f"{words} ({local.tzname()})"
