"""The audit log and the page about the installation."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from segue.control.audit.models import Action, Entry
from segue.control.audit.operations import Detail, Subject, record
from segue.control.people.models import Person
from segue.web.system.audit_details import LABELS
from segue.web.system.audit_words import entry_row
from tests.fakes.clocks import START, PageClock
from tests.web.pages import seen

SOURCES = Path(__file__).parents[2] / "src" / "segue" / "control"

Browse = Callable[[Person | None], Client]


def _kept(
    action: Action,
    actor: Person | None,
    *,
    subject: Subject | None = None,
    hours: float = 0,
    **details: Detail,
) -> Entry:
    now = START + timedelta(hours=hours)
    return record(action, actor=actor, now=now, subject=subject, details=details)


@pytest.fixture
def history(alice: Person, bob: Person) -> None:
    """Three entries: Bob added an export, Alice changed Bob's role, Segue found a connection ill."""
    export = Subject(kind="export", id="7", name="VIP newsletter")
    _kept(Action.EXPORT_ADDED, bob, subject=export, audience="a1", segments=["vip", "new"])
    person = Subject(kind="person", id=str(bob.pk), name="Bob")
    _kept(
        Action.ROLE_CHANGED, alice, subject=person, hours=24, before="viewer", after="contributor"
    )
    account = Subject(kind="connection", id="1", name="=Newsletter account")
    _kept(Action.CONNECTION_HEALTH, None, subject=account, hours=48, after="revoked")
    PageClock.at = START + timedelta(hours=49)


def _log(response: Any) -> str:
    return seen(response).partition("Subject Details")[2]


@pytest.mark.usefixtures("history")
def test_the_log_is_told_in_words_newest_first(alice: Person, browse: Browse) -> None:
    log = _log(browse(alice).get("/system/audit/"))

    told = (
        "Segue itself found the health of a connection changed. Connection: =Newsletter account after: Access was revoked",
        "Alice changed a role. Person: Bob before: Viewer after: Contributor",
        "Bob added an export. Export: VIP newsletter audience: a1 segments: vip, new",
    )
    places = [log.find(line) for line in told]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=newsletter", ["Segue itself", "Bob"]),
        ("text=alice", ["Alice"]),
        ("action=person.role_changed", ["Alice"]),
        ("actor=BOB", ["Bob"]),
        ("kind=connection", ["Segue itself"]),
        ("kind=export&subject=7", ["Bob"]),
        ("since=2026-03-03", ["Segue itself", "Alice"]),
        ("until=2026-03-03", ["Alice", "Bob"]),
        ("since=2026-03-03&until=2026-03-03", ["Alice"]),
        ("text=nobody", []),
    ],
)
def test_the_log_is_filtered(
    query: str, found: list[str], alice: Person, bob: Person, browse: Browse
) -> None:
    page = browse(alice).get(f"/system/audit/?{query.replace('BOB', str(bob.pk))}")

    assert [row.actor for row in page.context["rows"]] == found


@pytest.mark.usefixtures("history")
def test_days_of_the_filter_are_the_reader_s(alice: Person, browse: Browse) -> None:
    alice.time_zone = "Pacific/Auckland"  # 09:00 UTC is 22:00 there
    alice.save()
    _kept(Action.SIGNED_IN, alice, hours=3)  # past midnight in Auckland

    page = browse(alice).get("/system/audit/?until=2026-03-02")

    assert [row.actor for row in page.context["rows"]] == ["Bob"]


@pytest.mark.usefixtures("history")
def test_a_filter_that_cannot_be_read_is_told_beside_its_field(
    alice: Person, browse: Browse
) -> None:
    page = seen(browse(alice).get("/system/audit/?since=yesterday"))

    assert "Enter a valid date." in page
    assert "Bob added an export." in page


def test_an_empty_answer_says_what_to_do(alice: Person, browse: Browse) -> None:
    page = seen(browse(alice).get("/system/audit/?text=zzz"))

    assert "No entry fits Widen the period or take a filter away." in page


def test_the_log_is_listed_fifty_a_page(alice: Person, browse: Browse) -> None:
    for _ in range(120):
        _kept(Action.SIGNED_IN, alice)

    page = browse(alice).get("/system/audit/?text=alice&page=2")

    assert "Page 2 of 3" in seen(page)
    assert "?text=alice&amp;page=3" in page.content.decode()


@pytest.mark.usefixtures("history")
def test_the_log_is_downloaded_harmless_and_that_is_an_entry_itself(
    alice: Person, browse: Browse
) -> None:
    answer = browse(alice).get("/system/audit.csv?kind=connection")

    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert answer["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert rows[1:] == [
        [
            "2026-03-04T09:00:00+00:00",
            "",
            "connection.health",
            "found the health of a connection changed",
            "connection",
            "1",
            "'=Newsletter account",
            '{"after": "revoked"}',
        ]
    ]
    newest = Entry.objects.first()
    assert newest is not None
    assert (newest.action, newest.actor_name, newest.details) == (
        Action.LOG_EXPORTED,
        "Alice",
        {"kind": "connection"},
    )


@pytest.mark.usefixtures("history")
def test_only_administrators_read_the_log(bob: Person, vera: Person, browse: Browse) -> None:
    doors = [
        (person.name, browse(person).get(path).status_code)
        for person in (bob, vera)
        for path in ("/system/audit/", "/system/audit.csv")
    ]

    assert doors == [("Bob", 403), ("Bob", 403), ("Vera", 403), ("Vera", 403)]
    assert "Audit" not in seen(browse(bob).get("/system/about/"))


def test_every_action_has_french_words() -> None:
    with override("en"):
        english = {action: str(action.label) for action in Action}
    with override("fr"):
        same = [action for action in Action if str(action.label) == english[action]]

    assert same == []


@pytest.mark.usefixtures("history")
def test_the_log_is_told_in_french(alice: Person, browse: Browse) -> None:
    alice.language = "fr"
    alice.save()

    log = seen(browse(alice).get("/system/audit/"))

    assert "Alice a modifié un rôle. Personne : Bob" in log
    assert "Segue lui-même a constaté un changement d’état d’une connexion." in log
    assert "avant : Lecteur" in log


def test_a_newer_action_and_unknown_details_are_shown_as_they_are() -> None:
    entry = Entry(
        at=START, action="thing.done", subject_kind="thing", subject_name="X", details={"a_b": 1200}
    )

    row = entry_row(entry)

    assert (row.actor, row.action, row.subject, row.details) == (
        "Segue itself",
        "thing.done",
        "thing: X",
        [("a b", "1,200")],
    )


def test_details_are_told_in_french(alice: Person) -> None:
    told = {
        "browser": "Chrome on Linux",
        "credential": "access_token",
        "language": "en",
        "recurrence": "weekly weekday 2 07:30 Europe/Paris",
        "every": "monthly",
        "segments_added": ["vip", "new"],
        "sign_in_pauses": False,
    }
    entry = _kept(Action.SIGNED_IN, alice, **told)

    with override("fr"):
        details = entry_row(entry).details

    assert list(details) == [
        ("navigateur", "Chrome sur Linux"),
        ("authentification par", "authentification chez Mailchimp"),
        ("récurrence", "Mensuelle"),
        ("langue", "Anglais"),
        ("récurrence", "les mardis à 07:30 (Paris)"),
        ("nouveaux essais suspendus", "non"),
        ("segments, ajout", "vip, new"),
    ]


def test_of_what_was_edited_only_the_difference_is_told(alice: Person) -> None:
    same = ["audience=1234567890", "segment vip=VIP"]
    before = ["name=2025", *same, "field FNAME=first_name", "limit=1000000", "connection=None"]
    after = ["name=2026", *same, "field FNAME=name", "limit=2500", "connection=1"]
    entry = _kept(Action.EXPORT_EDITED, alice, before=before, after=after)

    with override("fr"):
        details = entry_row(entry).details

    assert list(details) == [
        (
            "avant",
            "nom\xa0: 2025, champ FNAME\xa0: first_name, limite de profils\xa0: 1\u202f000\u202f000, connexion\xa0: –",
        ),
        (
            "après",
            "nom\xa0: 2026, champ FNAME\xa0: name, limite de profils\xa0: 2\u202f500, connexion\xa0: 1",
        ),
    ]


def test_every_detail_that_is_recorded_has_a_name() -> None:
    recorded = {key for file in SOURCES.rglob("*.py") for key in _recorded_details(file)}

    assert "browser" in recorded
    assert recorded - set(LABELS) == set()


def _recorded_details(file: Path) -> Iterator[str]:
    """Find the keys of every dictionary that is given, or called, `details`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        is_details = (isinstance(node, ast.keyword) and node.arg == "details") or (
            isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "details"
        )
        if is_details and isinstance(node.value, ast.Dict):
            yield from (key.value for key in node.value.keys if isinstance(key, ast.Constant))


def test_about_says_what_is_set_up_and_no_secret(
    vera: Person, browse: Browse, settings: Any
) -> None:
    settings.SEGUE_MAILCHIMP_CLIENT_ID = "123"
    settings.SEGUE_MAILCHIMP_CLIENT_SECRET = "very secret"
    settings.SEGUE_ENVIRONMENT_NAME = "staging"

    answer = browse(vera).get("/system/about/")

    page = seen(answer)
    assert "Version Segue" in page
    assert "Environment staging" in page
    assert "Keys that protect stored secrets 1" in page
    assert "Mail Not set up" in page
    assert "Authenticate with Mailchimp Set up" in page
    assert "very secret" not in answer.content.decode()
    assert settings.SEGUE_KEYS[0] not in answer.content.decode()
    assert "Home folder" not in page


def test_about_tells_the_home_folder_to_administrators_only(
    alice: Person, browse: Browse, settings: Any
) -> None:
    page = seen(browse(alice).get("/system/about/"))

    assert f"Home folder {settings.SEGUE_HOME}" in page


def test_about_is_told_in_french(alice: Person, browse: Browse) -> None:
    alice.language = "fr"
    alice.save()

    page = seen(browse(alice).get("/system/about/"))

    assert "E-mail Non configuré" in page
