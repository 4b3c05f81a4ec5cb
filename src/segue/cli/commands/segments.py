"""`segue segments`: list, count, sample and describe segments over the current data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.messages import say
from segue.cli.terminal import Heading, print_json, print_line, print_table
from segue.cli.working import open_work, refreshed
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.profiles.schema import ProfileSchema
from segue.segments.rules import Segment
from segue.shown.masking import shown_value
from segue.words.amounts import number

if TYPE_CHECKING:
    from segue.cli.invocation import Language
    from segue.profiles.reading import Loss


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
    segment = _known(workspace.configuration.segments, name)
    snapshot = refreshed(invocation, workspace)
    members = workspace.segment_counts(snapshot)[name]
    losses = workspace.segment_losses(snapshot, [name])
    if as_json:
        print_json(_as_json({name: segment}, {name: members}, losses)[0])
        return
    shown = number(members, invocation.language)
    print_line(say(invocation.language, "segment_count", name=name, count=shown))
    _print_losses(invocation.language, losses)


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
    personal = _personal(workspace.configuration.schema, columns, rows)
    if show_personal:
        personal = [False] * len(columns)
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


def _personal(
    schema: ProfileSchema, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> list[bool]:
    """Return of each column whether it is personal data; the first one holds the keys."""
    from segue.profiles.personal import key_is_personal, looks_personal, personal_attributes

    look_personal = any(looks_personal(str(row[0])) for row in rows)
    hidden = personal_attributes(schema, schema.profiles)
    return [key_is_personal(schema) or look_personal, *(name in hidden for name in columns[1:])]


@segments.command()
@click.argument("name")
@shared_options
@json_option
def describe(invocation: Invocation, name: str, *, as_json: bool) -> None:
    """Say in a sentence who is in a segment; --language fr for French."""
    from segue.segments.describe import describe as sentence_of

    configuration = invocation.configuration()
    segment = _known(configuration.segments, name)
    labels = {one.name: one.label or one.name for one in configuration.segments.values()}
    sentence = sentence_of(segment, configuration.schema, invocation.language, labels=labels)
    if as_json:
        print_json({"segment": name, "language": invocation.language, "description": sentence})
    else:
        print_line(sentence)


def _list(invocation: Invocation, *, as_json: bool) -> None:
    workspace = open_work(invocation)
    declared = workspace.configuration.segments
    snapshot = refreshed(invocation, workspace) if declared else None
    counts = workspace.segment_counts(snapshot) if snapshot else {}
    losses = workspace.segment_losses(snapshot, list(declared)) if snapshot else {}
    if as_json:
        print_json(_as_json(declared, counts, losses))
        return
    language = invocation.language
    if not declared:
        print_line(say(language, "segments_none"))
        return
    _print_table(language, declared, counts, losses)
    _print_losses(language, losses)


def _print_table(
    language: Language,
    declared: Mapping[str, Segment],
    counts: Mapping[str, int],
    losses: Mapping[str, Sequence[Loss]],
) -> None:
    """Print a line for each segment; how it was read only where something was not."""
    keys = ("segment", "label", "active", "members", *(["reading"] if losses else []))
    rows = []
    for name, segment in declared.items():
        active = say(language, "yes" if segment.active else "no")
        reading = say(language, "reading_status") if name in losses else ""
        row = (name, segment.label, active, number(counts[name], language), reading)
        rows.append(row[: len(keys)])
    headings = [
        Heading(text=say(language, f"head_{key}"), is_number=key == "members") for key in keys
    ]
    print_table(headings, rows)


def _print_losses(language: Language, losses: Mapping[str, Sequence[Loss]]) -> None:
    """Print what could not be read of what the segments' members depend on."""
    from segue.cli.reading_text import segment_lines

    for line in segment_lines(losses, language):
        print_line(line, style="yellow")


def _as_json(
    declared: Mapping[str, Segment],
    counts: Mapping[str, int],
    losses: Mapping[str, Sequence[Loss]],
) -> list[dict[str, Any]]:
    from segue.shown.documents import segment_as_json

    return [
        segment_as_json(segment, members=counts[name], losses=losses.get(name, ()))
        for name, segment in declared.items()
    ]


def _known(declared: Mapping[str, Segment], name: str) -> Segment:
    from segue.segments.mistakes import did_you_mean

    segment = declared.get(name)
    if segment is not None:
        return segment
    raise ConfigurationProblem(
        said("There is no segment `%(name)s`.", name=name),
        action=did_you_mean(name, declared),
        code="segment_unknown",
        context={"segment": name},
    )
