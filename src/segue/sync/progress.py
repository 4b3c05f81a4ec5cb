"""See whether a listing of contacts goes on from page to page: one that stands still would be read for ever."""

from __future__ import annotations

from segue.core.errors import TryLater
from segue.core.sentences import said
from segue.sync.ports import Page


class Progress:
    """Looks at the pages of one listing, in order. Keeps two hashes a page, not every contact."""

    def __init__(self) -> None:
        self._rows = 0
        self._firsts: set[str] = set()
        self._lasts: set[str] = set()

    def see(self, page: Page) -> None:
        """Take note of a page that others follow; all but the first begin with the last row of the one before.

        Raises: TryLater `listing_stands_still` when it brings nobody new, though more are announced.
        """
        fresh = len(page.contacts) - (1 if self._rows else 0)
        if fresh <= 0:
            if self._rows < page.total:
                raise self._stuck(page)
            return
        first, last = page.contacts[0].subscriber_hash, page.contacts[-1].subscriber_hash
        # One contact may stand at two ends when it changed meanwhile; a page that begins and ends as others was there.
        if first in self._firsts and last in self._lasts:
            raise self._stuck(page)
        self._rows += fresh
        self._firsts.add(first)
        self._lasts.add(last)

    def _stuck(self, page: Page) -> TryLater:
        return TryLater(
            said(
                "A listing of contacts stands still: after %(rows)s of %(total)s announced, a page brought nobody new.",
                rows=self._rows,
                total=page.total,
            ),
            action="Run the export again later; if it lasts, check that the connection's base URL leads to Mailchimp.",
            code="listing_stands_still",
            context={"contacts": self._rows, "announced": page.total},
        )
