"""Thousands of exports are detached, removed and scheduled with as many statements as a few are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from segue.control.audit.models import Action, Entry
from segue.control.connections.models import Connection
from segue.control.exports.models import Export
from segue.control.exports.operations import AT_ONCE, NAMED, remove_connection
from segue.control.people.models import Person
from segue.core.errors import ConfigurationProblem
from segue.web.connections.forms import ASKED_SINGLY
from segue.web.limits import CHOSEN
from tests.control import stage
from tests.fakes.clocks import START
from tests.web.markup import Page

Browse = Callable[[Person | None], Client]
MANY = 2 * AT_ONCE + 3


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Return a connection that is used by one export."""
    stage.declared(stage.data_folder(tmp_path))
    connection = stage.connection(alice)
    stage.export(alice, connection)
    return connection


def more(connection: Connection, count: int) -> list[Export]:
    """Let so many exports more use the connection."""
    like = Export.objects.get(connection=connection)
    values = {
        field.attname: getattr(like, field.attname)
        for field in Export._meta.concrete_fields
        if field.attname not in ("id", "key", "name")
    }
    return Export.objects.bulk_create(
        Export(key=f"copy_{n}", name=f"Copy <{n:05}>", **values) for n in range(count)
    )


def asked(work: Callable[[], Any]) -> tuple[Any, int]:
    """Do the work; return what it returned and how many statements the database was sent."""
    with CaptureQueriesContext(database) as statements:
        reply = work()
    return reply, len(statements)


def removal(connection: Connection) -> str:
    """Return where a connection is removed."""
    return reverse("connection-remove", kwargs={"pk": connection.pk})


def test_of_many_exports_a_removal_asks_once(
    alice: Person, browse: Browse, connected: Connection
) -> None:
    client = browse(alice)
    few, statements = asked(lambda: client.get(removal(connected)))
    more(connected, MANY)

    many, statements_of_many = asked(lambda: client.get(removal(connected)))

    page = Page(many)
    assert statements_of_many == statements
    assert len(many.content) < 3 * len(few.content)
    assert f"{MANY + 1:,} exports use it" in page.text
    assert f"and {MANY + 1 - ASKED_SINGLY} more" in page.text
    assert many.content.decode().count('type="radio"') == 2
    assert "Copy &lt;00000&gt;" in many.content.decode()
    assert page.faults == []


@pytest.mark.parametrize(
    ("fate", "action"), [("detach", Action.EXPORT_DETACHED), ("remove", Action.EXPORT_REMOVED)]
)
def test_all_of_many_exports_get_the_fate_that_was_chosen(
    alice: Person, browse: Browse, connected: Connection, fate: str, action: Action
) -> None:
    more(connected, MANY)
    data = {"fate": fate, "number": str(MANY + 1)}
    client = browse(alice)

    reply, statements = asked(lambda: client.post(removal(connected), data))

    assert reply.status_code == 302
    assert statements < 60
    assert not Connection.objects.exists()
    assert set(Export.objects.values_list("connection", "removed_at")) == {
        (None, START if fate == "remove" else None)
    }
    told = Entry.objects.filter(action=action)
    assert told.count() == MANY + 1
    assert set(told.values_list("actor_name", "at")) == {("Alice", START)}
    assert told.values("subject_id").distinct().count() == MANY + 1


def test_an_answer_about_other_exports_than_there_are_is_asked_again(
    alice: Person, browse: Browse, connected: Connection
) -> None:
    more(connected, ASKED_SINGLY)

    reply = browse(alice).post(removal(connected), {"fate": "remove", "number": str(ASKED_SINGLY)})

    assert reply.status_code == 422
    assert "Other exports use the connection by now." in Page(reply).text
    assert Connection.objects.exists()
    assert not Export.objects.exclude(removed_at=None).exists()


def test_a_refusal_names_some_of_many_exports(alice: Person, connected: Connection) -> None:
    more(connected, NAMED + 5)

    with pytest.raises(ConfigurationProblem) as refusal:
        remove_connection(connection=connected, fates={}, actor=alice, now=START)

    assert refusal.value.message.count("Copy") == NAMED
    assert refusal.value.message.endswith("….")
    assert refusal.value.context == {"exports": NAMED + 6}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("exports-detach", {"confirmed": "1"}),
        ("exports-remove", {"confirmed": "1"}),
        ("exports-schedule", {"is_on": "off", "scope": "keep", "time_zone": "UTC"}),
    ],
)
def test_many_picked_exports_are_changed_in_a_few_statements(
    alice: Person, browse: Browse, connected: Connection, name: str, data: dict[str, str]
) -> None:
    picks = [export.pk for export in more(connected, MANY)]
    client = browse(alice)
    shown, statements_to_show = asked(
        lambda: client.post(reverse(name), {"pick": picks}) if "confirmed" in data else None
    )

    reply, statements = asked(lambda: client.post(reverse(name), {"pick": picks, **data}))

    assert shown is None or (shown.status_code, statements_to_show < 30) == (200, True)
    assert reply.status_code == 302
    assert statements < 60
    assert Entry.objects.filter(subject_kind="export", at=START).count() >= MANY


def test_more_than_a_list_shows_cannot_be_picked_at_once(
    alice: Person, browse: Browse, connected: Connection
) -> None:
    picks = [export.pk for export in more(connected, CHOSEN.value + 1)]

    reply = browse(alice).post(reverse("exports-remove"), {"pick": picks, "confirmed": "1"})

    assert reply.status_code == 422
    assert "At most 500 exports are changed together." in Page(reply).text
    assert not Export.objects.exclude(removed_at=None).exists()
