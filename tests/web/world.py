"""An installation with one of everything, so that every address leads somewhere: built once for a whole test module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.test import Client, override_settings
from django.test.client import ClientHandler
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from segue.control.audit.models import Entry
from segue.control.connections import operations as connections
from segue.control.connections.models import Connection
from segue.control.exports import operations as exports
from segue.control.exports.models import Export
from segue.control.notices.models import Channel, ChannelKind, Notice
from segue.control.people import operations as people
from segue.control.people.bearers import kept_of
from segue.control.people.models import Invitation, Person, Role, Session
from segue.control.refreshes import operations as refreshes
from segue.control.refreshes.models import Refresh, Run
from segue.control.segments import drafts
from segue.control.segments.models import SegmentDraft
from segue.control.sources import operations as sources
from segue.control.sources.models import Definition
from segue.service.configured import workspace
from tests import cast
from tests.control import stage
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD
from tests.web import past

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What there is. `dora` is one more viewer, to whom things can be done; she is signed in with `doras_session`.

    `reset_link` holds the values of Dora's link to choose a new password, `token` opens the open invitation.
    `shared` may be used by contributors, `unshared` only by administrators, `begun` by nobody: its next step is to
    authenticate. The first two have an export each, `export` and `unshared_export`; `detached_export` has no connection,
    `removed_export` is no longer there. The administrator has proposed another definition than `definition`.
    `run` and `unshared_run` are queued, in `refresh`, which an administrator asked for; `bobs_refresh` a contributor.
    `ended_run` belongs to `ended_refresh`; `held_run` and `unshared_held_run`, of exports that do nothing else, wait for
    approval, `planned_run` only planned.
    `own_mail` is the channel that every installation has, `channel` goes to a chat. `source` and `segment` are names.
    """

    people: Mapping[str, Person]
    keys: Mapping[str, str]
    dora: Person
    doras_session: Session
    invitation: Invitation
    token: str
    reset_link: Mapping[str, str]
    shared: Connection
    unshared: Connection
    begun: Connection
    export: Export
    unshared_export: Export
    detached_export: Export
    removed_export: Export
    refresh: Refresh
    bobs_refresh: Refresh
    ended_refresh: Refresh
    run: Run
    unshared_run: Run
    ended_run: Run
    held_run: Run
    unshared_held_run: Run
    planned_run: Run
    notice: Notice
    channel: Channel
    own_mail: Channel
    entry: Entry
    definition: Definition
    source: str
    segment: str
    draft: SegmentDraft

    def browser(self, visitor: str, **options: Any) -> Client:
        """Return a browser of the visitor's: one of the roles by name, or "signed_out"."""
        client = Client(**options)
        client.handler = _handler(client.handler.enforce_csrf_checks)
        if visitor in self.keys:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.keys[visitor]
        return client


@cache
def _handler(enforce_csrf_checks: bool) -> ClientHandler:
    """Return one handler for all browsers: loading the middleware takes as long as a page."""
    return ClientHandler(enforce_csrf_checks)


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Build the world once for the module; what a test does to it is rolled back with the test's own transaction."""
    folder = tmp_path_factory.mktemp("world")
    with django_db_blocker.unblock(), placed(folder), transaction.atomic():
        yield built(folder)
        transaction.set_rollback(True)


def placed(folder: Path) -> override_settings:
    """Let the installation's files be in the folder, from which uploaded definitions may read too."""
    return override_settings(
        SEGUE_HOME=folder / "home", SEGUE_DATA_FOLDER=folder, SEGUE_DATA_FOLDERS=[folder]
    )


def built(folder: Path) -> World:
    """Build the world; its data files go to the folder, where it must be `placed`."""
    stage.declared(stage.data_folder(folder))
    workspace().refresh()
    somebody = {
        "viewer": _person(cast.VERA),
        "contributor": _person(cast.BOB),
        "administrator": _person(cast.ALICE),
    }
    alice = somebody["administrator"]
    sources.propose_definition(
        text=stage.DEFINITION.replace("label: VIP", "label: Regulars"),
        folder=str(folder),
        file_name="segue.yaml",
        actor=alice,
        now=START,
    )
    dora = _person(cast.Person(name="Dora", email="dora@office.example", role="viewer"))
    return World(
        people=somebody,
        keys={visitor: _signed_in(person) for visitor, person in somebody.items()},
        dora=dora,
        doras_session=Session.objects.get(pk=kept_of(_signed_in(dora))),
        reset_link={
            "uidb64": urlsafe_base64_encode(force_bytes(dora.pk)),
            "token": default_token_generator.make_token(Person.objects.get(pk=dora.pk)),
        },
        **_invited(alice),
        **_set_up(alice, somebody["contributor"]),
        definition=Definition.objects.latest("id"),
        source="customers",
        segment="vip",
        draft=drafts.begin(segment=None, actor=alice, now=START),
        entry=Entry.objects.latest("id"),
    )


def _invited(alice: Person) -> dict[str, Any]:
    invitation, token = people.invite(
        email="emil@office.example", role=Role.VIEWER, actor=alice, now=START
    )
    return {"invitation": invitation, "token": token}


def _set_up(alice: Person, bob: Person) -> dict[str, Any]:
    """Set connections and exports up, let some time pass, and ask for runs and refreshes."""
    shared = stage.connection(alice)
    unshared = stage.connection(alice, name="Board account", is_shared=False, account_id="acc2")
    begun = connections.begin(
        display_name="Begun account", is_shared=False, agrees=True, language="en", actor=alice, now=START
    )  # fmt: skip
    export = stage.export(alice, shared)
    others = {"name": "Board newsletter", "audience_id": "b1b2c3d4e5"}
    unshared_export = stage.export(alice, unshared, **others)
    detached = stage.export(bob, shared, name="Old newsletter", audience_id="c1b2c3d4e5")
    exports.detach(exports=[detached], actor=alice, now=START)
    removed = stage.export(bob, shared, name="First newsletter", audience_id="d1b2c3d4e5")
    exports.remove(exports=[removed], actor=bob, now=START)
    waiting = stage.export(bob, shared, name="Spring newsletter", audience_id="e1b2c3d4e5")
    others = {"name": "Board invitation", "audience_id": "f1b2c3d4e5"}
    unshared_waiting = stage.export(alice, unshared, **others)
    held = past.held_run(waiting)
    return {
        "shared": shared,
        "unshared": unshared,
        "begun": begun,
        "export": export,
        "unshared_export": unshared_export,
        "detached_export": Export.objects.get(pk=detached.pk),
        "removed_export": Export.objects.get(pk=removed.pk),
        "ended_refresh": (ended := past.ended_refresh()),
        "ended_run": past.ended_run(export, ended),
        "held_run": held,
        "unshared_held_run": past.held_run(unshared_waiting),
        "planned_run": past.planned_run(export),
        "notice": past.notice(held),
        "channel": past.chat(),
        "own_mail": Channel.objects.get_or_create(
            kind=ChannelKind.MAIL, name="", defaults={"created_at": START}
        )[0],
        **_asked_for(alice, bob, export, unshared_export),
    }


def _asked_for(alice: Person, bob: Person, export: Export, unshared: Export) -> dict[str, Any]:
    refresh = refreshes.run_exports(exports=[export, unshared], actor=alice, now=START)
    return {
        "refresh": refresh,
        "bobs_refresh": refreshes.refresh_data(actor=bob, now=START),
        "run": refresh.runs.get(export=export),
        "unshared_run": refresh.runs.get(export=unshared),
    }


def _person(member: cast.Person) -> Person:
    row = Person(
        name=member.name, email=member.email, role=Role(str(member.role)), created_at=START
    )
    row.set_password(PASSWORD)
    row.save()
    return row


def _signed_in(person: Person) -> str:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return str(client.session.session_key)
