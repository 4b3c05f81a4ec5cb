"""Engine functions that Ibis does not compile alike for DuckDB, PostgreSQL and Spark. Expressions only; nothing runs.

Every function here exists under the same name and with the same meaning on all three engines. It imports Ibis:
import this module lazily where `segue --help` could reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from inspect import Parameter, Signature
from itertools import chain

import ibis
import ibis.expr.types as ir

from segue.core import folding

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


def folded(text: ir.StringValue) -> ir.StringValue:
    """Return what `core.folding.folded` makes of a text in NFC, NULL of NULL; `FOLDED` says for which signs.

    What has ASCII only costs next to nothing, and what has signs of Western Europe a fraction of the rest: engines make the table
    of `translate` anew for every row.
    """
    found = _swapped(text, FOLDED)
    for signs in (_EUROPEAN, _WESTERN):
        within = "".join(f"{chr(part[0])}-{chr(part[-1])}" for part in (_ASCII, *signs))
        found = ibis.cases((text.re_search(f"^[{within}]*$"), _swapped(text, signs)), else_=found)
    is_plain = bit_length(text) == text.length() * 8
    return ibis.cases((is_plain, text.lower().replace("`", "'")), else_=found)


def typed(text: str) -> str:
    """Return what `folded` makes of a text in NFC that is searched for."""
    bare = folding.without_marks(text)
    return "".join(folding.folded(one) if ord(one) in _FOLDED else one.lower() for one in bare)


_ASCII = range(0x01, 0x80)
_WESTERN = (range(0x80, 0x180), range(0x2010, 0x2020))
_EUROPEAN = (range(0x80, 0x300), range(0x370, 0x483), range(0x48A, 0x590), range(0x2010, 0x2028))
FOLDED = (
    *(range(0x80, 0x590), range(0x1E00, 0x2000), range(0x2010, 0x2060)),
    *(range(0x2116, 0x2117), range(0x2122, 0x2123), range(0x2212, 0x2213), range(0x2C60, 0x2C80)),
    *(range(0x3000, 0x3001), range(0xFB00, 0xFB18), range(0xFF01, 0xFF5F)),
)
"""The signs that engines fold, beside accents of every kind: letters from Latin to Armenian with those of Vietnamese and old Greek,
typographic signs, ligatures and full-width letters. Other compatible forms, such as ㍿, are in no name of a person."""
_FOLDED = frozenset(chain(range(0x80), *FOLDED))


def _swapped(text: ir.StringValue, signs: tuple[range, ...]) -> ir.StringValue:
    """Return a text whose accents are taken away, and whose signs among these are folded."""
    first, small, typed = _table(signs)
    bare = text.re_replace(folding.MARKS, "")
    for sign, one in first.items():
        bare = bare.replace(sign, one)
    return bare.lower().translate(small, typed)


@cache
def _table(signs: tuple[range, ...]) -> tuple[Mapping[str, str], str, str]:
    """Return what is replaced before capitals become small, and beside each sign that is left its folded one.

    Replaced are those of which several signs are made, or of which engines make different small ones.
    """
    written = [chr(code) for code in chain(range(0x60, 0x61), *signs)]
    small = [sign.lower() for sign in written if len(sign.lower()) == 1]  # of Ⱥ it is far off
    pairs = folding.changed([*written, *small])
    first = {sign: typed for sign, typed in pairs.items() if len(typed + sign.lower()) > 2}
    single = {sign: typed for sign, typed in pairs.items() if sign not in first}
    kept = {s: typed for s, typed in single.items() if s.lower() == s or s.lower() not in single}
    kept = {s: typed for s, typed in kept.items() if s.lower() != typed}
    return first, "".join(kept), "".join(kept.values())


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
