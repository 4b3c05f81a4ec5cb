"""Check what only the engine can: that declared formats and time zones exist. All mistakes at once."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from segue.core.errors import ConfigurationProblem, Mistake
from segue.core.sentences import said
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES
from segue.engines.duckdb.quoting import literal
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema

_TIMES = (AttributeType.DATE, AttributeType.TIMESTAMP)


def check_declared_types(connection: duckdb.DuckDBPyConnection, schema: ProfileSchema) -> None:
    """Refuse formats and zones that the engine does not know.

    Raises: ConfigurationProblem with every mistake.
    """
    mistakes = [
        mistake
        for path, attribute in _attributes(schema)
        if attribute.type in _TIMES
        for mistake in _mistakes(connection, path, attribute)
    ]
    if mistakes:
        raise ConfigurationProblem(
            " ".join(mistake.message for mistake in mistakes),
            action=" ".join(dict.fromkeys(mistake.action for mistake in mistakes)),
            code="attribute_format_invalid",
            mistakes=mistakes,
        )


def _attributes(schema: ProfileSchema) -> Iterator[tuple[str, Attribute]]:
    for attribute in schema.profiles.attributes:
        yield f"profiles.attributes.{attribute.name}", attribute
    for table_name, table in schema.related.items():
        for attribute in table.attributes:
            yield f"related.{table_name}.attributes.{attribute.name}", attribute


def _mistakes(
    connection: duckdb.DuckDBPyConnection, path: str, attribute: Attribute
) -> Iterator[Mistake]:
    for wanted in attribute.formats:
        if not _works(connection, f"try_strptime(v, {literal(wanted)})"):
            yield Mistake(
                path=f"{path}.formats",
                message=said(
                    "Attribute '%(attribute)s' has the format '%(wanted)s', which cannot be read.",
                    attribute=attribute.name,
                    wanted=wanted,
                ),
                action="Use strptime marks such as %d/%m/%Y %H:%M:%S.",
                code="attribute_format_invalid",
            )
    for option in ("time_zone", "written_in"):
        written = getattr(attribute, option) or "UTC"
        zone = f"timezone({literal(written)}, TIMESTAMP '2024-01-01' + to_days(length(v)))"
        if not _works(connection, zone):
            yield Mistake(
                path=f"{path}.{option}",
                message=said(
                    "Attribute '%(attribute)s' has the time zone '%(written)s', which does not exist.",
                    attribute=attribute.name,
                    written=written,
                ),
                action="Use a name such as Europe/Paris.",
                code="attribute_time_zone_unknown",
            )


def _works(connection: duckdb.DuckDBPyConnection, expression: str) -> bool:
    try:
        connection.execute(f"SELECT {expression} IS NULL FROM (VALUES ('x')) AS t(v)").fetchall()
    except (
        duckdb.InterruptException
    ):  # broken off from outside: that says nothing of the expression
        raise
    except duckdb.Error as error:
        raise_trouble(error, but=OF_FILES)
        return False
    return True
