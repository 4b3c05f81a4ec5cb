"""Hand one message to a mail server or a chat service. Knows nothing of notices; what goes wrong becomes a `Trouble`.

The target of a channel is a secret: it is never logged, and neither is what the library says, which quotes it.
"""

from __future__ import annotations

import logging
import smtplib
from typing import Any

from django.core.mail import EmailMessage

from segue.control.notices.models import Trouble

SERVICE_TIMEOUT_S = 10
"""Seconds for one whole call of a chat service."""

_ON_THIS_MACHINE = frozenset(
    {"dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows", "ibus"}
)
"""Services that show a message on the screen or in the log of the machine where Segue runs: nobody reads it there."""


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
    except OSError:
        raise NotDelivered(Trouble.MAIL_SILENT) from None


def send_to_service(*, target: str, subject: str, body: str) -> None:
    """Send one message through Apprise. Raises: NotDelivered."""
    service = _service(target)
    if service is None:
        raise NotDelivered(Trouble.TARGET_INVALID)
    if not service.notify(body=body, title=subject):
        raise NotDelivered(Trouble.SERVICE_REFUSED)


def is_service(target: str) -> bool:
    """Tell whether a target names a service that messages can be sent to."""
    return _service(target) is not None


def masked(target: str) -> str:
    """Return what may be shown of a target: of an address its domain, of a service only which one it is."""
    if "://" in target:
        return f"{target.partition('://')[0]}://…"
    name, at, domain = target.partition("@")
    return f"{name[:1]}…{at}{domain}" if target else ""


def _service(target: str) -> Any:
    """Return what sends to the target, None when it names no service; silent about it."""
    if target.partition("://")[0].lower() in _ON_THIS_MACHINE:
        return None
    import apprise  # slow: only where it is needed

    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    asset = apprise.AppriseAsset(
        app_id="Segue",
        app_desc="Segue",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        secure_logging=True,
        service_timeout=SERVICE_TIMEOUT_S,
    )
    box = apprise.Apprise(asset=asset)
    return box if "://" in target and box.add(target) else None
