"""Read dates and instants, native or written, as expressions. Stored instants are naive UTC with microseconds.

A time that the clocks skip in spring is read as the hour after it, one that they repeat in autumn as the engine's
first choice (ICU). Session time zone must be UTC. No date is older than the year 1000: earlier ones are nobody's
birthday and no order's day, but years that lost their century, or another program's word for "none".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from segue.engines.duckdb.quoting import literal

_DAY = "[0-9]{4}(-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2})"
_TIME = r"[Tt ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
_CLOCK_TIME = r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
_OFFSET = " ?((?i:z|utc|gmt)|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)"
_MAIL = (
    "([A-Z][a-z]{2}, ?)?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{1,2}:[0-9]{2}:[0-9]{2} "
    "(GMT|UTC|[+-](0[0-9]|1[0-5])[0-5][0-9])"
)
"""The date of an e-mail: `Fri, 20 Nov 2026 23:30:00 -0500`. Source: RFC 2822."""

USUAL = f"[12][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}({_CLOCK_TIME})?"
"""ISO 8601 without an offset in the years 1000 to 2999: read without further questions by `usual_…`."""

USUAL_BIRTHDAY = "(0[1-9]|1[0-2])/(0[1-9]|[12][0-9])"
"""Months and days that are in every leap year's calendar, as they are kept."""

USUAL_AWARE = (
    f"[12][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}{_CLOCK_TIME} ?(Z|[+-](0[0-9]|1[0-5]):?[0-5][0-9])"
)
"""ISO 8601 with an offset, also behind a blank as shops write it."""

FIRST_YEAR = 1000
_MONTH_AND_DAY = "(?:--)?([0-9]{1,2})[/-]([0-9]{1,2})"
_FAR_OFFSET = "[+-](1[6-9]|[2-9][0-9]):?[0-9]{2}$"
_NAIVE_NATIVES = ("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S")
_AWARE_NATIVE = "TIMESTAMP WITH TIME ZONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How times are written: `formats` of texts in order (none: ISO 8601) and the zone of times without an offset.

    A day without a time is a day of `day_zone`: it begins there, wherever the clocks of the source stand.
    `two_digits_from` is the first of the hundred years that two digits can mean.
    """

    formats: Sequence[str]
    zone: str
    day_zone: str
    two_digits_from: int

    def zone_of(self, text: str) -> str:
        """Return the zone of a written time as an expression: that of the day where only a day is written."""
        if self.zone == self.day_zone:
            return literal(self.zone)
        return f"CASE WHEN length({text}) <= 10 THEN {literal(self.day_zone)} ELSE {literal(self.zone)} END"


def native_date(sql: str, native: str, *, zone: str) -> str | None:
    """Return a typed column's date (an instant's in `zone`), or None when the column holds neither."""
    if native == "DATE":
        return sql
    if native in _NAIVE_NATIVES:
        return f"{sql}::DATE"
    return f"timezone({literal(zone)}, {sql})::DATE" if native == _AWARE_NATIVE else None


def native_instant(sql: str, native: str, written: Written) -> str | None:
    """Return a typed column's instant; None when the column holds no time."""
    if native == "DATE":
        return _from_zone(f"{sql}::TIMESTAMP", literal(written.day_zone))
    if native in _NAIVE_NATIVES:
        return _from_zone(f"{sql}::TIMESTAMP", literal(written.zone))
    return f"timezone('UTC', {sql})" if native == _AWARE_NATIVE else None


def local_text(sql: str, native: str, *, zone: str) -> str | None:
    """Return an instant's clock time in `zone` as text, or None when the column holds no instants."""
    return f"timezone({literal(zone)}, {sql})::VARCHAR" if native == _AWARE_NATIVE else None


def local_written(text: str, *, zone: str) -> str:
    """Return the clock time in `zone` of a text in ISO 8601 with an offset; NULL of any other text."""
    return f"timezone({literal(zone)}, {usual_aware(text)})::VARCHAR"


def written_date(text: str, written: Written, *, day_zone: str) -> str:
    """Return the date of a text; of an instant with an offset: the day in `day_zone`."""
    if written.formats:
        return f"({_by_formats(text, written, zone=day_zone)})::DATE"
    return (
        f"CASE WHEN {_is_naive(text)} THEN TRY_CAST({_point(text)} AS DATE)"
        f" ELSE timezone({literal(day_zone)}, {_aware(text)})::DATE END"
    )


def written_instant(text: str, written: Written) -> str:
    """Return the instant of a text: by the formats in order, else ISO 8601."""
    if written.formats:
        return _by_formats(text, written, zone=None)
    naive = f"TRY_CAST({_point(text)} AS TIMESTAMP)"
    return (
        f"CASE WHEN {_is_naive(text)} THEN {_from_zone(naive, written.zone_of(text))}"
        f" ELSE timezone('UTC', {_aware(text)}) END"
    )


def written_birthday(text: str, written: Written, *, day_zone: str) -> str:
    """Return the month and day of a text: by the formats in order, which need no year, else MM/DD or an ISO date."""
    if written.formats:
        found = [_birthday_by(text, wanted, written, day_zone) for wanted in written.formats]
        return f"coalesce({', '.join(found)})"
    month, day = (f"regexp_extract({text}, {literal(_MONTH_AND_DAY)}, {n})" for n in (1, 2))
    leap = f"TRY_CAST('2000-' || {month} || '-' || {day} AS DATE)"
    iso = written_date(text, written, day_zone=day_zone)
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(_MONTH_AND_DAY)}) THEN {month_and_day(leap)}"
        f" ELSE {month_and_day(iso)} END"
    )


def month_and_day(date: str) -> str:
    """Return a date as the text of a birthday."""
    return f"strftime({date}, '%m/%d')"


def _birthday_by(text: str, wanted: str, written: Written, zone: str) -> str:
    """Read a format, in a leap year when it holds no year."""
    if not re.search("%-?[YyG]", wanted):
        text, wanted = f"{text} || ' 2000'", f"{wanted} %Y"
    return month_and_day(_one_format(text, wanted, written, zone))


def usual_date(text: str) -> str:
    """Return the date of a text of the form USUAL."""
    return f"TRY_CAST({text} AS DATE)"


def usual_instant(text: str, written: Written) -> str:
    """Return the instant of a text of the form USUAL."""
    return _from_zone(f"TRY_CAST({text} AS TIMESTAMP)", written.zone_of(text))


def usual_aware(text: str) -> str:
    """Return the instant with its offset of a text of the form USUAL_AWARE."""
    joined = f"left({text}, 11) || replace(substr({text}, 12), ' ', '')"
    return f"TRY_CAST({joined} AS TIMESTAMPTZ)"


def within_years(value: str) -> str:
    """Return the value when its year is 1000 to 9999, which every engine can hold and somebody can mean, else NULL."""
    return f"CASE WHEN year({value}) BETWEEN {FIRST_YEAR} AND 9999 THEN {value} END"


def _is_naive(text: str) -> str:
    return f"regexp_full_match({text}, {literal(f'{_DAY}({_TIME})?')})"


def _point(text: str) -> str:
    """Write a fraction of a second with a point."""
    return f"replace({text}, ',', '.')"


def _aware(text: str) -> str:
    """Return the instant of a text with an offset, also where a blank stands before it; NULL of any other text."""
    joined = f"regexp_replace({_offset_named(f'upper({_point(text)})', 'Z')}, ' ([Z+-])', '\\1')"
    bare = f"regexp_replace({_offset_named(text, '+0000')}, '^[A-Z][a-z][a-z], ?', '')"
    iso = literal(f"{_DAY}{_TIME}{_OFFSET}")
    return (
        f"(CASE WHEN regexp_full_match({text}, {iso}) THEN TRY_CAST({joined} AS TIMESTAMPTZ)"
        f" WHEN regexp_full_match({text}, {literal(_MAIL)})"
        f" THEN try_strptime({bare}, '%d %b %Y %H:%M:%S %z') END)"
    )


def _offset_named(text: str, offset: str) -> str:
    """Replace the names of the zero offset at the end of a text."""
    return f"regexp_replace({text}, ' ?(?i:z|utc|gmt)$', {literal(offset if offset == 'Z' else f' {offset}')})"


def _by_formats(text: str, written: Written, *, zone: str | None) -> str:
    """Try the formats in order, as clock times of `zone`, or as instants of UTC when it is None."""
    *first, last = [_one_format(text, wanted, written, zone) for wanted in written.formats]
    meant = [f"CASE WHEN year({read}) >= {FIRST_YEAR} THEN {read} END" for read in first]
    return f"coalesce({', '.join([*meant, last])})" if first else last


def _one_format(text: str, wanted: str, written: Written, zone: str | None) -> str:
    is_aware = "%z" in wanted or "%Z" in wanted
    if "%z" in wanted:
        text, wanted = _with_offset(text), re.sub(r" +%z", "%z", wanted)
    read = f"try_strptime({text}, {literal(wanted)})"
    if is_aware:
        read = f"timezone({literal(zone or 'UTC')}, {read})"
    if re.search(r"%-?y", wanted):
        read = _in_century(read, written.two_digits_from)
    if is_aware or zone is not None:
        return read
    has_time = re.search("%-?[HIp]", wanted)
    return _from_zone(read, literal(written.zone if has_time else written.day_zone))


def _with_offset(text: str) -> str:
    """Return a text whose offset stands without a blank before it, NULL when the offset is none of this world."""
    named = _offset_named(text, "+0000")
    joined = f"regexp_replace({named}, ' +([+-][0-9]{{2}}:?[0-9]{{2}})', '\\1')"
    return f"CASE WHEN NOT regexp_matches({text}, {literal(_FAR_OFFSET)}) THEN {joined} END"


def _in_century(read: str, first: int) -> str:
    """Move a date whose year had two digits into the hundred years from `first` on; NULL when it has no such day there.

    The engine reads 69 to 99 as 1969 to 1999 and 00 to 68 as 2000 to 2068.
    """
    moved = f"({read} + to_years((CASE WHEN year({read}) >= {first + 100} THEN -100 WHEN year({read}) < {first} THEN 100 ELSE 0 END)::INTEGER))"
    return f"CASE WHEN day({moved}) = day({read}) THEN {moved} END"


def _from_zone(naive: str, zone: str) -> str:
    """Return the instant of a clock time; `zone` is an expression."""
    return naive if zone == "'UTC'" else f"timezone('UTC', timezone({zone}, {naive}))"
