"""Keep for a quarter of an hour what somebody typed into a form that could not be taken, for them and their browser alone.

Bounded: so many for a person, so many for browsers of which it is not certain whose they are, and each in its length.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from segue.control.people.bearers import kept_of
from segue.control.people.input_bounds import (
    LARGEST,
    LARGEST_UNPROVEN,
    LIFETIME,
    MOST_OF_A_PERSON,
    MOST_UNPROVEN,
)
from segue.control.people.models import KeptInput
from segue.control.people.sealing import opened, sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed into the form at `path`. `why` says why it was not taken. `fields` hold no secret."""

    path: str
    why: str
    fields: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typist:
    """Whose input it is. `person_id` None: of somebody who was not signed in. `is_proven` False: only the form says so."""

    person_id: int | None
    is_proven: bool


def keep(typed: Typed, typist: Typist, *, bearer: str, now: datetime) -> str | None:
    """Keep it and return its handle; None when it is too long. `bearer` is the secret that the browser holds."""
    if _length(typed) > (LARGEST if typist.is_proven else LARGEST_UNPROVEN):
        return None
    text = json.dumps([typed.path, typed.why, dict(typed.fields)])
    handle = secrets.token_urlsafe(9)
    with transaction.atomic():
        KeptInput.objects.filter(kept_at__lte=now - LIFETIME).delete()
        _make_room(typist)
        KeptInput.objects.create(
            key=kept_of(_secret(bearer, handle)),
            person_id=typist.person_id,
            is_proven=typist.is_proven,
            kept_at=now,
            content=sealed(text, _secret(bearer, handle)),
        )
    return handle


def kept_input(handle: str, *, bearer: str, person_id: int | None, now: datetime) -> Typed | None:
    """Return what was kept under the handle for this browser and person; None when there is nothing (any more)."""
    secret = _secret(bearer, handle)
    row = KeptInput.objects.filter(key=kept_of(secret), kept_at__gt=now - LIFETIME).first()
    if row is None or row.person_id != person_id:
        return None
    text = opened(row.content, secret)
    if text is None:
        return None
    path, why, fields = json.loads(text)
    return Typed(path=path, why=why, fields=fields)


def _length(typed: Typed) -> int:
    """Return how many characters were typed: a text that a form takes is kept whatever its signs become when it is stored."""
    return sum(len(name) + sum(map(len, values)) for name, values in typed.fields.items())


def _make_room(typist: Typist) -> None:
    """Forget the oldest where there are too many. What is not certain never drives out what is."""
    rows: QuerySet[KeptInput] = KeptInput.objects.filter(is_proven=typist.is_proven)
    if typist.is_proven:
        rows, most = rows.filter(person=typist.person_id), MOST_OF_A_PERSON
    else:
        most = MOST_UNPROVEN
    stay = rows.order_by("-kept_at").values_list("pk", flat=True)[: most - 1]
    rows.exclude(pk__in=list(stay)).delete()


def _secret(bearer: str, handle: str) -> str:
    return f"{bearer}.{handle}"
