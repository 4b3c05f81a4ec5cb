"""How a language writes numbers and days: its locale, and the habits of French."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from segue.core.french import first_of_month, spaced
from segue.words.catalogue import ENGLISH

if TYPE_CHECKING:
    from babel import Locale

_COUNTRIES = {ENGLISH: "GB", "fr": "FR"}
"""Whose habits a language follows where countries differ; without one, those that most of its readers have."""


@cache
def locale_of(language: str) -> Locale:
    """Return the locale of a language, with or without a country. Raises: babel.UnknownLocaleError for an unknown one."""
    from babel import Locale

    base = language.partition("-")[0]
    return Locale(base, territory=_COUNTRIES.get(base))


def own_name(language: str) -> str:
    """Return what a language is called by those who read it."""
    return name_of(language, language)


def name_of(language: str, reader: str) -> str:
    """Return what a language is called in the reader's; its code where that is not known."""
    name = locale_of(language).get_language_name(reader.partition("-")[0]) or language
    return name[:1].upper() + name[1:]


def typeset(text: str, language: str) -> str:
    """Return a text with the blanks that must not break, where a language has such."""
    return spaced(text) if _is_french(language) else text


def number(value: float, language: str) -> str:
    """Return a number with its thousands apart."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=locale_of(language)))


def day(value: date, pattern: str, language: str) -> str:
    """Return a day by a pattern of CLDR, such as `EEE d MMM`."""
    from babel.dates import format_date

    return _written(str(format_date(value, pattern, locale=locale_of(language))), language)


def instant(value: datetime, pattern: str, language: str) -> str:
    """Return an instant by a pattern of CLDR, in the zone that it carries."""
    from babel.dates import format_datetime

    return _written(str(format_datetime(value, pattern, locale=locale_of(language))), language)


def _written(text: str, language: str) -> str:
    return first_of_month(text) if _is_french(language) else text


def _is_french(language: str) -> bool:
    return language.partition("-")[0] == "fr"
