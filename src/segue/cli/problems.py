"""Show a Problem to the person who must act: what happened, what to do, under which code. As text or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from segue.cli.invocation import Invocation
from segue.cli.messages import say
from segue.cli.problem_words import words_of_problem
from segue.cli.terminal import errors, print_json
from segue.core.errors import ConfigurationProblem, Mistake, Problem
from segue.core.sentences import said

if TYPE_CHECKING:
    from rich.text import Text

    from segue.cli.invocation import Language

_SHOWN = 100
"""Mistakes shown as text; JSON holds all."""


def show_problem(invocation: Invocation, problem: Problem) -> int:
    """Print the problem and return its exit code."""
    if invocation.wants_json:
        print_json({"error": problem_as_json(problem)})
    else:
        print_problem(invocation, problem)
    return problem.exit_code


def show_usage_error(error: click.ClickException) -> None:
    """Print a mistake in the command's own options as JSON."""
    print_json(
        {
            "error": {
                "class": "ConfigurationProblem",
                "code": "usage",
                "message": error.format_message(),
                "action": said("See --help."),
                "context": {},
                "mistakes": [],
                "further_mistakes": False,
            }
        }
    )


def print_problem(invocation: Invocation, problem: Problem) -> None:
    """Print the problem on standard error."""
    from rich.text import Text

    title = say(invocation.language, f"error_{type(problem).__name__}")
    words = words_of_problem(problem, invocation.language)
    headline = say(invocation.language, "problem_line", title=title, message=words.message)
    _line(Text(headline, style="bold red"))
    mistakes = problem.mistakes if isinstance(problem, ConfigurationProblem) else ()
    for mistake in mistakes[:_SHOWN]:
        _show_mistake(mistake, invocation.language)
    if len(mistakes) > _SHOWN:
        _line(Text(say(invocation.language, "mistakes_more", more=str(len(mistakes) - _SHOWN))))
    if isinstance(problem, ConfigurationProblem) and problem.further:
        _line(Text(say(invocation.language, "mistakes_further")))
    _line(Text(say(invocation.language, "what_to_do", action=words.action)))
    _line(Text(_reference(problem), style="dim"))


def _show_mistake(mistake: Mistake, language: Language) -> None:
    from rich.text import Text

    words = words_of_problem(mistake, language)
    place = Text("  " + _place(mistake), style="bold")
    _line(place + Text(f"{words.message} ") + Text(words.action, style="cyan"))


def _line(text: Text) -> None:
    errors().print(text, soft_wrap=True)


def _place(mistake: Mistake) -> str:
    if mistake.line is None:
        return f"{mistake.path}: " if mistake.path else ""
    return f"{mistake.line}:{mistake.column}: "


def _reference(problem: Problem) -> str:
    pairs = [
        f"{name}={value}" for name, value in problem.context.items() if value not in (None, "")
    ]
    return f"({', '.join([problem.code, *pairs])})"


def problem_as_json(problem: Problem) -> dict[str, Any]:
    """Return the problem in the form that other programs read."""
    mistakes = problem.mistakes if isinstance(problem, ConfigurationProblem) else ()
    return {
        "class": type(problem).__name__,
        "code": problem.code,
        "message": problem.message,
        "action": problem.action,
        "context": problem.context,
        "mistakes": [
            {
                "line": mistake.line,
                "column": mistake.column,
                "path": mistake.path,
                "code": mistake.code,
                "message": mistake.message,
                "action": mistake.action,
            }
            for mistake in mistakes
        ],
        "further_mistakes": isinstance(problem, ConfigurationProblem) and problem.further,
    }
