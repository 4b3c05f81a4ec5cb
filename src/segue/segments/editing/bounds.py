"""How much a draft of a rule holds, and the conditions of a measure in its form. Values only."""

from __future__ import annotations

from segue.core.bounds import Bound

UNDONE = 100
"""Steps that can be undone."""

UNDONE_IN_A_FORM = 30
"""Steps at the conditions of a measure that can be undone: they travel with its form."""

LARGEST_IN_A_FORM = 200_000
"""Characters of these steps; what is typed in a form can be kept up to 600,000."""

MOST_NODES = 200
"""Rules of one draft, or of the conditions of one measure, those that hold others among them."""

LARGEST_PASTED = 100_000
"""Characters of YAML that are taken in at once."""

BOUNDS = (
    Bound(
        name="rules of a segment, or of the conditions of a measure, in the builder",
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
        name="steps at the conditions of a measure that can be undone",
        value=UNDONE_IN_A_FORM,
        unit="steps",
        beyond="the oldest one is forgotten; of long conditions sooner",
    ),
    Bound(
        name="YAML that is pasted into the builder",
        value=LARGEST_PASTED,
        unit="characters",
        beyond="nothing is taken, and the draft stays as it was (`rule_not_pasted`)",
    ),
)
