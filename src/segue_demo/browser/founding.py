"""Found the shop's installation, through the product's own operations: people, definition, connection, exports, schedules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailchimp_sandbox.remote import RemoteSandbox
from segue.control.connections import operations as connections
from segue.control.connections.models import Connection
from segue.control.exports import operations as exports
from segue.control.exports.models import Export
from segue.control.people.models import Person, Role
from segue.control.people.operations import add_person
from segue.control.refreshes.operations import set_system_schedule
from segue.control.sources.models import Arrival
from segue.service.accounts import application, audience_facts, granted_by_code, look
from segue.service.definitions import apply, read_definition
from segue_demo.browser.authorising import allowed_code
from segue_demo.browser.cast import COLLEAGUES, PASSWORD, TIME_ZONE
from segue_demo.browser.drafts import drafts
from segue_demo.browser.timetable import BIRTHDAYS, REFRESHES
from segue_demo.configuration_text import definition_text
from segue_demo.folder import DemoFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """What was founded, by the people who will work with it."""

    people: Mapping[str, Person]
    connection: Connection
    exports: Mapping[str, Export]


def found(
    folder: DemoFolder,
    sandbox: RemoteSandbox,
    *,
    redirect_uri: str,
    language: str,
    at: datetime,
) -> Founded:
    """Make everything as it stood at an instant. It takes people half an hour."""
    people = {
        one.name: add_person(
            name=one.name,
            email=one.email,
            role=Role(one.role),
            password=PASSWORD,
            actor=None,
            now=at,
            language=language,
            time_zone=TIME_ZONE,
        )
        for one in COLLEAGUES
    }
    alice, bob = people["Alice"], people["Bob"]
    declare(folder, actor=alice, at=at + timedelta(minutes=6))
    connected_at, schedule_on = at + timedelta(minutes=11), at + timedelta(minutes=20)
    made = connect(
        sandbox, redirect_uri=redirect_uri, actor=alice, language=language, at=connected_at
    )
    set_system_schedule(is_on=True, recurrence=REFRESHES, actor=alice, now=schedule_on)
    return Founded(people=people, connection=made, exports=set_up(made, actor=bob, at=schedule_on))


def declare(folder: DemoFolder, *, actor: Person, at: datetime) -> None:
    """Write the definition beside the shop's files and apply it."""
    text = definition_text(today=at.date())
    folder.configuration.write_text(text, encoding="utf-8")
    read = read_definition(text, folder=folder.path.absolute(), file_name=folder.configuration.name)
    apply(read, arrival=Arrival.COMMAND_LINE, actor=actor, now=at)


def connect(
    sandbox: RemoteSandbox, *, redirect_uri: str, actor: Person, language: str, at: datetime
) -> Connection:
    """Go through the steps of a connection's set-up, Mailchimp's sign-in page (the sandbox's) among them."""
    begun = connections.begin(
        display_name="Larkspur's Mailchimp",
        is_shared=True,
        agrees=True,
        language=language,
        actor=actor,
        now=at,
    )
    code = allowed_code(sandbox, redirect_uri)
    credential = granted_by_code(application(redirect_uri), code).credential
    connections.authenticate(connection=begun, credential=credential, actor=actor, now=at)
    connections.add_export_user(connection=begun, password=PASSWORD, actor=actor, now=at)
    connections.save(connection=begun, actor=actor, now=at)
    made = Connection.objects.get(pk=begun.pk)
    note_account(made, at)
    return made


def note_account(connection: Connection, at: datetime) -> None:
    """Look at the account and keep its audiences and how many contacts they hold, as the worker does."""
    seen = look(connection)
    if seen.account is not None:
        connections.record_account(
            connection=connection, account=seen.account, audiences=seen.audiences, now=at
        )


def set_up(connection: Connection, *, actor: Person, at: datetime) -> dict[str, Export]:
    """Add the three exports, the birthday letter on a schedule of its own."""
    made = {}
    for minutes, (key, draft) in enumerate(drafts(connection).items()):
        facts = audience_facts(connection, draft.audience_id)
        now = at + timedelta(minutes=5 * minutes)
        made[key] = exports.add(draft=draft, facts=facts, actor=actor, now=now)
    exports.define_schedules(
        exports=[made["birthdays"]],
        is_on=True,
        recurrence=BIRTHDAYS,
        actor=actor,
        now=at + timedelta(minutes=5 * len(made)),
    )
    return made
