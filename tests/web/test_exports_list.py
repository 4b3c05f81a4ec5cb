"""The list of exports: what each row says, what each role may do, and that it stays quick with a thousand of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from segue.control.connections import operations as connections
from segue.control.connections.models import AudienceCount, Connection
from segue.control.exports import operations
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.statuses import Status
from segue.sync.export import SegmentTag
from tests.control import stage
from tests.fakes.clocks import START

Browse = Callable[[Person | None], Client]
MONDAYS = Recurrence(every=Every.WEEK, time_zone="Europe/Paris", times=(time(8),), weekdays=(0,))


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Declare data and return a shared connection."""
    stage.declared(stage.data_folder(tmp_path))
    return stage.connection(alice)


def _page(client: Client, query: str = "") -> str:
    reply = client.get(f"/exports/{query}")
    assert reply.status_code == 200
    return reply.content.decode()


def _rows(page: str) -> list[list[str]]:
    """Return the cells of each row as text, menus left out."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    body = re.sub(r"<details.*?</details>", "", body, flags=re.DOTALL)
    return [
        [_text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def _text(html: str) -> str:
    seen = re.sub(r'<span class="unseen">.*?</span>', "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def _names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><a href="/exports/\d+/">([^<]*)</a>', page)


def _ran(export: Export, status: Status, *, ago: timedelta | None = None) -> None:
    refreshed = START - ago if ago is not None else None
    Export.objects.filter(pk=export.pk).update(
        last_status=status, last_run_id=7, refreshed_at=refreshed
    )


def _counted(export: Export, contacts: dict[int, int]) -> None:
    """Note how many contacts the export's audience had on some days of March."""
    for day, number in contacts.items():
        AudienceCount.objects.create(
            account_id=export.account_id,
            audience_id=export.audience_id,
            day=date(2026, 3, day),
            contacts=number,
        )


def test_a_row_says_everything_that_matters(
    alice: Person, connected: Connection, browse: Browse
) -> None:
    export = stage.export(alice, connected)
    _ran(export, Status.SUCCESSFUL_WITH_SKIPS, ago=timedelta(minutes=4))
    _counted(export, {1: 18_000, 2: 18_109})

    page = _page(browse(alice))

    assert _rows(page) == [
        [
            "",
            "VIP newsletter",
            "M Newsletter account",
            "Newsletter",
            "18,109",
            "Successful with skips",
            "4 minutes ago",
            "every refresh",
            "",
        ]
    ]
    assert 'datetime="2026-03-02T08:56:00+00:00" title="2 Mar 2026 08:56:00 UTC"' in page
    assert 'href="/runs/7/"' in page


def test_schedules_and_missing_connections_are_said_in_words(
    alice: Person, connected: Connection, browse: Browse
) -> None:
    off, own, detached = (stage.export(alice, connected, name=name) for name in "ABC")
    operations.switch_schedules(exports=[off], is_on=False, actor=alice, now=START)
    operations.define_schedules(
        exports=[own], is_on=True, recurrence=MONDAYS, actor=alice, now=START
    )
    operations.detach(exports=[detached], actor=alice, now=START)

    rows = _rows(_page(browse(alice)))

    assert [(row[2], row[7]) for row in rows] == [
        ("M Newsletter account", "off"),
        ("M Newsletter account", "Mondays 08:00 Paris"),
        ("No connection", "every refresh"),
    ]


def test_french_readers_read_french(alice: Person, connected: Connection, browse: Browse) -> None:
    export = stage.export(alice, connected)
    operations.define_schedules(
        exports=[export], is_on=True, recurrence=MONDAYS, actor=alice, now=START
    )
    _ran(export, Status.NEEDS_APPROVAL, ago=timedelta(minutes=4))
    Person.objects.update(language="fr")

    page = _page(browse(alice))

    heads = re.findall(r'<th scope="col"[^>]*><a [^>]*>([^<]*)', page)
    assert heads == [
        "Nom",
        "Connexion",
        "Audience",
        "Contacts",
        "Statut",
        "Actualisé",
        "Planification",
    ]
    assert _rows(page)[0][5:8] == [
        "Approbation requise",
        "il y a 4 minutes",
        "les lundis à 08:00 (Paris)",
    ]
    for label in (
        "Ajouter une destination",
        "Exécuter",
        "Tout exécuter",
        "Planifier",
        "Créer un doublon",
        "Détacher la connexion",
        "Supprimer",
    ):
        assert f"<span>{label}</span>" in page


def test_a_viewer_sees_the_list_and_no_action(
    alice: Person, vera: Person, connected: Connection, browse: Browse
) -> None:
    stage.export(alice, connected)

    page = _page(browse(vera))

    assert _rows(page)[0][7] == "View"
    assert re.findall(r"<span>(View|Edit|Run|Run all|Remove|Add destination)</span>", page) == [
        "View"
    ]
    assert 'name="pick"' not in page


def test_a_contributor_looks_at_exports_of_connections_that_are_not_shared(
    alice: Person, bob: Person, connected: Connection, browse: Browse
) -> None:
    private = stage.connection(alice, name="Private", is_shared=False, account_id="acc2")
    mine = stage.export(bob, connected, name="Mine")
    foreign = stage.export(alice, private, name="Theirs")

    page = _page(browse(bob))

    assert [(row[1], row[8]) for row in _rows(page)] == [
        ("Mine", "Edit and run"),
        ("Theirs", "View"),
    ]
    assert re.findall(r'name="pick" value="(\d+)"><span', page) == [str(mine.pk)]
    assert f'href="/exports/{foreign.pk}/edit/"' not in page
    assert f'href="/exports/{mine.pk}/edit/"' in page


def test_the_row_menu_has_the_same_actions_as_the_command_bar(
    alice: Person, connected: Connection, browse: Browse
) -> None:
    export = stage.export(alice, connected)

    page = _page(browse(alice))

    menu = page.partition("<details")[2].partition("</details>")[0]
    assert re.findall(r"<span>([^<]+)</span></(?:a|button)>", menu) == [
        "Edit",
        "Run",
        "Create duplicate",
        "Schedule",
        "Detach connection",
        "Remove",
    ]
    assert menu.count(f'value="{export.pk}"') == 2


def test_numbers_beyond_a_thousand_stay_plain_in_forms_and_addresses(
    alice: Person, connected: Connection, browse: Browse
) -> None:
    _many(alice, connected, 1, first=1_234_567)
    _ran(Export.objects.get(), Status.QUEUED)

    page = _page(browse(alice))

    assert 'name="pick" value="1234567"' in page
    assert 'href="/exports/remove/?pick=1234567"' in page
    assert 'hx-get="/exports/live/?pick=1234567&amp;"' in page
    assert "1,234,567" not in page


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", ["alpha", "Beta", "gamma"]),
        ("name", ["alpha", "Beta", "gamma"]),
        ("-name", ["gamma", "Beta", "alpha"]),
        ("connection", ["gamma", "alpha", "Beta"]),
        ("audience", ["Beta", "alpha", "gamma"]),
        ("contacts", ["Beta", "alpha", "gamma"]),
        ("-contacts", ["alpha", "gamma", "Beta"]),
        ("status", ["Beta", "alpha", "gamma"]),
        ("refreshed", ["gamma", "Beta", "alpha"]),
        ("-refreshed", ["alpha", "Beta", "gamma"]),
        ("schedule", ["alpha", "gamma", "Beta"]),
        ("permission", ["alpha", "gamma", "Beta"]),
        ("nonsense", ["alpha", "Beta", "gamma"]),
    ],
)
def test_the_list_sorts_by_every_column(
    sort: str, names: list[str], alice: Person, bob: Person, connected: Connection, browse: Browse
) -> None:
    private = stage.connection(alice, name="Private", is_shared=False, account_id="acc2")
    alpha = stage.export(alice, connected, name="alpha")
    beta = stage.export(alice, private, name="Beta", audience_id="b1b2c3d4e5")
    gamma = stage.export(alice, connected, name="gamma")
    operations.detach(exports=[gamma], actor=alice, now=START)
    operations.switch_schedules(exports=[beta], is_on=False, actor=alice, now=START)
    _ran(alpha, Status.SUCCESSFUL, ago=timedelta(hours=1))
    _ran(beta, Status.FAILED, ago=timedelta(days=1))
    Export.objects.filter(pk=beta.pk).update(audience_name="Board")
    _counted(alpha, {1: 0})

    page = _page(browse(bob), f"?sort={sort}" if sort else "")

    assert _names(page) == names


def test_search_and_sort_stay_in_the_address(
    alice: Person, connected: Connection, browse: Browse
) -> None:
    for name in ("Spring sale", "Summer sale", "Loyalty"):
        stage.export(alice, connected, name=name)

    page = _page(browse(alice), "?search=SALE&sort=-name")

    assert _names(page) == ["Summer sale", "Spring sale"]
    assert 'name="search" value="SALE"' in page
    assert '<input type="hidden" name="sort" value="-name">' in page
    assert 'href="?search=SALE&amp;sort=status"' in page


def test_nothing_found_says_so_and_leads_back(
    alice: Person, connected: Connection, browse: Browse
) -> None:
    stage.export(alice, connected)

    page = _page(browse(alice), "?search=zzz")

    assert "No export fits" in page
    assert 'href="/exports/">Show all exports' in page


def test_the_exports_of_one_segment_are_a_list_of_their_own(
    alice: Person, connected: Connection, browse: Browse
) -> None:
    stage.export(alice, connected, name="VIP only")
    newcomers = (SegmentTag(segment="newcomers", tag="New"),)
    stage.export(alice, connected, name="New only", segments=newcomers)

    page = _page(browse(alice), "?segment=newcomers")

    assert _names(page) == ["New only"]
    assert "Exports of the segment Newcomers" in page
    assert 'href="?segment=newcomers&amp;sort=-name"' in page
    assert browse(alice).get("/exports/?segment=unknown").status_code == 404


def test_an_export_that_is_removed_leaves_the_list(
    alice: Person, connected: Connection, browse: Browse
) -> None:
    operations.remove(exports=[stage.export(alice, connected)], actor=alice, now=START)

    assert "No exports yet" in _page(browse(alice))


def _missing(page: str) -> list[str]:
    listed = page.partition('<ul class="missing">')[2].partition("</ul>")[0]
    return [_text(one) for one in re.findall(r"<li>(.*?)</li>", listed, re.DOTALL)]


def test_an_empty_list_names_each_missing_prerequisite_with_its_remedy(
    alice: Person, bob: Person, vera: Person, browse: Browse
) -> None:
    assert _missing(_page(browse(alice))) == [
        "No data source is declared. Go to Data sources",
        "There is no active segment. Go to Segments",
        "There is no connection that can be used. Go to Connections",
    ]
    assert _missing(_page(browse(bob)))[2] == (
        "There is no connection that you can use. Contact an administrator: they can add one or "
        "share one with contributors."
    )
    assert _missing(_page(browse(vera))) == []


def test_an_empty_list_with_everything_in_place_leads_to_the_first_export(
    alice: Person, bob: Person, connected: Connection, browse: Browse
) -> None:
    page = _page(browse(bob))
    assert _missing(page) == []
    assert page.count('href="/exports/add/"') == 2

    connections.share(connection=connected, is_shared=False, actor=alice, now=START)
    assert len(_missing(_page(browse(bob)))) == 1


def _many(alice: Person, connected: Connection, count: int, *, first: int) -> None:
    """Keep so many exports, whose ids begin with `first`."""
    Export.objects.bulk_create(
        Export(
            pk=number,
            name=f"Export {number}",
            key=f"export_{number}",
            connection=connected,
            account_id="acc1",
            audience_id=stage.AUDIENCE_ID,
            email_attribute="email",
            created_by=alice,
            created_at=START,
            updated_at=START,
        )
        for number in range(first, first + count)
    )


def test_a_thousand_exports_cost_no_more_questions_than_ten(
    alice: Person,
    bob: Person,
    connected: Connection,
    browse: Browse,
    django_assert_max_num_queries: Any,
) -> None:
    _many(alice, connected, 11, first=1_000)
    client = browse(bob)
    _page(client)

    with django_assert_max_num_queries(9):
        assert len(_names(_page(client))) == 11
    _many(alice, connected, 990, first=2_000)
    with django_assert_max_num_queries(9):
        page = _page(client, "?sort=-permission&search=e&page=3")

    assert len(_names(page)) == 50
    assert "Page 3 of 21" in page


def test_an_open_list_asks_how_running_exports_stand(
    alice: Person, connected: Connection, browse: Browse
) -> None:
    running = stage.export(alice, connected, name="Running")
    idle = stage.export(alice, connected, name="Idle")
    _ran(running, Status.PROCESSING)
    client = browse(alice)
    asks = f'hx-get="/exports/live/?pick={idle.pk}&amp;pick={running.pk}&amp;" hx-trigger="every'
    assert f'{asks} 4s"' in _page(client)

    still = client.get(f"/exports/live/?pick={running.pk}").content.decode()
    _ran(running, Status.SUCCESSFUL, ago=timedelta())
    Export.objects.filter(pk=running.pk).update(connection=None)
    over = client.get(f"/exports/live/?pick={running.pk}").content.decode()

    assert ('hx-trigger="every 4s"' in still, 'hx-trigger="every 15s"' in over) == (True, True)
    assert f'id="status-{running.pk}" hx-swap-oob="true"' in over
    assert "Successful" in over
    assert "Will not run" in over
    assert "just now" in over
    assert f'{asks} 15s"' in _page(client)
    assert client.get("/exports/live/?pick=x").status_code == 404
