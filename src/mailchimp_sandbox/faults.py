"""Faults on order: what goes wrong, on which calls, how often. Source: FACTS.md §4 #22, #27-30, §9.15.

This file only decides; `edge` does it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from mailchimp_sandbox.aims import Aim
from mailchimp_sandbox.hostile import ALTERED, HOSTILE
from mailchimp_sandbox.problems import (
    Problem,
    forbidden,
    invalid_key,
    not_found,
    server_error,
    user_disabled,
    wrong_datacenter,
)
from mailchimp_sandbox.rejections import AddressRule, Rejections

DROP_BEFORE: Final = "drop_before"
DROP_AFTER: Final = "drop_after"
SLOW: Final = "slow"
LATE: Final = "late"
TRUNCATED: Final = "truncated_json"
REJECT: Final = "reject_addresses"
POISON: Final = "poison_call"
UNACCOUNTED: Final = "unaccounted"
FORGOTTEN: Final = "forgotten"
ANSWERS: Final[dict[str, tuple[int, str, bytes]]] = {
    "429": (429, "application/problem+json; charset=utf-8", b""),
    "403": (403, "text/html", b""),
    "502": (502, "text/html", b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
    "503": (
        503,
        "application/problem+json; charset=utf-8",
        b'{"type":"akamai_error_message","title":"akamai_503","status":503,"ref_no":"Reference #5.1"}',
    ),
    "504": (504, "text/html", b"<html><body><h1>504 Gateway Time-out</h1></body></html>"),
}
"""Replies of the edge: status, content type, body."""
PROBLEMS: Final[dict[str, Callable[[], Problem]]] = {
    "401": invalid_key,
    "500": server_error,
    "disabled": user_disabled,
    "forbidden": forbidden,
    "not_found": not_found,
    "wrong_datacenter": wrong_datacenter,
}
"""Replies with a problem document of the catalogue."""
ADDRESS_KINDS: Final = frozenset({REJECT, POISON, UNACCOUNTED, FORGOTTEN})
"""They strike by the addresses in a call, not by the call; `times` counts the strikes, `after` is not used."""
KINDS: Final = ADDRESS_KINDS | {
    DROP_BEFORE, DROP_AFTER, SLOW, LATE, TRUNCATED, *ANSWERS, *PROBLEMS, *HOSTILE,
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Fault(Aim):
    """One fault. Kinds: see `KINDS`.

    `address_pattern` says whom `ADDRESS_KINDS` strike; another kind strikes only calls that name such an address,
    when it has one. `number` is the catalogue number of reject_addresses; `seconds` is for slow and late; slow calls
    go on once all faults are cleared. `changes` is for altered: values of the reply by their dotted paths.
    """

    kind: str
    seconds: float = 0.0
    address_pattern: str = ""
    number: int = 2
    changes: Mapping[str, Any] = field(default_factory=dict)
    first: bytes = field(default=b"", init=False)

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises: ValueError.
        """
        if self.kind not in KINDS:
            raise ValueError(f"There is no fault {self.kind!r}. Known: {', '.join(sorted(KINDS))}.")
        if self.kind == ALTERED and not self.changes:
            raise ValueError("The fault altered needs changes.")
        if self.kind in ADDRESS_KINDS and not self.address_pattern:
            raise ValueError(f"The fault {self.kind} needs an address_pattern.")

    def concerned(self, addresses: Sequence[str]) -> list[str]:
        """Return which of the addresses its pattern means."""
        pattern = self.address_pattern.lower()
        return [one for one in addresses if fnmatchcase(one.lower(), pattern)]


@dataclass(slots=True, kw_only=True)
class RandomFaults:
    """Strike a share of all calls with one of these kinds, the same way for the same seed."""

    rate: float
    seed: int
    kinds: tuple[str, ...]
    seconds: float = 0.0
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Refuse unknown kinds and sow.

        Raises: ValueError.
        """
        for kind in self.kinds:
            if kind in ADDRESS_KINDS:
                raise ValueError(f"The fault {kind} needs an address and cannot strike at random.")
            if kind == ALTERED:
                raise ValueError("The fault altered needs changes and cannot strike at random.")
            Fault(kind=kind)
        self.chance = random.Random(self.seed)  # noqa: S311 - a test's dice, no secret

    def strike(self) -> Fault | None:
        """Throw the dice for one call."""
        if self.chance.random() >= self.rate:
            return None
        return Fault(kind=self.chance.choice(self.kinds), seconds=self.seconds)


class Faults:
    """The faults in force. Refused addresses go to `rejections`, where the endpoints look."""

    def __init__(self, rejections: Rejections) -> None:
        """Begin with none."""
        self._rejections = rejections
        self._scripted: list[Fault] = []
        self._by_address: list[Fault] = []
        self._random: RandomFaults | None = None
        self.struck: list[tuple[str, str, str]] = []
        self.releases = 0
        """How often calls that an ordered delay held up were let go."""

    def add(self, fault: Fault) -> None:
        """Put a fault in force.

        Raises: ValueError for a number that does not concern one address.
        """
        if fault.kind == REJECT:
            rule = AddressRule(
                pattern=fault.address_pattern, number=fault.number, times=fault.times
            )
            self._rejections.add(rule)
        elif fault.kind in ADDRESS_KINDS:
            self._by_address.append(fault)
        else:
            self._scripted.append(fault)

    def set_random(self, random_faults: RandomFaults | None) -> None:
        """Put random faults in force, or end them with None."""
        self._random = random_faults

    def clear(self) -> None:
        """End all faults, also for calls that are under way; `struck` stays."""
        self.release()
        self._scripted.clear()
        self._by_address.clear()
        self._rejections.rules.clear()
        self._random = None

    def release(self) -> None:
        """Let the calls go on that an ordered delay holds up."""
        self.releases += 1

    def take(
        self, method: str, path: str, template: str, addresses: Sequence[str] = ()
    ) -> Fault | None:
        """Return the fault that strikes this call, which names these addresses, and count it."""
        fault = self._next(method, path, template, addresses)
        if fault is None and self._random is not None:
            fault = self._random.strike()
        if fault is not None:
            self.struck.append((fault.kind, method, template))
        return fault

    def concerns_addresses(self) -> bool:
        """Tell whether any fault on order looks at the addresses of a call."""
        return bool(self._by_address) or any(one.address_pattern for one in self._scripted)

    def concerns(self, folder: str) -> bool:
        """Tell whether any fault on order names a path in a folder, such as /oauth2."""
        return any(one.path_pattern.startswith(folder) for one in self._scripted)

    def struck_addresses(self, kind: str, addresses: Sequence[str]) -> list[str]:
        """Return the addresses of a call that faults of this kind strike, and count it."""
        struck: list[str] = []
        for fault in self._by_address:
            if fault.kind != kind or fault.times == 0:
                continue
            hit = fault.concerned(addresses)
            if hit and fault.times is not None:
                fault.times -= 1
            struck += hit
        if struck:
            self.struck.append((kind, "", ""))
        return struck

    def _next(
        self, method: str, path: str, template: str, addresses: Sequence[str]
    ) -> Fault | None:
        for fault in self._scripted:
            if fault.address_pattern and not fault.concerned(addresses):
                continue
            if fault.strikes(method, path, template):
                return fault
        return None
