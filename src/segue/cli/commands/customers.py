"""`segue customers`: find customers by key, address or name, and show what is known of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from segue.cli.invocation import Invocation, json_option, shared_options
from segue.cli.messages import say
from segue.cli.terminal import Heading, print_json, print_line, print_table
from segue.cli.working import open_work, refreshed
from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.core.texts import encodable
from segue.profiles.schema import PROFILE_KEY, Attribute, AttributeType, Table
from segue.shown.masking import shown_address, shown_value
from segue.words.amounts import number
from segue.words.plans import skip_words

if TYPE_CHECKING:
    from segue.service.contacts_kept import InAudience
    from segue.service.customers import Customer, Event, InOrOut, Judged
    from segue.service.exports import Workspace
    from segue.shown.customers import Masking

_SHOW_PERSONAL = click.option(
    "--show-personal",
    "--show-addresses",
    "show_personal",
    is_flag=True,
    help="Show personal data in full.",
)


@click.group()
def customers() -> None:
    """Find customers, and show why one is in a segment or not and what the audiences hold."""


@customers.command()
@click.argument("text")
@_SHOW_PERSONAL
@shared_options
@json_option
def find(invocation: Invocation, text: str, *, show_personal: bool, as_json: bool) -> None:
    """Find customers by a whole key, a whole address, or parts of a name; personal data is masked."""
    from segue.service.customers import find_customers
    from segue.shown.customers import Masking

    workspace = open_work(invocation)
    schema, snapshot = workspace.configuration.schema, refreshed(invocation, workspace)
    masking = Masking(schema, in_full=show_personal)
    found = find_customers(workspace, snapshot, text)
    attributes = schema.profiles.attributes
    rows = [
        [
            masking.key(one[PROFILE_KEY]),
            *(_value(attribute, one[attribute.name], masking) for attribute in attributes),
        ]
        for one in found.customers
    ]
    columns = [PROFILE_KEY, *(one.name for one in attributes)]
    if as_json:
        listed = [dict(zip(columns, row, strict=True)) for row in rows]
        print_json({"customers": listed, "more": found.is_cut})
        return
    if not rows:
        print_line(say(invocation.language, "customers_none"))
        return
    print_table([Heading(text=column) for column in columns], rows)
    if found.is_cut:
        print_line(say(invocation.language, "customers_more"))
    if not show_personal:
        print_line(say(invocation.language, "masked"), style="dim")


@customers.command()
@click.argument("key")
@_SHOW_PERSONAL
@shared_options
@json_option
def show(invocation: Invocation, key: str, *, show_personal: bool, as_json: bool) -> None:
    """Show what is known of the customer with a key: segments and why, audiences, related rows; personal data is masked."""
    from segue.service.contacts_kept import audiences_of
    from segue.service.customers import customer_of
    from segue.shown.customers import Masking

    workspace = open_work(invocation)
    snapshot, now = refreshed(invocation, workspace), workspace.now()
    found = customer_of(workspace, snapshot, _typed(workspace, key), now=now)
    if found is None:
        raise ConfigurationProblem(
            said("There is no customer with this key."),
            action="Look for one: segue customers find",
            code="customer_unknown",
        )
    audiences = audiences_of(workspace, found, _exports(workspace), now=now)
    teller = _Teller(found, Masking(found.schema, in_full=show_personal), invocation.language)
    told = teller.told(audiences)
    if as_json:
        print_json(told)
        return
    teller.print(told)
    if not show_personal:
        print_line(say(invocation.language, "masked"), style="dim")


def _typed(workspace: Workspace, key: str) -> object:
    """Return a key as the profiles have it: as a whole number where they do."""
    kind = workspace.configuration.schema.profiles.key_type
    is_number = re.fullmatch(r"\s*-?[0-9]{1,19}\s*", key) is not None
    return int(key) if kind is AttributeType.INTEGER and is_number else encodable(key)


def _exports(workspace: Workspace) -> Iterator[tuple[str, Any]]:
    """Yield each export with the id of its account: of what is kept of its audience in every account."""
    from segue.service.places import audience_folders

    for export in workspace.configuration.exports.values():
        folders = audience_folders(workspace.configuration.home, export.audience_id)
        for folder in folders:
            yield folder.name.rpartition("-")[0], export
        if not folders:
            yield "", export


def _value(
    attribute: Attribute, value: object, masking: Masking, table: Table | None = None
) -> str:
    return shown_value(value, personal=masking.hides(attribute, table))


class _Teller:
    """Says what is known of one customer, as values and as lines."""

    def __init__(self, customer: Customer, masking: Masking, language: str) -> None:
        self._customer, self._masking, self._language = customer, masking, language
        self._labels = {
            one.segment.name: one.segment.label or one.segment.name for one in customer.segments
        }

    def told(self, audiences: Sequence[InAudience]) -> dict[str, Any]:
        """Return everything as it stands in JSON."""
        customer, schema = self._customer, self._customer.schema
        measures = [one.attribute for one in schema.measures.values()]
        return {
            "profile_key": self._masking.key(customer.key),
            "attributes": self._values(schema.profiles.attributes),
            "measures": self._values(measures),
            "segments": [self._segment(one) for one in customer.segments],
            "audiences": [self._audience(one) for one in audiences],
            "events": [self._event(one) for one in customer.events],
            "more_events": customer.more_events,
        }

    def print(self, told: dict[str, Any]) -> None:
        """Print it for people."""
        language = self._language
        print_line(say(language, "customer_key", profile=told["profile_key"]))
        headings = [Heading(text=say(language, f"head_{key}")) for key in ("attribute", "value")]
        print_table(headings, [[*one] for one in (told["attributes"] | told["measures"]).items()])
        for one in told["segments"]:
            key = "customer_in" if one["member"] else "customer_not_in"
            print_line(say(language, key, name=one["label"]))
            for line in one["lines"]:
                holds = say(language, "yes" if line["holds"] else "no")
                seen = ", ".join([*line["values"], *self._rows(line["rows"])])
                beside = f" ({seen})" if seen else ""
                told_of = say(language, "told_of", what=holds, told=line["text"])
                print_line(f"{'  ' * (line['depth'] + 1)}{told_of}{beside}")
        for one in told["audiences"]:
            self._print_audience(one)
        for one in told["events"]:
            values = ", ".join(
                say(language, "told_of", what=name, told=value)
                for name, value in one["values"].items()
            )
            print_line(f"{one['at'] or '–'}  {one['table']}  {values}")
        if told["more_events"]:
            print_line(
                say(language, "customer_more_rows", count=number(told["more_events"], language))
            )

    def _print_audience(self, told: dict[str, Any]) -> None:
        language, status = self._language, told["status"] or "–"
        print_line(say(language, "customer_audience", audience=told["audience_id"], status=status))
        for one in told["exports"]:
            tags = ", ".join(one["tags"]) or "–"
            print_line("  " + say(language, "customer_export", name=one["export"], tags=tags))
            for reason in one["left_out"]:
                words = skip_words(_skip(reason), language)
                print_line("    " + say(language, "customer_left_out", reason=words))
        for one in told["runs"]:
            print_line("  " + say(language, "told_of", what=one["run"], told=one["fate"]))

    def _rows(self, count: int | None) -> list[str]:
        if count is None:
            return []
        return [say(self._language, "customer_rows", count=number(count, self._language))]

    def _values(self, attributes: Sequence[Attribute]) -> dict[str, str]:
        values = self._customer.values
        return {one.name: _value(one, values[one.name], self._masking) for one in attributes}

    def _segment(self, found: InOrOut) -> dict[str, Any]:
        return {
            "segment": found.segment.name,
            "label": self._labels[found.segment.name],
            "active": found.segment.active,
            "member": found.is_member,
            "lines": [self._line(one) for one in found.lines],
        }

    def _line(self, judged: Judged) -> dict[str, Any]:
        from segue.shown.customers import line_words

        schema, labels = self._customer.schema, self._labels
        values = [*judged.values, *([judged.computed] if judged.computed else [])]
        return {
            "depth": judged.line.depth,
            "holds": judged.holds,
            "text": line_words(judged.line, schema, self._language, labels=labels),
            "values": [_value(one, value, self._masking) for one, value in values],
            "rows": judged.rows,
        }

    def _audience(self, found: InAudience) -> dict[str, Any]:
        owned = {one.export: one for one in found.kept.owned}
        return {
            "audience_id": found.audience_id,
            "address": shown_address(found.address, in_full=self._masking.in_full),
            "status": found.kept.status.value if found.kept.status else None,
            "exports": [
                {
                    "export": one.name,
                    "segments": [*one.segments],
                    "tags": [*owned[one.name].tags] if one.name in owned else [],
                    "left_out": [skip.name.lower() for skip in one.obstacles],
                }
                for one in found.exports
            ],
            "runs": [
                {
                    "run": one.run_id,
                    "export": one.export,
                    "fate": one.fate.value,
                    "reason": one.why.reason.value if one.why else None,
                    "tags_added": [*one.tags_added],
                    "tags_removed": [*one.tags_removed],
                }
                for one in found.kept.runs
            ],
        }

    def _event(self, event: Event) -> dict[str, Any]:
        at = [one for one, value in event.values if value is event.at]
        return {
            "table": event.table.name,
            "at": _value(at[0], event.at, self._masking, event.table) if at else None,
            "values": {
                one.name: _value(one, value, self._masking, event.table)
                for one, value in event.values
                if value is not event.at
            },
        }


def _skip(code: str) -> Any:
    from segue.sync.kinds import Skip

    return Skip[code.upper()]
