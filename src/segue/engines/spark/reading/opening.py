"""Find the tables of the cluster that sources name, and copy what is needed of them. All are found before one is copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from pyspark.sql.connect import functions as fn

from segue.core.errors import ConfigurationProblem, TryLater
from segue.core.sentences import said
from segue.engines.duckdb.reading.sources_problems import source_undeclared
from segue.engines.duckdb.reading.sources_told import columns_missing, combined, source_problem
from segue.engines.spark.reading.relations import Relation
from segue.engines.spark.sessions import Session
from segue.engines.spark.written import Place, written
from segue.profiles.sources import Source, SparkSource

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_READABLE = (
    *("string", "tinyint", "smallint", "int", "bigint", "float", "double", "boolean"),
    *("date", "timestamp", "timestamp_ntz"),
)


def found(
    session: Session,
    sources: Mapping[str, Source],
    needed: Mapping[str, Sequence[str]],
    *,
    bounded: Callable[[str], AbstractContextManager[None]] = lambda _name: nullcontext(),
) -> Mapping[str, DataFrame]:
    """Return the needed columns of every source as c0, c1, …; nothing is read yet. `bounded` is entered for each in turn.

    Raises: ConfigurationProblem with every source that is not there or lacks a column.
    """
    frames: dict[str, DataFrame] = {}
    problems: list[ConfigurationProblem] = []
    for name, columns in needed.items():
        try:
            if name not in sources:
                raise source_undeclared(name, tuple(sources))
            source = sources[name]
            if not isinstance(source, SparkSource):
                raise not_on_cluster(name)
            with bounded(name), _named(name):
                frames[name] = _narrowed(name, _opened(session, source), columns)
        except ConfigurationProblem as problem:
            problems.append(problem)
    if problems:
        raise combined(problems)
    return frames


def copied(
    session: Session, name: str, frame: DataFrame, columns: Sequence[str], place: Place
) -> Relation:
    """Copy a source's columns, so that all of a refresh sees one state of it."""
    with _named(name), session.failing():
        kept = written(session, frame, place)
        return Relation(
            source=name,
            frame=kept,
            columns={column: f"c{at}" for at, column in enumerate(columns)},
            rows=kept.count(),
        )


def not_on_cluster(source: str) -> ConfigurationProblem:
    """Say that a source is none of the cluster's."""
    return source_problem(
        source,
        "source_not_on_spark",
        said("is read from this machine, and the profiles are on Spark."),
        said(
            "Give it the type spark with a table or a path of the cluster, or take `engine` away."
        ),
    )


def readable(frame: DataFrame) -> list[Any]:
    """Return the columns of a table that can be read as they are."""
    return [
        fn.col(_quoted(one.name))
        for one in frame.schema.fields
        if (kind := one.dataType.simpleString()) in _READABLE or kind.startswith("decimal")
    ]


@contextmanager
def _named(source: str) -> Iterator[None]:
    """Say of which source it is that the files have other types than it says."""
    try:
        yield
    except ConfigurationProblem as problem:
        if problem.code != "spark_types_differ":
            raise
        raise source_problem(
            source,
            problem.code,
            said("is a table of the cluster whose files do not all have the types that it says."),
            said("Let the cluster write it anew, with one type for each column."),
        ) from None


def _opened(session: Session, source: SparkSource) -> DataFrame:
    try:
        with session.failing():
            frame = _frame(session.spark, source)
            _ = frame.schema  # asks the cluster whether it is there
    except (ConfigurationProblem, TryLater) as problem:
        if problem.code in ("spark_table_missing", "spark_failed"):
            raise _not_there(source) from None
        raise
    if not frame.columns:
        raise _not_there(source)
    return frame


def _frame(spark: Any, source: SparkSource) -> DataFrame:
    if source.table:
        return spark.table(source.table)  # type: ignore[no-any-return]
    return spark.read.format(source.format).load(source.path)  # type: ignore[no-any-return]


def _not_there(source: SparkSource) -> ConfigurationProblem:
    what = (
        said(
            "names the table '%(table)s', which the Spark cluster does not find.",
            table=source.table,
        )
        if source.table
        else said(
            "names the path '%(path)s', where the Spark cluster finds no table in the format %(format)s.",
            path=source.path,
            format=source.format,
        )
    )
    return source_problem(
        source.name,
        "source_table_missing",
        what,
        said("Correct its name (catalog.schema.table), or let Segue's user read it."),
    )


def _narrowed(source: str, frame: DataFrame, wanted: Sequence[str]) -> DataFrame:
    known = frame.columns
    chosen: dict[str, Any] = {name: _column(frame, name) for name in wanted}
    missing = [name for name, column in chosen.items() if column is None]
    if missing:
        raise columns_missing(source, missing, known)
    narrowed = frame.select(*(chosen[name].alias(f"c{at}") for at, name in enumerate(wanted)))
    return _texts_of_lists(source, narrowed, wanted)


def _column(frame: DataFrame, name: str) -> Any:
    """Return the column of that very name, or the nested one that a dotted name means; None where there is neither."""

    if name in frame.columns:
        return fn.col(_quoted(name))
    first, *rest = name.split(".")
    kind: Any = next((one.dataType for one in frame.schema.fields if one.name == first), None)
    for part in rest:
        fields = {one.name: one.dataType for one in getattr(kind, "fields", ())}
        kind = fields.get(part)
    if not rest or kind is None:
        return None
    return fn.col(".".join(map(_quoted, (first, *rest))))


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _texts_of_lists(source: str, frame: DataFrame, wanted: Sequence[str]) -> DataFrame:
    """Return the columns with arrays of texts as JSON, which lists are read from. Raises: for what cannot be read."""

    columns = []
    for one, name in zip(frame.schema.fields, wanted, strict=True):
        kind = one.dataType.simpleString()
        if kind == "array<string>":
            columns.append(fn.to_json(one.name).alias(one.name))
        elif kind.startswith(("varchar", "char")):
            columns.append(fn.col(one.name).cast("string").alias(one.name))
        elif kind in _READABLE or kind.startswith("decimal"):
            columns.append(fn.col(one.name))
        else:
            raise source_problem(
                source,
                "spark_type_unreadable",
                said(
                    "holds values of the type %(kind)s in the column '%(column)s', which Segue cannot read.",
                    kind=kind[:60],
                    column=name,
                ),
                said(
                    "Let the cluster make a text, a number, a time or a list of texts of it in a view."
                ),
            )
    return frame.select(*columns)
