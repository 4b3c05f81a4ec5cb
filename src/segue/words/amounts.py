"""Say numbers, shares and lengths of time in a language: the same on every face."""

from __future__ import annotations

from segue.core.sentences import phrase
from segue.words import languages
from segue.words.catalogue import ENGLISH, looked_up
from segue.words.counting import put_in, span

NARROW_SPACE = "\u202f"
TENTH = 0.1
"""The least duration that is written as such, in seconds."""

_ONE_PER_CENT, _LEAST_SHARE = 0.01, 0.001

_SPANS = {
    "minutes": phrase("%(count)s {count:minute|minutes}"),
    "hours": phrase("%(count)s {count:hour|hours}"),
    "days": phrase("%(count)s {count:day|days}"),
}
_SECONDS = phrase("%(seconds)s s")
_MINUTES = phrase("%(minutes)d min %(seconds)02d s")
_HOURS = phrase("%(hours)d h %(minutes)02d min")


def number(value: float, language: str) -> str:
    """Return a number with its thousands apart."""
    # Babel takes a while to be read, and English needs nothing of it for a whole number.
    is_plain = language == ENGLISH and isinstance(value, int)
    return f"{value:,}" if is_plain else languages.number(value, language)


def share(value: float, language: str) -> str:
    """Return a share of 0 to 1 as per cent, with a decimal where it is less than one: what is there is not nothing."""
    from babel.numbers import format_decimal, format_percent

    locale = languages.locale_of(language)
    if 0 < value < _ONE_PER_CENT:
        shown = format_decimal(max(value, _LEAST_SHARE) * 100, format="0.0", locale=locale)
        whole = str(format_percent(0, locale=locale)).replace("0", shown)
        return f"<{NARROW_SPACE}{whole}" if value < _LEAST_SHARE else whole
    return str(format_percent(value, locale=locale))


def minutes(count: int, language: str) -> str:
    """Write a length of time in the unit that people would use: 90 minutes, 5 days."""
    whole, unit = span(count)
    return put_in(_SPANS[unit], language, count=number(whole, language))


def duration(seconds: float, language: str) -> str:
    """Return a duration: tenths of seconds below a minute, else minutes and seconds, else hours and minutes."""
    if 0 < seconds < TENTH / 2:
        return f"<{NARROW_SPACE}{_seconds(TENTH, language)}"
    if round(seconds, 1) < 60:
        return _seconds(round(seconds, 1), language)
    whole, rest = divmod(round(seconds), 60)
    hours, left = divmod(whole, 60)
    if hours:
        return looked_up(_HOURS, language) % {"hours": hours, "minutes": left}
    return looked_up(_MINUTES, language) % {"minutes": whole, "seconds": rest}


def _seconds(value: float, language: str) -> str:
    return looked_up(_SECONDS, language) % {"seconds": languages.number(value, language)}
