"""Say in a few words which browser a request came from, so that people recognise their own sessions."""

from __future__ import annotations

from django.utils.translation import gettext as _

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What stands in the header, and whose it is. Most name Safari, and many Chrome too: the first that fits counts."""

_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)

_BETWEEN = " on "


def named(user_agent: str) -> str:
    """Return for example "Firefox on Linux", as it is kept; only the browser or "" when no more is known."""
    known = (_first(user_agent, _BROWSERS), _first(user_agent, _SYSTEMS))
    return _BETWEEN.join(part for part in known if part)


def worded(kept: str) -> str:
    """Return the kept words in the reader's language."""
    browser, _between, system = kept.partition(_BETWEEN)
    if system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or _("Unknown browser")


def _first(user_agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in known if sign in user_agent), "")
