"""The fixed cast that every test uses: the people who work with Segue and the contacts they write to. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who works with Segue; `role` is None for a stranger."""

    name: str
    email: str
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CastContact:
    """A contact as the test's audience holds them at the start; `email` is the canonical form."""

    email: str
    first_name: str
    last_name: str
    status: str


ALICE = Person(name="Alice", email="alice@office.example", role="administrator")
BOB = Person(name="Bob", email="bob@office.example", role="contributor")
VERA = Person(name="Vera", email="vera@office.example", role="viewer")
CHARLIE = Person(name="Charlie", email="charlie@elsewhere.example", role=None)

NADIA = CastContact(
    email="nadia@shop.example", first_name="Nadia", last_name="Haddad", status="subscribed"
)
OMAR = CastContact(
    email="omar@shop.example", first_name="Omar", last_name="Benali", status="unsubscribed"
)
PIA = CastContact(
    email="pia@shop.example", first_name="Pia", last_name="Lindqvist", status="pending"
)
QUENTIN = CastContact(
    email="quentin@shop.example", first_name="Quentin", last_name="Marchal", status="cleaned"
)
ROSA = CastContact(
    email="rosa@shop.example", first_name="Rosa", last_name="Iglesias", status="archived"
)
EMILE = CastContact(
    email="emile@shop.example", first_name="Émile", last_name="Château-Renard", status="subscribed"
)
EMILE_AS_TYPED = "  Emile@SHOP.example "
"""How Émile typed his address: capitals and blanks around it, the same contact all the same."""

PEOPLE = (ALICE, BOB, VERA, CHARLIE)
CONTACTS = (NADIA, OMAR, PIA, QUENTIN, ROSA, EMILE)
