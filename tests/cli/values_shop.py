"""A shop whose columns a test writes: how values are read, compared, shown and sent by the real program. Not a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.program import AUDIENCE, Ended, Shop, open_shop

_FILE = """\
version: 1
time_zone: {zone}
sources:
  customers: {{type: csv, path: customers.csv}}
profiles:
  source: customers
  key: id
  attributes:
    email: {{column: email, type: email}}
{attributes}
segments:
  everybody: {{rules: {{attribute: email, is_blank: false}}}}
{segments}
connections:
  main: {{type: mailchimp, api_key: {{env: SEGUE_TEST_KEY}}, base_url: "{base_url}"}}
exports:
  news:
    connection: main
    audience: {audience}
    match: {{email: email, fields: {{{fields}}}}}
    segments: [everybody]
    consent: {{attested_by: Nadia, attested_on: 2026-01-01, statement: Sign-up form}}
    first_run: free
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesShop:
    """The shop at work: what is read of each person, who is in each segment, and what Mailchimp gets."""

    shop: Shop

    def segue(self, *arguments: str) -> Ended:
        """Run the program."""
        return self.shop.segue(*arguments)

    def read(self, attribute: str) -> list[str]:
        """Return an attribute's value of every person, as the program shows it."""
        found = self.segue("segments", "sample", "everybody", "--show-personal", "--json")
        assert found.code == 0, found.err
        return [member[attribute] for member in found.json["members"]]

    def members(self, segment: str) -> list[str]:
        """Return the keys of a segment's members."""
        found = self.segue("segments", "sample", segment, "--json")
        assert found.code == 0, found.err
        return [member["profile_key"] for member in found.json["members"]]

    def problems(self) -> list[tuple[str, str]]:
        """Return the column and kind of every value that was not read."""
        found = self.segue("profiles", "--problems", "--show-personal", "--json")
        assert found.code == 0, found.err
        return [(one["column"], one["kind"]) for one in found.json["problems"]]

    def sent(self) -> dict[str, dict[str, Any]]:
        """Run the export and return what Mailchimp then holds, by the part of the address before the sign @."""
        ran = self.segue("run", "--yes")
        assert ran.code == 0, ran.out + ran.err
        return {
            one.email.partition("@")[0]: dict(one.merge_fields)
            for one in self.shop.sandbox.members(AUDIENCE, status="subscribed")
        }


@contextmanager
def values_shop(
    folder: Path,
    columns: Mapping[str, list[str]],
    *,
    attributes: Mapping[str, str],
    segments: Mapping[str, str] | None = None,
    fields: Mapping[str, tuple[str, str]] | None = None,
    zone: str = "UTC",
) -> Iterator[ValuesShop]:
    """Open a shop of people p1, p2, …

    `columns` are their values by column, `attributes` and `segments` the YAML of each by name, `fields` maps a merge
    tag to its type and the attribute that feeds it.
    """
    with open_shop(folder) as shop:
        for tag, (kind, _attribute) in (fields or {}).items():
            shop.sandbox.add_merge_field(AUDIENCE, tag, kind)
        text = _FILE.format(
            zone=zone,
            attributes="\n".join(f"    {name}: {yaml}" for name, yaml in attributes.items()),
            segments="\n".join(
                f"  {name}: {{rules: {yaml}}}" for name, yaml in (segments or {}).items()
            ),
            base_url=shop.sandbox.base_url,
            audience=AUDIENCE,
            fields=", ".join(
                f"{tag}: {{attribute: {attribute}, type: {kind}}}"
                for tag, (kind, attribute) in (fields or {}).items()
            ),
        )
        (folder / "segue.yaml").write_text(text, encoding="utf-8")
        shop.write_customers(_csv(columns))
        yield ValuesShop(shop=shop)


def _csv(columns: Mapping[str, list[str]]) -> str:
    rows = zip(*columns.values(), strict=True)
    lines = [
        ",".join([str(number), f"p{number}@shop.example", *(_quoted(value) for value in row)])
        for number, row in enumerate(rows, start=1)
    ]
    return "\n".join([",".join(["id", "email", *columns]), *lines, ""])


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
