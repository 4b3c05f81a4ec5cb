"""Sessions in the table of people's sessions, so that they can be listed and ended.

The browser holds the key, the table its hash. A session ends after a time without use, and at the latest a fixed time
after its beginning, however much it is used.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.dateparse import parse_datetime

from segue.control.clock import clock
from segue.control.people.bearers import kept_of
from segue.control.people.models import Session

BROWSER, BEGAN_AT = "browser", "began_at"
"""Keys of a session's data that are also kept as columns."""

NOTED_EVERY = timedelta(minutes=5)
"""That a session is in use is written at most once in this time: reading pages does not write."""


class SessionStore(SessionBase):
    """A browser's session. `session_key` is the secret that its cookie holds; it is stored nowhere."""

    expires_at: datetime | None = None
    """When it ends unless it is used before; None: it was not loaded."""

    def exists(self, session_key: str) -> bool:
        """Tell whether there is a session with this key."""
        return Session.objects.filter(pk=kept_of(session_key)).exists()

    def load(self) -> dict[str, Any]:
        """Return the data; nothing, and no key any more, for a session that has ended."""
        key = kept_of(self.session_key or "")
        row = Session.objects.filter(pk=key, expire_date__gt=clock().now()).first()
        if row is None:
            self._session_key = None
            return {}
        self.expires_at = row.expire_date
        return self.decode(row.session_data)

    def create(self) -> None:
        """Take a new key and keep the session under it."""
        while True:
            self._session_key = secrets.token_hex(32)
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002
        """Keep the data. Raises: UpdateError when the session was ended meanwhile; CreateError for a key that is taken."""
        if self.session_key is None:
            return self.create()
        row = self._row(getattr(self, "_session_cache", {}) if must_create else dict(self.items()))
        try:
            with transaction.atomic():
                row.save(force_insert=must_create, force_update=not must_create)
        except IntegrityError:
            if must_create:
                raise CreateError from None
            raise
        except DatabaseError:
            if not must_create:
                raise UpdateError from None
            raise
        self.expires_at = row.expire_date
        return None

    def delete(self, session_key: str | None = None) -> None:
        """End the session with this key, this one without."""
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(pk=kept_of(key)).delete()

    def note_use(self, now: datetime) -> None:
        """Let the session last on from now, as far as it may; written now and then only."""
        if self.session_key is None or self.expires_at is None:
            return
        until = _end(self.get(BEGAN_AT), now)
        if until - self.expires_at < NOTED_EVERY:
            return
        Session.objects.filter(pk=kept_of(self.session_key)).update(expire_date=until)
        self.expires_at = until

    @classmethod
    def clear_expired(cls) -> None:
        """Forget the sessions that have ended."""
        Session.objects.filter(expire_date__lte=clock().now()).delete()

    def _row(self, data: dict[str, Any]) -> Session:
        began_at = str(data.get(BEGAN_AT, ""))
        return Session(
            session_key=kept_of(str(self.session_key)),
            session_data=self.encode(data),
            expire_date=_end(began_at, clock().now()),
            person_id=int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None,
            browser=str(data.get(BROWSER, "")),
            began_at=parse_datetime(began_at),
        )


def _end(began_at: object, now: datetime) -> datetime:
    """Return when a session ends that is used now and no more."""
    began = parse_datetime(str(began_at or "")) or now
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return min(began + longest, now + timedelta(hours=settings.SEGUE_SESSION_IDLE_HOURS))
