"""What stands in the way of starting an installation, in French: every message as the source raises it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from segue.cli.invocation import Invocation
from segue.cli.problem_words import words_of_problem
from segue.cli.problems import print_problem
from segue.core import errors
from segue.core.errors import ConfigurationProblem, Problem

SOURCE = Path(errors.__file__).parents[1]
STARTING = (
    "cli/serving/*.py",
    "cli/commands/up.py",
    "keys.py",
    "settings.py",
    "control/encryption.py",
    "installation/django.py",
    "observability/logs.py",
)
NOT_AT_THE_START = {"installation_other"}
"""Only a program that embeds Segue can meet these."""


def _raised() -> Iterator[tuple[str, str]]:
    """Find code and English message of each problem that starting can raise; each value in it is a 7."""
    for pattern in STARTING:
        for path in sorted(SOURCE.glob(pattern)):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args:
                    yield from _told(node)


def _told(call: ast.Call) -> Iterator[tuple[str, str]]:
    codes = [word.value for word in call.keywords if word.arg == "code"]
    message = _with_sevens(call.args[0])
    if message and codes and isinstance(codes[0], ast.Constant):
        yield str(codes[0].value), message


def _with_sevens(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_with_sevens(part) or "7" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _in_french(code: str, message: str) -> str:
    return words_of_problem(Problem(message, action="…", code=code), "fr").message


def test_every_problem_of_starting_is_told_in_french() -> None:
    english = [
        (code, message)
        for code, message in _raised()
        if code not in NOT_AT_THE_START and _in_french(code, message) == message
    ]

    assert english == []


def test_the_values_of_the_message_stand_in_the_french_one() -> None:
    raised = Problem("Port 8080 is in use by another program.", action="…", code="port_in_use")

    told = words_of_problem(raised, "fr")

    assert told.message.startswith("Le port 8080 est utilisé")
    assert told.original == ""
    assert words_of_problem(raised, "en") == (raised.message, raised.action, "")


def test_a_code_that_means_something_else_there_stays_as_it_came() -> None:
    raised = Problem("All ports from 1 to 9 are in use.", action="…", code="port_in_use")

    assert words_of_problem(raised, "fr") == (raised.message, raised.action, "")


def test_the_whole_refusal_is_in_one_language(capsys: pytest.CaptureFixture[str]) -> None:
    refused = ConfigurationProblem("Port 80 is in use.", action="Stop it.", code="port_in_use")

    print_problem(Invocation(environment={}, language="fr"), refused)

    said = capsys.readouterr().err
    assert "Le port 80 est utilisé par un autre programme" in said
    assert "Que faire\u00a0: Arrêtez ce programme" in said
    assert "Stop it." not in said
