"""Compile table expressions to DuckDB's SQL, each once: compiling costs more than running over few people."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlglot.expressions as sge
from ibis.backends.sql.compilers import duckdb

from segue.sync.tables import Table


def sql(expression: Table) -> str:
    """Return the query of an expression; one that is asked again is not compiled again."""
    return _sql_of(expression.op())


@lru_cache(maxsize=256)
def _sql_of(operation: Any) -> str:
    compiler = duckdb.compiler
    query = compiler.to_sqlglot(operation.to_expr())
    return str(_with_hashes(query).sql(dialect=compiler.dialect, copy=False))


def _with_hashes(query: sge.Expression) -> sge.Expression:
    """Let the engine make a 128-bit hash of the bytes of an md5: that is the same value for half of reading its text."""
    for cast in query.find_all(sge.Cast):
        if cast.to.this is sge.DataType.Type.UUID and isinstance(cast.this, sge.MD5):
            cast.set("this", sge.Unhex(this=cast.this.copy()))
    return query
