"""What every engine of profiles does alike once it runs an expression: the rows of its answer as the port wants them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import ibis.expr.types as ir

from segue.profiles.ports import FlaggedProfiles, TopValue
from segue.profiles.schema import PROFILE_KEY, ProfileSchema
from segue.segments import questions


class Asking(ABC):
    """The profiles of an opened snapshot, as far as engines answer alike: see `profiles.ports.Profiles`."""

    def __init__(self, schema: ProfileSchema) -> None:
        self._schema = schema

    def counts(self, flagged: FlaggedProfiles) -> Mapping[str, int]:
        """Return the number of members by segment."""
        if not flagged.flags:
            return {}
        [row] = self._rows(questions.counts(flagged))
        return {name: int(count or 0) for name, count in zip(flagged.flags, row, strict=True)}

    def sample(
        self,
        flagged: FlaggedProfiles,
        segment: str,
        *,
        limit: int,
        columns: Sequence[str],
        matching: str = "",
    ) -> Sequence[tuple[object, ...]]:
        """Return the first members by key."""
        asked = questions.sample(flagged, segment, limit=limit, columns=columns, matching=matching)
        return self._rows(asked)

    def top_values(
        self,
        attribute: str,
        *,
        limit: int,
        rows_of: str = "",
        of: FlaggedProfiles | None = None,
    ) -> Sequence[TopValue]:
        """Return the values that most profiles, or rows, have."""
        if of is not None and self._schema.profiles.attribute(attribute) is None:
            asked = questions.top_measured(of.table, attribute, limit=limit)
        else:
            asked = questions.top_values(self._schema, attribute, limit=limit, rows_of=rows_of)
        return [TopValue(value=value, people=int(people)) for value, people in self._rows(asked)]

    def percentiles(
        self, attribute: str, percents: Sequence[int], *, of: FlaggedProfiles | None = None
    ) -> Mapping[int, object]:
        """Return the values at the nearest ranks of the percents."""
        profiles = questions.stored(self._schema) if of is None else of.table
        rows = self._rows(questions.percentiles(profiles, attribute, percents))
        return questions.at_percents(rows, percents)

    def find(
        self, text: str, *, names: Sequence[str] = (), limit: int
    ) -> Sequence[Mapping[str, object]]:
        """Return the profiles with this key, address or name."""
        columns = [PROFILE_KEY, *(one.name for one in self._schema.profiles.attributes)]
        rows = self._rows(questions.find(self._schema, text, names=names, limit=limit))
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def rows_of(
        self, table: str, key: object, *, by: str = "", limit: int
    ) -> tuple[int, Sequence[tuple[object, ...]]]:
        """Return how many rows of a related table a profile has, and the first of them."""
        rows = self._rows(questions.rows_of(self._schema, table, key, by=by, limit=limit))
        return (int(rows[0][0]) if rows else 0), [row[1:] for row in rows]

    @abstractmethod
    def _rows(self, expression: ir.Table) -> list[tuple[Any, ...]]:
        """Return the whole answer to a question."""
