"""Mail servers that fail: for Django's setting EMAIL_BACKEND. What they accept is in `django.core.mail.outbox`."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend


class PickyServer(EmailBackend):
    """Refuses mail to some addresses, and does not answer at all while it is down."""

    refused: ClassVar[set[str]] = set()
    is_down: ClassVar[bool] = False

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Accept the messages. Raises: what a real server's client raises."""
        if PickyServer.is_down:
            raise ConnectionRefusedError
        for message in messages:
            if PickyServer.refused.intersection(message.to):
                raise smtplib.SMTPRecipientsRefused(dict.fromkeys(message.to, (550, b"no")))
        return super().send_messages(messages)
