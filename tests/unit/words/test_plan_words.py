"""The words of plans and brakes: complete in both languages, with the names that people know."""

from __future__ import annotations

import pytest

from segue.sync.brakes import Stop, StopKind
from segue.sync.kinds import Kind, Skip
from segue.words.brakes import stop_sentence, way_out
from segue.words.faces import Face
from segue.words.plans import BEFORE_STEPS, STEPS, kind_words, skip_words, step_words

LANGUAGES = ("en", "fr")


def _stop(kind: StopKind, **changes: object) -> Stop:
    values: dict[str, object] = {
        "kind": kind,
        "subject": "vip",
        "count": 600,
        "total": 900,
        "threshold": 0.5,
        "people": 300,
    }
    return Stop(**(values | changes))  # type: ignore[arg-type]


def test_every_kind_reason_and_step_has_words_of_its_own_in_both_languages() -> None:
    steps = (*STEPS, BEFORE_STEPS)
    english = [
        *(kind_words(one, "en") for one in Kind),
        *(skip_words(one, "en") for one in Skip if one),
    ]
    english += [step_words(one, "en") for one in steps]
    french = [
        *(kind_words(one, "fr") for one in Kind),
        *(skip_words(one, "fr") for one in Skip if one),
    ]
    french += [step_words(one, "fr") for one in steps]

    assert len(set(english)) == len(english)
    assert len(set(french)) == len(french)
    assert not {*english} & {*french}
    assert skip_words(Skip.NONE, "fr") == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("face", list(Face))
@pytest.mark.parametrize("kind", list(StopKind))
def test_every_brake_has_its_sentence_and_way_out(
    kind: StopKind, face: Face, language: str
) -> None:
    stop = _stop(kind, before="utf-8", after="\t")

    sentence = stop_sentence(stop, language, face)

    assert sentence[-1] == "." and way_out(stop, language)[-1] == "."
    assert "%(" not in sentence and "{" not in sentence and "\t" not in sentence
    assert language == "en" or sentence != stop_sentence(stop, "en", face)


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_terminal_names_a_folder_of_the_machine(language: str) -> None:
    stop = _stop(StopKind.INSTALLATION_MOVED, before="/srv/one", after="/srv/two")

    assert stop_sentence(stop, language, Face.TERMINAL).count("/srv") == 2
    assert "/srv" not in stop_sentence(stop, language, Face.PAGE)


@pytest.mark.parametrize("kind", sorted(set(StopKind) - {StopKind.INSTALLATION_MOVED}))
def test_everything_else_is_said_alike_on_every_face(kind: StopKind) -> None:
    stop = _stop(kind)

    assert stop_sentence(stop, "fr", Face.PAGE) == stop_sentence(stop, "fr", Face.TERMINAL)


def test_a_tripped_brake_names_the_segment_as_people_know_it() -> None:
    stop = _stop(StopKind.SHRUNKEN_SEGMENT, count=6000, total=10000)

    sentence = stop_sentence(stop, "fr", Face.PAGE, subject="Clients fidèles")

    assert sentence.replace("\xa0", " ").replace("\u202f", " ") == (
        "Le segment « Clients fidèles » perd 6 000 personnes sur 10 000 (limite 50 %)."
    )
