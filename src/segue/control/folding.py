"""Names as people look for them, by the database: whatever the capitals and accents. SQLite by itself knows those of ASCII only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import Contains

from segue.core import folding
from segue.core.texts import line

_FUNCTION = "segue_folded"
_KNOWN = 10_000
_CAPITALS = range(0x80, 0x3000)
"""The signs among which are the capitals of scripts in use."""
_EUROPE = "\u052f"
"""The last of the letters of Latin, Greek and Cyrillic that their languages use today."""


class Folded(Func):
    """A text as `core.folding.folded` makes it; NULL of NULL. Alike in every database, whatever its locale."""

    function = _FUNCTION
    arity = 1
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        """Return it by PostgreSQL's own functions."""
        return self.as_sql(compiler, connection, template=_on_postgresql(), **extra)


@lru_cache(maxsize=_KNOWN)
def folded(text: str | None) -> str | None:
    """Return what `Folded` is of a text."""
    return None if text is None else folding.folded(text)


@cache
def _on_postgresql() -> str:
    """Return the steps of `core.folding.folded` in SQL.

    `lower` goes by the locale of the database and is asked for ASCII only; other capitals are in a table of `translate`, which is
    slow for its length. Of most names only ASCII is left, and of most others what Europe writes.
    """
    parted = f"normalize(replace(%(expressions)s, '{folding.ACUTE}', '`'), NFKD)"
    bare = _swapped(f"regexp_replace({parted}, '{folding.MARKS}', '', 'g')", folding.SIGNS)
    whole = folding.changed(filter(folding.is_whole, map(chr, _CAPITALS)))
    of_europe = {sign: typed for sign, typed in whole.items() if sign <= _EUROPE}
    typed = (
        "CASE WHEN octet_length(bare) = length(bare) THEN bare"
        f" WHEN bare ~ '^[\x01-{_EUROPE}]*$' THEN {_swapped('bare', of_europe)}"
        f" ELSE normalize({_swapped('bare', whole)}, NFC) END"
    )
    once = f"(SELECT {bare} AS bare OFFSET 0) AS name"
    return f'(SELECT lower(({typed}) COLLATE "C") FROM {once})'  # noqa: S608


def _swapped(text: str, typed: Mapping[str, str]) -> str:
    """Return SQL that writes other signs for some."""
    for sign in [sign for sign, one in typed.items() if len(one) > 1]:
        text = f"replace({text}, '{sign}', '{typed[sign]}')"
    single = {sign: one for sign, one in typed.items() if len(one) == 1}
    after = "".join(single.values()).replace("'", "''")
    return f"translate({text}, '{''.join(single)}', '{after}')"


def holds(text: str, *fields: str) -> Q:
    """Return the condition that one of the fields holds a text, whatever the capitals and accents of either."""
    wanted = Value(folded(text))
    found = Q()
    for field in fields:
        found |= Q(Contains(Folded(F(field)), wanted))
    return found


def by_name(rows: QuerySet[Any], field: str | Combinable, *then: str) -> QuerySet[Any]:
    """Return rows in the order in which people look for a name."""
    return rows.order_by(Folded(field), *then)


def is_among(name: str, taken: Iterable[str]) -> bool:
    """Tell whether a name is taken, whatever its capitals. Accents tell two names apart."""
    return line(name).casefold() in {line(one).casefold() for one in taken}


def teach(connection: Any, **_signal: object) -> None:
    """Give a connection to SQLite the function that PostgreSQL has already."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(_FUNCTION, 1, folded, deterministic=True)
