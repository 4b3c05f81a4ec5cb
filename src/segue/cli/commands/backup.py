"""`segue backup FILE`: a whole installation in one file, made while it runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.messages import say
from segue.cli.misuse import misuse
from segue.cli.passphrases import asked_anew, passphrase_in
from segue.cli.places import Place
from segue.cli.state_folders import folder_at_work
from segue.cli.terminal import is_watched, print_json, print_line
from segue.cli.working import busy
from segue.core.errors import ConfigurationProblem
from segue.words.amounts import number

if TYPE_CHECKING:
    from segue.backups.making import Made


@click.command()
@click.argument("file", type=Place(dir_okay=False))
@click.option(
    "--passphrase",
    is_flag=True,
    help="Put the keys in too, encrypted by a passphrase that is asked for.",
)
@click.option(
    "--passphrase-file",
    type=Place(dir_okay=False),
    metavar="FILE",
    help="The same; the first line of FILE is the passphrase.",
)
@click.option("--among-data", is_flag=True, help="FILE may lie where data sources are read from.")
@shared_options
@json_option
def backup(
    invocation: Invocation,
    *,
    file: Path,
    passphrase: bool,
    passphrase_file: Path | None,
    among_data: bool,
    as_json: bool,
) -> None:
    """Write everything that Segue keeps into FILE, a new tar archive in gzip, while Segue goes on running.

    In it: the database, what Mailchimp acknowledged in each audience, the newest snapshot of the profiles, reports, and
    whatever else lies in the state folder. Not in it: the keys, unless a passphrase encrypts them; who is signed in, open
    invitations and links; mails, locks, logs. FILE is for its owner alone, and no file is ever replaced.
    """
    from segue.backups.making import Wanted, make_backup

    if passphrase and not (passphrase_file or is_watched()):
        raise misuse(invocation, "usage_nobody_to_ask", option="--passphrase-file")
    home = folder_at_work(invocation)
    secret = passphrase_in(passphrase_file) if passphrase_file else None
    if secret is None and passphrase:
        secret = asked_anew(invocation)
    wanted = Wanted(
        home=home,
        file=file.absolute(),
        environment=invocation.environment,
        now=datetime.now(UTC),
        passphrase=secret,
        data_folders=() if among_data else tuple(_read_from(invocation, file.absolute(), home)),
    )
    os.umask(0o077)  # whatever is written is for this user alone
    with busy(invocation, "making_backup"):
        made = make_backup(wanted)
    if made.damaged:
        invocation.exit_code = ConfigurationProblem.exit_code
    if as_json:
        print_json({**asdict(made), "file": str(made.file)})
    else:
        _tell(invocation, made, home)


def _read_from(invocation: Invocation, file: Path, home: Path) -> Iterator[Path]:
    """Yield the data folders of the settings, and the folder of a data source whose pattern fits the file.

    Those of the configuration here and of the installation's database.
    """
    given = invocation.environment
    named = [given.get("SEGUE_DATA_FOLDER", ""), *given.get("SEGUE_DATA_FOLDERS", "").split(",")]
    yield from (Path(folder.strip()).absolute() for folder in named if folder.strip())
    if any(file.match(str(path.absolute())) for path in _patterns(invocation, home)):
        yield file.parent


def _patterns(invocation: Invocation, home: Path) -> Iterator[Path]:
    from segue.backups.kept_sources import kept_paths
    from segue.cli.invocation import find_file
    from segue.configuration import load
    from segue.service.databases import database_of

    given = invocation.environment
    yield from kept_paths(database_of(given, home))
    try:
        sources = load(invocation.config or find_file(Path.cwd()), environment=given).sources
    except ConfigurationProblem:
        return
    paths = (getattr(source, "path", None) for source in sources.values())
    yield from (path for path in paths if isinstance(path, Path))


def _tell(invocation: Invocation, made: Made, home: Path) -> None:
    language = invocation.language
    size = number(-(-made.size_bytes // 1_000_000), language)
    print_line(
        say(
            language,
            "backup_made",
            file=str(made.file),
            files=number(made.files, language),
            size=size,
        ),
        style="green",
    )
    print_line(say(language, f"backup_database_{made.database.lower()}"))
    if made.database != "none" and not made.has_keys:
        print_line(say(language, "backup_without_keys", home=str(home)), style="yellow")
    elif made.has_keys:
        print_line(say(language, "backup_with_keys"))
    for file in made.damaged:
        print_line(say(language, "backup_damaged", file=file), style="red")
