"""Find circles of names that lead to each other: segments, measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def circle_from(
    start: str, known: Mapping[str, Sequence[str]], heights: dict[str, int]
) -> tuple[str, ...]:
    """Return a circle of names that `start` leads to, first name repeated at the end; () when there is no new one.

    `known` says to which others each leads. Notes in `heights` how many stand on each other below each name that was
    passed, itself counted. A stack of its own, not recursion: thousands may refer to each other in a row.
    """
    if start in heights:
        return ()
    trail = {start: iter(known.get(start, ()))}
    heights[start] = 0
    while trail:
        name = next(reversed(trail))
        other = next(trail[name], None)
        if other is None:
            del trail[name]
            heights[name] = 1 + max((heights.get(o, 0) for o in known.get(name, ())), default=0)
        elif other in trail:
            names = tuple(trail)
            return (*names[names.index(other) :], other)
        elif other not in heights:
            trail[other] = iter(known.get(other, ()))
            heights[other] = 0
    return ()
