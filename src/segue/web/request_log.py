"""What is logged of requests that go wrong: method, status and the page's route; never a path, a query or a person.

Paths of Segue hold one-time links, and Django's own words repeat them.
"""

from __future__ import annotations

import logging
from typing import Any

_ABOUT_REQUESTS = ("django.request", "django.security", "django.server")
_SERVER = "uvicorn.error"


class RoutesOnly(logging.Filter):
    """Word Django's records about requests as events of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change such a record in place; keep out what only says that somebody sent nonsense, as often as they like."""
        if record.name == _SERVER and record.levelno < logging.ERROR:
            return False
        if record.name.startswith(_ABOUT_REQUESTS):
            _reword(record)
        return True


def _reword(record: logging.LogRecord) -> None:
    request: Any = vars(record).pop("request", None)
    status = vars(record).pop("status_code", None)
    reason = record.name.removeprefix("django.").removeprefix("security.")
    is_bug = reason == "request" and record.levelno >= logging.ERROR
    record.name, record.args = "segue.web", ()
    record.msg = "page.failed" if is_bug else "page.refused"
    if not is_bug:
        record.exc_info, record.exc_text = None, None
        record.levelno, record.levelname = logging.INFO, "INFO"
    match = getattr(request, "resolver_match", None)
    vars(record).update(
        status=status,
        method=getattr(request, "method", None),
        route=getattr(match, "route", None),
        reason=reason if reason not in ("request", "server") else None,
    )
