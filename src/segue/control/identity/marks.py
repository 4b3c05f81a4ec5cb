"""Read the mark of the control database; the first who asks makes it."""

from __future__ import annotations

import secrets

from segue.control.identity.models import DatabaseMark

MARK_BYTES = 8


def database_mark() -> str:
    """Return the mark of this database, the same for everybody who ever asks."""
    found = DatabaseMark.objects.filter(pk=1).first()
    if found is None:
        fresh = {"mark": secrets.token_hex(MARK_BYTES)}
        found, _is_new = DatabaseMark.objects.get_or_create(pk=1, defaults=fresh)
    return found.mark
