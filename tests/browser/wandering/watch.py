"""What was wrong on a walk: answers of 500 and more, errors of the console and of pages, what is wider than the screen.

While the program is being restarted nobody answers; what browsers say of that is no fault.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

SETTLES_S = 5.0
"""How long after a restart a browser may still speak of an answer that did not come."""

REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d ")
UNANSWERED = re.compile(
    r"net::ERR_|EventSource|htmx:(sendError|afterRequest|timeout)|htmx:sseError"
)
LEFT = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx says of a request that nobody waited for."""


@dataclass(slots=True)
class Watch:
    """Hears what browsers say. `faults` are those that were found; `away_until` is a time of the monotonic clock."""

    faults: list[str] = field(default_factory=list)
    away_until: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)

    def over(self, context: BrowserContext) -> None:
        """Listen to all pages of a browser."""
        context.on("response", lambda answer: self._answered(answer))  # noqa: PLW0108 - the driver writes to what it is given
        context.on("console", lambda message: self._said(message))  # noqa: PLW0108
        context.on("weberror", lambda told: self.fault(f"page error: {told.error}"))

    def is_away(self) -> bool:
        """Tell whether the program is being restarted, or was a moment ago."""
        return time.monotonic() < self.away_until

    def fault(self, what: str) -> None:
        """Note a fault."""
        self.faults.append(what)

    def look(self, page: Page, cramped: list[str]) -> None:
        """Note what has no room on a page."""
        self.faults += [f"{page.url}: {what}" for what in cramped]

    def _answered(self, answer: Response) -> None:
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        if answer.status >= 500:
            self.fault(f"{answer.status} to {answer.request.method} {answer.url}")

    def _said(self, message: ConsoleMessage) -> None:
        text = message.text
        if message.type not in ("error", "warning") or REFUSED.match(text) or text in LEFT:
            return
        if self.is_away() and UNANSWERED.search(text):
            return
        if "with a status of 5" in text:
            return  # the answer itself is a fault
        page = message.page
        self.fault(
            f"console of {page.url if page else '?'}: {text} {message.location.get('url', '')}"
        )
