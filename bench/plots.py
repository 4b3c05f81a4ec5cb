"""Draw horizontal bars as SVG, without a library: labels on the left, values at the bars' ends, targets as marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 760, 230, 130, 30, 46
_OURS, _OTHERS, _MARK, _INK = "#1f6f8b", "#b9b3a9", "#c0392b", "#222222"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar. `target` is drawn as a mark; `is_ours` colours it."""

    label: str
    value: float
    text: str
    is_ours: bool = True
    target: float | None = None


def bars(title: str, rows: Sequence[Bar], *, is_log: bool = False) -> str:
    """Return an SVG of the bars; with `is_log` each step of equal length is a factor."""
    height = _TOP + _ROW * len(rows) + 14
    scale = _Scale.of(rows, is_log=is_log)
    described = "; ".join(f"{bar.label}: {bar.text}" for bar in rows)
    drawn = "\n".join(_drawn(bar, _TOP + _ROW * n, scale) for n, bar in enumerate(rows))
    note = " (logarithmic)" if is_log else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
        f' role="img" font-family="system-ui, sans-serif" font-size="14">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(described)}</desc>\n"
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n'
        f'<text x="16" y="26" font-weight="600" fill="{_INK}">{escape(title + note)}</text>\n{drawn}\n</svg>\n'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    least: float
    most: float
    is_log: bool

    @classmethod
    def of(cls, rows: Sequence[Bar], *, is_log: bool) -> _Scale:
        values = [v for bar in rows for v in (bar.value, bar.target) if v]
        most = max(values, default=1.0)
        return cls(least=min(values, default=1.0) / 2, most=most, is_log=is_log)

    def length(self, value: float) -> float:
        room = _WIDTH - _LEFT - _RIGHT
        if value <= 0:
            return 0.0
        if self.is_log:
            return room * log10(value / self.least) / log10(self.most / self.least)
        return room * value / self.most


def _drawn(bar: Bar, y: int, scale: _Scale) -> str:
    length = scale.length(bar.value)
    middle = y + 19
    end = length
    parts = [
        f'<text x="{_LEFT - 10}" y="{middle}" text-anchor="end" fill="{_INK}">{escape(bar.label)}</text>',
        f'<rect x="{_LEFT}" y="{y + 5}" width="{length:.1f}" height="20" rx="2" fill="{_OURS if bar.is_ours else _OTHERS}"/>',
    ]
    if bar.target is not None:
        at = scale.length(bar.target)
        end = max(end, at)
        parts.append(
            f'<rect x="{_LEFT + at - 1:.1f}" y="{y + 1}" width="3" height="28" fill="{_MARK}"/>'
        )
    parts.append(
        f'<text x="{_LEFT + end + 8:.1f}" y="{middle}" fill="{_INK}">{escape(bar.text)}</text>'
    )
    return "\n".join(parts)
