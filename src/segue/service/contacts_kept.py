"""What the audiences hold of one customer, as far as it is kept here: nothing is asked of Mailchimp. Personal data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from segue.core.emails import AddressProblem, canonical, subscriber_hash
from segue.service.customers import Customer
from segue.service.places import audience_folder
from segue.service.profiles import ProfilesAtWork
from segue.sync.export import Export
from segue.sync.kinds import Skip
from segue.sync.one_contact import ContactKept, Owned
from segue.sync.suppression import SUPPRESSED


@dataclass(frozen=True, slots=True, kw_only=True)
class InExport:
    """What an export does with the customer: whose members it exports, and what stands in the way as far as is known here."""

    name: str
    segments: Sequence[str]
    obstacles: Sequence[Skip]


@dataclass(frozen=True, slots=True, kw_only=True)
class InAudience:
    """What is kept of the customer in one audience, under the address that its exports use; "" where there is none."""

    account_id: str
    audience_id: str
    address: str
    kept: ContactKept
    exports: Sequence[InExport]


def audiences_of(
    work: ProfilesAtWork,
    customer: Customer,
    exports: Iterable[tuple[str, Export]],
    *,
    now: datetime,
) -> Sequence[InAudience]:
    """Return the audiences of these exports, each with the id of its account, in their order.

    Raises: ConfigurationProblem when something that is kept of an audience is lost or damaged, TryLater when a run is
    changing it just now.
    """
    used: dict[tuple[str, str, str], list[Export]] = {}
    for account_id, export in exports:
        address = canonical(_text(customer.values.get(export.email_attribute))).address or ""
        used.setdefault((account_id, export.audience_id, address), []).append(export)
    return [*_looked_up(work, customer, used, now)]


def _looked_up(
    work: ProfilesAtWork,
    customer: Customer,
    used: Mapping[tuple[str, str, str], Sequence[Export]],
    now: datetime,
) -> Iterator[InAudience]:
    from segue.engines.duckdb.audience.one_contact import contact_kept
    from segue.engines.duckdb.session import session

    active = (one for one in customer.segments if one.segment.active)
    members = {one.segment.name for one in active if one.is_member}
    with session(work.scratch / "spill") as connection:
        for (account_id, audience_id, address), exports in used.items():
            folder = audience_folder(work.configuration.home, account_id, audience_id)
            kept = ContactKept()
            if address and folder.is_dir():
                sub = subscriber_hash(address)
                kept = contact_kept(connection, folder, sub, now=now, journals=work.journals)
            yield InAudience(
                account_id=account_id,
                audience_id=audience_id,
                address=address,
                kept=kept,
                exports=[
                    InExport(
                        name=one.name,
                        segments=[s.segment for s in one.segments if s.segment in members],
                        obstacles=[*dict.fromkeys(_obstacles(one, customer, kept))],
                    )
                    for one in exports
                ],
            )


def _obstacles(export: Export, customer: Customer, kept: ContactKept) -> Iterator[Skip]:
    """Yield why an export would not write the customer, were they in one of its segments."""
    problem = canonical(_text(customer.values.get(export.email_attribute))).problem
    if problem is not None:
        is_missing = problem is AddressProblem.MISSING
        yield Skip.MISSING_ADDRESS if is_missing else Skip.INVALID_ADDRESS
    attribute = export.consent.attribute if export.consent is not None else None
    if attribute is not None and customer.values.get(attribute) is not True:
        yield Skip.NO_CONSENT
    if any(_is_of_another(one, export, customer) for one in kept.owned):
        yield Skip.DUPLICATE
    if kept.status in SUPPRESSED:
        yield SUPPRESSED[kept.status]
    yield from (one.skip for one in kept.held if one.export in ("", export.name))


def _is_of_another(owned: Owned, export: Export, customer: Customer) -> bool:
    """Tell whether an export has written the contact for another profile that has the same address."""
    is_its = owned.export == export.name and bool(owned.tags)
    return is_its and owned.profile_key not in ("", str(customer.key))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
