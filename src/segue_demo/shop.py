"""The shop of the demonstration: its customers, its files, its configuration, and the audience at the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from shlex import quote

from mailchimp_sandbox.remote import RemoteSandbox
from mailchimp_sandbox.views import MemberView
from segue_demo.configuration_text import configuration_text
from segue_demo.files import AUDIENCE, write_audience, write_customers, write_orders
from segue_demo.folder import DemoFolder
from segue_demo.people import Customer, Population

SEED = 20_261_123


@dataclass(slots=True, kw_only=True)
class Shop:
    """A shop with its files; `customers` change from week to week."""

    folder: DemoFolder
    chance: Random
    population: Population
    customers: list[Customer]
    orders: int
    known: int


def opened(folder: DemoFolder, people: int, *, today: date) -> Shop:
    """Open the shop: make its customers and orders, and write all files but the configuration."""
    chance = Random(SEED)  # noqa: S311 - the same story each time
    population = Population(chance, today=today)
    customers = population.customers(people)
    write_customers(folder.customers, customers)
    orders = write_orders(folder.till, population.orders(customers))
    known = write_audience(folder.audience, customers, chance)
    return Shop(
        folder=folder,
        chance=chance,
        population=population,
        customers=customers,
        orders=orders,
        known=known,
    )


def write_configuration(folder: DemoFolder, *, base_url: str, today: date) -> None:
    """Write segue.yaml once the sandbox's address is known."""
    text = configuration_text(
        base_url=base_url, audience=AUDIENCE, path=quote(str(folder.configuration)), today=today
    )
    folder.configuration.write_text(text, encoding="utf-8")


class AtMailchimp:
    """What the sandbox holds and has counted, as a person would see it."""

    def __init__(self, sandbox: RemoteSandbox) -> None:
        self.sandbox = sandbox

    def members(self) -> dict[str, MemberView]:
        """Return all contacts by address."""
        return {member.email.lower(): member for member in self.sandbox.members(AUDIENCE)}

    def statuses(self) -> dict[str, int]:
        """Return how many contacts have each status."""
        audience = next(
            one for one in self.sandbox.state()["audiences"] if one["list_id"] == AUDIENCE
        )
        return dict(audience["statuses"])

    def tagged(self, tag: str) -> int:
        """Return how many contacts carry a tag."""
        audience = next(
            one for one in self.sandbox.state()["audiences"] if one["list_id"] == AUDIENCE
        )
        return int(audience["tags"].get(tag, 0))

    def start_counting(self) -> None:
        """Forget the calls so far."""
        self.sandbox.act("reset_calls")

    def calls(self) -> tuple[int, int]:
        """Return how many calls there were, and how many of them wrote."""
        counts = self.sandbox.call_counts()
        writing = sum(count for call, count in counts.items() if not call.startswith("GET "))
        return sum(counts.values()), writing

    def act(self, action: str, address: str, **arguments: str) -> None:
        """Do something to a contact as the contact or a colleague would, without our knowledge."""
        self.sandbox.act(action, list_id=AUDIENCE, email=address, **arguments)
