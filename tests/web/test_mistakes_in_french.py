"""Mistakes of a definition in French: whole sentences with what they name, and nothing English beside them."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from segue.core.errors import Mistake
from segue.web.sources.mistake_words import mistake_lines
from segue.web.sources.mistakes_in_french import in_french, sentence


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("`type` cannot be `dat`.", "`type` ne peut pas être `dat`."),
        (
            "Did you mean `date`? Allowed: `text`, `date`.",
            "Vouliez-vous dire `date`\u00a0? Permis\u00a0: `text`, `date`.",
        ),
        (
            "Element 2 of `null_values` must be text, and this is a whole number.",
            "L’élément 2 de `null_values` doit être un texte, et ceci est un nombre entier.",
        ),
        (
            "`foo` is not a setting of `main` (Connection).",
            "`foo` n’est pas un paramètre de `main`.",
        ),
        ("`tag` is too long: at most 100.", "`tag` est trop long\u00a0: 100 au plus."),
        ("`segments` is empty.", "`segments` est vide."),
        ("`days` holds the same element twice.", "`days` contient deux fois le même élément."),
        ("`key` is not written as expected.", "`key` n’est pas écrit comme il le faudrait."),
        ("Profiles have no attribute `vip`.", "Les profils n’ont pas d’attribut `vip`."),
        (
            "`a` is of type text; the consent attribute must be of type boolean.",
            "`a` est de type text\u00a0; l’attribut du consentement doit être de type boolean.",
        ),
        (
            "Choose `x` or `y`, or declare `a` with `type: boolean`.",
            "Choisissez `x` ou `y`, ou déclarez `a` avec `type: boolean`.",
        ),
        (
            "A day of the year is needed here, but a list is written.",
            "Il faut ici un jour de l’année, mais ce qui est écrit est une liste.",
        ),
        (
            "Add `email`. The name of a profile attribute.",
            "Ajoutez `email`. Le nom d’un attribut de profil.",
        ),
        (
            "Choose from: `a`, `b`, … (15 in all).",
            "Choisissez parmi\u00a0: `a`, `b`, … (15 en tout).",
        ),
    ],
)
def test_a_mistake_is_told_in_french_with_what_it_names(english: str, french: str) -> None:
    assert sentence(english) == french


def test_a_name_that_looks_like_a_sentence_stays_a_name() -> None:
    told = sentence("There is no segment `It is empty. Give one.`.")

    assert told == "Il n’y a pas de segment `It is empty. Give one.`."


def test_the_page_shows_french_alone_and_english_only_where_there_is_no_other() -> None:
    known = Mistake(
        path="a",
        message="There is no segment `vip`.",
        action="Declare it first.",
        code="unknown_segment",
    )
    strange = Mistake(path="a", message="Something new.", action="Do it.", code="unknown_segment")

    with override("fr"):
        lines = mistake_lines([known, strange], "a: vip\n").lines

    assert (lines[0].words, lines[0].message) == ("", "Il n’y a pas de segment `vip`.")
    assert (lines[1].words, lines[1].message) == (
        "Une exportation nomme un segment qui n’est pas déclaré.",
        "Something new.",
    )
    assert in_french(strange) is None
