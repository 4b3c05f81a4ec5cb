"""`segue init`: write a commented starter file from a folder, a database file or a database server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segue.cli.invocation import DEFAULT_FILE, Invocation, json_option, shared_options
from segue.cli.messages import say
from segue.cli.misuse import misuse
from segue.cli.problem_words import words_of_problem
from segue.cli.terminal import print_json, print_line
from segue.cli.whole_files import write_whole
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said

if TYPE_CHECKING:
    from segue.cli.invocation import Language
    from segue.configuration.starter import Starter
    from segue.profiles.found import FoundTable, Note


@click.command()
@click.argument(
    "place", type=click.Path(path_type=Path), default=Path(), metavar="[FOLDER or FILE]"
)
@click.option(
    "--postgresql-env",
    metavar="NAME",
    help="Look at the PostgreSQL database whose connection text is in this environment variable.",
)
@click.option(
    "--time-zone", default="UTC", show_default=True, help="An IANA name such as Europe/Paris."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@shared_options
@json_option
def init(
    invocation: Invocation,
    *,
    place: Path,
    postgresql_env: str | None,
    time_zone: str,
    force: bool,
    as_json: bool,
) -> None:
    """Write a commented segue.yaml from the CSV, Excel, Parquet, JSON and SQLite files of a folder, or a database.

    --config names the file to write; by default segue.yaml in the current folder.
    """
    from segue.cli.found_tables import starter_tables
    from segue.configuration.starter import starter, starter_words
    from segue.configuration.time_zones import is_zone

    if not is_zone(time_zone):
        raise misuse(invocation, "usage_time_zone", zone=time_zone)
    target = (invocation.config or Path(DEFAULT_FILE)).absolute()
    _refuse_to_replace(target, force=force)
    found = _found(invocation, place, postgresql_env)
    made = starter(
        starter_tables(found, folder=target.parent, dsn_variable=postgresql_env),
        time_zone=time_zone,
        words=starter_words(invocation.language),
    )
    write_whole(target, made.text)
    left_out = _left_out(place) if postgresql_env is None else {}
    if as_json:
        to_do = (*_hints(made, "en"), *_doubts(found, "en"))
        print_json(_as_json(target, found, left_out, to_do))
        return
    _print(invocation, target, found, left_out)
    print_line(say(invocation.language, "to_do_list"))
    for sentence in (*_hints(made, invocation.language), *_doubts(found, invocation.language)):
        print_line(f"  • {sentence}")


def _as_json(
    target: Path,
    found: Sequence[FoundTable],
    left_out: Mapping[str, Sequence[str]],
    to_do: Sequence[str],
) -> dict[str, object]:
    unreadable = [str(table.problem) for table in found if table.problem]
    return {
        "file": str(target),
        "tables": [table.name for table in found],
        "notes": [say("en", note.key, **note.values) for note in _notes(found)],
        "left_out": {**left_out, "unreadable": unreadable},
        "to_do": list(to_do),
    }


def _hints(made: Starter, language: Language) -> Iterator[str]:
    for hint in made.to_do:
        yield say(language, f"init_to_do_{hint.key}", **hint.values)


def _doubts(found: Sequence[FoundTable], language: Language) -> Iterator[str]:
    """Say which columns stay texts because their values can be read in two ways."""
    for table in found:
        for column in table.columns:
            if column.doubt:
                key = f"init_doubt_{column.doubt}"
                yield say(language, key, column=column.name, table=table.name)


def _found(invocation: Invocation, place: Path, postgresql_env: str | None) -> Sequence[FoundTable]:
    from segue.service.finding import tables_at, tables_of_server

    if postgresql_env is None:
        if not place.exists():
            raise ConfigurationProblem(
                said("There is no file or folder %(place)s.", place=place),
                action="Name the folder with the data, or an SQLite file.",
                code="nothing_to_inspect",
            )
        return tables_at(place)
    from segue.configuration.connections import SecretReference, fetch_secret

    reference = SecretReference(env=postgresql_env)
    return tables_of_server(fetch_secret(reference, invocation.environment, purpose="`segue init`"))


def _refuse_to_replace(target: Path, *, force: bool) -> None:
    if target.exists() and not force:
        raise ConfigurationProblem(
            said("%(target)s is there already.", target=target),
            action="Name another file with --config, or replace it with --force.",
            code="file_exists",
        )


def _left_out(place: Path) -> Mapping[str, Sequence[str]]:
    from segue.service.finding import passed_over_at

    return passed_over_at(place)


def _notes(found: Sequence[FoundTable]) -> Sequence[Note]:
    return list(dict.fromkeys(note for table in found for note in table.notes))


def _print(
    invocation: Invocation,
    target: Path,
    found: Sequence[FoundTable],
    left_out: Mapping[str, Sequence[str]],
) -> None:
    language = invocation.language
    readable = [f"{table.name} ({len(table.columns)})" for table in found if table.problem is None]
    print_line(say(language, "init_written", file=str(target)), style="green")
    print_line(say(language, "init_found", tables=", ".join(readable) or say(language, "none")))
    for table in found:
        if table.problem is not None:
            told = words_of_problem(table.problem, language)
            text = f"{told.message} {told.action}"
            print_line(say(language, "warning", text=text), style="yellow")
    for note in _notes(found):
        print_line(say(language, note.key, **note.values))
    for reason, names in left_out.items():
        print_line(say(language, f"init_left_out_{reason}", files=", ".join(names)))
