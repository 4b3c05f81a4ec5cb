"""How much a draft of a rule holds. Values only."""

from __future__ import annotations

from segue.core.bounds import Bound

UNDONE = 100
"""Steps that can be undone."""

MOST_NODES = 200
"""Rules of one draft, those that hold others among them."""

LARGEST_PASTED = 100_000
"""Characters of YAML that are taken in at once."""

BOUNDS = (
    Bound(
        name="rules of a segment in the builder",
        value=MOST_NODES,
        unit="rules, groups among them",
        beyond="the step is refused and the draft stays as it was (`segment_too_many_rules`)",
    ),
    Bound(
        name="steps of a draft that can be undone",
        value=UNDONE,
        unit="steps",
        beyond="the oldest one is forgotten",
    ),
    Bound(
        name="YAML that is pasted into the builder",
        value=LARGEST_PASTED,
        unit="characters",
        beyond="nothing is taken, and the draft stays as it was (`rule_not_pasted`)",
    ),
)
