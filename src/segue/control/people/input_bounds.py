"""How long, how many and how large: what is kept of forms that could not be taken, and of forms that were sent."""

from __future__ import annotations

from segue.core.retention import INPUT_KEPT

LIFETIME = INPUT_KEPT
MOST_OF_A_PERSON = 10
MOST_UNPROVEN = 100
LARGEST = 600_000
"""Characters of what a person typed; a definition has at most 500,000 bytes, so that it always fits."""
LARGEST_UNPROVEN = 64_000
