"""Find the form in which a sample of values is written: decimal marks, date formats, words, lists. Reads no source.

What is proposed was tried: every sampled value is read by it, with the same expressions as a refresh. Where a sample can be
read in two ways, nothing is proposed and the doubt is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import duckdb

from segue.engines.duckdb.reading.typed import Column, typed
from segue.engines.duckdb.session import engine
from segue.profiles.schema import Attribute, AttributeType

_BIRTHDAY_NAME = re.compile(r"birth|naiss|geburt|anniv|bday|cumple", re.IGNORECASE)
_LIST_NAME = re.compile(
    r"(?:(?<![A-Za-zÀ-ÿ])|(?<=[a-z])(?=[A-Z]))"
    r"(?i:tag|label|group|interest|categor|segment|list|etiquet|étiquet|intérêt|schlagw)"
    r"(?i:s|y|e|es|ies|ie|ien|te|tes|en|n|ort|orte|orter|ed|ing)?(?![a-z])"
)
_CODE_NAME = re.compile(
    r"phone|mobil|(?<![a-z])tel|fax|(?<![a-z])zip|post(?!age|en)|code|siret|siren|iban|(?<![a-z])(vat|tva|ref(?!und)|num|card)"
    r"|nr$|no$|(?<!pa)id$|sku|(?<![a-z])year",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<sign>[./-])(?P<b>[0-9]{1,2})(?P=sign)(?P<year>[0-9]{4}|[0-9]{2})"
    r"(?P<time>(?P<gap>,? |T)[0-9]{1,2}:[0-9]{2}(?P<seconds>:[0-9]{2})?(?P<half> ?[AaPp][Mm])?)?"
    r"(?P<offset> ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?"
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_LONG_MONTHS = "january|february|march|april|june|july|august|september|october|november|december"
_NAMED_MONTH = re.compile(
    rf"(?P<first>[0-9]{{1,2}}(?P<behind>[ -]))?(?P<month>(?i:{_LONG_MONTHS}|{_MONTHS}))"
    r"(?P<gap>(?(first)[ -]|[ -][0-9]{1,2}(?:, ?| |-)))(?P<year>[0-9]{4}|[0-9]{2})"
    r"(?P<comma>,? (?:at )?)?(?(comma)(?P<clock>[0-9]{1,2}:[0-9]{2}(?P<seconds>:[0-9]{2})?(?P<half> ?[AaPp][Mm])?))"
)
"""A date whose month is an English word: `5-Jan-26`, `January 5, 2026`, `Jan 5, 2026 10:00:00 AM`."""
_FULL_DAY = re.compile(r"(--|[12][0-9]{3}-)[0-9]{2}-[0-9]{2}")
_DAY_OF_YEAR = re.compile(r"(?P<a>[0-9]{1,2})(?P<sign>[./-])(?P<b>[0-9]{1,2})(?P<end>\.?)")
_AMBIGUOUS_NUMBER = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_NUMBER_LIKE = re.compile(r"[^A-Za-z@/:]{0,6}[0-9][^@/:_]*|[A-Z]{3} ?[0-9][^@/:_]*")
_CURRENCY = re.compile(r"[$€£¥₹₽₺₩₪]|[A-Z]{3}")
_MARKS = ((".", ""), (",", ""), (".", ","), (",", "."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessed:
    """A type with the options that its values need. `doubt` is one of `DOUBTS` where it stays a text though it might be more."""

    type: AttributeType
    options: Mapping[str, object] = field(default_factory=dict)
    doubt: str = ""


_TEXT = Guessed(type=AttributeType.TEXT)
_DAY_OR_MONTH = "day_or_month"
_TWO_ORDERS = "two_orders"
_TWO_CURRENCIES = "two_currencies"
_TWO_MARKS = "two_marks"
DOUBTS = (_DAY_OR_MONTH, _TWO_ORDERS, _TWO_CURRENCIES, _TWO_MARKS)


def guessed_form(name: str, written: Sequence[str]) -> Guessed:
    """Return the form of values that are no plain number, date or word; TEXT when there is none."""
    ways = (_birthday, _date_with_formats, _date_with_words, _date_from_the_year, _list_of, _number)
    return next((found for way in ways if (found := way(name, written)) is not None), _TEXT)


def if_read(found: Guessed, written: Sequence[str]) -> Guessed:
    """Return the form when it reads every value, else a text."""
    return found if _reading(found, written) is not None else _TEXT


def is_ambiguous(written: Sequence[str]) -> bool:
    """Tell whether numbers with a point might be grouped thousands: each has three digits behind it, or no point."""
    pointed = [value for value in written if "." in value]
    return bool(pointed) and all(_AMBIGUOUS_NUMBER.fullmatch(value) for value in pointed)


def ambiguous_number() -> Guessed:
    """Return what becomes of numbers that might be read in two ways."""
    return replace(_TEXT, doubt=_TWO_MARKS)


def _list_of(name: str, written: Sequence[str]) -> Guessed | None:
    if all(re.fullmatch(r"""\[("|').*("|')\]|\[\]""", value) for value in written):
        return if_read(Guessed(type=AttributeType.LIST), [v for v in written if v != "[]"])
    counts = {sign: sum(sign in value for value in written) for sign in (";", "|", ",")}
    separator = max(counts, key=lambda sign: counts[sign])
    if not _LIST_NAME.search(name) or not counts[separator]:
        return None
    options = {} if separator == "," else {"separator": separator}
    return Guessed(type=AttributeType.LIST, options=options)


def _birthday(name: str, written: Sequence[str]) -> Guessed | None:
    if not _BIRTHDAY_NAME.search(name):
        return None
    if all(map(_FULL_DAY.fullmatch, written)):
        return if_read(Guessed(type=AttributeType.BIRTHDAY), written)
    found = [_DAY_OF_YEAR.fullmatch(value) for value in written]
    if not all(found):
        return None
    matches = [match for match in found if match]
    order = _order(matches)
    if isinstance(order, Guessed):
        return order
    formats = {f"{order[0]}{m['sign']}{order[1]}{m['end']}": None for m in matches}
    is_usual = order[0] == "%m" and not any(m["sign"] == "." or m["end"] for m in matches)
    options: Mapping[str, object] = {} if is_usual else {"formats": list(formats)}
    return if_read(Guessed(type=AttributeType.BIRTHDAY, options=options), written)


def _date_with_formats(_name: str, written: Sequence[str]) -> Guessed | None:
    found = [_DAY.fullmatch(value) for value in written]
    if not all(found):
        return None
    matches = [match for match in found if match]
    order = _order(matches)
    if isinstance(order, Guessed):
        return order
    formats = sorted({_format(match, order) for match in matches}, key=lambda one: "%y" in one)
    is_day = not any(match["time"] for match in matches)
    kind = AttributeType.DATE if is_day else AttributeType.TIMESTAMP
    return if_read(Guessed(type=kind, options={"formats": formats}), written)


def _date_with_words(_name: str, written: Sequence[str]) -> Guessed | None:
    found = [_NAMED_MONTH.fullmatch(value) for value in written]
    if not all(found):
        return None
    matches = [match for match in found if match]
    is_day = not any(match["clock"] for match in matches)
    kind = AttributeType.DATE if is_day else AttributeType.TIMESTAMP
    is_full = any(len(match["month"]) > len("May") for match in matches)
    may = "%B" if is_full else "%b"  # May itself does not tell
    formats = sorted({_worded(match, may) for match in matches}, key=lambda one: "%y" in one)
    return if_read(Guessed(type=kind, options={"formats": formats}), written)


def _worded(match: re.Match[str], may: str) -> str:
    written = match["month"]
    month = may if written.casefold() == "may" else "%b" if len(written) == 3 else "%B"
    day = f"%d{match['behind']}{month}" if match["first"] else month
    gap = re.sub("[0-9]+", "%d", match["gap"])
    year = "%Y" if len(match["year"]) == 4 else "%y"
    return f"{day}{gap}{year}{match['comma'] or ''}{_clock(match) if match['clock'] else ''}"


def _order(matches: Sequence[re.Match[str]]) -> tuple[str, str] | Guessed:
    """Return the order of day and month, which a day after the 12th decides, or a text with the doubt."""
    day_first = any(int(match["a"]) > 12 for match in matches)
    month_first = any(int(match["b"]) > 12 for match in matches)
    if day_first is month_first:
        return replace(_TEXT, doubt=_TWO_ORDERS if day_first else _DAY_OR_MONTH)
    return ("%d", "%m") if day_first else ("%m", "%d")


def _format(match: re.Match[str], order: tuple[str, str]) -> str:
    year = "%Y" if len(match["year"]) == 4 else "%y"
    day = match["sign"].join((*order, year))
    if not match["time"]:
        return day
    return f"{day}{match['gap']}{_clock(match)}{'%z' if match['offset'] else ''}"


def _clock(match: re.Match[str]) -> str:
    hour = "%I" if match["half"] else "%H"
    half = (" " if " " in (match["half"] or "") else "") + "%p" if match["half"] else ""
    return f"{hour}:%M{':%S' if match['seconds'] else ''}{half}"


def _date_from_the_year(_name: str, written: Sequence[str]) -> Guessed | None:
    """Try what is read without formats: the year first, or the date of an e-mail."""
    if not all(
        re.match(r"[12][0-9]{3}[-/]|[A-Z][a-z]{2}, |[0-9]{1,2} [A-Z][a-z]{2} ", v) for v in written
    ):
        return None
    kind = AttributeType.TIMESTAMP if any(":" in value for value in written) else AttributeType.DATE
    return if_read(Guessed(type=kind), written)


def _number(name: str, written: Sequence[str]) -> Guessed | None:
    if _CODE_NAME.search(name) or not all(_NUMBER_LIKE.fullmatch(value) for value in written):
        return None
    if any(re.match(r"['+]?0[0-9]|'", value) for value in written):
        return None
    if len({sign for value in written for sign in _CURRENCY.findall(value)}) > 1:
        return replace(_TEXT, doubt=_TWO_CURRENCIES)
    readings: dict[tuple[str, ...], Guessed] = {}
    for found in _number_forms():
        read = _reading(found, written)
        if read is not None:
            readings.setdefault(read, found)
    if len(readings) > 1:
        return ambiguous_number()
    return next(iter(readings.values()), None)


def _number_forms() -> Iterator[Guessed]:
    for mark, thousands in _MARKS:
        options = {"decimal_mark": mark, "thousands_mark": thousands}
        said = {
            k: v
            for k, v in options.items()
            if v not in ("", ".") or (k, v) == ("thousands_mark", ".")
        }
        yield Guessed(type=AttributeType.DECIMAL, options=said)


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """Return an engine that holds nothing; to start one takes longer than to read a sample."""
    return engine(threads="1")


def _reading(found: Guessed, written: Sequence[str]) -> tuple[str, ...] | None:
    """Return what a refresh would read, None when it would refuse a value."""
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in found.options.items()}
    attribute = Attribute(name="a", type=found.type, column="a", **options)  # type: ignore[arg-type]
    value = typed(attribute, Column(sql="v")).value
    with _engine().cursor() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = connection.execute(
            f"SELECT ({value})::VARCHAR FROM (SELECT unnest(?::VARCHAR[]) AS v)", [list(written)]
        ).fetchall()
    return None if any(row[0] is None for row in rows) else tuple(row[0] for row in rows)
