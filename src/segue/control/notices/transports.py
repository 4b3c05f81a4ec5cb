"""Hand one message to a mail server or a chat service. Knows nothing of notices; what goes wrong becomes a `Trouble`.

The target of a channel is a secret: it is never logged, and neither is what the library says, which quotes it.
"""

from __future__ import annotations

import os
import smtplib
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage

from segue.control.notices.border import border
from segue.control.notices.models import Trouble
from segue.control.notices.services import RefusedTargetError, load
from segue.core.trouble_signs import OF_PROCESS, meaning_of


class NotDelivered(Exception):
    """A message did not arrive. It may be tried again."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def send_mail(*, to: str, subject: str, body: str) -> None:
    """Send one mail. Raises: NotDelivered."""
    message = EmailMessage(subject=subject, body=body, to=[to])
    # For mail programs: an answer by a machine is not wanted (RFC 3834).
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    try:
        message.send()
    except smtplib.SMTPServerDisconnected:
        raise NotDelivered(Trouble.MAIL_SILENT) from None
    except smtplib.SMTPException:
        raise NotDelivered(Trouble.MAIL_REFUSED) from None
    except OSError as error:
        if meaning_of(error) in OF_PROCESS:
            raise NotDelivered(Trouble.MACHINE_SHORT) from None
        is_kept_here = str(settings.EMAIL_BACKEND).endswith("filebased.EmailBackend")
        raise NotDelivered(Trouble.MAIL_NOT_KEPT if is_kept_here else Trouble.MAIL_SILENT) from None


def send_to_service(*, target: str, subject: str, body: str) -> None:
    """Send one message through Apprise, to public addresses and the installation's own places only. Raises: NotDelivered."""
    own = settings.SEGUE_NOTICE_PLACES
    try:
        service = load(target, own)
    except RefusedTargetError as refused:
        raise NotDelivered(refused.trouble) from None
    with border(own) as around:
        arrived = service.notify(body=body, title=subject)
    if around.was_crossed:
        raise NotDelivered(Trouble.PLACE_REFUSED)
    if not arrived:
        raise NotDelivered(Trouble.MACHINE_SHORT if _lacks_files() else Trouble.SERVICE_REFUSED)


def _lacks_files() -> bool:
    """Tell whether this process may open no file more: the library keeps to itself why it could not connect."""
    try:
        with Path(os.devnull).open("rb"):
            return False
    except OSError as error:
        return meaning_of(error) in OF_PROCESS


def why_refused(target: str) -> Trouble | None:
    """Tell why messages are not sent to a target, as far as its text shows; None for one that may be tried."""
    try:
        load(target, settings.SEGUE_NOTICE_PLACES)
    except RefusedTargetError as refused:
        return refused.trouble
    return None


def masked(target: str) -> str:
    """Return what may be shown of a target: of an address its domain, of a service only which one it is."""
    if "://" in target:
        return f"{target.partition('://')[0]}://…"
    name, at, domain = target.partition("@")
    return f"{name[:1]}…{at}{domain}" if target else ""
