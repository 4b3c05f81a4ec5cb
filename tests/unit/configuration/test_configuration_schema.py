"""The published JSON Schema is the truth about structure: valid, described, and agreeing with parser and program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from segue.configuration.document import parse
from segue.configuration.structure import published_schema
from segue.profiles.schema import AttributeType
from segue.segments.parse import _KEYS
from segue.sync.contact_fields import BESIDE, MERGE_TYPES
from segue.sync.export import OPTIONS, Brakes, NewStatus
from tests.unit.configuration.configuration_files import CORRECT, read

EVERYTHING = """\
version: 1
time_zone: Europe/Paris
home: .segue
sources:
  customers: {type: sqlite, path: shop.sqlite, table: Customer}
  invoices: {type: sqlite, path: shop.sqlite, table: Invoice}
  lines: {type: sqlite, path: shop.sqlite, table: InvoiceLine}
  tracks: {type: sqlite, path: shop.sqlite, table: Track}
  genres: {type: sqlite, path: shop.sqlite, table: Genre}
  employees: {type: csv, path: data/*.csv, separator: ";", encoding: latin-1, quote: '"', null_values: ["NULL", "n/a"]}
  other_parquet: {type: parquet, path: data/x.parquet}
  other_json: {type: json, path: data/x.jsonl}
  other_server: {type: postgresql, dsn: {env: SHOP_DATABASE_URL}, table: public.customer}
profiles:
  source: customers
  label: Customers
  key: {column: CustomerId, type: integer}
  joins:
    - {source: employees, name: rep, on: {SupportRepId: EmployeeId}}
  attributes:
    email: {column: Email, type: email, label: Address}
    first_name: {column: FirstName, type: text, personal: true}
    last_name: LastName
    street: Address
    city: City
    state: State
    zip: PostalCode
    country: Country
    rep_name: {column: rep.LastName, type: text}
    opted_in: {column: OptedIn, type: boolean}
    signup: {column: SignedUp, type: date, formats: ["%d/%m/%Y"]}
    seen: {column: Seen, type: timestamp, time_zone: UTC}
    spent: {column: Spent, type: decimal, decimal_mark: ",", thousands_mark: ".", scale: 2}
related:
  invoices:
    source: invoices
    label: Invoices
    profile_key: CustomerId
    attributes:
      date: {column: InvoiceDate, type: timestamp}
      total: {column: Total, type: decimal}
  purchases:
    source: lines
    joins:
      - {source: invoices, on: {InvoiceId: InvoiceId}}
      - {source: tracks, on: {TrackId: TrackId}}
      - {source: genres, on: {tracks.GenreId: GenreId}}
    profile_key: invoices.CustomerId
    attributes:
      genre: genres.Name
      quantity: {column: Quantity, type: integer}
      date: {column: invoices.InvoiceDate, type: timestamp}
segments:
  big_spenders:
    label: Big spenders
    active: true
    rules:
      all:
        - {attribute: country, any_of: [France, Germany], ignore_case: true}
        - not: {attribute: first_name, starts_with: Z}
        - {attribute: signup, within_last: {days: 90}}
        - {attribute: signup, within_next: {weeks: 2}}
        - {attribute: signup, month_of: [3, 4]}
        - {attribute: spent, between: [10, 20.50]}
        - {attribute: country, is_blank: false}
        - {related: invoices, sum: total, at_least: 40, where: {attribute: date, after: "2010-01-01"}}
        - {related: invoices, count: true, more_than: 3}
        - {related: purchases, exists: true, where: {attribute: genre, is: Jazz}}
        - {related: invoices, max: date, within_last: {months: 6}}
        - {related: invoices, last: total, by: date, at_least: 5}
  not_in_france:
    rules: {except: [{segment: big_spenders}, {attribute: country, is: France}]}
connections:
  main:
    type: mailchimp
    label: Mailchimp production
    api_key: {env: MAILCHIMP_API_KEY}
    base_url: http://127.0.0.1:8765/3.0
    honours_status_if_new: true
    contact_limit: 100000
  other: {type: mailchimp, access_token: {file: token.txt}}
exports:
  newsletter:
    connection: main
    audience: abc123def4
    match:
      email: email
      fields:
        FNAME: first_name
        LNAME: {attribute: last_name}
        SPENT: {attribute: spent, type: number, create: true, name: Spent, blanks: clear}
        ADDRESS: {type: address, parts: {addr1: street, city: city, state: state, zip: zip, country: country}}
    segments: [big_spenders, {segment: not_in_france, tag: "Elsewhere"}]
    tag: "{label}"
    winner: {newest_by: signup}
    consent: {attribute: opted_in}
    new_contacts: subscribed
    profile_limit: 1000000
    brakes: {removal_share: 0.2, removal_least: 10, shrink_share: 0.5, shrink_least: 10, growth_share: 1.0, growth_least: 1000, move_share: 0.2, move_least: 10, wipe_share: 0.2, wipe_least: 10, change_share: 0.5, change_least: 10, unread_share: 0.2, unread_least: 10, guard_share: 0.2, guard_least: 10, stale_after_days: 7}
    first_run: free
    leftovers: remove
    was: older
"""


def _parts(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield path, schema
        for key, value in schema.items():
            yield from _parts(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from _parts(value, f"{path}/{index}")


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(published_schema())


def test_every_setting_is_described_for_editors() -> None:
    silent = [
        f"{path}/{name}"
        for path, part in _parts(published_schema())
        if "properties" in part
        and "rule" not in path
        and "period" not in path
        and "/if" not in path
        for name, setting in part["properties"].items()
        if isinstance(setting, dict) and "$ref" not in setting and "description" not in setting
    ]

    assert silent == []


def test_the_schema_accepts_what_the_program_accepts(tmp_path: Path) -> None:
    validator = Draft202012Validator(published_schema())

    for text in (CORRECT, EVERYTHING):
        read(text, tmp_path, {"SHOP_DATABASE_URL": "host=db"})

        assert [e.message for e in validator.iter_errors(parse(text).value)] == []


def test_the_whole_example_gives_everything_it_declares(tmp_path: Path) -> None:
    configuration = read(EVERYTHING, tmp_path, {"SHOP_DATABASE_URL": "host=db"})

    assert len(configuration.sources) == 9
    assert [a.name for a in configuration.schema.related["purchases"].attributes] == [
        "genre",
        "quantity",
        "date",
    ]
    assert list(configuration.segments) == ["big_spenders", "not_in_france"]
    assert configuration.connections["main"].base_url == "http://127.0.0.1:8765/3.0"
    assert configuration.exports["newsletter"].brakes == Brakes(stale_after_days=7)


def test_the_rules_of_the_schema_are_those_of_the_parser() -> None:
    keys = {key for allowed in _KEYS.values() for key in allowed}

    assert set(published_schema()["$defs"]["rule"]["properties"]) == keys


@pytest.mark.parametrize(
    ("definition", "setting", "words"),
    [
        ("attribute", "type", AttributeType),
        ("field", "type", MERGE_TYPES),
        ("export", "new_contacts", NewStatus),
        *(("export", name, words) for name, words in OPTIONS.items()),
    ],
)
def test_the_words_of_the_schema_are_those_of_the_program(
    definition: str, setting: str, words: Iterable[StrEnum]
) -> None:
    allowed = published_schema()["$defs"][definition]["properties"][setting]["enum"]

    assert sorted(allowed) == sorted(word.value for word in words)


def test_the_brakes_of_the_schema_are_those_of_the_program() -> None:
    properties = published_schema()["$defs"]["export"]["properties"]["brakes"]["properties"]

    assert set(properties) == set(Brakes.__dataclass_fields__)


def test_the_schema_has_what_a_contact_holds_beside_merge_fields() -> None:
    matched = published_schema()["$defs"]["export"]["properties"]["match"]["properties"]

    assert set(matched) - {"email", "blanks", "fields"} == {one.key for one in BESIDE}
