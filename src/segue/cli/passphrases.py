"""Passphrases: read from a file, or asked for without showing them. Nothing is kept."""

from __future__ import annotations

from pathlib import Path

import click

from segue.cli.asking import question
from segue.cli.invocation import Invocation
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES


def passphrase_in(file: Path) -> str:
    """Return the first line of a file. Raises: ConfigurationProblem `passphrase_empty`."""
    from segue.backups.problems import empty_passphrase

    try:
        with file.open(encoding="utf-8-sig") as opened:
            first = opened.readline(10_000).strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise_trouble(error, but=OF_FILES)
        first = ""
    if not first.strip():
        raise empty_passphrase(str(file))
    return first


def asked_anew(invocation: Invocation) -> str:
    """Ask for a new passphrase, twice."""
    found: str = click.prompt(
        question(invocation.language, "passphrase_new"),
        hide_input=True,
        confirmation_prompt=question(invocation.language, "passphrase_again"),
        prompt_suffix="",
        err=True,
    )
    return found


def asked(invocation: Invocation) -> str:
    """Ask for the passphrase of a backup."""
    found: str = click.prompt(
        question(invocation.language, "passphrase_of"), hide_input=True, prompt_suffix="", err=True
    )
    return found
