"""Help and mistakes in how a command is called, in the reader's language; questions that yes or no answers."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import click
import pytest

from docs.build.command_page import commands
from segue.cli.asking import agreed, question
from segue.cli.main import run_command
from tools.terminal_texts import of_commands

NAMES = [name.split()[1:] for name, _ in commands()]
CLICKS = ("Usage:", "Options:", "Commands:", "[OPTIONS] COMMAND ", "[default:", "Show this message")


def _told(*arguments: str) -> tuple[int, str]:
    """Run a command and return its exit code and all that it says, blanks as plain single ones."""
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = run_command(arguments)
    return code, " ".join(said.getvalue().split())


@pytest.fixture(autouse=True)
def _no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEGUE_LANGUAGE", raising=False)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize("name", NAMES, ids=" ".join)
def test_no_english_is_left_in_french_help(name: list[str]) -> None:
    english = {text for text in of_commands() if " " in text}

    code, said = _told("--language", "fr", *name, "--help")

    assert (code, [text for text in (*english, *CLICKS) if text in said]) == (0, [])
    assert "Utilisation : segue" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("--home", "", "check"),
        ("up", "--home", ""),
        ("manage", "--home", "", "check"),
        ("export-config", "--home", ""),
        ("plan", "--csv", ""),
        ("backup", ""),
        ("apply", ""),
    ],
    ids=" ".join,
)
def test_an_empty_text_is_no_folder_and_no_file(arguments: tuple[str, ...]) -> None:
    code, said = _told("--language", "fr", *arguments)

    assert code == 2
    assert said.endswith("un texte vide ne désigne ni fichier ni dossier.")


def test_english_help_stays_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "fr")
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")

    code, said = _told("run", "--help")

    assert (code, said.startswith("Usage: segue run [OPTIONS] Run exports: plan, then")) == (
        0,
        True,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["backup"], "Argument manquant : 'FICHIER'."),
        (["rnu"], "Il n’y a pas de commande « rnu ». Vouliez-vous dire « run » ?"),
        (["xyzzy"], "Il n’y a pas de commande « xyzzy ». Voir : segue --help"),
        (["segments", "bogus"], "Il n’y a pas de commande 'bogus'."),
        (["run", "--bogus"], "Il n’y a pas d’option '--bogus'."),
        (["run", "--export"], "L’option '--export' demande une valeur."),
        (["run", "--full=1"], "L’option '--full' ne prend pas de valeur."),
        (["check", "more"], "Argument de trop (more)"),
        (["up", "--port", "x"], "'x' ne convient pas, il faut : nombre entier."),
        (["up", "--port", "70000"], "70000 n’est pas dans les limites 0<=x<=65535."),
        (["run", "--language", "de"], "'de' n’est aucune de ces valeurs : 'en', 'fr'."),
        (["restore", "b", "--passphrase-file", "."], "Fichier '.' : c’est un dossier."),
        (["up", "--web-only", "--worker-only"], "--web-only et --worker-only s’excluent"),
        (["manage", "installation", "--this-one", "--a-copy"], "c’est l’un ou l’autre."),
        (["init", "--time-zone", "Paris"], "« Paris » n’est pas un fuseau horaire"),
    ],
)
def test_a_call_that_is_not_understood_is_told_in_french(arguments: list[str], said: str) -> None:
    code, told = _told("--language=fr", *arguments)

    assert code == 2
    assert "Erreur : " in told
    assert said in told
    assert "Usage:" not in told


def test_programs_are_told_in_english_how_a_call_was_wrong() -> None:
    code, told = _told("--language", "fr", "backup", "--json")

    assert (code, '"message": "Missing argument \'FILE\'."' in told) == (2, True)


def test_the_language_stands_anywhere_and_the_last_one_that_is_known_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEGUE_LANGUAGE", "fr")

    assert "Erreur" in _told("run", "--bogus")[1]
    assert "Error" in _told("run", "--bogus", "--language", "en")[1]
    assert "Erreur" in _told("--language", "en", "run", "--language=fr", "--bogus")[1]


@pytest.mark.parametrize(
    ("typed", "yes"),
    [("oui\n", True), ("O\n", True), ("y\n", True), ("non\n", False), ("\n", False)],
)
def test_oui_is_a_yes(typed: str, yes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(typed))

    assert agreed("fr", "run_confirm") is yes


def test_what_is_neither_yes_nor_no_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("peut-être\n"))

    with pytest.raises(click.Abort):
        agreed("fr", "run_confirm")

    assert "Répondez par o ou n." in capsys.readouterr().err


def test_a_question_has_the_colon_of_its_language_and_what_was_answered_before() -> None:
    assert question("en", "ask_name") == "Name: "
    assert question("fr", "ask_name", default="Alice") == "Nom [Alice]\u00a0: "
