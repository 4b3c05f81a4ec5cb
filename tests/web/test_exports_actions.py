"""Running, planning, duplicating, detaching and removing exports from their pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from segue.control.audit.models import Action, Entry
from segue.control.connections.models import Connection
from segue.control.exports import operations, queries
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes import operations as refreshes
from segue.control.refreshes.models import Refresh, Run, RunKind
from segue.control.segments.models import Segment
from segue.control.statuses import Status
from tests.control import stage
from tests.fakes.clocks import START

Browse = Callable[[Person | None], Client]


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Declare data and return a shared connection."""
    stage.declared(stage.data_folder(tmp_path))
    return stage.connection(alice)


@pytest.fixture
def two(bob: Person, connected: Connection) -> list[Export]:
    """Return two exports."""
    return [stage.export(bob, connected, name=name) for name in ("One", "Two")]


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _said(reply: Any) -> str:
    messages = reply.content.decode().partition('<div class="messages"')[2].partition("</div>")[0]
    return _text("<div" + messages)


def _runs() -> list[tuple[str, str, str]]:
    return [(run.export_name, run.kind, run.status) for run in Run.objects.order_by("id")]


def test_running_one_export_leads_to_its_run(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    reply = browse(bob).post("/exports/run/", {"pick": two[0].pk})

    assert _runs() == [("One", RunKind.EXPORT, Status.QUEUED)]
    assert reply.headers["Location"] == f"/runs/{Run.objects.get().pk}/"
    assert Refresh.objects.get().requested_by == bob
    assert Export.objects.get(pk=two[0].pk).last_status == Status.QUEUED
    assert Entry.objects.get(action=Action.REFRESH_REQUESTED).actor_name == "Bob"


def test_running_several_leads_back_to_the_list(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    reply = browse(bob).post("/exports/run/", {"pick": [export.pk for export in two]}, follow=True)

    assert _runs() == [
        ("One", RunKind.EXPORT, Status.QUEUED),
        ("Two", RunKind.EXPORT, Status.QUEUED),
    ]
    assert _said(reply) == "Queued: “One”, “Two”."


def test_what_cannot_run_is_told_with_the_reason_and_the_remedy(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    operations.detach(exports=[two[0]], actor=bob, now=START)

    reply = browse(bob).post("/exports/run/", {"pick": two[0].pk}, follow=True)

    assert _said(reply) == (
        "The export One cannot run. It has no connection. "
        "Open the export or its connection and repair what is named."
    )
    assert reply.redirect_chain == [(f"/exports/{two[0].pk}/", 302)]
    assert _runs() == []


TOLD = {
    "en": ("The connection of the export “One” is not shared with contributors.", "Ask an administrator to share it"),
    "fr": (
        "La connexion de l’exportation « One » n’est pas partagée avec les contributeurs.",
        "Demandez à un administrateur de la partager",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_contributor_is_told_that_the_connection_is_shared_no_longer_and_what_to_do(
    bob: Person, vera: Person, two: list[Export], browse: Browse, language: str
) -> None:
    Person.objects.update(language=language)
    (run,) = refreshes.run_exports(exports=two[:1], actor=bob, now=START).runs.all()
    Connection.objects.update(is_shared=False)
    client, one = browse(bob), two[0].pk

    refused = [
        client.get(f"/exports/{one}/edit/"),
        client.post(f"/exports/{one}/edit/", {"name": "Renamed"}),
        client.post(f"/exports/{one}/plan/"),
        client.post("/exports/run/", {"pick": one}),
        client.post("/exports/remove/", {"pick": one}),
        client.post(f"/runs/{run.pk}/cancel/"),
    ]
    viewer = browse(vera).get(f"/exports/{one}/edit/")

    assert [answer.status_code for answer in [*refused, viewer]] == [403] * 7
    for answer in refused:
        page = _text(answer.content.decode()).replace("\xa0", " ").replace("\u202f", " ")
        assert all(words in page for words in TOLD[language]), page
        assert "connection_not_shared" in page
    assert "not_allowed" in viewer.content.decode()


def test_what_is_queued_already_is_not_queued_again(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    client = browse(bob)
    client.post("/exports/run/", {"pick": two[0].pk})

    reply = client.post("/exports/run/", {"pick": two[0].pk}, follow=True)

    assert _said(reply).startswith("This is queued or running already.")
    assert len(_runs()) == 1


def test_run_all_runs_those_with_an_active_schedule_that_the_person_may_run(
    alice: Person, bob: Person, connected: Connection, two: list[Export], browse: Browse
) -> None:
    private = stage.connection(alice, name="Private", is_shared=False, account_id="acc2")
    stage.export(alice, private, name="Theirs")
    operations.switch_schedules(exports=[two[1]], is_on=False, actor=bob, now=START)

    asked = browse(bob).post("/exports/run-all/")
    nothing_yet = _runs()
    reply = browse(bob).post(
        "/exports/run-all/", {"confirmed": "1", "seen": two[0].pk}, follow=True
    )

    assert nothing_yet == []
    shown = _text(asked.content.decode())
    assert "1 export starts One Newsletter Each makes its plan first" in shown
    assert "Theirs You may not run it." in shown
    assert "Two Its schedule is off: it runs on demand only." in shown
    assert _runs() == [("One", RunKind.EXPORT, Status.QUEUED)]
    assert _said(reply) == "1 export is queued."


def test_run_all_says_which_exports_run_for_the_first_time_and_wait(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    Export.objects.filter(pk=two[1].pk).update(first_run="approve")

    shown = _text(browse(bob).get("/exports/run-all/").content.decode())

    assert "2 exports start One Newsletter Two Newsletter first run A first run makes" in shown


def test_run_all_starts_exactly_what_was_shown(
    bob: Person, connected: Connection, two: list[Export], browse: Browse
) -> None:
    seen = [one.pk for one in two]
    stage.export(bob, connected, name="Three")

    reply = browse(bob).post("/exports/run-all/", {"confirmed": "1", "seen": seen})

    assert reply.status_code == 409
    assert "Nothing has started; look again." in _text(reply.content.decode())
    assert "3 exports start" in _text(reply.content.decode())
    assert _runs() == []


def test_run_all_says_when_there_is_nothing_to_run(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    operations.switch_schedules(exports=two, is_on=False, actor=bob, now=START)

    reply = browse(bob).post("/exports/run-all/", follow=True)

    assert _said(reply).startswith("No export with an active schedule can run.")


def test_planning_runs_everything_but_the_writing(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    reply = browse(bob).post(f"/exports/{two[0].pk}/plan/")

    assert _runs() == [("One", RunKind.PLAN, Status.QUEUED)]
    assert reply.headers["Location"] == f"/runs/{Run.objects.get().pk}/"
    assert Export.objects.get(pk=two[0].pk).last_status == Status.NOT_STARTED


def test_a_duplicate_is_shown_with_its_schedule_off(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    reply = browse(bob).post("/exports/duplicate/", {"pick": two[0].pk}, follow=True)

    copy = Export.objects.get(name="One (2)")
    assert reply.redirect_chain == [(f"/exports/{copy.pk}/", 302)]
    assert _said(reply) == (
        "Created: “One (2)”. The schedule of a copy is off until you switch it on."
    )
    assert not copy.schedule_is_on


def test_several_are_duplicated_at_once(bob: Person, two: list[Export], browse: Browse) -> None:
    picks = [export.pk for export in two]

    reply = browse(bob).post("/exports/duplicate/", {"pick": picks}, follow=True)

    assert reply.redirect_chain == [("/exports/", 302)]
    assert {export.name for export in queries.exports()} == {"One", "Two", "One (2)", "Two (2)"}


@pytest.mark.parametrize(
    ("what", "stops", "stays"),
    [
        (
            "detach",
            (
                "Nothing is transferred to Mailchimp by this export any more",
                "Nothing is transferred to Mailchimp by these exports any more",
            ),
            "and choose a connection, and it runs again",
        ),
        (
            "remove",
            (
                "This export never runs again and leaves the list.",
                "These exports never run again and leave the list.",
            ),
            "Contacts and tags in Mailchimp stay as they are: nobody is deleted or unsubscribed.",
        ),
    ],
)
def test_before_detaching_or_removing_it_says_what_stops_and_what_stays(
    what: str, stops: tuple[str, str], stays: str, bob: Person, two: list[Export], browse: Browse
) -> None:
    client = browse(bob)
    client.post("/exports/run/", {"pick": two[0].pk})

    by_link = client.get(f"/exports/{what}/?pick={two[0].pk}")
    by_ticks = client.post(f"/exports/{what}/", {"pick": [export.pk for export in two]})

    for reply, stop in zip((by_link, by_ticks), stops, strict=True):
        words = _text(reply.content.decode())
        assert reply.status_code == 200
        assert stop in words
        assert stays in words
        assert "1 run that is queued or in progress stops at once." in words
    assert re.findall(r'name="pick" value="(\d+)"', by_ticks.content.decode()) == [
        str(export.pk) for export in two
    ]
    assert queries.exports().filter(connection__isnull=False).count() == 2


def test_confirmed_exports_are_detached(bob: Person, two: list[Export], browse: Browse) -> None:
    sent = {"pick": [export.pk for export in two], "confirmed": "1"}

    reply = browse(bob).post("/exports/detach/", sent, follow=True)

    assert {export.connection for export in queries.exports()} == {None}
    assert _said(reply) == (
        "Detached: “One”, “Two”. To revive an export, edit it and choose a connection."
    )


def test_confirmed_exports_are_removed(bob: Person, two: list[Export], browse: Browse) -> None:
    reply = browse(bob).post("/exports/remove/", {"pick": two[0].pk, "confirmed": "1"}, follow=True)

    assert [export.name for export in queries.exports()] == ["Two"]
    assert _said(reply) == "Removed: “One”."
    assert Entry.objects.filter(action=Action.EXPORT_REMOVED).count() == 1


def test_from_a_pane_a_confirmation_leads_back_to_the_list(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "pane"}
    sent = {"pick": two[0].pk, "confirmed": "1"}

    reply = browse(bob).post("/exports/remove/", sent, headers=headers)

    assert (reply.status_code, reply.headers["HX-Redirect"]) == (204, "/exports/")


def test_many_exports_are_named_in_short(
    bob: Person, connected: Connection, browse: Browse
) -> None:
    picks = [stage.export(bob, connected, name=f"E{n}").pk for n in range(5)]

    reply = browse(bob).post("/exports/run/", {"pick": picks}, follow=True)

    assert _said(reply) == "Queued: “E0”, “E1” and 3 more."


def test_an_inactive_segment_keeps_its_exports_from_running(
    bob: Person, two: list[Export], browse: Browse
) -> None:
    Segment.objects.filter(name="vip").update(is_active=False)

    reply = browse(bob).post("/exports/run/", {"pick": two[0].pk}, follow=True)

    assert _said(reply).startswith("The export One cannot run. One of its segments is inactive.")


@pytest.mark.parametrize("name", ["exports-run", "exports-schedule", "exports-remove"])
def test_without_a_pick_the_list_says_what_to_do(
    name: str, bob: Person, two: list[Export], browse: Browse
) -> None:
    reply = browse(bob).post(reverse(name), follow=True)

    assert "No export is chosen. Tick one or more in the list." in reply.content.decode()
