"""Tell who has fallen silent, by the ears of one observer. No wall clock is compared: two machines need not agree on the time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

LOOKS = 3
"""In how many looks at least somebody must be found silent: an observer that slept itself heard nobody and accuses nobody."""


@dataclass(slots=True)
class _Heard:
    sign: Hashable
    silent_s: float = 0.0


class Watch:
    """What one observer hears of others, who each give a sign that changes as long as they live.

    `monotonic` gives the observer's own seconds. How long a sign has stayed the same is counted from look to look, and
    of the time between two looks no more than a share: whoever looks rarely cannot know what happened in between.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._looked_at: float | None = None
        self._heard: dict[str, _Heard] = {}

    def silent(self, signs: Mapping[str, Hashable], *, after_s: float) -> set[str]:
        """Look once at everybody there is; return whose sign has not changed for so many seconds."""
        now = self._monotonic()
        since = now if self._looked_at is None else self._looked_at
        step_s = min(max(0.0, now - since), after_s / LOOKS)
        self._looked_at = now
        self._heard = {who: self._hear(who, sign, step_s) for who, sign in signs.items()}
        return {who for who, heard in self._heard.items() if heard.silent_s >= after_s}

    def _hear(self, who: str, sign: Hashable, step_s: float) -> _Heard:
        known = self._heard.get(who)
        if known is None or known.sign != sign:
            return _Heard(sign=sign)
        return _Heard(sign=sign, silent_s=known.silent_s + step_s)
