"""How keys and join columns are compared: one form for what is written in several ways and means one thing.

Addresses take their canonical form. Other text is trimmed NFC without control characters and signs that nobody sees,
every blank is a plain one, and whole numbers lose their `.0` (tables with gaps write 7 as 7.0). Capital letters and
leading zeros tell keys apart. What programs write where there is no value (NULL, nan, None) is nobody's key: many rows have
it. Joins compare None and Null, which may be words of a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from segue.core import emails, texts
from segue.engines.duckdb.profiles import addresses
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading.typed import Column, as_text, is_cut, typed, unmarked
from segue.engines.duckdb.reading.typed_results import Typed
from segue.engines.duckdb.reading.typed_standing import is_one_of
from segue.profiles.references import named_column
from segue.profiles.schema import PROFILE_KEY, Attribute, AttributeType, ProfileSchema, Table

if TYPE_CHECKING:
    from segue.engines.duckdb.reading.sources import Relation

_SIGNS = "(-\\-/-?A-~\u00c0-\u02ff"
PLAIN = f"[!-&{_SIGNS}]([ -'{_SIGNS}]*[!-'{_SIGNS}])?"
"""Keys that stand as they are: trimmed, printable, letters that NFC leaves alone, neither a point nor a sign @.

They begin with no apostrophe, which may be a spreadsheet's.
"""

_UNMISTAKABLE = f"[!\"$-&)-\\-/-;=-?A-MO-Z\\]-mo-tv-~\u00c0-\u02ff]([ -'{_SIGNS}]*[!-'{_SIGNS}])?"
"""Of these, keys that begin as no word for no value does, such as NULL: numbers and most ids, which one pattern tells."""

_TRIMMED = "[!-&(-~\u00c0-\u02ff]([ -~\u00c0-\u02ff]*[!-~\u00c0-\u02ff])?"
"""Keys that need no trimming, points and signs @ among them."""

_USUAL_ADDRESS = r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9.-]+"
_UNSEEN = rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f{emails.INVISIBLE}]"
_BLANKS = f"[{''.join(c for c in emails.TRIMMED if c not in emails.INVISIBLE + emails.JOINERS)}]"
_FIRST_ROWS, _REPEATS = 2_048, 10
"""How many rows tell whether a column repeats few values, and how often it repeats them then."""

_WHOLE = r"-?(0|[1-9][0-9]*)\.0+"


def keyed(
    connection: duckdb.DuckDBPyConnection,
    schema: ProfileSchema,
    relations: Mapping[str, Relation],
    *,
    folder: Path,
) -> Mapping[str, Relation]:
    """Return the relations, of all sources or of some, with the one form of every column that a key or a join compares.

    One scan tells whether a column holds anything else at all: ids do not, and cost nothing more from then on. What
    does is brought into the form once, in a file of `folder`.
    """
    wanted: dict[str, list[str]] = {}
    for source, column in sorted(_compared_columns(schema)):
        if source in relations:
            wanted.setdefault(source, []).append(column)
    found = dict(relations)
    for source, columns in wanted.items():
        staged = folder / f"{relations[source].relation}_keys.parquet"
        found[source] = _keyed(connection, relations[source], columns, staged)
    return found


def key_of(table: Table, column: Column) -> Typed:
    """Return the expressions of a table's key."""
    if table.key_type is AttributeType.INTEGER:
        return typed(Attribute(name=PROFILE_KEY, type=table.key_type, column=table.key), column)
    doubtful = is_one_of(column.compared, texts.DOUBTFUL)
    return Typed(value=f"CASE WHEN {doubtful} THEN NULL ELSE {column.compared} END")


def in_form(connection: duckdb.DuckDBPyConnection, query: str, key: str) -> str:
    """Return a query with its column `key` in the one form: what was kept before there was one is known again.

    Words for no value stay: they may have been kept, too. Nothing is done to a query that holds nothing else already,
    which one scan tells.
    """
    usual = f"regexp_full_match({key}, {literal(f'{PLAIN}|{_USUAL_ADDRESS}')})"
    found = connection.execute(f"SELECT count(*) FROM ({query}) WHERE NOT {usual}").fetchall()
    if not found[0][0]:
        return query
    addresses.create_domain_table(connection)
    addresses.look_up_domains(connection, f"({query})", key)
    looked_up = addresses.lookup(connection, key, alias="d")
    form = _form(key, looked_up.ascii)
    return f"SELECT q.* REPLACE ({form} AS {key}) FROM ({query}) q{looked_up.join}"


def is_for_nothing(text: str) -> str:
    """Return the condition that a text is what programs write where there is no value."""
    return f"coalesce({is_one_of(text, texts.PLACEHOLDERS)}, false)"


def is_missing(table: Table, text: str) -> str:
    """Return the condition that a row has no key, rather than one that is not of the table's type; `text` is as it is written."""
    nothing = f"coalesce(trim({text}), '') = ''"
    is_text = table.key_type is AttributeType.TEXT
    nobodys = f"coalesce({is_one_of(text, texts.NOBODYS_KEYS)}, false)"
    return f"({nothing} OR {nobodys})" if is_text else f"({nothing})"


def unless_nothing(text: str, form: str) -> str:
    """Return the form of a text, NULL where it says that there is no value."""
    return f"CASE WHEN {is_for_nothing(text)} THEN NULL ELSE {form} END"


def form_of_typed(column: Column) -> str:
    """Return the form of a column that holds no texts."""
    text, cut = as_text(column), is_cut(column)
    if cut is not None:
        text = f"CASE WHEN isfinite({column.sql}) AND NOT {cut} THEN {text} END"
    return _number(text) if column.native.startswith("DECIMAL") else text


def folded(form: str) -> str:
    """Return a form without what people easily write otherwise: capital letters, leading zeros, blanks."""
    return f"regexp_replace(replace(lower({form}), ' ', ''), '^0+(.)', '\\1')"


def may_fold(form: str) -> str:
    """Return a cheap condition that holds for every form that `folded` changes, and for few others."""
    return f"(lower({form}) <> {form} OR contains({form}, ' ') OR starts_with({form}, '0'))"


def _compared_columns(schema: ProfileSchema) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for table in (schema.profiles, *schema.related.values()):
        if table.key_type is AttributeType.TEXT:
            found.add(named_column(table, table.key))
        for join in table.joins:
            for left, right in join.on:
                found |= {named_column(table, left), (join.source, right)}
    return found


def _keyed(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    names: Sequence[str],
    staged: Path,
) -> Relation:
    columns, forms, joins, is_read = dict(relation.columns), [], "", False
    for at, column in enumerate(names):
        known = columns[column]
        if known.native == "VARCHAR" and _is_plain(connection, relation, known):
            columns[column] = replace(known, compared=known.sql)
            continue
        form, join = _form_of(connection, relation, known, alias=f"d{at}")
        columns[column] = replace(known, compared=f"{known.sql}_key")
        forms.append(f"{form} AS {known.sql}_key")
        joins, is_read = joins + join, is_read or known.native == "VARCHAR"
    if not forms:
        return replace(relation, columns=columns)
    query = f"SELECT s.*, {', '.join(forms)} FROM {relation.relation} s{joins}"
    if is_read:
        connection.execute(f"COPY ({query}) TO {literal(str(staged))} (FORMAT parquet)")
        query = f"SELECT * FROM read_parquet({literal(str(staged))})"
    view = f"{relation.relation}_keys"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {query}")
    return replace(relation, relation=view, columns=columns)


def _form_of(
    connection: duckdb.DuckDBPyConnection, relation: Relation, known: Column, *, alias: str
) -> tuple[str, str]:
    """Return the form of a column of the relation `s`, and the join that it needs."""
    column = replace(known, sql=f"s.{known.sql}")
    if known.native != "VARCHAR":
        return form_of_typed(column), ""
    addresses.look_up_domains(connection, relation.relation, known.sql)
    looked_up = addresses.lookup(connection, column.sql, alias=alias)
    return unless_nothing(column.sql, _form(column.sql, looked_up.ascii)), looked_up.join


def _is_plain(connection: duckdb.DuckDBPyConnection, relation: Relation, known: Column) -> bool:
    """Return whether every value is in the form; each once where the first rows repeat a few, as shops and countries do."""
    column, rows = known.sql, relation.relation
    first = f"SELECT count({column}), count(DISTINCT {column}) FROM (SELECT {column} FROM {rows} LIMIT {_FIRST_ROWS})"
    filled, different = connection.execute(first).fetchall()[0]
    if different * _REPEATS < filled:
        rows = f"(SELECT DISTINCT {column} FROM {rows})"
    plain = f"regexp_full_match({column}, {literal(PLAIN)}) AND NOT {is_for_nothing(column)}"
    conditions = (f"regexp_full_match({column}, {literal(_UNMISTAKABLE)})", plain)
    queries = (f"SELECT bool_and({one}) FROM {rows}" for one in conditions)
    return any(connection.execute(query).fetchall()[0][0] for query in queries)


def _form(text: str, looked_up: str) -> str:
    """Return the one form of a text expression; `looked_up` is the ASCII form of its domain where it is in another script."""
    return (
        f"(CASE WHEN regexp_full_match({text}, {literal(PLAIN)}) THEN {text}"
        f" WHEN {addresses.is_plain(text)} THEN {text}"
        f" WHEN NOT contains({text}, '@') THEN {_cleaned(text)}"
        f" WHEN {addresses.is_usual(text)} THEN lower({text})"
        f" ELSE coalesce({addresses.of_seen(text, looked_up)}, {_cleaned(text)}) END)"
    )


def _cleaned(text: str) -> str:
    seen = f"regexp_replace({text}, {literal(_UNSEEN)}, '', 'g')"
    even = f"regexp_replace({seen}, {literal(_BLANKS)}, ' ', 'g')"
    bare = unmarked(f"trim({even}, {literal(emails.TRIMMED)})")
    trimmed = f"nullif(nfc_normalize({bare}), '')"
    usual = f"regexp_full_match({text}, {literal(_TRIMMED)})"
    return _number(f"CASE WHEN {usual} THEN {text} ELSE {trimmed} END")


def _number(text: str) -> str:
    # A lambda, so that the engine reads the text's expression once: its own text is what a query costs to begin.
    whole = f"right(x, 1) = '0' AND regexp_full_match(x, {literal(_WHOLE)})"
    return f"list_transform([{text}], lambda x: CASE WHEN {whole} THEN split_part(x, '.', 1) ELSE x END)[1]"
