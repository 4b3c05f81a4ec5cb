"""The first administrator: asked for on a terminal, or invited by a one-time link that is printed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import available_timezones

import click

from segue.cli.asking import question
from segue.cli.invocation import Invocation, Language
from segue.cli.messages import say
from segue.cli.terminal import print_line
from segue.core.errors import ConfigurationProblem


def ask_for_administrator(invocation: Invocation) -> None:
    """Ask for name, e-mail and password until they are good, and add the person. Raises: click.Abort on Ctrl-C."""
    from django.utils import translation

    from segue.control.people.models import Role
    from segue.control.people.operations import add_person

    language = invocation.language
    translation.activate(language)  # what is wrong with an answer is said by the operation
    name = email = ""
    while True:
        name = _answer(language, "ask_name", name)
        email = _answer(language, "ask_email", email)
        password = click.prompt(
            question(language, "ask_password"),
            hide_input=True,
            confirmation_prompt=question(language, "ask_password_again"),
            prompt_suffix="",
        )
        try:
            person = add_person(
                name=name,
                email=email,
                role=Role.ADMINISTRATOR,
                password=password,
                actor=None,
                now=datetime.now(UTC),
                language=language,
                time_zone=zone_of_machine(),
            )
        except ConfigurationProblem as problem:
            click.echo(f"{problem.message} {problem.action}", err=True)
            continue
        print_line(say(language, "administrator_added", name=person.name))
        return


def _answer(language: Language, key: str, before: str) -> str:
    """Ask; Enter alone repeats what was answered before."""
    answer: str = click.prompt(
        question(language, key, default=before),
        default=before or None,
        show_default=False,
        prompt_suffix="",
    )
    return answer


def invitation_link(token: str) -> str:
    """Return the address at which an invitation is accepted."""
    from django.conf import settings

    return f"{settings.SEGUE_URL}/invitation/{token}/"


def zone_of_machine() -> str:
    """Return the IANA name of the machine's time zone, UTC when it cannot be told."""
    named = os.environ.get("TZ", "").lstrip(":")
    try:
        _, _, linked = str(Path("/etc/localtime").resolve(strict=True)).partition("zoneinfo/")
    except OSError:
        linked = ""
    known = available_timezones()
    return next((zone for zone in (named, linked) if zone in known), "UTC")
