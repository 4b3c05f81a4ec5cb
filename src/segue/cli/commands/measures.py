"""`segue measures`: list the measures, and show how one lies over the customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.messages import say
from segue.cli.terminal import Heading, print_json, print_line, print_table
from segue.cli.working import open_work, refreshed
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.profiles.schema import ProfileSchema
from segue.segments.measures import Measure, measures_of
from segue.shown.masking import shown_value
from segue.words.amounts import number

if TYPE_CHECKING:
    from segue.cli.invocation import Language
    from segue.service.distribution import Preview


@click.group(invoke_without_command=True)
@shared_options
@json_option
@click.pass_context
def measures(ctx: click.Context, invocation: Invocation, *, as_json: bool) -> None:
    """List the measures with what each of them is, or show how one lies over the customers."""
    if ctx.invoked_subcommand is None:
        _list(invocation, as_json=as_json)


@measures.command("list")
@shared_options
@json_option
def list_all(invocation: Invocation, *, as_json: bool) -> None:
    """List the measures with what each of them is, as `segue measures` alone does."""
    _list(invocation, as_json=as_json)


@measures.command()
@click.argument("name")
@shared_options
@json_option
def show(invocation: Invocation, name: str, *, as_json: bool) -> None:
    """Show of a measure how many customers have a value, the least, the middle and the most, and a few of them."""
    from segue.service.distribution import preview

    workspace = open_work(invocation)
    schema = workspace.configuration.schema
    measure = _known(measures_of(schema), name)
    snapshot = refreshed(invocation, workspace)
    found = preview(workspace, snapshot, measure, now=workspace.now())
    told = _told(measure, schema, invocation.language)
    if as_json:
        print_json({**told, **_as_json(found)})
        return
    title = {"what": told["label"], "told": told["description"]}
    print_line(say(invocation.language, "told_of", **title))
    _print(found, invocation.language)


def _list(invocation: Invocation, *, as_json: bool) -> None:
    schema, language = invocation.configuration().schema, invocation.language
    found = [_told(one, schema, language) for one in measures_of(schema).values()]
    if as_json:
        print_json(found)
    elif not found:
        print_line(say(language, "measures_none"))
    else:
        keys = ("measure", "label", "type", "description")
        headings = [Heading(text=say(language, f"head_{key}")) for key in keys]
        print_table(headings, [[str(one[key]) for key in keys] for one in found])


def _told(measure: Measure, schema: ProfileSchema, language: Language) -> dict[str, Any]:
    from segue.segments.describe import describe_measure

    return {
        "measure": measure.name,
        "label": measure.attribute.label or measure.name,
        "type": str(measure.attribute.type),
        "description": describe_measure(measure, schema, language),
    }


def _print(found: Preview, language: Language) -> None:
    people = {
        "people": number(found.people, language),
        "profiles": number(found.profiles, language),
    }
    print_line(say(language, "measure_people", **people))
    if not found.people:
        return
    values = {name: _shown(found, getattr(found, name)) for name in ("least", "median", "most")}
    print_line(say(language, "measure_values", **values))
    bars = [
        [_shown(found, bar.first), _shown(found, bar.end), number(bar.people, language)]
        for bar in found.bars
    ]
    print_table(
        [
            Heading(text=say(language, "head_from"), is_number=True),
            Heading(text=say(language, "head_to"), is_number=True),
            Heading(text=say(language, "head_people"), is_number=True),
        ],
        bars,
    )
    keys = ("key", "value")
    print_table([Heading(text=say(language, f"head_{key}")) for key in keys], _samples(found))


def _as_json(found: Preview) -> dict[str, Any]:
    return {
        "profiles": found.profiles,
        "people": found.people,
        **{name: _shown(found, getattr(found, name)) for name in ("least", "median", "most")},
        "bars": [
            {"from": _shown(found, one.first), "to": _shown(found, one.end), "people": one.people}
            for one in found.bars
        ],
        "samples": [{"key": key, "value": value} for key, value in _samples(found)],
    }


def _samples(found: Preview) -> list[tuple[str, str]]:
    return [(key, _shown(found, value)) for key, value in found.samples]


def _shown(found: Preview, value: object) -> str:
    return shown_value(value, personal=found.is_personal)


def _known(declared: Mapping[str, Measure], name: str) -> Measure:
    from segue.segments.mistakes import did_you_mean

    measure = declared.get(name)
    if measure is not None:
        return measure
    raise ConfigurationProblem(
        said("There is no measure `%(name)s`.", name=name),
        action=did_you_mean(name, declared),
        code="measure_unknown",
        context={"measure": name},
    )
