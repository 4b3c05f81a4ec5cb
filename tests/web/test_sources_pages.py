"""Pages of data sources and of the definition: what they show, to whom, in both languages, and what they change."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from segue.control.audit.models import Action, Entry
from segue.control.people.models import Person
from segue.control.refreshes.models import Refresh
from segue.control.segments.models import Segment
from segue.control.sources.models import Definition, ProfileCount, ProposedDefinition
from segue.control.sources.operations import SourceReading, record_reading
from segue.control.statuses import Status
from segue.core.emails import AddressProblem
from segue.profiles.problems import RowProblem, explanation
from segue.service.configured import workspace
from segue.service.proposals import LARGEST_TEXT_BYTES
from segue.words.catalogue import in_language
from tests.control.stage import DEFINITION, connection, data_folder, declared, export
from tests.fakes.clocks import START
from tests.web.reading import text_of

Browse = Callable[[Person | None], Client]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PARIS = DEFINITION.replace("is: Lyon", "is: Paris")


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return the data folder of an installation whose definition counts."""
    settings.SEGUE_HOME = tmp_path / "home"
    settings.SEGUE_DATA_FOLDER = tmp_path
    settings.SEGUE_DATA_FOLDERS = [tmp_path]
    declared(data_folder(tmp_path), now=LONG_AGO)
    return tmp_path


@pytest.fixture
def read_once(folder: Path) -> Path:
    """Return the same, its data read, with a row that is wrong."""
    with (folder / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("7,nobody,Nobody,Atall,Lyon,31/12/2025,true\n")
    snapshot = workspace().refresh().snapshot
    record_reading(
        {"customers": SourceReading(rows=7, problems=2, changed_at=START - timedelta(days=2))},
        profiles=7,
        snapshot_id=snapshot.id,
        now=START - timedelta(minutes=30),
    )
    return folder


def test_the_list_tells_of_every_source_and_the_profiles(
    read_once: Path, browse: Browse, vera: Person
) -> None:
    text = text_of(browse(vera).get("/sources/"))

    assert "Customers CSV customers.csv Profiles 7 2 · 14% Successful 30 minutes ago" in text
    assert "E-mail 6 0 1 0" in text
    assert "E-mail E-mail Personal data First name Text Personal data" in text
    assert "City Text" in text
    assert "Definition" not in text
    assert "Refresh" not in text.split()


def test_the_list_speaks_french(read_once: Path, browse: Browse, bob: Person) -> None:
    bob.language = "fr"
    bob.save()

    text = text_of(browse(bob).get("/sources/"))

    assert "Sources de données Fichiers et tables de bases de données" in text
    assert "Customers CSV customers.csv Profils 7 2 · 14 % Réussi il y a 30 minutes" in text
    assert "Adresses e-mail Valides Absentes Non valides Doublons" in text
    assert "Données personnelles" in text
    assert "Actualiser" in text


def test_a_source_says_since_when_it_is_unchanged(
    read_once: Path, browse: Browse, vera: Person
) -> None:
    first = text_of(browse(vera).get("/sources/named/customers/"))

    file = read_once / "customers.csv"
    file.write_bytes(file.read_bytes())
    refreshed = workspace().refresh()
    again = text_of(browse(vera).get("/sources/named/customers/"))

    assert refreshed.read_again
    assert "Unchanged since it was read" not in first
    assert "Unchanged since it was read" in again
    assert "All rows read" not in again


def test_a_source_with_a_rising_column_says_when_it_was_read_in_full(
    read_once: Path, browse: Browse, vera: Person
) -> None:
    kept = {"file": "source_customers.parquet", "identity": "", "mark": "7", "rows": 7}
    more = {"size_bytes": 70, "estimate": 7, "full_at": "2026-11-01T08:00:00+00:00"}
    [manifest] = (read_once / "home" / "snapshots").glob("2*/manifest.json")
    document = json.loads(manifest.read_text(encoding="utf-8"))
    document["source_kept"] = {"customers": kept | more}
    manifest.write_text(json.dumps(document), encoding="utf-8")

    text = text_of(browse(vera).get("/sources/named/customers/"))

    assert "All rows read" in text
    assert "Deleted rows are noticed when all are read again" in text


def test_a_list_is_sorted_and_searched_by_its_address(
    folder: Path, browse: Browse, vera: Person
) -> None:
    declared(
        folder,
        text=DEFINITION.replace("sources:", "sources:\n  visits: {type: parquet, path: v.parquet}"),
        now=START,
    )

    answers = {
        query: [row.source.name for row in browse(vera).get(f"/sources/{query}").context["sources"]]
        for query in ("", "?sort=name", "?sort=-place", "?sort=nonsense", "?search=VIS")
    }

    assert answers == {
        "": ["visits", "customers"],
        "?sort=name": ["customers", "visits"],
        "?sort=-place": ["visits", "customers"],
        "?sort=nonsense": ["visits", "customers"],
        "?search=VIS": ["visits"],
    }


@pytest.mark.parametrize(("who", "uploads"), [("alice", True), ("bob", False), ("vera", False)])
def test_an_empty_installation_names_the_next_step(
    db: None, browse: Browse, who: str, uploads: bool, request: pytest.FixtureRequest
) -> None:
    answer = browse(request.getfixturevalue(who)).get("/sources/")

    assert "No data source is declared yet" in text_of(answer)
    assert (reverse("definition") in answer.text) == uploads


def test_one_source_tells_what_was_wrong_and_what_comes_of_it(
    read_once: Path, browse: Browse, vera: Person
) -> None:
    text = text_of(browse(vera).get("/sources/named/customers/"))

    assert (
        "The value is not a date; it was left empty. joined 1 31/12/2025 Correct it, or declare"
        in text
    )
    assert "The address has no sign @. email 1 ••• Correct the address in the source." in text
    assert "Segments that use it VIP Newcomers" in text
    assert "Opted in Yes or no" in text
    assert "Read as utf-8" in text


def test_one_source_speaks_french(read_once: Path, browse: Browse, vera: Person) -> None:
    vera.language = "fr"
    vera.save()

    text = text_of(browse(vera).get("/sources/named/customers/"))

    assert "La valeur n’est pas une date ; elle a été laissée vide. joined 1" in text
    assert "L’adresse n’a pas de @. email 1" in text
    assert "Lu en utf-8" in text


def test_a_source_that_failed_says_why(folder: Path, browse: Browse, vera: Person) -> None:
    message = "Source 'customers' reads customers.csv, and there is no such file."
    record_reading(
        {"customers": SourceReading(rows=None, message=message)},
        profiles=None,
        snapshot_id="",
        now=START,
    )

    text = text_of(browse(vera).get("/sources/named/customers/"))

    assert message in text
    assert "Failed (permanent)" in text
    assert "This data source has not been read yet." in text


def test_a_trend_of_profiles_has_a_line_and_its_numbers(
    folder: Path, browse: Browse, vera: Person
) -> None:
    for day in range(3):
        ProfileCount.objects.create(
            at=START - timedelta(days=3 - day), profiles=1000 + day, snapshot_id=str(day)
        )

    answer = browse(vera).get("/sources/")

    assert "<polyline" in answer.text
    assert "1,002" in text_of(answer)


def test_a_damaged_snapshot_is_told_and_breaks_nothing(
    read_once: Path, browse: Browse, vera: Person
) -> None:
    for manifest in (read_once / "home").rglob("manifest.json"):
        manifest.write_text("{}", encoding="utf-8")

    answers = [browse(vera).get(path) for path in ("/sources/", "/sources/named/customers/")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("is damaged" in text_of(answer) for answer in answers)


def test_the_refresh_button_queues_one_refresh_and_comes_back(
    folder: Path, browse: Browse, bob: Person
) -> None:
    client = browse(bob)

    first = client.post("/sources/refresh/")
    second = client.post("/sources/refresh/", {"from": "segments"})

    assert (first["Location"], second["Location"]) == ("/sources/", "/segments/")
    assert Refresh.objects.count() == 1
    assert Entry.objects.filter(action=Action.REFRESH_REQUESTED).count() == 1
    text = text_of(client.get("/sources/"))
    assert "A refresh is queued already" in text
    assert "The data is being refreshed" in text


def test_while_one_is_at_work_another_refresh_can_be_queued(
    folder: Path, browse: Browse, bob: Person
) -> None:
    client = browse(bob)
    client.post("/sources/refresh/")
    Refresh.objects.update(status=Status.REFRESHING)

    client.post("/sources/refresh/")

    assert Refresh.objects.count() == 2


def _upload(client: Client, text: str) -> Any:
    file = SimpleUploadedFile("any-name.yaml", text.encode())
    return client.post("/sources/definition/", {"file": file, "text": ""})


def test_an_upload_shows_its_plan_and_applies_exactly_that(
    folder: Path, browse: Browse, alice: Person
) -> None:
    client = browse(alice)

    uploaded = _upload(client, PARIS)
    page = client.get("/sources/definition/plan/")
    nothing_yet = Segment.objects.get(name="vip").rule
    digest = page.context["plan"].digest
    applied = client.post("/sources/definition/plan/", {"plan": digest})

    assert (uploaded.status_code, uploaded["Location"]) == (302, "/sources/definition/plan/")
    assert "Changed VIP A person is selected when city is “Lyon”." in text_of(page)
    assert nothing_yet == {"attribute": "city", "is": "Lyon"}
    assert (applied.status_code, applied["Location"]) == (302, "/sources/")
    assert Segment.objects.get(name="vip").rule == {"attribute": "city", "is": "Paris"}
    definition = Definition.objects.first()
    assert definition is not None
    assert (definition.arrival, definition.applied_by, definition.applied_at) == (
        "page",
        alice,
        START,
    )
    assert (definition.folder, definition.file_name) == (str(folder), "segue.yaml")
    entry = Entry.objects.filter(action=Action.DEFINITION_APPLIED).first()
    assert entry is not None
    assert (entry.actor_name, entry.details["origin"]) == ("Alice", "page")
    assert not ProposedDefinition.objects.exists()


def test_the_first_upload_starts_at_the_data_folder(
    db: None, browse: Browse, alice: Person, tmp_path: Path, settings: Any
) -> None:
    settings.SEGUE_DATA_FOLDER = tmp_path
    settings.SEGUE_DATA_FOLDERS = [tmp_path]

    _upload(browse(alice), DEFINITION)

    assert ProposedDefinition.objects.get().folder == str(tmp_path)


def test_a_typed_text_is_taken_to_the_letter(folder: Path, browse: Browse, alice: Person) -> None:
    text = "\n" + PARIS + "  \n"

    browse(alice).post("/sources/definition/", {"text": text})

    assert ProposedDefinition.objects.get().text == text


def test_a_plan_that_changed_meanwhile_is_shown_again(
    folder: Path, browse: Browse, alice: Person
) -> None:
    client = browse(alice)
    _upload(client, PARIS)
    digest = client.get("/sources/definition/plan/").context["plan"].digest
    declared(folder, text=DEFINITION + "# newer\n", now=START)

    answer = client.post("/sources/definition/plan/", {"plan": digest})

    assert answer.status_code == 409
    assert "nothing was applied" in text_of(answer)
    assert Definition.objects.count() == 2
    again = client.post("/sources/definition/plan/", {"plan": answer.context["plan"].digest})
    assert again.status_code == 302


@pytest.mark.parametrize("digest", ["", "0" * 32])
def test_without_the_plans_digest_nothing_is_applied(
    folder: Path, browse: Browse, alice: Person, digest: str
) -> None:
    client = browse(alice)
    _upload(client, PARIS)

    answer = client.post("/sources/definition/plan/", {"plan": digest})

    assert (answer.status_code, Definition.objects.count()) == (409, 1)


def test_removed_segments_name_the_exports_that_stop(
    folder: Path, browse: Browse, alice: Person
) -> None:
    export(alice, connection(alice), name="Weekly letter")
    client = browse(alice)
    _upload(
        client,
        DEFINITION.replace("  vip:\n    label: VIP\n    rules: {attribute: city, is: Lyon}\n", ""),
    )

    text = text_of(client.get("/sources/definition/plan/"))

    assert "Exports use what is removed." in text
    assert "VIP : Weekly letter" in text


def test_every_mistake_is_listed_with_its_place(
    folder: Path, browse: Browse, alice: Person
) -> None:
    wrong = DEFINITION.replace("label: VIP", "labl: VIP").replace("path: customers", "path: /etc/c")

    answer = _upload(browse(alice), wrong)

    text = text_of(answer)
    assert answer.status_code == 422
    assert "2 mistakes" in text
    assert "Line 3 column 32 The path leads out of the folders" in text
    assert (
        "Line 16 column 5 `labl` is not a setting of `vip` (Segment). Did you mean `label`?" in text
    )
    assert "15 vip: 16 labl: VIP 17 rules:" in text
    assert "Further mistakes may appear when these are corrected." in text
    assert answer.text.count('class="line-wrong">16</li>') == 1
    assert not ProposedDefinition.objects.exists()


def test_mistakes_are_explained_in_french(folder: Path, browse: Browse, alice: Person) -> None:
    alice.language = "fr"
    alice.save()

    text = text_of(_upload(browse(alice), DEFINITION.replace("label: VIP", "labl: VIP")))

    assert "1 erreur" in text
    assert "D’autres erreurs peuvent apparaître une fois celles-ci corrigées." in text
    assert (
        "Ligne 16 colonne 5 `labl` n’est pas un paramètre de `vip` (Segment). Vouliez-vous dire `label`"
        in text
    )


def test_of_very_many_mistakes_a_hundred_are_shown(
    folder: Path, browse: Browse, alice: Person
) -> None:
    text = text_of(_upload(browse(alice), "".join(f"k{n}: 1\n" for n in range(300))))

    assert "303 mistakes" in text
    assert "and 203 more; correct these first." in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\xff\xfe\x00", "The file is not UTF-8"),
        (b"x" * (LARGEST_TEXT_BYTES + 1), "This has 500,001 bytes"),
        (b"a: 'x", "A quote is opened here and never closed."),
    ],
)
def test_what_is_no_definition_is_refused(
    folder: Path, browse: Browse, alice: Person, content: bytes, said: str
) -> None:
    file = SimpleUploadedFile("segue.yaml", content)

    answer = browse(alice).post("/sources/definition/", {"file": file})

    assert answer.status_code == 422
    assert said in text_of(answer)


def test_an_upload_without_anything_says_what_to_choose(
    folder: Path, browse: Browse, alice: Person
) -> None:
    answer = browse(alice).post("/sources/definition/", {"text": "  \n"})

    assert answer.status_code == 422
    assert "Choose a file, or paste its text." in text_of(answer)


def test_a_proposal_is_discarded(folder: Path, browse: Browse, alice: Person) -> None:
    client = browse(alice)
    _upload(client, PARIS)

    answer = client.post("/sources/definition/discard/")

    assert answer["Location"] == "/sources/definition/"
    assert not ProposedDefinition.objects.exists()
    assert Definition.objects.count() == 1


def test_a_proposal_is_its_owners_alone(
    folder: Path, browse: Browse, alice: Person, bob: Person
) -> None:
    bob.role = "administrator"
    bob.save()
    _upload(browse(alice), PARIS)

    answer = browse(bob).get("/sources/definition/plan/")

    assert answer["Location"] == "/sources/definition/"


def test_an_older_definition_goes_through_the_same_plan(
    folder: Path, browse: Browse, alice: Person
) -> None:
    first = Definition.objects.get()
    client = browse(alice)
    _upload(client, PARIS)
    plan = client.get("/sources/definition/plan/").context["plan"].digest
    client.post("/sources/definition/plan/", {"plan": plan})

    again = client.post(f"/sources/definition/{first.pk}/again/")
    page = client.get("/sources/definition/plan/")
    client.post("/sources/definition/plan/", {"plan": page.context["plan"].digest})

    assert again["Location"] == "/sources/definition/plan/"
    assert [(one.kind, one.name) for one in page.context["plan"].segments] == [("changed", "vip")]
    assert Segment.objects.get(name="vip").rule == {"attribute": "city", "is": "Lyon"}
    history = text_of(client.get("/sources/definition/"))
    assert history.count("uploaded in the page") == 2
    assert history.count("applied from the command line") == 1
    assert "segue.yaml 3 Current" in history.replace(
        str(Definition.objects.first().pk),
        "3",  # type: ignore[union-attr]
    )


def test_an_older_definition_that_reads_elsewhere_is_refused_with_its_mistakes(
    folder: Path, browse: Browse, alice: Person
) -> None:
    elsewhere = DEFINITION.replace("path: customers.csv", "path: /srv/customers.csv")
    declared(folder, text=elsewhere, now=START)
    old = Definition.objects.first()
    assert old is not None
    declared(folder, text=DEFINITION, now=START)

    answer = browse(alice).post(f"/sources/definition/{old.pk}/again/")

    assert answer.status_code == 422
    assert "The path leads out of the folders" in text_of(answer)


def test_the_text_is_shown_and_sent_as_it_was_applied(
    folder: Path, browse: Browse, alice: Person
) -> None:
    declared(folder, text=DEFINITION + "# <b>&\n", now=START)
    newest = Definition.objects.first()
    assert newest is not None
    client = browse(alice)

    shown = client.get(f"/sources/definition/{newest.pk}/")
    sent = client.get(f"/sources/definition/{newest.pk}/download/")

    assert "# &lt;b&gt;&amp;" in shown.text
    assert sent.content.decode() == DEFINITION + "# <b>&\n"
    assert sent["Content-Disposition"] == 'attachment; filename="segue.yaml"'
    assert sent["X-Content-Type-Options"] == "nosniff"


def test_every_problem_of_a_row_can_be_said_in_french() -> None:
    told = [explanation(kind) for kind in (*RowProblem, *AddressProblem)]

    missing = [
        text
        for one in told
        for text in (one.meaning, one.action)
        if in_language(text, "fr") == text
    ]

    assert missing == []
