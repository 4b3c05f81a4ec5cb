"""The words for what a definition declares: kinds and places of sources, types of attributes. In the active language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from segue.control.segments.models import Segment
from segue.control.segments.queries import segments
from segue.core.errors import ConfigurationProblem
from segue.profiles.engines import Engine, OnSpark
from segue.profiles.object_stores import Objects
from segue.profiles.schema import Attribute, AttributeType, Table
from segue.profiles.sources import (
    CsvSource,
    ExcelSource,
    JsonLinesSource,
    ParquetSource,
    PostgresSource,
    Source,
    SparkSource,
    SqliteSource,
)
from segue.segments.describe import describe
from segue.service.configured import segment_of
from segue.service.declared import declared

TYPES = {
    AttributeType.TEXT: gettext_lazy("Text"),
    AttributeType.EMAIL: gettext_lazy("E-mail"),
    AttributeType.INTEGER: gettext_lazy("Whole number"),
    AttributeType.DECIMAL: gettext_lazy("Number"),
    AttributeType.BOOLEAN: gettext_lazy("Yes or no"),
    AttributeType.DATE: gettext_lazy("Date"),
    AttributeType.TIMESTAMP: gettext_lazy("Date and time"),
    AttributeType.BIRTHDAY: gettext_lazy("Day of the year"),
    AttributeType.LIST: gettext_lazy("List of texts"),
}


def kind_of(source: Source) -> str:
    """Return what a source is; these names are the same in every language."""
    match source:
        case CsvSource():
            return "CSV"
        case ExcelSource():
            return "Excel"
        case ParquetSource():
            return "Parquet"
        case JsonLinesSource():
            return "JSON"
        case SqliteSource():
            return "SQLite"
        case PostgresSource():
            return "PostgreSQL"
        case SparkSource():
            return "Spark"


def place_of(source: Source, folder: Path) -> str:
    """Say where a source is, from the definition's folder on, without any secret."""
    if isinstance(source, PostgresSource):
        return source.table
    if isinstance(source, SparkSource):
        return source.table or source.path
    path = _path_of(source.path, folder)
    match source:
        case SqliteSource():
            return f"{path}: {source.table}"
        case ExcelSource() if source.sheet:
            return f"{path}: {source.sheet}"
        case _:
            return path


def _path_of(place: Path | Objects, folder: Path) -> str:
    if isinstance(place, Objects):
        return str(place)
    return str(place.relative_to(folder) if place.is_relative_to(folder) else place)


def engine_words(engine: Engine) -> str:
    """Say which engine keeps the profiles and where, by the reference to its address."""
    if isinstance(engine, OnSpark):
        return f"Spark ({engine.remote}, {engine.snapshots})"
    return "DuckDB"


def name_of(thing: Attribute | Table) -> str:
    """Return what people read of an attribute or a table."""
    return thing.label or thing.name.replace("_", " ")


def source_words(source: Source, folder: Path) -> str:
    """Return a source in a few words."""
    return f"{kind_of(source)}, {place_of(source, folder)}"


def type_words(type_name: str) -> str:
    """Return what an attribute's type, as it is stored, is called."""
    return str(TYPES[AttributeType(type_name)])


def attribute_words(attribute: Attribute) -> str:
    """Return an attribute in a few words."""
    words = type_words(attribute.type)
    return _("%(type)s, personal") % {"type": words} if attribute.personal else words


def table_words(table: Table) -> str:
    """Return in a few words where the rows of a table come from, and how many attributes they have."""
    sources = dict.fromkeys([table.source, *(join.source for join in table.joins)])
    told = _("from %(sources)s, key %(key)s") % {"sources": ", ".join(sources), "key": table.key}
    if table.newest_by:
        won = _("of rows with one key the one with the latest %(attribute)s counts")
        told = f"{told}, {won % {'attribute': table.newest_by}}"
    count = len(table.attributes)
    if not count:
        return told
    attributes = ngettext("%(count)d attribute", "%(count)d attributes", count) % {"count": count}
    return f"{told}, {attributes}"


def sentences(rows: Iterable[Segment], language: str) -> Mapping[str, str]:
    """Return by name who is selected; "" where the rule does not fit what is declared now."""
    try:
        configuration = declared()
    except ConfigurationProblem:
        configuration = None
    labels = {row.name: row.label for row in segments()}
    said = {}
    for row in rows:
        read = segment_of(row, configuration.schema, labels) if configuration else None
        said[row.name] = (
            describe(read, configuration.schema, language, labels=labels)
            if configuration and read
            else ""
        )
    return said
