"""The form of written text: what nobody sees is taken out, and what was damaged before is found."""

from __future__ import annotations

import re
import unicodedata

import pytest

from segue.core.texts import GARBLED, line, plain

_WORDS = (
    "René",
    "Österreich",
    "Jürgen Groß",
    "L’Haÿ – Orléans… «été»",
    "SÃO JOÃO",
    "IRMÃ’S",
    "«AMANHû",
    "MAÇÃ – PERA",
    "Åse",
    "BLÅ’S",
    "Łukasz Żak",
    "Иван",
    "ESPAÑA’",
    "10 €",
    "20 °C ™",
    "山田 太郎",
    "😀",
)


@pytest.mark.parametrize("text", _WORDS)
def test_words_as_people_write_them_are_whole(text: str) -> None:
    assert re.search(GARBLED, text) is None


@pytest.mark.parametrize(
    "text",
    ["René", "Zoë", "Österreich", "Łukasz", "Żaneta", "Иван", "L’Haÿ", "10 €", "😀", "20 °C"],
)
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_words_that_were_read_in_another_encoding_are_found(text: str, encoding: str) -> None:
    damaged = text.encode().decode(encoding, errors="replace")

    assert re.search(GARBLED, damaged) is not None


@pytest.mark.parametrize("number", range(0xC0, 0x100))
def test_every_letter_of_western_europe_is_found(number: int) -> None:
    damaged = f"x{chr(number)}x".encode().decode("cp1252", errors="replace")

    assert re.search(GARBLED, damaged) is not None


def test_what_nobody_sees_is_taken_out_and_blanks_are_plain() -> None:
    seen = plain("\u200eSaint\u00a0De\u00adnis\u200b E\u0301")

    assert seen == "Saint Denis É"
    assert unicodedata.is_normalized("NFC", seen)


def test_joiners_and_variants_stay() -> None:
    assert plain("👩\u200d🚀 ❤\ufe0f") == "👩\u200d🚀 ❤\ufe0f"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("  Été \u00a0 2026\t", "Été 2026"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        *((".", "."), ("=1+1", "=1+1"), ("山", "山")),
        *((sign, "") for sign in ("", " ", "\u200b", "\u200d", "\u2066\u2069", "\u3164", "\u2800")),
        *((sign, "") for sign in ("\u0301", "\ufe0f", "\U000e0041")),
    ],
)
def test_a_name_is_one_line_in_which_something_can_be_seen(written: str, seen: str) -> None:
    assert line(written) == seen
