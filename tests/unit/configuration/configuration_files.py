"""A small correct segue.yaml, and how the tests of this folder change and read it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from segue.configuration import Configuration, load
from segue.core.errors import ConfigurationProblem, Mistake

CORRECT = """\
version: 1
time_zone: Europe/Paris
home: .segue
sources:
  customers: {type: csv, path: customers.csv, separator: ";", encoding: latin-1}
  orders: {type: sqlite, path: shop.sqlite, table: Order}
  shops: {type: parquet, path: shops.parquet}
profiles:
  source: customers
  key: Id
  joins:
    - {source: shops, name: shop, on: {ShopId: Id}}
  attributes:
    email: {column: Email, type: email}
    second: {column: Email2, type: email}
    first_name: {column: First, personal: true}
    country: Country
    signup: {column: Since, type: date, formats: ["%d/%m/%Y"]}
    spent: {column: Spent, type: decimal, decimal_mark: ",", thousands_mark: "."}
    agreed: {column: Ok, type: boolean}
    shop_city: shop.City
related:
  orders:
    source: orders
    profile_key: CustomerId
    attributes:
      total: {column: Total, type: decimal}
      placed: {column: PlacedAt, type: timestamp}
segments:
  french: {label: French, rules: {attribute: country, is: France}}
  spenders:
    label: Spenders
    rules:
      all:
        - {attribute: spent, at_least: 20.50}
        - {related: orders, count: true, more_than: 3}
connections:
  main: {type: mailchimp, api_key: {env: MAILCHIMP_API_KEY}, contact_limit: 5000}
exports:
  news:
    connection: main
    audience: a1b2c3d4e5
    match:
      email: email
      fields:
        FNAME: first_name
        SPENT: {attribute: spent, type: number, create: true}
    segments: [french, {segment: spenders, tag: Big}]
    tag: "{label}"
    winner: {newest_by: signup}
    consent: {attribute: agreed}
    new_contacts: subscribed
    brakes: {removal_share: 0.3}
"""

MARK = "¦"
"""Stands before the character at which a mistake is expected; it is taken out before the text is read."""


def read(text: str, folder: Path, environment: Mapping[str, str] | None = None) -> Configuration:
    """Load a text as if it were the file segue.yaml in `folder`."""
    file = folder / "segue.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file, environment=environment or {})


def mistakes_in(
    text: str, folder: Path, environment: Mapping[str, str] | None = None
) -> tuple[Mistake, ...]:
    """Return the mistakes of a text that must have some."""
    with pytest.raises(ConfigurationProblem) as caught:
        read(text, folder, environment)
    return caught.value.mistakes


def changed(old: str, new: str) -> str:
    """Return the correct text with its only `old` replaced."""
    assert CORRECT.count(old) == 1, f"{old!r} is {CORRECT.count(old)} times in the text"
    return CORRECT.replace(old, new)


def marked_place(text: str) -> tuple[str, int, int]:
    """Return the text without its mark, and the mark's line and column, counted from 1."""
    before, mark, after = text.partition(MARK)
    assert mark, "the text has no mark"
    return before + after, before.count("\n") + 1, len(before) - before.rfind("\n")
