"""The words of plans and runs in the pages: complete, in both languages, and those of the command line."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from segue.cli.messages import say
from segue.cli.messages_texts import TEXTS
from segue.cli.plan_text import stop_sentence as said_on_the_terminal
from segue.sync.brakes import Stop, StopKind
from segue.sync.kinds import Kind, Skip
from segue.sync.ports import Reason
from segue.web import words

pytestmark = pytest.mark.one_database

LANGUAGES = ("en", "fr")


def _plain(text: str) -> str:
    """Leave out what only typography sees: which kind of space, which apostrophe, where a space stands."""
    return re.sub(r"\s", " ", str(text)).replace("’", "'").replace(" %", "%")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_and_command_line_use_the_same_words(language: str) -> None:
    terminal = {
        **{kind: say(language, f"kind_{kind.name.lower()}") for kind in Kind},
        **{skip: say(language, f"skip_{skip.name.lower()}") for skip in Skip if skip},
        **{step: say(language, f"step_{step}") for step in words.STEPS},
    }

    with override(language):
        pages = {**words.KINDS, **words.SKIPS, **words.STEPS}
        different = [
            (key, str(pages[key]), text)
            for key, text in terminal.items()
            if _plain(pages[key]) != _plain(text)
        ]

    assert different == []


def test_every_step_of_the_engine_has_words() -> None:
    steps = {key.removeprefix("step_") for key in TEXTS if key.startswith("step_")}

    assert set(words.STEPS) == steps


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_name_no_folder_of_the_machine(language: str) -> None:
    stop = Stop(
        kind=StopKind.INSTALLATION_MOVED,
        subject="",
        count=0,
        total=0,
        threshold=0,
        before="/srv/one",
        after="/srv/two",
    )

    with override(language):
        told = words.stop_sentence(stop)

    assert "/srv" not in told
    assert said_on_the_terminal(stop, language).count("/srv") == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(set(StopKind) - {StopKind.INSTALLATION_MOVED}))
def test_a_tripped_brake_says_the_same_as_on_the_terminal(kind: StopKind, language: str) -> None:
    stop = Stop(kind=kind, subject="vip", count=600, total=900, threshold=0.5, people=300)

    with override(language):
        sentence, way_out = words.stop_sentence(stop), words.way_out(stop)

    assert _plain(sentence) == _plain(said_on_the_terminal(stop, language))
    assert way_out


def test_a_tripped_brake_names_the_segment_as_people_know_it() -> None:
    stop = Stop(
        kind=StopKind.SHRUNKEN_SEGMENT, subject="vip", count=6000, total=10000, threshold=0.5
    )

    with override("fr"):
        sentence = words.stop_sentence(stop, subject="Clients fidèles")

    assert (
        _plain(sentence)
        == "Le segment « Clients fidèles » perd 6 000 personnes sur 10 000 (limite 50%)."
    )


def test_a_refusal_of_mailchimp_is_told_in_the_reader_s_language() -> None:
    with override("fr"):
        told = words.refusal(Reason.NOT_SUBSCRIBED)

    assert told.text.startswith("Mailchimp ne change l’adresse que des contacts abonnés")
