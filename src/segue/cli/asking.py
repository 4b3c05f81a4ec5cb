"""Questions on the terminal that yes or no answers, in the reader's language and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segue.cli.messages import say

if TYPE_CHECKING:
    from segue.cli.invocation import Language

_YES = frozenset(("y", "yes", "o", "oui"))
_NO = frozenset(("", "n", "no", "non"))


def agreed(language: Language, key: str) -> bool:
    """Ask until yes or no is answered; Enter alone means no. Raises: click.Abort on Ctrl-C and at the end of input."""
    question = " ".join((say(language, key), say(language, "yes_or_no")))
    while True:
        answer = click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True)
        if answer.strip().casefold() in _YES | _NO:
            return answer.strip().casefold() in _YES
        click.echo(say(language, "yes_or_no_only"), err=True)


def question(language: Language, key: str, *, default: str = "") -> str:
    """Return the words before an answer, with the sign and the blanks of their language; click adds nothing to them."""
    what = say(language, key)
    return say(language, "ask", what=f"{what} [{default}]" if default else what) + " "


def must_agree(language: Language, key: str) -> None:
    """Ask, and go on with a yes only. Raises: click.Abort."""
    if not agreed(language, key):
        raise click.Abort
