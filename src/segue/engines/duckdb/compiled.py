"""Compile table expressions to DuckDB's SQL, each once: compiling costs more than running over few people."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import ibis

from segue.sync.tables import Table


def sql(expression: Table) -> str:
    """Return the query of an expression; one that is asked again is not compiled again."""
    return _sql_of(expression.op())


@lru_cache(maxsize=256)
def _sql_of(operation: Any) -> str:
    return str(ibis.to_sql(operation.to_expr(), dialect="duckdb"))
