"""Ask one connection whether everything that the exports need is there. Nothing is written at Mailchimp."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from segue.core.errors import Problem

if TYPE_CHECKING:
    from segue.configuration import Configuration
    from segue.sync.export import Export
    from segue.sync.ports import Account, Audience, Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that is not as it must be; `export` is empty when the connection itself is meant."""

    export: str
    message: str
    action: str
    code: str
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceFinding:
    """One audience of an export as Mailchimp holds it; `creates` are merge fields that a run would create.

    `contacts` are the subscribed ones as they are read now, as a run counts them: the service's own count may be older.
    `double_opt_in`: it asks new contacts to confirm, who become `new_contacts` by this export.
    """

    export: str
    audience_id: str
    name: str
    contacts: int
    merge_fields: Sequence[str]
    tags: int
    creates: Sequence[str]
    double_opt_in: bool = False
    new_contacts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFinding:
    """What one connection says. `account` None: it could not be reached, see `problems`."""

    connection: str
    account: Account | None
    audiences: Sequence[Audience]
    exports: Sequence[AudienceFinding]
    problems: Sequence[Failure]


async def check_connection(
    configuration: Configuration, name: str, environment: Mapping[str, str]
) -> ConnectionFinding:
    """Return what the account says, and whether each export on it fits its audience."""
    from segue.service.adapters import Adapters

    account: Account | None = None
    audiences: tuple[Audience, ...] = ()
    fitting: list[AudienceFinding] = []
    problems: list[Failure] = []
    exports = [export for export in configuration.exports.values() if export.connection == name]
    try:
        async with Adapters(configuration, environment).linked(name) as linked:
            account = await linked.destination.account()
            audiences = tuple(await linked.destination.audiences())
            for export in exports:
                try:
                    fitting.append(await _check_export(linked.destination, export))
                except Problem as problem:
                    problems.append(_failure(problem, export.name))
    except Problem as problem:
        problems.append(_failure(problem, ""))
    counted = {one.audience_id: one.contacts for one in fitting}
    return ConnectionFinding(
        connection=name,
        account=_holding(account, counted),
        audiences=[
            replace(one, contacts=counted.get(one.audience_id, one.contacts)) for one in audiences
        ],
        exports=fitting,
        problems=problems,
    )


def _holding(account: Account | None, counted: Mapping[str, int]) -> Account | None:
    """Return the account with at least as many contacts as were counted: its own count may be older too."""
    if account is None or account.contacts is None:
        return account
    return replace(account, contacts=max(account.contacts, sum(counted.values())))


async def _check_export(destination: Destination, export: Export) -> AudienceFinding:
    from segue.sync.audience_fields import check_new_contacts, missing_fields
    from segue.sync.contact_fields import BESIDE_KEYS
    from segue.sync.ports import ContactStatus

    audience = await destination.audience(export.audience_id)
    check_new_contacts(export, audience)
    fields = (await destination.merge_fields(export.audience_id)).fields
    tags = await destination.tags(export.audience_id)
    first = await destination.contacts(
        export.audience_id, status=ContactStatus.SUBSCRIBED, since=None, offset=0, count=1
    )
    return AudienceFinding(
        export=export.name,
        audience_id=audience.audience_id,
        name=audience.name,
        contacts=first.total,
        merge_fields=[field.tag for field in fields if field.tag not in BESIDE_KEYS],
        tags=len(tags),
        creates=missing_fields(export, fields),
        double_opt_in=audience.double_opt_in,
        new_contacts=export.new_status.value,
    )


def _failure(problem: Problem, export: str) -> Failure:
    return Failure(
        export=export,
        message=problem.message,
        action=problem.action,
        code=problem.code,
        exit_code=problem.exit_code,
    )
