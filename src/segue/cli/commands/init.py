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
    from segue.configuration.starter_tables import SettingValue
    from segue.profiles.found import FoundTable, Note


@click.command()
@click.argument("place", default=".", metavar="[FOLDER, FILE or ADDRESS]")
@click.option(
    "--postgresql-env",
    metavar="NAME",
    help="Look at the PostgreSQL database whose connection text is in this environment variable.",
)
@click.option(
    "--spark-env",
    metavar="NAME",
    help="Look at a schema of the Spark cluster whose address is in this environment variable.",
)
@click.option(
    "--snapshots",
    metavar="ADDRESS",
    help="Where the Spark cluster is to keep what was read, such as s3://bucket/segue.",
)
@click.option("--region", metavar="NAME", help="The region of a bucket of Amazon S3.")
@click.option("--endpoint", metavar="ADDRESS", help="The server of a store of your own.")
@click.option(
    "--credential",
    "credentials",
    metavar="NAME=VARIABLE",
    multiple=True,
    help="A secret of a store, and the environment variable that holds it: access_key=CRM_KEY. May be given several times.",
)
@click.option("--anonymous", is_flag=True, help="Ask a store without credentials.")
@click.option(
    "--time-zone", default="UTC", show_default=True, help="An IANA name such as Europe/Paris."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@shared_options
@json_option
def init(
    invocation: Invocation,
    *,
    place: str,
    postgresql_env: str | None,
    spark_env: str | None,
    snapshots: str | None,
    region: str | None,
    endpoint: str | None,
    credentials: Sequence[str],
    anonymous: bool,
    time_zone: str,
    force: bool,
    as_json: bool,
) -> None:
    """Write a commented segue.yaml from the CSV, Excel, Parquet, JSON and SQLite files of a folder, or a database.

    An address (s3://bucket/folder/, gs://, abfs://) names an object, or all objects of a folder, in a store.
    With --spark-env the place is a schema of the cluster, such as main.shop.
    --config names the file to write; by default segue.yaml in the current folder.
    """
    from segue.cli.found_tables import starter_tables
    from segue.configuration.starter import starter, starter_words
    from segue.configuration.time_zones import is_zone

    if not is_zone(time_zone):
        raise misuse(invocation, "usage_time_zone", zone=time_zone)
    target = (invocation.config or Path(DEFAULT_FILE)).absolute()
    _refuse_to_replace(target, force=force)
    engine = _engine(invocation, spark_env, snapshots)
    options = _options(region, endpoint, credentials, anonymous=anonymous)
    found, left_out = _found(invocation, place, postgresql_env, spark_env, options)
    tables = starter_tables(found, folder=target.parent, dsn=postgresql_env, options=options)
    words = starter_words(invocation.language)
    made = starter(tables, time_zone=time_zone, words=words, engine=engine)
    write_whole(target, made.text)
    if as_json:
        print_json(_as_json(target, found, left_out, made))
        return
    _print(invocation, target, found, left_out, made)


def _as_json(
    target: Path,
    found: Sequence[FoundTable],
    left_out: Mapping[str, Sequence[str]],
    made: Starter,
) -> dict[str, object]:
    unreadable = [str(table.problem) for table in found if table.problem]
    return {
        "file": str(target),
        "tables": [table.name for table in found],
        "notes": [say("en", note.key, **note.values) for note in _notes(found)],
        "left_out": {**left_out, "unreadable": unreadable},
        "to_do": [*_hints(made, "en"), *_doubts(found, "en")],
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


def _options(
    region: str | None, endpoint: str | None, credentials: Sequence[str], *, anonymous: bool
) -> dict[str, SettingValue]:
    """Return what is said of a store, as a declaration says it."""
    options: dict[str, SettingValue] = {}
    if region:
        options["region"] = region
    if endpoint:
        options["endpoint"] = endpoint
    secrets: dict[str, object] = {"anonymous": True} if anonymous else {}
    for one in credentials:
        name, _, variable = one.partition("=")
        secrets[name.strip()] = ("env", variable.strip())
    if secrets:
        options["credentials"] = secrets
    return options


def _found(
    invocation: Invocation,
    place: str,
    postgresql_env: str | None,
    spark_env: str | None,
    options: dict[str, SettingValue],
) -> tuple[Sequence[FoundTable], Mapping[str, Sequence[str]]]:
    """Return what was looked at, and what was passed over by the reason."""
    from segue.profiles.object_stores import is_address
    from segue.service import finding

    if spark_env is not None:
        _refuse_options(spark_env, options)
        return _on_cluster(invocation, place, spark_env), {}
    if postgresql_env is not None:
        _refuse_options(postgresql_env, options)
        from segue.configuration.connections import SecretReference, fetch_secret

        reference = SecretReference(env=postgresql_env)
        dsn = fetch_secret(reference, invocation.environment, purpose="`segue init`")
        return finding.tables_of_server(dsn), {}
    if is_address(place):
        from segue.configuration.named_objects import named_objects

        objects = named_objects(place, options, invocation.environment)
        of_store = finding.objects_at(objects)
        return of_store.tables, of_store.passed_over
    path = Path(place)
    _check_place(path, options)
    return finding.tables_at(path), finding.passed_over_at(path)


def _on_cluster(invocation: Invocation, schema: str, spark_env: str) -> Sequence[FoundTable]:
    from segue.configuration.connections import SecretReference, fetch_secret
    from segue.service import finding

    reference = SecretReference(env=spark_env)
    remote = fetch_secret(reference, invocation.environment, purpose="`segue init`")
    return finding.tables_of_cluster(remote, "" if schema == "." else schema)


def _engine(
    invocation: Invocation, spark_env: str | None, snapshots: str | None
) -> Mapping[str, object] | None:
    """Return what the file says of where the profiles are kept; None: nothing."""
    if (spark_env is None) is not (snapshots is None):
        raise misuse(invocation, "usage_spark")
    if spark_env is None:
        return None
    return {"type": "spark", "remote": ("env", spark_env), "snapshots": snapshots or ""}


def _check_place(path: Path, options: Mapping[str, SettingValue]) -> None:
    if not path.exists():
        raise ConfigurationProblem(
            said("There is no file or folder %(place)s.", place=path),
            action="Name the folder with the data, or an SQLite file.",
            code="nothing_to_inspect",
        )
    _refuse_options(path, options)


def _refuse_options(place: Path | str, options: Mapping[str, SettingValue]) -> None:
    if options:
        raise ConfigurationProblem(
            said("%(place)s is no address of a store.", place=place),
            action="Leave region, endpoint and credentials out, or name an address that begins with s3://, gs:// or abfs://.",
            code="object_option_local",
        )


def _refuse_to_replace(target: Path, *, force: bool) -> None:
    if target.exists() and not force:
        raise ConfigurationProblem(
            said("%(target)s is there already.", target=target),
            action="Name another file with --config, or replace it with --force.",
            code="file_exists",
        )


def _notes(found: Sequence[FoundTable]) -> Sequence[Note]:
    return list(dict.fromkeys(note for table in found for note in table.notes))


def _print(
    invocation: Invocation,
    target: Path,
    found: Sequence[FoundTable],
    left_out: Mapping[str, Sequence[str]],
    made: Starter,
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
    print_line(say(language, "to_do_list"))
    for sentence in (*_hints(made, language), *_doubts(found, language)):
        print_line(f"  • {sentence}")
