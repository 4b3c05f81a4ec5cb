"""What segments, exports and attributes are called by whoever reads of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def _as_it_is(name: str) -> str:
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Labels of segments and exports by name; `place` returns what the place of a value is called.

    Whatever has no name here is called as it is declared.
    """

    segments: Mapping[str, str] = field(default_factory=dict)
    exports: Mapping[str, str] = field(default_factory=dict)
    place: Callable[[str], str] = _as_it_is

    def segment(self, name: str) -> str:
        """Return what a segment is called."""
        return self.segments.get(name) or name

    def export(self, name: str) -> str:
        """Return what an export is called."""
        return self.exports.get(name) or name


AS_THEY_ARE = Names()
"""Names as the configuration file has them."""
