"""Mails to people: the invitation, and the link to choose a new password. Their links are secrets: nothing is logged of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from segue.control.people.models import Invitation, Person
from segue.words.catalogue import languages

log = logging.getLogger("segue.web.people")


def are_kept_here() -> bool:
    """Tell whether mails are kept as files, because no mail server is set up."""
    return str(settings.EMAIL_BACKEND).endswith("filebased.EmailBackend")


def invite(invitation: Invitation, *, by: Person, link: str) -> bool:
    """Mail an invitation, in the inviter's language and then in the others; False when it could not be sent."""
    texts = sorted(languages(), key=lambda language: language != by.language)
    values = {"link": link, "inviter": by.name, "role": invitation.role}
    return _send("invitation", invitation.email, texts, values)


def send_reset_link(person: Person, *, link: str) -> bool:
    """Mail the link to choose a new password, in the person's language; False when it could not be sent."""
    hours = settings.PASSWORD_RESET_TIMEOUT // (60 * 60)
    values = {"link": link, "to": person, "hours": hours}
    return _send("password_reset", person.email, [person.language], values)


def _send(kind: str, to: str, languages: Sequence[str], values: Mapping[str, object]) -> bool:
    texts = [_text(f"segue/mails/{kind}.txt", language, values) for language in languages]
    subject = _text(f"segue/mails/{kind}_subject.txt", languages[0], values)
    _keep_outbox_private()
    mail = EmailMessage(subject.strip(), "\n\n— — —\n\n".join(texts) + "\n", to=[to])
    try:
        mail.send()
    except (OSError, SMTPException) as failure:
        log.warning("mail.not_sent", extra={"kind": kind, "failure": type(failure).__name__})
        return False
    return True


def _text(template: str, language: str, values: Mapping[str, object]) -> str:
    names = {"environment_name": settings.SEGUE_ENVIRONMENT_NAME, "site": settings.SEGUE_URL}
    with translation.override(language):
        return render_to_string(template, {**names, **values}).strip()


def _keep_outbox_private() -> None:
    """Let nobody but the installation's owner read the files: they hold one-time links."""
    if are_kept_here():
        Path(settings.EMAIL_FILE_PATH).mkdir(mode=0o700, parents=True, exist_ok=True)
