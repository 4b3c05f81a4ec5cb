"""Who works at the shop. Their password is no secret: it opens nothing but a demonstration on this machine."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "kettle-and-leaves"  # noqa: S105
TIME_ZONE = "Europe/Paris"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who signs in; `role` is one of the product's."""

    name: str
    email: str
    role: str
    can: str


ALICE = Colleague(
    name="Alice", email="alice@larkspur.example", role="administrator", can="may do everything"
)
BOB = Colleague(
    name="Bob",
    email="bob@larkspur.example",
    role="contributor",
    can="sets up and runs exports",
)
VERA = Colleague(
    name="Vera", email="vera@larkspur.example", role="viewer", can="sees, and changes nothing"
)
COLLEAGUES = (ALICE, BOB, VERA)
