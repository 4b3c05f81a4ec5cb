"""Engine functions that Ibis does not compile alike for DuckDB, PostgreSQL and Spark. Expressions only; nothing runs.

Every function here exists under the same name and with the same meaning on all three engines. It imports Ibis:
import this module lazily where `segue --help` could reach it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from inspect import Parameter, Signature

import ibis
import ibis.expr.types as ir

PORTABLE_FUNCTIONS = frozenset({"md5", "bit_length", "bit_or", "concat_ws"})
"""The engine functions that are called by name; the golden SQL of every dialect shows them."""


def md5_hex(text: ir.StringValue) -> ir.StringValue:
    """Return the MD5 of the text's UTF-8 bytes as 32 lower-case hexadecimal digits; NULL of NULL."""
    return _text_function("md5", 1)(text)


def concat_ws(separator: str, *parts: ir.StringValue) -> ir.StringValue:
    """Join texts with a separator.

    NULL parts are left out together with their separator: fill them first, or columns shift.
    Source: ENGINE-FACTS.md §2.
    """
    return _text_function("concat_ws", len(parts) + 1)(separator, *parts)


def without_accents(text: ir.StringValue) -> ir.StringValue:
    """Return a text in small Latin letters without their accents, with plain apostrophes and hyphens; NULL of NULL.

    Every engine takes the same signs away: `strip_accents` of DuckDB is on no other.
    """
    return text.lower().translate(*_accents())


@cache
def _accents() -> tuple[str, str]:
    """Return small letters of Latin with an accent, and beside them those without."""
    signs = (chr(code) for code in (*range(0xDF, 0x250), *range(0x1E00, 0x1F00)))
    bare = {sign: unicodedata.normalize("NFKD", sign)[0] for sign in signs}
    found = {a: b for a, b in (bare | _STRUCK).items() if a != b and a.islower() and b.isascii()}
    found |= _MARKS
    return "".join(found), "".join(found.values())


_MARKS = {**dict.fromkeys("’‘ʼ´`", "'"), **dict.fromkeys("‐‑–", "-")}
"""Signs that telephones and word processors write for the plain ones, as in D’Aubigné."""

_STRUCK = {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t"}
"""Letters that Unicode does not take apart."""


def bit_length(text: ir.StringValue) -> ir.IntegerValue:
    """Return how many bits the text's UTF-8 has; NULL of NULL."""
    return _bit_length()(text)


def bit_or(value: ir.IntegerValue) -> ir.IntegerValue:
    """Aggregate whole numbers by bitwise or; NULL when there is none."""
    return _bit_or()(value)


def store_hash(text: ir.StringValue) -> ir.IntegerValue:
    """Return `value_hash(text)`, which only the stores of audiences have: no engine of profiles is asked for it."""
    return _store_hash()(text)


def local_time(instant: ir.TimestampValue, zone: str) -> ir.TimestampValue:
    """Return a naive UTC instant as the clocks of an IANA zone showed it; NULL of NULL.

    `timezone` is called so in DuckDB and PostgreSQL; Spark's name for it is `from_utc_timestamp`. Texts are made with it,
    never rules: what segments compare is computed by `local_days`.
    """
    if zone == "UTC":
        return instant
    aware = _timezone("timestamp", "timestamp('UTC')")("UTC", instant)
    return _timezone("timestamp('UTC')", "timestamp")(zone, aware)


@cache
def _timezone(taken: str, given: str) -> Callable[..., ir.TimestampValue]:
    named = _declared("timezone", 2)
    signature = (("string", taken), given)
    return ibis.udf.scalar.builtin(named, name="timezone", signature=signature)  # type: ignore[no-any-return]


@cache
def _text_function(name: str, arity: int) -> Callable[..., ir.StringValue]:
    named = _declared(name, arity)
    signature = (("string",) * arity, "string")
    return ibis.udf.scalar.builtin(named, name=name, signature=signature)  # type: ignore[no-any-return]


@cache
def _bit_length() -> Callable[..., ir.IntegerValue]:
    named = _declared("bit_length", 1)
    return ibis.udf.scalar.builtin(named, name="bit_length", signature=(("string",), "int64"))  # type: ignore[no-any-return]


@cache
def _store_hash() -> Callable[..., ir.IntegerValue]:
    named = _declared("value_hash", 1)
    return ibis.udf.scalar.builtin(named, name="value_hash", signature=(("string",), "int64"))  # type: ignore[no-any-return]


@cache
def _bit_or() -> Callable[..., ir.IntegerValue]:
    named = _declared("bit_or", 1)
    return ibis.udf.agg.builtin(named, name="bit_or", signature=(("int64",), "int64"))  # type: ignore[no-any-return]


def _declared(name: str, arity: int) -> Callable[..., None]:
    """Return a function that only carries a name and a signature: Ibis reads both and never calls it."""

    def declared(*_arguments: object) -> None: ...

    declared.__name__ = name
    declared.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(f"argument_{place}", Parameter.POSITIONAL_ONLY) for place in range(arity)]
    )
    return declared
