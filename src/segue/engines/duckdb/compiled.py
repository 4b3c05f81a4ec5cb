"""Compile table expressions to DuckDB's SQL, each once: compiling costs more than running over few people."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ibis.backends.sql.compilers import duckdb

from segue.sync.tables import Table


def sql(expression: Table) -> str:
    """Return the query of an expression; one that is asked again is not compiled again."""
    return _sql_of(expression.op())


@lru_cache(maxsize=256)
def _sql_of(operation: Any) -> str:
    compiler = duckdb.compiler
    return str(compiler.to_sqlglot(operation.to_expr()).sql(dialect=compiler.dialect, copy=False))
