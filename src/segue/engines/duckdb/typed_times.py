"""Read dates and instants, native or written, as expressions. Stored instants are naive UTC with microseconds.

A time that the clocks skip in spring is read as the hour after it, one that they repeat in autumn as the engine's
first choice (ICU). Session time zone must be UTC.
"""

from __future__ import annotations

from collections.abc import Sequence

from segue.engines.duckdb.quoting import literal

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
_OFFSET = " ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)"
USUAL = f"[12][0-9]{{3}}-[0-9]{{2}}-[0-9]{{2}}({_TIME})?"
"""ISO 8601 without an offset in the years 1000 to 2999: read without further questions by `usual_…`."""

_NAIVE_NATIVES = ("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S")
_AWARE_NATIVE = "TIMESTAMP WITH TIME ZONE"


def native_date(sql: str, native: str, *, zone: str) -> str | None:
    """Return a typed column's date (an instant's in `zone`), or None when the column holds neither."""
    if native == "DATE":
        return sql
    if native in _NAIVE_NATIVES:
        return f"{sql}::DATE"
    return f"timezone({literal(zone)}, {sql})::DATE" if native == _AWARE_NATIVE else None


def native_instant(sql: str, native: str, *, zone: str) -> str | None:
    """Return a typed column's instant, its clock time read in `zone`; None when the column holds no time."""
    if native in ("DATE", *_NAIVE_NATIVES):
        return _from_zone(f"{sql}::TIMESTAMP", zone)
    return f"timezone('UTC', {sql})" if native == _AWARE_NATIVE else None


def written_date(text: str, formats: Sequence[str], *, zone: str) -> str:
    """Return the date of a text: by `formats` in order, else ISO 8601 (of an instant with an offset: in `zone`)."""
    if formats:
        return f"({_by_formats(text, formats, zone=zone, day_of='zone')})::DATE"
    day = f"CASE WHEN regexp_full_match({text}, {literal(f'{_DAY}({_TIME})?')}) THEN TRY_CAST({text} AS DATE)"
    aware = f"TRY_CAST({text} AS TIMESTAMPTZ)"
    return (
        f"{day} WHEN regexp_full_match({text}, {literal(f'{_DAY}{_TIME}{_OFFSET}')})"
        f" THEN timezone({literal(zone)}, {aware})::DATE END"
    )


def written_instant(text: str, formats: Sequence[str], *, zone: str) -> str:
    """Return the instant of a text: by `formats` in order, else ISO 8601; without an offset it is read in `zone`."""
    if formats:
        return _by_formats(text, formats, zone=zone, day_of="UTC")
    naive = f"regexp_full_match({text}, {literal(f'{_DAY}({_TIME})?')})"
    aware = f"regexp_full_match({text}, {literal(f'{_DAY}{_TIME}{_OFFSET}')})"
    return (
        f"CASE WHEN {naive} THEN {_from_zone(f'TRY_CAST({text} AS TIMESTAMP)', zone)}"
        f" WHEN {aware} THEN timezone('UTC', TRY_CAST({text} AS TIMESTAMPTZ)) END"
    )


def usual_date(text: str) -> str:
    """Return the date of a text of the form USUAL."""
    return f"TRY_CAST({text} AS DATE)"


def usual_instant(text: str, *, zone: str) -> str:
    """Return the instant of a text of the form USUAL, read in `zone`."""
    return _from_zone(f"TRY_CAST({text} AS TIMESTAMP)", zone)


def within_years(value: str) -> str:
    """Return the value when its year is 1 to 9999, which every engine can hold, else NULL."""
    return f"CASE WHEN year({value}) BETWEEN 1 AND 9999 THEN {value} END"


def _by_formats(text: str, formats: Sequence[str], *, zone: str, day_of: str) -> str:
    """Try the formats in order; `day_of` 'zone' keeps clock times of `zone` (for dates), 'UTC' turns all into UTC."""
    return "coalesce(" + ", ".join(_one_format(text, f, zone, day_of) for f in formats) + ")"


def _one_format(text: str, wanted: str, zone: str, day_of: str) -> str:
    read = f"try_strptime({text}, {literal(wanted)})"
    if "%z" in wanted or "%Z" in wanted:
        return f"timezone({literal(zone if day_of == 'zone' else 'UTC')}, {read})"
    return read if day_of == "zone" else _from_zone(read, zone)


def _from_zone(naive: str, zone: str) -> str:
    if zone == "UTC":
        return naive
    return f"timezone('UTC', timezone({literal(zone)}, {naive}))"
