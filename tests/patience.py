"""How long tests wait. A test goes on as soon as what it waits for has come about, so that patience costs nothing."""

from __future__ import annotations

from typing import Final

PATIENCE_S: Final = 300.0
"""How long anything may take on a machine that has much else to do, before a test gives up."""

PATIENCE_MS: Final = PATIENCE_S * 1000
"""The same for a browser, which counts in milliseconds."""

HANGS_S: Final = 100.0
"""How long a call takes that is to be under way still when something else has happened; below the sandbox's own limit.

It is over at once when the sandbox's faults are cleared.
"""

AT_ONCE_S: Final = 30.0
"""How long what happens at once may take: far less than a call that hangs, far more than it takes."""
