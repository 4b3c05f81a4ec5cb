"""Make believable customers and orders from a seed. Values only; files are written elsewhere.

Of a hundred customers about four have no usable address, one signed up twice with other capitals, sixteen gave no
consent; names carry the accents of nine regions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from segue_demo.names import REGIONS, Region, plain

DAYS = 730
"""Orders and registrations lie within the last two years."""

CATEGORIES = ("tea", "books", "garden", "kitchen", "toys")
_HABITS = (10, 30, 20, 25, 15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One line of the shop's customer list, as the shop wrote it: texts may be wrong."""

    id: int
    email: str
    first_name: str
    last_name: str
    language: str
    country: str
    city: str
    birthday: str
    signed_up: str
    newsletter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order of the shop's till."""

    id: int
    customer_id: int
    placed_at: datetime
    category: str
    status: str
    total: Decimal


class Population:
    """Makes customers one after another, so that later ones fit the earlier ones; `today` may move on between them."""

    def __init__(self, chance: Random, *, today: date) -> None:
        self._chance = chance
        self.today = today
        self._taken: set[str] = set()
        self._next_id = 1001
        self._next_order = 1

    def customers_of(self, domain: str, number: int) -> list[Customer]:
        """Make customers with good addresses at a provider who sign up today and agree to the newsletter."""
        made = [self._customer(days=1) for _ in range(number)]
        today = _french(self.today)
        return [
            replace(
                one,
                email=self.address(one.first_name, one.last_name, domain),
                newsletter="yes",
                signed_up=today,
            )
            for one in made
        ]

    def customers(self, number: int, *, days: int = DAYS) -> list[Customer]:
        """Make customers who signed up within the last `days` days."""
        found: list[Customer] = []
        for _ in range(number):
            if found and self._chance.random() < 0.01:
                found.append(self._again(self._chance.choice(found)))
            else:
                found.append(self._customer(days))
        return found

    def orders(self, customers: Sequence[Customer]) -> Iterator[Order]:
        """Make every customer's orders; a third order rarely or never, a few nearly every week."""
        for customer in customers:
            first = self._signed_up(customer)
            eagerness = self._chance.choice((0, 0, 1, 1, 2, 3, 4, 9))
            stopped = self._chance.random() < 0.3
            last = first + (self.today - first) / 2 if stopped else self.today
            for _ in range(round(eagerness * self._chance.uniform(0.5, 1.5))):
                yield self._order(customer, first, last)

    def address(self, first_name: str, last_name: str, domain: str) -> str:
        """Make an address that nobody has yet."""
        stem = f"{plain(first_name)}.{plain(last_name)}"
        address, number = f"{stem}@{domain}", 2
        while address in self._taken:
            address, number = f"{stem}{number}@{domain}", number + 1
        self._taken.add(address)
        return address

    def _customer(self, days: int) -> Customer:
        chance = self._chance
        region = chance.choices(REGIONS, weights=[one.share for one in REGIONS])[0]
        first_name, last_name = chance.choice(region.first_names), chance.choice(region.last_names)
        signed_up = self.today - timedelta(days=chance.randrange(days))
        address = self.address(first_name, last_name, chance.choice(region.domains))
        return Customer(
            id=self._new_id(),
            email=self._written(address, first_name),
            first_name=first_name,
            last_name=last_name,
            language=region.language,
            country=region.country,
            city=chance.choice(region.cities),
            birthday=self._birthday(),
            signed_up=_french(signed_up) if chance.random() > 0.002 else self._no_day(),
            newsletter=chance.choices(("yes", "no", ""), weights=(84, 8, 8))[0],
        )

    def _again(self, before: Customer) -> Customer:
        """Let a customer sign up a second time, with capitals in the address and a blank after it."""
        return replace(
            before,
            id=self._new_id(),
            email=before.email.title() + " ",
            signed_up=_french(self.today),
        )

    def _written(self, address: str, first_name: str) -> str:
        """Write an address as customers do: mostly well, sometimes in capitals, sometimes not as an address at all."""
        dice = self._chance.random()
        if dice < 0.04:
            return self._chance.choice(list(_spoiled(address, first_name)))
        return address.title() if dice < 0.12 else address

    def _no_day(self) -> str:
        """Write a day that there never was, of last year: within the last two years on every day."""
        return f"31/02/{self.today.year - 1}"

    def _birthday(self) -> str:
        if self._chance.random() < 0.25:
            return ""
        return (self.today - timedelta(days=self._chance.randrange(18 * 365, 80 * 365))).isoformat()

    def _order(self, customer: Customer, first: date, last: date) -> Order:
        chance = self._chance
        day = first + timedelta(days=chance.randrange(max(1, (last - first).days)))
        self._next_order += 1
        return Order(
            id=self._next_order - 1,
            customer_id=customer.id,
            placed_at=datetime.combine(day, time(chance.randrange(8, 20), chance.randrange(60))),
            category=chance.choices(CATEGORIES, weights=_HABITS)[0],
            status="cancelled" if chance.random() < 0.05 else "paid",
            total=Decimal(round(chance.lognormvariate(3.4, 0.7) * 100)).scaleb(-2),
        )

    def _signed_up(self, customer: Customer) -> date:
        day, month, year = (int(part) for part in customer.signed_up.split("/"))
        return date(year, month, min(day, 28))

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1


def region_of(customer: Customer) -> Region:
    """Return where a customer lives; for who has moved away, the shop's own region."""
    return next((one for one in REGIONS if one.country == customer.country), REGIONS[0])


def _french(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _spoiled(address: str, first_name: str) -> Iterator[str]:
    local, _, domain = address.partition("@")
    yield from ("", "", "")
    yield f"{local} @ {domain}"
    yield f"{local}.{domain}"
    yield f"{local}@{domain}@{domain}"
    yield f"{first_name.lower()}é@{domain}"
    yield f"{local}..x@{domain}"
    yield f"{local}@{domain.partition('.')[0]}"
