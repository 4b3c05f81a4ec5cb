"""`segue check`: is the configuration right, and on demand: do the connections work and the audiences fit?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.left_behind import left_elsewhere, print_left_elsewhere
from segue.cli.messages import say
from segue.cli.terminal import print_json, print_line
from segue.cli.working import busy
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.words.amounts import number

if TYPE_CHECKING:
    from segue.cli.connection_check import ConnectionFinding
    from segue.configuration import Configuration

_ALL = "*"


@click.command()
@click.option(
    "--connection",
    "connection",
    is_flag=False,
    flag_value=_ALL,
    metavar="[NAME]",
    help="Also ask Mailchimp: account, audiences, merge fields, tags. Without NAME: all connections.",
)
@shared_options
@json_option
def check(invocation: Invocation, *, connection: str | None, as_json: bool) -> None:
    """Check the configuration; every mistake is shown with its line and column, and what to do about it."""
    configuration = invocation.configuration()
    _check_files(configuration)
    warnings = _warnings(configuration)
    if not as_json:
        _print_counts(invocation, configuration, warnings)
    findings: list[ConnectionFinding] = []
    if connection is not None:
        for name in _chosen(configuration, connection):
            finding = _ask(invocation, configuration, name)
            findings.append(finding)
            if not as_json:
                _print_finding(invocation, finding)
    if as_json:
        _print_as_json(configuration, warnings, findings)
    _leave_exit_code(invocation, findings)


def _check_files(configuration: Configuration) -> None:
    from segue.service.finding import check_sources

    check_sources(configuration.sources)


def _chosen(configuration: Configuration, wanted: str) -> list[str]:
    from segue.segments.mistakes import did_you_mean

    if wanted == _ALL:
        return list(configuration.connections)
    if wanted not in configuration.connections:
        raise ConfigurationProblem(
            said("There is no connection `%(wanted)s`.", wanted=wanted),
            action=did_you_mean(wanted, configuration.connections),
            code="connection_unknown",
            context={"connection": wanted},
        )
    return [wanted]


def _ask(invocation: Invocation, configuration: Configuration, name: str) -> ConnectionFinding:
    from segue.cli.connection_check import check_connection
    from segue.cli.log_file import log_nowhere

    log_nowhere()  # a check leaves nothing in the state folder
    with busy(invocation, "observe"):
        return asyncio.run(check_connection(configuration, name, invocation.environment))


def _warnings(configuration: Configuration) -> list[str]:
    from segue.configuration import secret_warning

    named = [one.credential for one in configuration.connections.values()]
    found = [secret_warning(reference) for reference in named if reference is not None]
    return [warning for warning in dict.fromkeys(found) if warning is not None]


def _print_counts(
    invocation: Invocation, configuration: Configuration, warnings: Sequence[str]
) -> None:
    language = invocation.language
    print_line(say(language, "check_good", file=str(configuration.path)), style="green")
    counts = {key: number(count, language) for key, count in _counts(configuration).items()}
    print_line(say(language, "check_counts", **counts))
    for source, encodings in _read_as(configuration).items():
        print_line(say(language, "check_read_as", source=source, encodings=", ".join(encodings)))
    for warning in warnings:
        print_line(say(language, "warning", text=warning), style="yellow")
    print_left_elsewhere(configuration, language)


def _read_as(configuration: Configuration) -> dict[str, tuple[str, ...]]:
    """Return in which encodings the text files of each source were read last; nothing is read for it."""
    from segue.profiles.file_facts import encodings
    from segue.service.exports import open_workspace

    try:
        snapshot = open_workspace(configuration, {}).last_snapshot()
    except ConfigurationProblem:  # damaged or of another version: the next refresh replaces it
        return {}
    files = snapshot.source_files if snapshot is not None else {}
    read = {name: encodings(files[name]) for name in configuration.sources if name in files}
    return {name: found for name, found in read.items() if found}


def _counts(configuration: Configuration) -> dict[str, int]:
    return {
        "sources": len(configuration.sources),
        "attributes": len(configuration.schema.profiles.attributes),
        "related": len(configuration.schema.related),
        "segments": len(configuration.segments),
        "connections": len(configuration.connections),
        "exports": len(configuration.exports),
    }


def _print_finding(invocation: Invocation, finding: ConnectionFinding) -> None:
    from segue.cli.connection_text import print_finding

    print_finding(finding, invocation.language)


def _print_as_json(
    configuration: Configuration, warnings: Sequence[str], findings: Sequence[ConnectionFinding]
) -> None:
    from dataclasses import asdict

    print_json(
        {
            "file": str(configuration.path),
            "counts": _counts(configuration),
            "warnings": list(warnings),
            "read_as": _read_as(configuration),
            "left_elsewhere": left_elsewhere(configuration),
            "connections": [asdict(finding) for finding in findings],
        }
    )


def _leave_exit_code(invocation: Invocation, findings: Sequence[ConnectionFinding]) -> None:
    from segue.cli.exit_codes import gravest

    if findings:
        invocation.exit_code = gravest(p.exit_code for f in findings for p in f.problems)
