"""The webhooks of an audience as they are set up. Nothing is delivered: no contact leaves this machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

EVENTS: Final = ("subscribe", "unsubscribe", "profile", "cleaned", "upemail", "campaign")
SOURCES: Final = ("user", "admin", "api")


def _all_off(names: tuple[str, ...]) -> dict[str, bool]:
    return dict.fromkeys(names, False)


@dataclass(slots=True, kw_only=True)
class Webhook:
    """One webhook. `webhook_id` has ten hex digits. Source: FACTS.md §8.

    Assumption: an event or source that is not sent is off.
    """

    webhook_id: str
    url: str
    events: dict[str, bool] = field(default_factory=lambda: _all_off(EVENTS))
    sources: dict[str, bool] = field(default_factory=lambda: _all_off(SOURCES))
