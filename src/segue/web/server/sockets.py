"""Who may hold a socket: newcomers come in, and those who hold many and say nothing make room for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Held(Protocol):
    """A connection that is open. `place` None: it is no stranger's own, such as a proxy's."""

    place: str | None

    def worth(self) -> int | None:
        """Return how late it is given up, 0 first; None: it is being answered and is not given up."""

    def cut(self) -> None:
        """Close it at once."""


class Sockets:
    """The open connections, by place, in the order in which they were opened."""

    def __init__(self, *, most: int, most_per_place: int) -> None:
        self._most = most
        self._most_per_place = most_per_place
        self._by_place: dict[str | None, dict[Held, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def admit(self, held: Held) -> bool:
        """Let a new one in, in place of a silent one where there is no room; False when all are being answered."""
        own = self._by_place.get(held.place, {})
        if held.place is not None and len(own) >= self._most_per_place and not self._make_room(own):
            return False
        if self._count >= self._most and not self._make_room(self._fullest()):
            return False
        self._by_place.setdefault(held.place, {})[held] = None
        self._count += 1
        return True

    def leave(self, held: Held) -> None:
        """Forget one that is closed, if it was in."""
        own = self._by_place.get(held.place, {})
        if held not in own:
            return
        del own[held]
        self._count -= 1
        if not own:
            del self._by_place[held.place]

    def _fullest(self) -> Iterable[Held]:
        """Return the connections of whoever holds most and has one to give; a believed proxy gives last."""
        found = [
            (place is not None, len(own), own)
            for place, own in self._by_place.items()
            if any(held.worth() is not None for held in own)
        ]
        return max(found, key=lambda one: one[:2], default=(False, 0, {}))[2]

    def _make_room(self, among: Iterable[Held]) -> bool:
        given_up = _worth_least(among)
        if given_up is None:
            return False
        self.leave(given_up)
        given_up.cut()
        return True


def _worth_least(among: Iterable[Held]) -> Held | None:
    """Return the oldest of those that are given up first; None when none is. Who is worth nothing ends the search."""
    best: tuple[int, Held] | None = None
    for held in among:
        worth = held.worth()
        if worth == 0:
            return held
        if worth is not None and (best is None or worth < best[0]):
            best = (worth, held)
    return best[1] if best else None
