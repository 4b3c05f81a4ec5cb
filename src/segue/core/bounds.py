"""What a bound is: how much of something from outside is taken in, and what happens beyond it. Values only.

Each part of the product keeps its own bounds in one table; `docs/reference/limits.md` is written from all of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """At most `value` `unit`s of what `name` says. `beyond` is what happens to the rest, in a sentence.

    `set_by` is the setting that can change it, `value` then the default; empty: nothing can.
    """

    name: str
    value: int
    unit: str
    beyond: str
    set_by: str = ""
