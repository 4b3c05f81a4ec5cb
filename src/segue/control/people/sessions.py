"""Sessions in the table of people's sessions, so that they can be listed and ended."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.dateparse import parse_datetime

from segue.control.people.models import Session

BROWSER, BEGAN_AT = "browser", "began_at"
"""Keys of a session's data that are also kept as columns."""


class SessionStore(DatabaseStore):
    """Django's database sessions, with person, browser and beginning as columns."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row for the session's data."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.person_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        row.browser = str(data.get(BROWSER, ""))
        row.began_at = parse_datetime(str(data.get(BEGAN_AT, "")))
        return row
