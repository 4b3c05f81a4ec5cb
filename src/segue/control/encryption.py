"""Keep secrets encrypted in the database: the keys, and a model field that only ever stores cipher text.

A key ring holds one or more Fernet keys, the newest first: the newest encrypts, all decrypt. Django's own secret is
derived from the same ring, so that one file is all there is to keep.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _

from segue.core.errors import ConfigurationProblem

if TYPE_CHECKING:
    EncryptedBase = models.TextField[str, str]
else:
    EncryptedBase = models.TextField


def new_key() -> str:
    """Return a fresh random key: 32 bytes, url-safe base64."""
    return Fernet.generate_key().decode("ascii")


def derived_secret(key: str) -> str:
    """Return the secret for signing that belongs to a key; it cannot be turned back into the key."""
    material = base64.urlsafe_b64decode(key)
    derived = HKDF(algorithm=SHA256(), length=48, salt=None, info=b"segue signing").derive(material)
    return base64.urlsafe_b64encode(derived).decode("ascii")


def encrypted(text: str) -> str:
    """Return the cipher text under the newest key."""
    return _ring().encrypt(text.encode()).decode("ascii")


def decrypted(cipher: str) -> str:
    """Return the text.

    Raises: ConfigurationProblem when no key of the ring fits.
    """
    try:
        return _ring().decrypt(cipher.encode()).decode()
    except InvalidToken:
        raise ConfigurationProblem(
            _("A stored secret cannot be decrypted with the keys of this installation."),
            action=_("Put the key back with which it was stored, or reconnect the connection."),
            code="key_missing",
        ) from None


def rotated(cipher: str) -> str:
    """Return the same secret under the newest key; the very same text when it is under it already.

    Raises: ConfigurationProblem as `decrypted`.
    """
    if is_newest(cipher):
        return cipher
    return encrypted(decrypted(cipher))


def is_newest(cipher: str) -> bool:
    """Tell whether the newest key alone decrypts the text."""
    try:
        Fernet(current_keys()[0]).decrypt(cipher.encode())
    except InvalidToken:
        return False
    return True


def checked_keys(keys: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of a ring. Raises: ConfigurationProblem when there is none or one is malformed."""
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        raise ConfigurationProblem(
            "A key of this installation is malformed.",
            action="Put the right key back; `segue manage new-key` prints a fresh one for a new installation.",
            code="key_malformed",
        ) from None
    if not keys:
        raise ConfigurationProblem(
            "This installation has no key.",
            action="Start it with `segue up`, or set SEGUE_KEYS or SEGUE_KEYS_FILE.",
            code="key_missing",
        )
    return tuple(keys)


def _ring() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in current_keys()])


def current_keys() -> tuple[str, ...]:
    """Return the keys that count now, the newest first: a rotation may have changed the file since we started."""
    if not settings.SEGUE_KEYS_ARE_IN_A_FILE:
        return tuple(settings.SEGUE_KEYS)
    file: Path = settings.SEGUE_KEYS_FILE
    try:
        state = file.stat()
    except OSError:
        return tuple(settings.SEGUE_KEYS)
    return _keys_in(file, state.st_mtime_ns, state.st_ino)


@lru_cache(maxsize=4)
def _keys_in(file: Path, _changed_at: int, _number: int) -> tuple[str, ...]:
    """Read the file once for each of its states."""
    return checked_keys(file.read_text(encoding="ascii").split())


class CipherText(str):
    """A secret as it is stored. A field gives it out unopened only to those who read the column itself."""

    __slots__ = ()


class _Opened(DeferredAttribute):
    """Decrypt a secret when it is read, not when its row is: a lost key spoils no list of connections."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        held = super().__get__(instance, cls)
        return decrypted(held) if isinstance(held, CipherText) else held

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(EncryptedBase):
    """A text that is encrypted whenever it is stored and decrypted when its attribute is read; "" stays "".

    It cannot be searched. Its value never appears in a model's `repr`, and queries for values give the cipher text.
    """

    description = "Encrypted text"
    descriptor_class = _Opened

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        """Store an unread secret as it was."""
        held = model_instance.__dict__.get(self.attname)
        return held if isinstance(held, CipherText) else super().pre_save(model_instance, add)

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way into the database."""
        if isinstance(value, CipherText):
            return str(value)
        text = super().get_prep_value(value)
        return encrypted(text) if text else text

    def from_db_value(self, value: Any, *_: object) -> Any:
        """Leave it closed on the way out."""
        return CipherText(value) if value else value
