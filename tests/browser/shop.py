"""The shop of the browser tests: its customers, its segue.yaml, its audience at Mailchimp, and what an export makes of them.

Six people have a name and a story (tests/cast.py); the others are numbered, so that every number here can be checked by
hand: 1,100 in Lyon, of whom every fourth is a VIP, every tenth did not agree, and every hundredth has no usable address.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mailchimp_sandbox.remote import RemoteSandbox
from mailchimp_sandbox.views import MemberView
from tests.cast import CONTACTS, EMILE, EMILE_AS_TYPED, NADIA, OMAR, PIA, QUENTIN, ROSA, CastContact

AUDIENCE_ID = "f00dca5e01"
AUDIENCE_NAME = "Newsletter"
OTHER_AUDIENCE_ID = "f00dca5e02"
OTHER_AUDIENCE_NAME = "Paris"
COLLEAGUES_TAG = "Trade fair"

IN_LYON = 1_100
NEW_CONTACTS = 1_100 - 110 - 11
"""Of 1,100 in Lyon 110 did not agree and 11, who did, have no usable address."""

IN_PARIS = 12_000
"""More than two dozen calls: Segue has at most nine under way at once, of 500 people each."""

DEFINITION = """\
version: 1
sources:
  customers: {type: csv, path: customers.csv}
profiles:
  source: customers
  key: id
  attributes:
    email: {column: email, type: email, label: E-mail address, personal: true}
    first_name: {column: first_name, personal: true}
    last_name: {column: last_name, personal: true}
    city: city
    vip: {column: vip, type: boolean}
    newsletter: {column: newsletter, type: boolean, label: Agreed to the newsletter}
segments:
  lyon:
    label: Lyon
    rules: {attribute: city, is: Lyon}
  paris:
    label: Paris
    rules: {attribute: city, is: Paris}
  vip:
    label: VIP
    rules: {attribute: vip, is: true}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One line of the shop's customer list."""

    id: int
    email: str
    first_name: str
    last_name: str
    city: str
    vip: str
    newsletter: str


def customers() -> Iterator[Customer]:
    """Yield everybody: the cast, then Lyon, then Paris."""
    yield from (_of_cast(number, one) for number, one in enumerate(CONTACTS, start=1))
    yield from (_in_lyon(number) for number in range(IN_LYON))
    yield from (_in_paris(number) for number in range(IN_PARIS))


def write_files(folder: Path, people: Iterable[Customer]) -> Path:
    """Write the customer list and the definition; returns the definition's file."""
    with (folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Customer.__dataclass_fields__)
        writer.writerows([getattr(one, name) for name in one.__slots__] for one in people)
    definition = folder / "segue.yaml"
    definition.write_text(DEFINITION, encoding="utf-8")
    return definition


def fill_audiences(mailchimp: RemoteSandbox) -> None:
    """Make the audiences as the shop's colleagues left them: each of the cast in their status, nobody else."""
    for list_id, name in ((AUDIENCE_ID, AUDIENCE_NAME), (OTHER_AUDIENCE_ID, OTHER_AUDIENCE_NAME)):
        mailchimp.act("add_audience", list_id=list_id, name=name)
    for one in CONTACTS:
        tags = [COLLEAGUES_TAG] if one is NADIA else []
        mailchimp.act(
            "add_contact", list_id=AUDIENCE_ID, email=one.email, status=one.status, tags=tags
        )


def expected(*, new: bool) -> list[MemberView]:
    """Return the audience after a run of Lyon and VIP: who had left stays as they were, all others carry their tags.

    `new`: all of Lyon came to the shop, not the cast alone.
    """
    left = [MemberView(email=one.email, status=one.status) for one in (OMAR, QUENTIN, ROSA)]
    known = [
        _contact(NADIA.email, NADIA, "subscribed", {"Lyon", "VIP", COLLEAGUES_TAG}),
        _contact(PIA.email, PIA, "pending", {"Lyon", "VIP"}),
        _contact(EMILE.email, EMILE, "subscribed", {"Lyon", "VIP"}),
    ]
    added = [
        _contact(one.email, one, "subscribed", {"Lyon", "VIP"} if one.vip == "yes" else {"Lyon"})
        for one in map(_in_lyon, range(IN_LYON if new else 0))
        if one.newsletter == "yes" and "@" in one.email
    ]
    return sorted([*left, *known, *added], key=lambda view: view.email.lower())


def _contact(email: str, names: CastContact | Customer, status: str, tags: set[str]) -> MemberView:
    fields = {"FNAME": names.first_name, "LNAME": names.last_name}
    return MemberView(email=email, status=status, tags=frozenset(tags), merge_fields=fields)


def _of_cast(number: int, one: CastContact) -> Customer:
    return Customer(
        id=number,
        email=EMILE_AS_TYPED if one is EMILE else one.email,
        first_name=one.first_name,
        last_name=one.last_name,
        city="Lyon",
        vip="yes",
        newsletter="yes",
    )


def _in_lyon(number: int) -> Customer:
    return Customer(
        id=1_000 + number,
        email="none" if number % 100 == 1 else f"lyon{number:04}@shop.example",
        first_name=f"Léa {number}",
        last_name="Martin",
        city="Lyon",
        vip="yes" if number % 4 == 0 else "no",
        newsletter="no" if number % 10 == 0 else "yes",
    )


def _in_paris(number: int) -> Customer:
    return Customer(
        id=10_000 + number,
        email=f"paris{number:05}@shop.example",
        first_name=f"Paul {number}",
        last_name="Bernard",
        city="Paris",
        vip="no",
        newsletter="yes",
    )
