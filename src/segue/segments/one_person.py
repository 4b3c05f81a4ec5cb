"""Ask one person of a snapshot for everything at once: attributes, measures, and whether each of some rules holds.

It imports Ibis: import it lazily where `segue --help` could reach it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from segue.profiles.ports import Profiles
from segue.profiles.schema import PROFILE_KEY
from segue.profiles.shown_values import shown_row
from segue.segments.compile import with_flags
from segue.segments.questions import of_key
from segue.segments.rules import Rule, Segment
from segue.segments.verdicts import Asked

_MEANT = "person__meant"


def answered(
    asked: Asked,
    profiles: Profiles,
    key: object,
    *,
    as_of: datetime,
    time_zone: str,
    all_segments: Mapping[str, Segment],
) -> tuple[Mapping[str, object], Mapping[Rule, bool]] | None:
    """Return the values of the person with this key, of the key's own type, and which rules hold; None: there is nobody.

    Values are as they are shown, by attribute and measure, those of `asked` among them. Personal data. One query.
    """
    schema = asked.schema
    attributes = [*schema.profiles.attributes, *(one.attribute for one in schema.measures.values())]
    flagged = with_flags(
        [*asked.flags.values()],
        schema,
        as_of=as_of,
        time_zone=time_zone,
        all_segments=all_segments,
        measures=[*schema.measures],
    )
    names = [one.name for one in attributes]
    flags = [flagged.flags[one.name] for one in asked.flags.values()]
    meant = of_key(flagged, key, _MEANT)
    rows = profiles.sample(meant, _MEANT, limit=1, columns=[*names, *flags])
    if not rows:
        return None
    [(found, *values)] = rows
    shown = shown_row(values[: len(names)], attributes)
    held = zip(asked.flags, values[len(names) :], strict=True)
    return (
        {PROFILE_KEY: found, **dict(zip(names, shown, strict=True))},
        {rule: bool(holds) for rule, holds in held},
    )
