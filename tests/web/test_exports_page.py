"""The page of one export: its settings in words, its last runs, and what may be done."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from segue.control.connections.models import Connection
from segue.control.exports import operations
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes.models import Refresh, Run, RunKind, Scope, Trigger
from segue.control.segments.models import Segment
from segue.control.statuses import Status
from segue.sync.export import Brakes, FieldMatch, SegmentTag
from segue.web.exports.settings_words import brakes_in_words
from tests.control import stage
from tests.fakes.clocks import START
from tests.web.reading import text_of

Browse = Callable[[Person | None], Client]


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Declare data and return a shared connection."""
    stage.declared(stage.data_folder(tmp_path))
    return stage.connection(alice)


def _page(client: Client, export: Export) -> str:
    reply = client.get(f"/exports/{export.pk}/")
    assert reply.status_code == 200
    return reply.content.decode()


def _text(html: str) -> str:
    seen = re.sub(r'<span class="unseen">.*?</span>', "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def _facts(page: str) -> dict[str, str]:
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    return {_text(name): _text(value) for name, value in pairs}


def test_the_settings_are_said_in_words(
    alice: Person, vera: Person, connected: Connection, browse: Browse
) -> None:
    export = stage.export(
        alice,
        connected,
        fields=(FieldMatch(tag="FNAME", attribute="first_name", name="Fname"),),
        segments=(
            SegmentTag(segment="vip", tag="Gold"),
            SegmentTag(segment="newcomers", tag="New"),
        ),
        newest_by="joined",
        profile_limit=5_000,
        brakes={"removal_share": 0.5, "stale_after_days": 7},
    )
    Segment.objects.filter(name="vip").update(members=1)
    Segment.objects.filter(name="newcomers").update(is_active=False)

    page = _page(browse(vera), export)

    assert _facts(page) == {
        "Connection": "M Newsletter account",
        "Audience": f"Newsletter ( {stage.AUDIENCE_ID} )",
        "Origin": "made in the pages",
        "Segments": "VIP → Gold 1 member Newcomers → New inactive",
        "Consent": "only people whose attribute opted in is true",
        "New contacts": "Subscribed. New contacts receive campaigns at once. They must have consented.",
        "Schedule": "every refresh The system refresh is off: run it on demand, or let an "
        "administrator switch the refresh on.",
        "Email": "E-mail",
        "First name FNAME": "First name (a blank leaves what Mailchimp holds)",
        "Winner among duplicates": "the profile with the latest joined",
        "Limit of profiles": "5,000",
        "First run": "It runs like any other",
        "Tags that removed exports left in this audience": "Plans name them, and they stay",
    }
    assert "more than 50% of the acknowledged people would lose their tags (at least 10)" in page
    assert "a data source has not changed for 7 days" in page


@pytest.mark.parametrize(
    ("language", "days", "words"),
    [
        ("en", 1, "a data source has not changed for 1 day"),
        ("fr", 1, "une source de données n’a pas changé depuis 1 jour"),
        ("fr", 2, "une source de données n’a pas changé depuis 2 jours"),
    ],
)
def test_one_day_is_one(language: str, days: int, words: str) -> None:
    with translation.override(language):
        assert brakes_in_words(Brakes(stale_after_days=days))[-1] == words


def test_it_says_who_attested_the_consent_and_when(
    alice: Person, vera: Person, connected: Connection, browse: Browse
) -> None:
    words = {"consent_attribute": "", "attestation": "Signed at the counter <b>in Lyon</b>."}
    export = stage.export(alice, connected, **words)

    page = _page(browse(vera), export)

    assert _facts(page)["Consent"] == (
        "attested by Alice on 2 March 2026 Signed at the counter <b>in Lyon</b>."
    )
    Person.objects.update(language="fr")
    assert "attesté par Alice le 2 mars 2026" in _page(browse(vera), export)


def _run(export: Export, days_ago: int, **values: object) -> Run:
    at = START - timedelta(days=days_ago)
    refresh = Refresh.objects.create(
        scope=Scope.EXPORTS, trigger=Trigger.PERSON, requested_by_name="Bob", created_at=at
    )
    return Run.objects.create(
        **{
            "refresh": refresh,
            "export": export,
            "export_name": export.name,
            "status": Status.SUCCESSFUL,
            "created_at": at,
            "finished_at": at,
            **values,
        }
    )


def test_the_last_runs_are_a_chart_with_a_table_beside_it(
    alice: Person, vera: Person, connected: Connection, browse: Browse
) -> None:
    export = stage.export(alice, connected)
    first = _run(export, 2, accepted=1_200, skipped=30, rejected=4)
    second = _run(export, 1, accepted=0, skipped=34, status=Status.FAILED)
    _run(export, 0, kind=RunKind.PLAN)

    page = _page(browse(vera), export)

    chart = page.partition('<svg class="plot"')[2].partition("</svg>")[0]
    assert re.findall(r'<rect class="(bar-\d)"', chart) == ["bar-1", "bar-2", "bar-3", "bar-2"]
    assert "28 Feb 2026 09:00:00 UTC: 1,200 accepted, 30 skipped, 4 rejected" in chart
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [_text(row) for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)]
    assert rows == [
        "Sun 1 Mar 09:00 Failed (permanent) 0 34 0 Bob",
        "Sat 28 Feb 09:00 Successful 1,200 30 4 Bob",
    ]
    assert re.findall(r'href="/runs/(\d+)/"', table) == [str(second.pk), str(first.pk)]


def test_an_export_that_never_ran_says_so(
    alice: Person, vera: Person, connected: Connection, browse: Browse
) -> None:
    page = _page(browse(vera), stage.export(alice, connected))

    assert "It has not run yet." in page
    assert '<svg class="plot"' not in page


def test_a_held_plan_leads_to_the_run_that_waits(
    alice: Person, vera: Person, connected: Connection, browse: Browse
) -> None:
    export = stage.export(alice, connected)
    Export.objects.update(last_run_id=7, last_status=Status.NEEDS_APPROVAL)

    page = _page(browse(vera), export)

    assert "The plan of the last run waits for approval; nothing of it was written." in page
    assert '<a href="/runs/7/">Look at the plan</a>' in page


def test_each_role_has_the_actions_it_may_do(
    alice: Person, bob: Person, vera: Person, connected: Connection, browse: Browse
) -> None:
    private = stage.connection(alice, name="Private", is_shared=False, account_id="acc2")
    shared = stage.export(alice, connected, name="Shared")
    foreign = stage.export(alice, private, name="Foreign")
    everything = [
        "Run",
        "Edit",
        "Plan now",
        "Create duplicate",
        "Schedule",
        "Detach connection",
        "Remove",
    ]

    def actions(person: Person, export: Export) -> list[str]:
        bar = _page(browse(person), export).partition('<div class="commands">')[2]
        return re.findall(r"</svg><span>([^<]+)</span></(?:a|button)>", bar.partition("</div>")[0])

    assert actions(alice, foreign) == everything
    assert actions(bob, shared) == everything
    assert actions(bob, foreign) == []
    assert actions(vera, shared) == []


def test_why_an_export_cannot_run_is_said_at_its_top(
    alice: Person, vera: Person, connected: Connection, browse: Browse
) -> None:
    export = stage.export(alice, connected)
    Segment.objects.update(is_active=False)
    assert "This export cannot run. One of its segments is inactive." in _text(
        _page(browse(vera), export)
    )

    Segment.objects.update(is_active=True)
    Connection.objects.update(health="revoked")
    assert "Mailchimp no longer accepts the connection’s credentials." in unescape(
        _page(browse(vera), export)
    )

    operations.detach(exports=[export], actor=alice, now=START)
    alices = _page(browse(alice), export)
    assert "No connection: this export is kept and does not run." in alices
    assert "Choose a connection" in alices
    assert "Choose a connection" not in _page(browse(vera), export)


def test_what_a_file_owns_is_shown_with_the_ways_on_and_not_edited(
    alice: Person, bob: Person, connected: Connection, browse: Browse
) -> None:
    export = stage.export(alice, connected)
    Export.objects.filter(pk=export.pk).update(origin="file", declared_name="news")
    client = browse(alice)

    page = _page(client, export)
    edited = text_of(client.get(f"/exports/{export.pk}/edit/", follow=True))
    asked = text_of(client.get(f"/exports/{export.pk}/adopt/"))
    for_bob = browse(bob).get(f"/exports/{export.pk}/").content.decode()
    listed = client.get("/exports/").content.decode()
    adopted = text_of(client.post(f"/exports/{export.pk}/adopt/", follow=True))

    assert "It comes from a definition file and is changed there; its schedule is set here." in page
    assert f"/exports/{export.pk}/edit/" not in listed + for_bob
    assert f"/exports/{export.pk}/adopt/" not in for_bob
    assert "Change it in the file and apply that; or adopt it" in edited
    assert "A file that still declares it under exports is refused" in asked
    assert "belongs to the pages now" in adopted
    assert "made in the pages" in adopted
