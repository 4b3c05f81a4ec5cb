"""Encrypt the keys of an installation by a passphrase, and open them again. The only secrets that a backup may hold.

The passphrase becomes a key by scrypt (128 MB and half a second a try, so that guessing costs), and that encrypts by Fernet,
which also tells whether anything was changed.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from segue.backups.problems import wrong_passphrase
from segue.core.documents import DamagedDocument, decoded

COST, BLOCK, PARALLEL = 1 << 17, 8, 1
"""Source: OWASP, "Password Storage Cheat Sheet", scrypt. No other costs are taken: a foreign file could ask for any memory."""


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """Keys as they lie in a backup."""

    kdf: str
    salt: str
    token: str


_KDF = f"scrypt n={COST} r={BLOCK} p={PARALLEL}"


def sealed(keys: Sequence[str], passphrase: str) -> Sealed:
    """Return keys encrypted by a passphrase."""
    salt = os.urandom(16)
    token = _fernet(passphrase, salt).encrypt("\n".join(keys).encode("ascii"))
    return Sealed(kdf=_KDF, salt=salt.hex(), token=token.decode("ascii"))


def opened(found: bytes, passphrase: str) -> tuple[str, ...]:
    """Return the keys. Raises: ConfigurationProblem when the passphrase is another, or what is sealed was changed."""
    try:
        kept = decoded(found, msgspec.json.Decoder(Sealed).decode)
        if kept.kdf != _KDF:
            raise wrong_passphrase()
        told = _fernet(passphrase, bytes.fromhex(kept.salt)).decrypt(kept.token.encode())
    except (DamagedDocument, ValueError, InvalidToken):
        raise wrong_passphrase() from None
    return tuple(told.decode("ascii").split())


def _fernet(passphrase: str, salt: bytes) -> Fernet:
    derived = Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=PARALLEL).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
