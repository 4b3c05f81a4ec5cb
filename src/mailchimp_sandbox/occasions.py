"""What happens in Mailchimp while a caller's call is on its way: an audience never stands still for an export.

An occasion aims at calls and carries acts of the handle. They are carried out when the call has arrived and before
it is applied ("before"), as for a call that waits its turn at Mailchimp, or right after it was applied ("after").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from mailchimp_sandbox.aims import Aim

Moment = Literal["before", "after"]
MOMENTS: Final = ("before", "after")
Act = tuple[str, dict[str, Any]]
"""A method of the handle and its keyword arguments."""


class Happened(NamedTuple):
    """One act that was carried out; `error` is "" or why it could not be."""

    action: str
    error: str


@dataclass(slots=True, kw_only=True)
class Occasion(Aim):
    """Acts for the next call that is aimed at."""

    acts: Sequence[Act] = ()
    moment: Moment = "before"

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises: ValueError.
        """
        if self.moment not in MOMENTS:
            raise ValueError(f"An occasion is before or after its call, not {self.moment!r}.")
        if not self.acts:
            raise ValueError("An occasion needs acts: [action, {arguments}] each.")


class Occasions:
    """The occasions on order. `carry_out` does one act; hold the account's lock around `strike`."""

    def __init__(self) -> None:
        """Begin with none."""
        self._ordered: list[Occasion] = []
        self.happened: list[Happened] = []
        self.carry_out: Callable[[str, dict[str, Any]], object] = _nothing

    def add(self, occasion: Occasion) -> None:
        """Order one more; several may strike at the same call, in the order in which they were added."""
        self._ordered.append(occasion)

    def clear(self) -> None:
        """Forget those on order; `happened` stays."""
        self._ordered.clear()

    def struck(self, method: str, path: str, template: str) -> list[Occasion]:
        """Return the occasions whose turn this call is, and count it."""
        return [one for one in self._ordered if one.strikes(method, path, template)]

    def let_happen(self, struck: Sequence[Occasion], moment: Moment) -> None:
        """Carry out the acts of this moment; one that fails is noted and stops no other."""
        for occasion in struck:
            if occasion.moment == moment:
                for action, arguments in occasion.acts:
                    self.happened.append(Happened(action, self._error(action, arguments)))

    def _error(self, action: str, arguments: dict[str, Any]) -> str:
        try:
            self.carry_out(action, arguments)
        except (LookupError, ValueError, TypeError) as error:
            return str(error)
        return ""


def _nothing(action: str, arguments: dict[str, Any]) -> object:
    raise LookupError("Nobody carries acts out.")
