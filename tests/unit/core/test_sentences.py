"""Sentences: English texts that know what they were made of."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.core.sentences import (
    Sentence,
    commas,
    either,
    kept,
    recalled,
    said,
    said_many,
    together,
)
from segue.words.catalogue import in_language

_NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


def test_a_sentence_is_its_english_text() -> None:
    assert said("There is no export `%(name)s`.", name="news") == "There is no export `news`."


def test_a_number_for_people_is_grouped_and_another_stands_as_it_is() -> None:
    assert said("Port %(port)s, %(rows)d rows.", port=8000, rows=12000) == "Port 8000, 12,000 rows."


def test_a_text_without_values_may_hold_a_per_cent_sign() -> None:
    assert said("At most 20 % of them.") == "At most 20 % of them."


def test_a_value_may_hold_signs_of_templates() -> None:
    assert said("Called %(name)s: %(n)d.", name="%(n)d %s", n=1) == "Called %(n)d %s: 1."


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows")]
)
def test_the_number_of_things_chooses_the_words(count: int, text: str) -> None:
    assert said_many("%(count)d row", "%(count)d rows", count=count) == text


def test_a_missing_value_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        said("There is no export `%(name)s`.", nam="news")


def test_sentences_are_joined_without_empty_ones() -> None:
    assert together("One.", "", said("%(count)s.", count="Two")) == "One. Two."
    assert commas(["a", "b"]) == "a, b"
    assert either(["a", "b", "c"]) == "a or b or c"
    assert (together(), commas([])) == ("", "")


def test_joined_sentences_are_said_each_in_the_language() -> None:
    both = together("The tag is empty.", "Give the tag a name.")

    assert in_language(both, "fr") == "L’étiquette est vide. Donnez un nom à l’étiquette."


@given(name=_NAMES, number=st.integers(), inner=_NAMES)
def test_what_is_kept_is_recalled_whole(name: str, number: int, inner: str) -> None:
    sentence = said("%(a)s and %(n)d of %(b)s.", a=name, n=number, b=said("`%(x)s`", x=inner))

    again = recalled(kept(sentence))

    assert again == sentence
    assert isinstance(again, Sentence)
    assert (again.template, again.values) == (sentence.template, sentence.values)
    assert isinstance(again.values["b"], Sentence)


@given(text=_NAMES)
def test_a_text_that_is_no_sentence_is_kept_as_it_is(text: str) -> None:
    assert recalled(kept(text)) == text


@pytest.mark.parametrize(
    "stored",
    [
        '{"said": 1}',
        '{"said": "a"',
        '{"said": "%(a)s", "with": {}, "x": []}',
        '{"said": null, "with": 3}',
    ],
)
def test_what_only_looks_like_a_kept_sentence_is_a_text(stored: str) -> None:
    assert str(recalled(stored)) in (stored, "%(a)s")


def test_the_choice_of_words_is_kept() -> None:
    assert recalled(kept(said_many("%(count)d row", "%(count)d rows", count=3))) == "3 rows"


def test_a_sentence_goes_to_another_process_and_into_json() -> None:
    sentence = said("There is no export `%(name)s`.", name="news")

    assert pickle.loads(pickle.dumps(sentence)).values == {"name": "news"}
    assert copy.deepcopy(sentence).template == sentence.template
    assert json.loads(json.dumps({"message": sentence})) == {"message": str(sentence)}
