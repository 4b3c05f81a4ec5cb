"""Seal texts under a secret that a browser holds and nobody here: who reads the database, or a backup, reads none."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken


def sealed(text: str, secret: str) -> str:
    """Return the text as only who brings the secret can read it. The secret is long and drawn by chance."""
    return Fernet(_key(secret)).encrypt(text.encode()).decode("ascii")


def opened(cipher: str, secret: str) -> str | None:
    """Return the text; None when it was not sealed under this secret, or is damaged."""
    try:
        return Fernet(_key(secret)).decrypt(cipher.encode()).decode()
    except InvalidToken:
        return None


def _key(secret: str) -> bytes:
    """Return a key that says nothing of the hash by which the secret is found."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"sealed:{secret}".encode()).digest())
