"""Which installation this is, with its database: shown to administrators, and decided by them once."""

from __future__ import annotations

import os
import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction

from segue.control.identity.marks import database_mark
from segue.control.identity.operations import note_decision, prove_decision
from segue.control.people.models import Person
from segue.service import deciding
from segue.service.beginning_shared import MIRROR
from segue.service.deciding import Decision, Shown
from segue.service.identity import place_of
from segue.service.installed_journals import journals_here
from segue.service.shared_identity import identity_of_all
from segue.sync.identity import ID_BYTES, Identity, Place


def here() -> Place:
    """Return where this installation is at work now."""
    return place_of(settings.SEGUE_HOME, os.environ, database=database_mark())


def shown_installation() -> Shown:
    """Return the installation as a person is shown it; Mailchimp is not asked."""
    with identity_of_all(journals_here().shared):
        return deciding.shown(settings.SEGUE_HOME, here(), journals=journals_here())


def is_held() -> bool:
    """Return whether every export waits until somebody says that this installation is the real one."""
    with identity_of_all(journals_here().shared):
        return deciding.is_out_of_place(settings.SEGUE_HOME, here())


def decide_here(decision: Decision, *, actor: Person, password: str, now: datetime) -> Identity:
    """Keep what an administrator says of this installation, and write down who said it.

    Raises: NotVisible; NotAllowed without the actor's own password.
    """
    prove_decision(actor=actor, password=password)
    return decided(decision, actor=actor, now=now)


def decided(decision: Decision, *, actor: Person | None, now: datetime) -> Identity:
    """Keep what a person says and write it down, both or neither. `actor` None: at the command line."""
    known = shown_installation().identity
    fresh_id = secrets.token_hex(ID_BYTES)
    shared = journals_here().shared
    if shared is not None and decision is Decision.THIS_ONE:
        shared.claim(shared.home / MIRROR)
    with transaction.atomic(), identity_of_all(shared):
        note_decision(
            decision=decision.value,
            before=known.id if known else "",
            after=fresh_id,
            actor=actor,
            now=now,
        )
        return deciding.decide(
            settings.SEGUE_HOME,
            here(),
            decision,
            now=now,
            fresh_id=fresh_id,
            journals=journals_here(),
        )
