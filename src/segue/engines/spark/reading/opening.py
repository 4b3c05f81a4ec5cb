"""Find the tables of the cluster that sources name, and copy what is needed of them. All are found before one is copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from pyspark.sql.connect import functions as fn

from segue.core.errors import ConfigurationProblem, TryLater
from segue.core.sentences import Sentence, said
from segue.engines.duckdb.reading.sources_names import is_repeated, position
from segue.engines.duckdb.reading.sources_problems import column_repeated, source_undeclared
from segue.engines.duckdb.reading.sources_told import columns_missing, combined, source_problem
from segue.engines.spark.reading.relations import Relation
from segue.engines.spark.sessions import Session
from segue.engines.spark.written import Place, written
from segue.profiles.sources import Source, SparkSource

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_WHOLE_NUMBERS = ("tinyint", "smallint", "int", "bigint")
_READABLE = (
    *("string", *_WHOLE_NUMBERS, "float", "double", "boolean"),
    *("date", "timestamp", "timestamp_ntz"),
)
_LISTS = frozenset(f"array<{kind}>" for kind in ("string", *_WHOLE_NUMBERS, "boolean"))

_UNSIGNED = {
    "unsigned tinyint": "smallint",
    "unsigned smallint": "int",
    "unsigned int": "bigint",
    "unsigned bigint": "decimal(20,0)",
}
"""What Spark makes of numbers without a sign in Parquet files. Sail keeps them, and calls them by the type of half as many."""

_OF_FILES = {
    "spark_types_differ": (
        said("is a table of the cluster whose files do not all have the types that it says."),
        said("Let the cluster write it anew, with one type for each column."),
    ),
    "spark_type_unreadable": (
        said("has a column of a type that the cluster itself cannot read."),
        said("Let it be written anew with usual types, such as texts and times in microseconds."),
    ),
    "source_text_invalid": (
        said("is a table of the cluster whose files mark as text what is not UTF-8."),
        said("Let it be written anew with texts in UTF-8."),
    ),
}
"""What is told of a source where the cluster says it of its files."""


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
                frames[name] = _narrowed(source, _opened(session, source), columns)
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


def with_room(frame: DataFrame) -> DataFrame:
    """Return a table whose whole numbers have types that all of their values fit, under the same names."""
    whole = {
        one.name for one in frame.schema.fields if one.dataType.simpleString() in _WHOLE_NUMBERS
    }
    if not whole:
        return frame
    asked = frame.select(*(fn.typeof(name).alias(name) for name in sorted(whole))).limit(1)
    own = {name: kind for row in asked.toArrow().to_pylist() for name, kind in row.items()}
    kinds = {name: _UNSIGNED[kind] for name, kind in own.items() if kind in _UNSIGNED}
    wider = {name: fn.col(name).cast(kind) for name, kind in kinds.items()}
    return frame.withColumns(wider) if wider else frame


def readable(frame: DataFrame) -> list[Any]:
    """Return the columns of a table, of `by_place`, that can be read as they are."""
    columns = {one.name: _readable(f"n{at}", one) for at, one in enumerate(frame.schema.fields)}
    return [column.alias(name) for name, column in columns.items() if column is not None]


@contextmanager
def _named(source: str) -> Iterator[None]:
    """Say of which source it is that the files are not what its table says, or hold what nobody can read."""
    try:
        yield
    except ConfigurationProblem as problem:
        if problem.mistakes or problem.code not in _OF_FILES:
            raise
        what, action = _OF_FILES[problem.code]
        raise source_problem(source, problem.code, what, action) from None


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


def _narrowed(source: SparkSource, frame: DataFrame, wanted: Sequence[str]) -> DataFrame:
    chosen: dict[str, Any] = {name: _column(frame, name) for name in wanted}
    missing = [name for name, column in chosen.items() if column is None]
    if missing:
        raise columns_missing(source.name, missing, frame.columns)
    for name in wanted:
        if name not in frame.columns and is_repeated(name, frame.columns):
            raise column_repeated(source.name, source.table or source.path, name)
    narrowed = by_place(frame).select(
        *(chosen[name].alias(f"c{at}") for at, name in enumerate(wanted))
    )
    return _all_readable(source.name, with_room(narrowed), wanted)


def by_place(frame: DataFrame) -> DataFrame:
    """Return a table whose columns are called n0, n1, …: the cluster does not tell names apart that differ in capitals only."""
    return frame.toDF(*(f"n{at}" for at in range(len(frame.columns))))


def _column(frame: DataFrame, name: str) -> Any:
    """Return the column of a name, or the nested one that a dotted name means, of `by_place`; None where there is neither."""

    if (at := position(name, frame.columns)) is not None:
        return fn.col(f"n{at}")
    first, *rest = name.split(".")
    if not rest or (at := position(first, frame.columns)) is None:
        return None
    kind: Any = frame.schema.fields[at].dataType
    for part in rest:
        fields = {one.name: one.dataType for one in getattr(kind, "fields", ())}
        kind = fields.get(part)
    if kind is None:
        return None
    return fn.col(".".join((f"n{at}", *map(_quoted, rest))))


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _all_readable(source: str, frame: DataFrame, wanted: Sequence[str]) -> DataFrame:
    """Return the columns in types that values are read from. Raises: for what cannot be read."""

    columns = []
    for one, name in zip(frame.schema.fields, wanted, strict=True):
        column = _readable(one.name, one)
        if column is None and one.dataType.simpleString() in _LISTS:
            column = fn.to_json(one.name)
        if column is None:
            raise source_problem(
                source,
                "spark_type_unreadable",
                said(
                    "holds values of the type %(kind)s in the column '%(column)s', which Segue cannot read.",
                    kind=one.dataType.simpleString()[:60],
                    column=name,
                ),
                _instead(one.dataType, name),
            )
        columns.append(column.alias(one.name))
    return frame.select(*columns)


def _instead(kind: Any, column: str) -> Sentence:
    """Return what can be done about a type that cannot be read."""
    if fields := [one.name for one in getattr(kind, "fields", ()) if "." not in one.name]:
        return said(
            "Name a field of it, as in `%(field)s`, or let the cluster make a text of it in a view.",
            field=f"{column}.{fields[0]}",
        )
    return said("Let the cluster make a text, a number, a time or a list of texts of it in a view.")


def _readable(name: str, field: Any) -> Any:
    """Return a column in a type that values are read from; None where its own is none. One without any value is of none."""
    kind = field.dataType.simpleString()
    if kind in _READABLE or kind.startswith("decimal"):
        return fn.col(name)
    return fn.col(name).cast("string") if kind.startswith(("void", "varchar", "char")) else None
