"""Rotate the installation's keys: a new one encrypts from now on, what is stored is encrypted anew, old ones can go.

It works on every `EncryptedField` of every model, whoever declares it. Processes that run meanwhile read the key file
again by themselves (see `control.encryption`), so nothing has to be stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.functions import Cast

from segue.control.audit.models import Action
from segue.control.audit.operations import Subject, record
from segue.control.encryption import (
    EncryptedField,
    current_keys,
    decrypted,
    is_newest,
    new_key,
    rotated,
)
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_PLACES
from segue.service.keys import replace_keys
from segue.service.locks import only_one

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What a rotation did. `unreadable` values fit none of the keys; they were left as they are."""

    keys: int
    changed: int
    unreadable: int


def rotate(*, now: datetime) -> Rotation:
    """Put a new key before the others and encrypt everything that is stored anew.

    Raises: ConfigurationProblem when the keys are in the environment, or their file cannot be written.
    """
    file = _key_file()
    with only_one(settings.SEGUE_HOME / "locks" / "keys.lock", what="the keys"):
        _keep(file, [new_key(), *current_keys()])
        return _encrypted_anew(now)


def re_encrypt(*, now: datetime) -> Rotation:
    """Encrypt everything that is stored anew, under the newest of the keys that there are."""
    with only_one(settings.SEGUE_HOME / "locks" / "keys.lock", what="the keys"):
        return _encrypted_anew(now)


def drop_old(*, now: datetime) -> Rotation:
    """Remove all keys but the newest, once everything that can be read is encrypted with it.

    Raises: as `rotate`.
    """
    file = _key_file()
    with only_one(settings.SEGUE_HOME / "locks" / "keys.lock", what="the keys"):
        changed = 0
        while found := sum(_re_encrypted(*column)[0] for column in _columns()):
            changed += found  # a pass that finds nothing: nobody has stored anything under an old key meanwhile
        _keep(file, list(current_keys()[:1]))
        return _noted(now, changed)


def fit_nothing() -> bool:
    """Tell whether something is encrypted and the keys open none of it: they are another installation's, or new."""
    seen = False
    for model, name in _columns():
        stored = model._base_manager.annotate(cipher=Cast(name, TextField())).filter(cipher__gt="")
        for cipher in stored.order_by("-pk").values_list("cipher", flat=True)[:_ROWS_AT_ONCE]:
            seen = True
            if _is_readable(cipher):
                return False
    return seen


def _is_readable(cipher: str) -> bool:
    try:
        decrypted(cipher)
    except ConfigurationProblem:
        return False
    return True


def _encrypted_anew(now: datetime) -> Rotation:
    changed = sum(_re_encrypted(*column)[0] for column in _columns())
    return _noted(now, changed)


def _noted(now: datetime, changed: int) -> Rotation:
    unreadable = sum(_re_encrypted(*column)[1] for column in _columns())
    rotation = Rotation(keys=len(current_keys()), changed=changed, unreadable=unreadable)
    record(
        Action.KEYS_ROTATED,
        actor=None,
        now=now,
        subject=Subject(kind="installation", id="keys", name=""),
        details={"keys": rotation.keys, "changed": changed, "unreadable": unreadable},
    )
    return rotation


def _columns() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedField):
                yield model, field.attname


def _re_encrypted(model: type[Model], name: str) -> tuple[int, int]:
    """Encrypt a column anew; return how many values that were, and how many no key fits.

    A value that somebody changes at the same moment is theirs: the update is guarded by the text that was read.
    """
    stored = model._base_manager.annotate(cipher=Cast(name, TextField())).filter(cipher__gt="")
    changed = unreadable = 0
    for key, cipher in _walk(stored.order_by("pk").values_list("pk", "cipher")):
        if is_newest(cipher):
            continue
        try:
            fresh = Value(rotated(cipher), output_field=TextField())
        except ConfigurationProblem:
            unreadable += 1
            continue
        changed += stored.filter(pk=key, cipher=cipher).update(**{name: fresh})
    return changed, unreadable


def _walk(rows: QuerySet[Model, tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Read rows in the order of their keys, some at a time, so that they may be changed meanwhile."""
    batch = list(rows[:_ROWS_AT_ONCE])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1][0])[:_ROWS_AT_ONCE])


def _key_file() -> Path:
    if not settings.SEGUE_KEYS_ARE_IN_A_FILE:
        raise ConfigurationProblem(
            "The keys of this installation are in SEGUE_KEYS, which only you can change.",
            action="Put what `segue manage new-key` prints before the other keys, wherever SEGUE_KEYS is set; start"
            " Segue again; run `segue manage rotate-keys --re-encrypt`; then take the older keys out.",
            code="keys_in_environment",
        )
    file: Path = settings.SEGUE_KEYS_FILE
    return file


def _keep(file: Path, keys: list[str]) -> None:
    try:
        replace_keys(file, keys)
    except OSError as error:
        raise_trouble(error, but=OF_PLACES)
        raise ConfigurationProblem(
            said(
                "The key file %(file)s cannot be replaced: %(why)s.", file=file, why=error.strerror
            ),
            action="Let this user write its folder, or change the keys where they are kept.",
            code="keys_not_writable",
        ) from None
