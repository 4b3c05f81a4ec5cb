"""Where something is said to a person."""

from __future__ import annotations

from enum import Enum


class Face(Enum):
    """The terminal names commands and the machine's folders; pages have links and names for what they show."""

    TERMINAL = "terminal"
    PAGE = "page"
