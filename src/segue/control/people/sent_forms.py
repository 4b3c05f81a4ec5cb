"""Remember for a quarter of an hour which forms were sent, and what was answered, so that none does twice what it does."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from segue.control.people.bearers import kept_of
from segue.control.people.input_bounds import LIFETIME
from segue.control.people.models import SentForm
from segue.control.people.sealing import opened, sealed


def claim(secret: str, *, now: datetime) -> bool:
    """Take the form's work upon oneself; False when it was sent before. `secret` names the form and what it says."""
    SentForm.objects.filter(sent_at__lte=now - LIFETIME).delete()
    try:
        with transaction.atomic():
            SentForm.objects.create(key=kept_of(secret), sent_at=now)
    except IntegrityError:
        return False
    return True


def note_answer(secret: str, answer: str) -> None:
    """Remember what was answered, for whoever brings the form again."""
    SentForm.objects.filter(key=kept_of(secret)).update(answer=sealed(answer, secret))


def release(secret: str) -> None:
    """Forget the form: nothing came of it, so that it may be sent again."""
    SentForm.objects.filter(key=kept_of(secret)).delete()


def answer_of(secret: str) -> str | None:
    """Return what was answered; "" while it is being worked on, None when it is not known (any more)."""
    row = SentForm.objects.filter(key=kept_of(secret)).first()
    if row is None or not row.answer:
        return None if row is None else ""
    return opened(row.answer, secret)
