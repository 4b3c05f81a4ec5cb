"""Every text of pages, letters and terminal that holds a number fits one, none and several: never "1 personnes"."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from segue.cli.messages import say
from segue.cli.messages_texts import TEXTS
from segue.words.counting import fitting, span
from tools import texts

_NUMBERS = frozenset((
    "accepted", "calls", "carriers", "changes", "clicks", "columns", "contacts", "count", "counter", "days", "exports",
    "failed", "files", "held", "hours", "left", "limit", "lost", "members", "minutes", "more", "most", "n", "new", "not_sent",
    "number", "over", "people", "rejected", "removed", "retries", "rows", "seconds", "sent", "shown", "size", "skipped",
    "sources", "total", "unknown", "written",
))  # fmt: skip
"""What numbers are called in texts; other names stand for names, dates and the like."""

_SETTINGS = frozenset(("days", "hours", "minutes", "most", "seconds", "size"))
"""Numbers of people's own choice that a form asks for as such, and of which one is as rare as it is harmless."""

_NO_PLURALS = frozenset(
    (
        "is",
        "was",
        "has",
        "address",
        "dans",
        "sans",
        "sous",
        "plus",
        "as",
        "les",
        "des",
        "pas",
        "jamais",
    )
)
_NEVER_ONE = (
    "contacts in one list", "verybody that", "more than its limit", "data sources cannot be read:",
    "is the most.", "A listing of contacts stands still",
)  # fmt: skip
"""What texts say that are told of several only: of ten people or more, of what is beyond a limit."""

_PLACE = re.compile(r"%\((\w+)\)[sd]")
_ONE = re.compile(r"(?<![\d.,\u202f/])1 ([a-zà-ÿ]+[sx]|people)\b")
_NONE = re.compile(r"(?<![\d.,\u202f/])0 ([a-zà-ÿ]+[sx])\b")


def _pages() -> Iterator[tuple[str, str, str]]:
    """Yield texts of pages as they are shown for a number: the language, the number, the text."""
    for message in texts.translated("fr"):
        english, french = message.id, message.string
        is_plain = isinstance(english, str)
        if not english or (is_plain and any(one in english for one in _NEVER_ONE)):
            continue
        yield "en", "1", english if is_plain else english[0]
        for number in ("0", "1"):
            yield "fr", number, french if is_plain else french[0]


def _shown(language: str, number: str, text: str, *, numbers: frozenset[str]) -> str:
    names = {*_PLACE.findall(text), *re.findall(r"\{(\w+):", text)}
    values = {name: number if name in numbers else "…" for name in names}
    words = fitting(text, values, language)
    return _PLACE.sub(lambda found: values[found[1]], words)


def _wrong(language: str, number: str, shown: str) -> bool:
    pattern = _ONE if number == "1" else _NONE
    return any(found[1] not in _NO_PLURALS for found in pattern.finditer(shown))


def test_no_page_says_several_of_one() -> None:
    shown = [
        (language, number, _shown(language, number, text, numbers=_NUMBERS - _SETTINGS))
        for language, number, text in _pages()
    ]

    assert sorted({one[2] for one in shown if _wrong(*one)}) == []


@pytest.mark.parametrize(("language", "number"), [("en", "1"), ("fr", "1"), ("fr", "0")])
def test_no_line_of_the_terminal_says_several_of_one(language: str, number: str) -> None:
    wrong = []
    for key, text in TEXTS.items():
        names = set(re.findall(r"\{(\w+)", text))
        values = {name: number if name in _NUMBERS else "…" for name in names}
        shown = say(language, key, **values)  # type: ignore[arg-type]
        wrong += [shown] if _wrong(language, number, shown) else []

    assert wrong == []


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (1, (1, "minutes")),
        (119, (119, "minutes")),
        (120, (2, "hours")),
        (2_879, (47, "hours")),
        (2_880, (2, "days")),
        (7_606, (5, "days")),
    ],
)
def test_a_length_of_time_has_the_unit_that_people_use(minutes: int, told: tuple[int, str]) -> None:
    assert span(minutes) == told
