"""`segue manage migrate`: bring the database up to date without starting anything."""

from __future__ import annotations

import click

from segue.cli.invocation import Invocation
from segue.cli.managing.opened import folder_of, installation_options
from segue.cli.messages import say
from segue.cli.terminal import print_line


@click.command()
@installation_options
def migrate(invocation: Invocation) -> None:
    """Bring the database up to date, as `segue up` does by itself. Safe to run twice and on two machines at once."""
    from segue.cli.serving.database import make_file, migrated
    from segue.service.django import start

    folder = folder_of(invocation)
    start(folder)
    from django.conf import settings

    make_file(settings.DATABASES["default"])
    steps = migrated(folder)
    key = "up_migrated" if steps else "manage_up_to_date"
    print_line(say(invocation.language, key, steps=str(steps)))
