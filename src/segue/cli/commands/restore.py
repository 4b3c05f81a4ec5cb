"""`segue restore FILE`: put a backup back, into an empty place or in the place of what is there."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.messages import say
from segue.cli.misuse import misuse
from segue.cli.passphrases import asked, passphrase_in
from segue.cli.places import Place
from segue.cli.state_folders import folder_to_fill
from segue.cli.terminal import is_watched, print_json, print_line
from segue.cli.working import busy
from segue.words.amounts import number

if TYPE_CHECKING:
    from segue.backups.restoring import Restored


@click.command()
@click.argument("file", type=Place(dir_okay=False))
@click.option(
    "--passphrase-file",
    type=Place(dir_okay=False),
    metavar="FILE",
    help="The first line of FILE is the passphrase of the keys; asked for without it.",
)
@click.option("--without-keys", is_flag=True, help="Leave the keys in the backup.")
@click.option(
    "--replace", "replaces", is_flag=True, help="Set aside what is there; nothing is deleted."
)
@shared_options
@json_option
def restore(
    invocation: Invocation,
    *,
    file: Path,
    passphrase_file: Path | None,
    without_keys: bool,
    replaces: bool,
    as_json: bool,
) -> None:
    """Put the backup FILE into the state folder and the database of the settings, which must be empty.

    Every file is verified before anything is changed. Nobody is signed in by it, and work that was under way in the
    backup is ended. Nothing is written to Mailchimp, which went on meanwhile, before somebody says that this is the real
    installation: see `segue manage installation`.
    """
    from segue.backups.restoring import Wanted, restore

    if without_keys and passphrase_file:
        raise misuse(invocation, "usage_exclude", one="--without-keys", other="--passphrase-file")
    wanted = Wanted(
        file=file.absolute(),
        home=folder_to_fill(invocation),
        environment=invocation.environment,
        now=datetime.now(UTC),
        wait=time.sleep,
        passphrase=None if without_keys else _passphrase(invocation, file, passphrase_file),
        replaces=replaces,
    )
    os.umask(0o077)  # whatever is written is for this user alone
    with busy(invocation, "restoring_backup"):
        done = restore(wanted)
    if as_json:
        print_json(
            {**asdict(done), "home": str(done.home), "keys": str(done.keys) if done.keys else None}
        )
    else:
        _tell(invocation, done)


def _passphrase(invocation: Invocation, file: Path, given: Path | None) -> str | None:
    """Return the passphrase of the keys in a backup, None when there are none in it."""
    from segue.backups.problems import no_passphrase
    from segue.backups.restoring import has_keys

    if not has_keys(file):
        return None
    if given is not None:
        return passphrase_in(given)
    if not is_watched():
        raise no_passphrase()
    return asked(invocation)


def _tell(invocation: Invocation, done: Restored) -> None:
    language = invocation.language
    told = {"home": str(done.home), "files": number(done.files, language), "at": done.made_at}
    print_line(say(language, "restore_done", **told), style="green")
    for place in done.aside:
        print_line(say(language, "restore_aside", place=place))
    for damaged in done.damaged:
        print_line(say(language, "restore_damaged", file=damaged), style="red")
    if done.keys is not None:
        print_line(say(language, "restore_keys", file=str(done.keys)))
    elif done.database != "none":
        print_line(say(language, "restore_without_keys", home=str(done.home)), style="yellow")
    print_line(say(language, "restore_held"))
