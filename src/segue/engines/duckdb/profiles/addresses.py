"""The canonical e-mail form as DuckDB expressions: the rules of `core.emails` for whole columns.

ASCII addresses never leave the engine. Domains in other scripts are few: the distinct ones are canonicalised in
Python, put in a side table (`international_domains`) and looked up by the expressions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from segue.core import emails
from segue.core.emails import AddressProblem
from segue.engines.duckdb.columns import texts
from segue.engines.duckdb.quoting import literal

DOMAINS = "international_domains"
"""The side table: `domain` as written, `ascii` its canonical form or NULL when it is none."""

_SEEN = "seen_address"
_TEXT, _HOST = "text__seen", "domain__seen"
"""Names by which the expressions call what they compute once; no attribute and no column of a query has two underscores so."""

_LOCAL = emails.LOCAL_PATTERN.replace("a-z", "A-Za-z")
_DOMAIN = r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+([A-Za-z0-9][A-Za-z0-9-]*)?[A-Za-z]"
"""The patterns of `core.emails` before the letters are made small; the last part of the domain ends with a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressExpressions:
    """Two SQL expressions over the same text expression: the address, and why there is none."""

    address: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """The expression for an international domain's ASCII form, and the join that it needs ('' for none)."""

    ascii: str
    join: str


def create_domain_table(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty side table, which `look_up_domains` fills, and the macro that the expressions stand on."""
    connection.execute(f"CREATE OR REPLACE TEMP MACRO {_SEEN}(written) AS {_seen('written')}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {DOMAINS} (domain VARCHAR, ascii VARCHAR)")


def look_up_domains(connection: duckdb.DuckDBPyConnection, relation: str, text: str) -> int:
    """Canonicalise the distinct non-ASCII domains of the expression `text` over `relation`; return how many."""
    found = connection.execute(
        f"SELECT DISTINCT {domain_key(text)} AS domain FROM {relation} WHERE NOT {_is_ascii(text)}"
        f" AND domain IS NOT NULL AND domain NOT IN (SELECT k.domain FROM {DOMAINS} k)"
    ).fetchall()
    names = [row[0] for row in found]
    _insert(connection, names)
    return len(names)


def lookup(connection: duckdb.DuckDBPyConnection, text: str, *, alias: str) -> Lookup:
    """Return how a query finds the international domains of `text`; without any domain it joins nothing."""
    if not connection.execute(f"SELECT count(*) FROM {DOMAINS}").fetchall()[0][0]:
        return Lookup(ascii="NULL", join="")
    return Lookup(
        ascii=f"{alias}.ascii",
        join=f" LEFT JOIN {DOMAINS} {alias} ON {alias}.domain = {domain_key(text)}",
    )


def domain_key(text: str) -> str:
    """Return the expression to join with the side table's `domain`: NULL for nearly every row."""
    other = f"CASE WHEN NOT {_is_ascii(_HOST)} THEN {_HOST} END"
    domain = _bound(_HOST, _domain(_trimmed(text)), other)
    return f"CASE WHEN {_is_ascii(text)} THEN NULL ELSE {domain} END"


def expressions(text: str, *, looked_up: str) -> AddressExpressions:
    """Return the expressions for a text; `looked_up` is the joined side table's `ascii`, or NULL without a join."""
    # Nearly every address is short, trimmed and ASCII: one pattern tells that, where taking away a list of characters
    # costs 1 s a million rows and the limits of its parts a third of one.
    short, usual = is_short(text), is_usual(text)
    return AddressExpressions(
        address=f"CASE WHEN {short} THEN lower({text}) WHEN {usual} THEN lower({text})"
        f" ELSE {_slow_address(text, looked_up)} END",
        problem=f"CASE WHEN {short} THEN NULL WHEN {usual} THEN NULL ELSE {_slow_problem(text, looked_up)} END",
    )


def problem_beside(address: str, text: str, *, looked_up: str) -> str:
    """Return why a text has no address, where its `address` was computed already: the same as the problem of `expressions`."""
    return f"CASE WHEN {address} IS NULL THEN {_slow_problem(text, looked_up)} END"


def is_same_text(address: str, text: str) -> str:
    """Return the condition that a text is its computed `address` but for capital letters, and so ASCII without blanks."""
    # `lower` makes ASCII of some other letters, which are longer.
    return f"(strlen({text}) = strlen({address}) AND lower({text}) = {address})"


def is_short(text: str) -> str:
    """Return a condition that most addresses fulfil as they are written, and nothing else: no part can be too long."""
    whole = literal(f"{_LOCAL}@{_DOMAIN}")
    return f"(strlen({text}) <= {emails.LABEL_LENGTH} AND regexp_full_match({text}, {whole}))"


def is_plain(text: str) -> str:
    """Return a condition that most canonical addresses fulfil, and nothing else: short, and with letters at the end."""
    whole = literal(f"{emails.LOCAL_PATTERN}@{emails.DOMAIN_PATTERN}")
    short = f"length({text}) <= {emails.LABEL_LENGTH} AND right({text}, 1) BETWEEN 'a' AND 'z'"
    return f"(regexp_full_match({text}, {whole}) AND {short})"


def is_usual(text: str) -> str:
    """Return the condition that a text is an address but for its capital letters."""
    # `lower` makes ASCII of some other letters (the Kelvin sign), hence the look at the text before it.
    return f"({_is_ascii(text)} AND {_is_address(f'lower({text})')})"


def of_seen(text: str, looked_up: str) -> str:
    """Return the canonical address of a text that is not usual, NULL when there is none; why is not asked."""
    ascii_form = f"CASE WHEN {_is_ascii('x')} THEN x ELSE {_local('x')} || '@' || {looked_up} END"
    address = f"CASE WHEN {is_usual('y')} THEN lower(y) END"
    candidate = f"list_transform([{_trimmed(text)}], lambda x: {ascii_form})"
    return f"list_transform({candidate}, lambda y: {address})[1]"


def _insert(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    listed = [name for name in names if not name.isascii()]
    if not listed:
        return
    table = pa.table(
        {
            "domain": texts(listed),
            "ascii": texts(emails.ascii_domain(name) for name in listed),
        }
    )
    connection.register("new_domains", table)
    connection.execute(f"INSERT INTO {DOMAINS} SELECT domain, ascii FROM new_domains")
    connection.unregister("new_domains")


def _trimmed(text: str) -> str:
    """Return the text without blanks at its ends and without what nobody sees; a macro keeps the queries short."""
    return f"{_SEEN}({text})"


def _seen(text: str) -> str:
    ends = f"trim({text}, {literal(emails.TRIMMED)})"
    unseen, joiners = literal(emails.INVISIBLE_PATTERN), literal(emails.JOINERS_PATTERN)
    seen = f"trim(regexp_replace({text}, {unseen}, '', 'g'), {literal(emails.TRIMMED)})"
    bare = f"regexp_replace({seen}, {joiners}, '', 'g')"
    return f"CASE WHEN {_is_ascii(text)} THEN {ends} WHEN {_is_ascii(bare)} THEN {bare} ELSE {seen} END"


def _is_ascii(text: str) -> str:
    return f"(strlen({text}) = length({text}))"


def _local(trimmed: str) -> str:
    return f"split_part({trimmed}, '@', 1)"


def _domain(trimmed: str) -> str:
    return f"split_part({trimmed}, '@', 2)"


def _is_address(lower: str) -> str:
    whole = literal(f"{emails.LOCAL_PATTERN}@{emails.DOMAIN_PATTERN}")
    return (
        f"regexp_full_match({lower}, {whole}) AND length({lower}) <= {emails.ADDRESS_LENGTH}"
        f" AND strpos({lower}, '@') <= {emails.LOCAL_LENGTH + 1}"
        f" AND {_good_top(lower)} AND {_good_labels(lower, _domain(lower))}"
    )


def _good_top(lower: str) -> str:
    numeric = f"regexp_matches({lower}, {literal(emails.NUMERIC_TOP_PATTERN)})"
    return f"CASE WHEN right({lower}, 1) BETWEEN '0' AND '9' THEN NOT {numeric} ELSE true END"


def _good_labels(lower: str, domain: str) -> str:
    long = f"regexp_matches({domain}, {literal(emails.LONG_LABEL_PATTERN)})"
    return f"CASE WHEN length({lower}) > {emails.LABEL_LENGTH} THEN NOT {long} ELSE true END"


def _slow_address(text: str, looked_up: str) -> str:
    read = (
        f"CASE WHEN ({_problem(_TEXT, looked_up)}) IS NOT NULL THEN NULL WHEN {_is_ascii(_TEXT)} THEN lower({_TEXT})"
        f" ELSE lower({_local(_TEXT)}) || '@' || {looked_up} END"
    )
    return _bound(_TEXT, _trimmed(text), read)


def _slow_problem(text: str, looked_up: str) -> str:
    return _bound(_TEXT, _trimmed(text), _problem(_TEXT, looked_up))


def _bound(name: str, value: str, expression: str) -> str:
    """Return an expression over a value that is computed once and called by a name in it."""
    return f"list_transform([{value}], lambda {name}: {expression})[1]"


def _problem(trimmed: str, looked_up: str) -> str:
    at_signs = f"length({trimmed}) - length(replace({trimmed}, '@', ''))"
    of_parts = _bound(_HOST, _domain(trimmed), _problem_of_parts(_local(trimmed), _HOST, looked_up))
    return (
        f"CASE WHEN {trimmed} IS NULL OR {trimmed} = '' THEN {_named(AddressProblem.MISSING)}"
        f" WHEN regexp_matches({trimmed}, {literal(emails.INNER_SPACE_PATTERN)})"
        f" THEN {_named(AddressProblem.CONTAINS_SPACES)}"
        f" WHEN {at_signs} = 0 THEN {_named(AddressProblem.NO_AT_SIGN)}"
        f" WHEN {at_signs} > 1 THEN {_named(AddressProblem.SEVERAL_AT_SIGNS)}"
        f" ELSE {of_parts} END"
    )


def _problem_of_parts(local: str, domain: str, looked_up: str) -> str:
    lower_domain = f"lower({domain})"
    ascii_ok = (
        f"regexp_full_match({lower_domain}, {literal(emails.DOMAIN_PATTERN)})"
        f" AND length({domain}) <= {emails.DOMAIN_LENGTH} AND {_good_top(lower_domain)} AND {_good_labels(lower_domain, lower_domain)}"
    )
    written = f"CASE WHEN {_is_ascii(domain)} THEN {domain} ELSE {looked_up} END"
    return (
        f"CASE WHEN NOT {_is_ascii(local)} THEN {_named(AddressProblem.NON_ASCII_LOCAL_PART)}"
        f" WHEN length({local}) > {emails.LOCAL_LENGTH} THEN {_named(AddressProblem.TOO_LONG)}"
        f" WHEN NOT regexp_full_match(lower({local}), {literal(emails.LOCAL_PATTERN)})"
        f" THEN {_named(AddressProblem.BAD_LOCAL_PART)}"
        f" WHEN {_is_ascii(domain)} AND NOT ({ascii_ok}) THEN {_named(AddressProblem.BAD_DOMAIN)}"
        f" WHEN NOT {_is_ascii(domain)} AND {looked_up} IS NULL THEN {_named(AddressProblem.BAD_DOMAIN)}"
        f" WHEN length({local}) + 1 + length({written}) > {emails.ADDRESS_LENGTH}"
        f" THEN {_named(AddressProblem.TOO_LONG)} END"
    )


def _named(problem: AddressProblem) -> str:
    return literal(problem.value)
