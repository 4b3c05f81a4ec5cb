"""How many examples a property test looks at whose examples are dear, or hold much each."""

from __future__ import annotations

from hypothesis import settings

THOROUGH = 1_000
"""Examples of every other property test under `make thorough`."""


def few(number: int) -> settings:
    """Look at so many examples, and under `make thorough` at so many more as other property tests do."""
    every_day = 25
    more = max(1, settings().max_examples // every_day) if is_thorough() else 1
    return settings(max_examples=number * more)


def is_thorough() -> bool:
    """Tell whether this is `make thorough`."""
    return settings().max_examples >= THOROUGH
