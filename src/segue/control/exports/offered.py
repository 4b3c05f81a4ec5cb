"""What an export can name of a customer: the declared attributes, and the measures as if they were some."""

from __future__ import annotations

from collections.abc import Sequence

from segue.control.segments.measuring import measures
from segue.control.sources.models import Attribute
from segue.control.sources.queries import attributes


def offered_attributes() -> Sequence[Attribute]:
    """Return the attributes of the profiles, then the measures that fit what is declared; these are no rows."""
    measured = [
        Attribute(name=one.name, label=one.label, type=one.type, personal=one.personal)
        for one in measures()
        if one.type
    ]
    return [*attributes(), *measured]
