"""`segue segments`: list, count, sample and describe segments over the current data."""

from __future__ import annotations

from collections.abc import Mapping

import click

from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.masking import shown_value
from segue.cli.messages import say
from segue.cli.terminal import Heading, number, print_json, print_line, print_table
from segue.cli.working import open_work, refreshed
from segue.core.errors import ConfigurationProblem
from segue.segments.rules import Segment


@click.group(invoke_without_command=True)
@shared_options
@json_option
@click.pass_context
def segments(ctx: click.Context, invocation: Invocation, *, as_json: bool) -> None:
    """List the segments with their numbers of members, or count, sample or describe one."""
    if ctx.invoked_subcommand is None:
        _list(invocation, as_json=as_json)


@segments.command("list")
@shared_options
@json_option
def list_all(invocation: Invocation, *, as_json: bool) -> None:
    """List the segments with their numbers of members, as `segue segments` alone does."""
    _list(invocation, as_json=as_json)


@segments.command()
@click.argument("name")
@shared_options
@json_option
def count(invocation: Invocation, name: str, *, as_json: bool) -> None:
    """Count the members of a segment."""
    workspace = open_work(invocation)
    _known(workspace.configuration.segments, name)
    members = workspace.segment_counts(refreshed(invocation, workspace))[name]
    if as_json:
        print_json({"segment": name, "members": members})
    else:
        shown = number(members, invocation.language)
        print_line(say(invocation.language, "segment_count", name=name, count=shown))


@segments.command()
@click.argument("name")
@click.option(
    "-n",
    "--number",
    "limit",
    type=click.IntRange(1, 10_000),
    default=10,
    show_default=True,
    help="How many members.",
)
@click.option(
    "--show-personal",
    "--show-addresses",
    "show_personal",
    is_flag=True,
    help="Show personal data in full.",
)
@shared_options
@json_option
def sample(
    invocation: Invocation, name: str, *, limit: int, show_personal: bool, as_json: bool
) -> None:
    """Show the first members of a segment; personal data is masked."""
    workspace = open_work(invocation)
    _known(workspace.configuration.segments, name)
    columns, rows = workspace.segment_sample(name, refreshed(invocation, workspace), limit=limit)
    schema = workspace.configuration.schema
    personal = [
        a is not None and a.personal and not show_personal for a in map(schema.attribute, columns)
    ]
    shown = [
        [shown_value(value, personal=hidden) for value, hidden in zip(row, personal, strict=True)]
        for row in rows
    ]
    if as_json:
        print_json(
            {"segment": name, "members": [dict(zip(columns, row, strict=True)) for row in shown]}
        )
        return
    print_table([Heading(text=column) for column in columns], shown)
    if any(personal):
        print_line()
        print_line(say(invocation.language, "masked"), style="dim")


@segments.command()
@click.argument("name")
@shared_options
@json_option
def describe(invocation: Invocation, name: str, *, as_json: bool) -> None:
    """Say in a sentence who is in a segment; --language fr for French."""
    from segue.segments.describe import describe as sentence_of

    configuration = invocation.configuration()
    segment = _known(configuration.segments, name)
    sentence = sentence_of(segment, configuration.schema, invocation.language)
    if as_json:
        print_json({"segment": name, "language": invocation.language, "description": sentence})
    else:
        print_line(sentence)


def _list(invocation: Invocation, *, as_json: bool) -> None:
    workspace = open_work(invocation)
    declared = workspace.configuration.segments
    counts = workspace.segment_counts(refreshed(invocation, workspace)) if declared else {}
    if as_json:
        print_json(
            [
                {
                    "segment": name,
                    "label": segment.label,
                    "active": segment.active,
                    "members": counts[name],
                }
                for name, segment in declared.items()
            ]
        )
        return
    language = invocation.language
    if not declared:
        print_line(say(language, "segments_none"))
        return
    headings = [
        Heading(text=say(language, f"head_{key}"), is_number=key == "members")
        for key in ("segment", "label", "active", "members")
    ]
    print_table(
        headings,
        [
            [
                name,
                segment.label,
                say(language, "yes" if segment.active else "no"),
                number(counts[name], language),
            ]
            for name, segment in declared.items()
        ],
    )


def _known(declared: Mapping[str, Segment], name: str) -> Segment:
    from segue.configuration.findings import did_you_mean

    segment = declared.get(name)
    if segment is not None:
        return segment
    raise ConfigurationProblem(
        f"There is no segment `{name}`.",
        action=did_you_mean(name, declared),
        code="segment_unknown",
        context={"segment": name},
    )
