"""Secrets that let in whoever brings them: keys of sessions, tokens of links. Only their hash is kept.

They are long and drawn by chance, so that a plain hash cannot be turned back: whoever reads the database, or a backup
of it, has nothing that opens a door.
"""

from __future__ import annotations

import hashlib


def kept_of(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256, in 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()
