"""Say who is in the segments that are stored, in the reader's language: made when shown, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from segue.control.segments.models import Segment
from segue.control.segments.queries import segments
from segue.core.errors import ConfigurationProblem
from segue.installation.configured import segment_of
from segue.installation.declared import declared
from segue.segments.describe import describe


def sentences(rows: Iterable[Segment], language: str) -> Mapping[str, str]:
    """Return by name who is selected; "" where the rule does not fit what is declared now."""
    try:
        configuration = declared()
    except ConfigurationProblem:
        configuration = None
    labels = {row.name: row.label for row in segments()}
    said = {}
    for row in rows:
        read = segment_of(row, configuration.schema, labels) if configuration else None
        said[row.name] = (
            describe(read, configuration.schema, language, labels=labels)
            if configuration and read
            else ""
        )
    return said
