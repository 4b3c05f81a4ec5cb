"""Join the profiles with the members that no rule finds, each place once for every column that it is compared with.

Joined, not looked up by `IN`: not every engine can where a column is computed. It imports Ibis: import it lazily where
`--help` could reach it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from segue.profiles.schema import PROFILE_KEY, ProfileSchema, address_column
from segue.segments.conditions import either
from segue.segments.rules import Kept, Rule
from segue.segments.tables import MEMBER, kept_table


@dataclass(frozen=True, slots=True, kw_only=True)
class WithKept:
    """Profiles with one column per place and compared column, true or NULL; `columns` says which holds which."""

    table: ir.Table
    columns: Mapping[tuple[str, str], str]

    def holds(self, rule: Kept, table: ir.Table) -> ir.BooleanValue:
        """Return whether the profile's key, or one of its addresses, is kept; `table` has these columns."""
        found = [table[self.columns[rule.place, column]] for column in _compared(rule)]
        return either([ibis.coalesce(one, False) for one in found])


def with_kept(profiles: ir.Table, asked: Iterable[Rule], schema: ProfileSchema) -> WithKept:
    """Left-join what is asked of kept members; a profile stays one row, however often somebody is kept."""
    kept = [rule for rule in asked if isinstance(rule, Kept)]
    places = {(rule.place, column): bool(rule.attributes) for rule in kept for column in _compared(rule)}  # fmt: skip
    columns = {place: f"kept__{number}" for number, place in enumerate(places)}
    if not columns:
        return WithKept(table=profiles, columns=columns)
    joined = profiles
    for (place, column), name in columns.items():
        members = kept_table(schema, place, of_addresses=places[place, column])
        key = f"key_of_{name}"
        once = members.aggregate(
            by=[members[MEMBER].name(key)], **{name: members[MEMBER].count() > 0}
        )
        joined = joined.left_join(once, joined[column] == once[key])
    return WithKept(table=joined.select(*profiles.columns, *columns.values()), columns=columns)


def _compared(rule: Kept) -> list[str]:
    return [address_column(name) for name in rule.attributes] or [PROFILE_KEY]
