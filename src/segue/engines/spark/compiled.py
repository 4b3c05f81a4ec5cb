"""Compile table expressions to Spark's SQL, each once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from segue.segments.compile import to_sql
from segue.sync.tables import Table


def sql(expression: Table) -> str:
    """Return the query of an expression; one that is asked again is not compiled again."""
    return _sql_of(expression.op())


@lru_cache(maxsize=256)
def _sql_of(operation: Any) -> str:
    return to_sql(operation.to_expr(), "spark")
