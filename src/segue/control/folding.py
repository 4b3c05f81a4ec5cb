"""Names as people look for them, by the database: whatever the capitals and accents. SQLite by itself knows those of ASCII only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import Contains

from segue.core.texts import line

_FUNCTION = "segue_folded"
_MARKS = "[\u0300-\u036f]"
_APOSTROPHES = "[\u2018\u2019\u02bc]"
_KNOWN = 10_000


class Folded(Func):
    """A text in small letters without accents, with plain apostrophes; NULL of NULL. Alike in every database."""

    function = _FUNCTION
    arity = 1
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        """Return it by PostgreSQL's own functions."""
        parted = f"regexp_replace(normalize(%(expressions)s, NFKD), '{_MARKS}', '', 'g')"
        template = f"lower(regexp_replace({parted}, '{_APOSTROPHES}', '''', 'g'))"
        return self.as_sql(compiler, connection, template=template, **extra)


@lru_cache(maxsize=_KNOWN)
def folded(text: str | None) -> str | None:
    """Return what `Folded` is of a text."""
    if text is None:
        return None
    parted = re.sub(_MARKS, "", unicodedata.normalize("NFKD", text))
    return re.sub(_APOSTROPHES, "'", parted).lower()


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
