"""One week later: customers come, change names and addresses and leave; contacts unsubscribe; colleagues tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from segue.core.emails import canonical
from segue_demo.files import COLLEAGUES_TAG, write_customers, write_orders
from segue_demo.people import Customer, region_of
from segue_demo.shop import AtMailchimp, Shop

LEFT_TAG = "Neighbours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What happened. All but `new` are addresses; `moved` maps old addresses to new ones."""

    new: int
    renamed: tuple[str, ...]
    moved: dict[str, str]
    left: tuple[str, ...]
    unsubscribed: tuple[str, ...]
    cleaned: tuple[str, ...]
    tagged: tuple[str, ...]

    @property
    def tempting(self) -> int:
        """Return how many unsubscribed although the shop has something new to say about them."""
        return len(set(self.unsubscribed) & set(self.renamed))


def live_a_week(shop: Shop, mailchimp: AtMailchimp, *, besides: Sequence[Customer] = ()) -> Week:
    """Change the shop's files and the audience, as a week would; `besides` are further customers who come."""
    week = _choose(shop, mailchimp)
    by_address = _single(shop.customers)
    changed = {
        c.id: c
        for c in (
            *(_renamed(shop, by_address[a]) for a in week.renamed),
            *(replace(by_address[a], email=new) for a, new in week.moved.items()),
            *(replace(by_address[a], country="Portugal", city="Évora") for a in week.left),
        )
    }
    arrived = [*shop.population.customers(week.new, days=1), *besides]
    shop.customers = [changed.get(c.id, c) for c in shop.customers] + arrived
    write_customers(shop.folder.customers, shop.customers)
    write_orders(shop.folder.till, shop.population.orders(arrived))
    for address in week.unsubscribed:
        mailchimp.act("contact_unsubscribes", address)
    for address in week.cleaned:
        mailchimp.act("clean", address)
    for address in week.tagged:
        mailchimp.act("add_tag", address, name=COLLEAGUES_TAG)
    return week


def _choose(shop: Shop, mailchimp: AtMailchimp) -> Week:
    """Choose whom the week concerns: subscribed contacts with a tag of ours and one profile only."""
    single = _single(shop.customers)
    ready = [
        member for address, member in sorted(mailchimp.members().items())
        if member.status == "subscribed" and member.tags - {COLLEAGUES_TAG} and address in single
    ]  # fmt: skip
    shop.chance.shuffle(ready)
    few, more = max(3, len(ready) // 150), max(6, len(ready) // 60)
    neighbours = [m.email for m in ready if LEFT_TAG in m.tags]
    left = neighbours[:more]
    others = [m.email for m in ready if m.email not in left]
    untagged = [m.email for m in ready if COLLEAGUES_TAG not in m.tags]
    moved, rest = others[:3], others[3:]
    unsubscribed, rest = rest[:few], rest[few:]
    cleaned, rest = rest[:1], rest[1:]
    return Week(
        new=max(5, len(shop.customers) // 120),
        renamed=tuple(unsubscribed[: few // 2 + 1] + rest[:more]),
        moved={old: _new_address(shop, single[old]) for old in moved},
        left=tuple(left),
        unsubscribed=tuple(unsubscribed),
        cleaned=tuple(cleaned),
        tagged=tuple(
            [a for a in left if a in untagged][: len(left) // 3]
            + [a for a in rest if a in untagged][-few:]
        ),
    )


def _single(customers: list[Customer]) -> dict[str, Customer]:
    """Return the customers whose address no other profile has, by their canonical address."""
    addresses = {c.id: canonical(c.email).address for c in customers}
    often = Counter(addresses.values())
    return {address: c for c in customers if (address := addresses[c.id]) and often[address] == 1}


def _renamed(shop: Shop, customer: Customer) -> Customer:
    names = [name for name in region_of(customer).last_names if name != customer.last_name]
    return replace(customer, last_name=shop.chance.choice(names))


def _new_address(shop: Shop, customer: Customer) -> str:
    return shop.population.address(customer.first_name, customer.last_name, "new-start.example")
