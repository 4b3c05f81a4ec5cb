"""Which calls something ordered concerns: by method, path and count. Faults and occasions aim alike."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

WRITING: Final = "WRITE"
"""In place of a method: any but GET."""


@dataclass(slots=True, kw_only=True)
class Aim:
    """Calls whose method and path match, after letting `after` of them pass, `times` times (None: always).

    `path_pattern` is as in file names, below /3.0, or exactly a template such as `/lists/{list_id}`.
    """

    method: str = "*"
    path_pattern: str = "*"
    times: int | None = 1
    after: int = 0

    def hits(self, method: str, path: str, template: str) -> bool:
        """Tell whether this call is concerned, the counters aside."""
        if self.method not in ("*", method) and not (self.method == WRITING and method != "GET"):
            return False
        return self.path_pattern == template or fnmatchcase(path, self.path_pattern)

    def strikes(self, method: str, path: str, template: str) -> bool:
        """Tell whether it is this call's turn, and count it."""
        if not self.hits(method, path, template):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            if self.times <= 0:
                return False
            self.times -= 1
        return True
