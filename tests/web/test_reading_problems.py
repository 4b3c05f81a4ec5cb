"""What could not be read, on the pages: run, home, exports, data sources, segments, help; in words, and in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from segue.control.people.models import Person
from segue.control.refreshes.models import Run
from segue.control.sources.operations import record_reading
from segue.profiles.problems import RowProblem
from segue.profiles.reading import Loss, Part, Place
from segue.service.configured import workspace
from segue.sync.brakes import Stop, StopKind
from segue.sync.grounds import Ground, Unread
from segue.worker.readings import of_snapshot
from tests.control import stage_runs
from tests.control.stage import connection, data_folder, declared, export
from tests.fakes.clocks import START
from tests.web.reading import text_of

pytestmark = pytest.mark.one_database

Browse = Callable[[Person | None], Client]
OPTED = Unread(
    loss=Loss(
        place=Place(table="profiles", part=Part.ATTRIBUTE, name="opted_in"),
        label="opted_in",
        source="customers",
        column="opted_in",
        written=1_300,
        lost=900,
        kinds={RowProblem.NOT_A_BOOLEAN.value: 900},
        samples=("<perhaps>", "-7"),
    ),
    grounds=(Ground.CONSENT, Ground.RULES),
    segments=("vip",),
)
STOP = Stop(kind=StopKind.VALUES_UNREAD, subject="opted_in", count=900, total=1_300, threshold=0.2)


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the data folder of an installation in which two values and a row cannot be read."""
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path), now=datetime(2020, 1, 1, tzinfo=UTC))
    with (tmp_path / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("7,p7@shop.example,Pia,Seven,Paris,31/12/2025,perhaps\n8,p8@shop.example\n")
    snapshot = workspace().refresh().snapshot
    record_reading(of_snapshot(snapshot), profiles=7, snapshot_id=snapshot.id, now=START)
    return tmp_path


def held(alice: Person) -> Run:
    to = export(alice, connection(alice))
    run = stage_runs.held(
        alice, to, of=stage_runs.plan(stops=(STOP,), unread=(OPTED,), unread_elsewhere=3)
    )
    Run.objects.filter(pk=run.pk).update(unread=900)
    return run


def french(person: Person) -> Person:
    person.language = "fr"
    person.save()
    return person


def test_a_run_says_what_it_stands_on_what_for_and_what_is_written_there(
    folder: Path, browse: Browse, alice: Person
) -> None:
    run = held(alice)

    answer = browse(alice).get(f"/runs/{run.pk}/")
    page = text_of(answer)

    assert (
        "900 of 1,300 written values of opted in could not be read or joined (limit 20%); the export stands on them."
        in page
    )
    assert "Read with problems This export stands on what was not read:" in page
    assert (
        "900 of 1,300 written values of opted in were not read (69%). The consent, where what was not read is no yes, "
        "asked for by the segments VIP. The value is neither true nor false; it was left empty. (900)"
        in page
    )
    assert "Written there: <perhaps> , -7" in page
    assert "3 values or rows that this export does not stand on were not read either." in page
    assert b"<perhaps>" not in answer.content
    assert b'href="/sources/named/customers/#problems"' in answer.content


def test_a_run_says_so_in_french(folder: Path, browse: Browse, alice: Person) -> None:
    run = held(alice)

    page = text_of(browse(french(alice)).get(f"/runs/{run.pk}/"))

    assert "Lu avec des problèmes Cette exportation repose sur ce qui n’a pas été lu" in page
    assert "valeurs écrites de opted in sur" in page
    assert "demandées par les segments VIP" in page


@pytest.mark.parametrize("address", ["/", "/exports/", "/exports/{export}/"])
def test_lists_of_runs_show_the_status_as_a_word(
    folder: Path, browse: Browse, alice: Person, address: str
) -> None:
    to = export(alice, connection(alice))
    run = stage_runs.successful(alice, to)
    where = address.format(export=to.pk)
    before = text_of(browse(alice).get(where)).count("Read with problems")

    Run.objects.filter(pk=run.pk).update(unread=900)

    assert text_of(browse(alice).get(where)).count("Read with problems") == before + 1


def test_the_home_page_names_the_data_sources(folder: Path, browse: Browse, alice: Person) -> None:
    assert "Data sources Read with problems Customers" in text_of(browse(alice).get("/"))


def test_a_data_source_shows_share_samples_and_status(
    folder: Path, browse: Browse, vera: Person
) -> None:
    listed = text_of(browse(vera).get("/sources/"))
    page = text_of(browse(vera).get("/sources/named/customers/"))

    assert "Profiles 7 3 · 14% Read with problems" in listed
    assert "The value is neither true nor false; it was left empty. opted_in 1 perhaps" in page
    assert "The value is not a date; it was left empty. joined 1 31/12/2025" in page
    assert "How much of what is written was not read Attribute Written Not read Share" in page
    assert "opted in 7 1 14% " in page and "joined 7 1 14% " in page


def test_a_changed_form_stands_on_the_page_of_its_data_source(
    folder: Path, browse: Browse, vera: Person
) -> None:
    file = folder / "customers.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",", "\t"), encoding="utf-8")
    workspace().refresh()

    page = text_of(browse(vera).get("/sources/named/customers/"))

    assert (
        "Changed since the refresh before: its values were separated by , and are separated by TAB now."
        in page
    )


def test_segments_say_whether_their_members_depend_on_it(
    folder: Path, browse: Browse, vera: Person
) -> None:
    newcomers = text_of(browse(vera).get("/segments/newcomers/"))
    listed = text_of(browse(french(vera)).get("/segments/"))

    assert "Read with problems The members depend on what was not read:" in newcomers
    assert "1 of 7 written values of joined was not read (14%)." in newcomers
    assert "The value is not a date; it was left empty. (1) Written there: 31/12/2025" in newcomers
    assert "opted_in" not in newcomers.partition("Members")[2].partition("Used by")[0]
    assert listed.count("Lu avec des problèmes") == 2


def test_help_explains_the_status(db: None, browse: Browse, vera: Person) -> None:
    page = text_of(browse(vera).get("/help/"))

    assert "Read with problems The data source was read, but for some values or rows" in page
