"""Data sources in stores of objects, declared in the pages: shown by their addresses, refused beyond what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from segue.control.people.models import Person
from segue.profiles.allowed_objects import allowed_objects
from segue.service.configured import workspace
from tests.control.stage import DEFINITION, data_folder, declared
from tests.fakes.object_stores import signatures
from tests.fakes.object_stores.laid import FakeStore
from tests.web.reading import text_of

Browse = Callable[[Person | None], Client]


@pytest.fixture
def folder(db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the data folder of an installation whose definition counts, with secrets of a store in its environment."""
    settings.SEGUE_HOME = tmp_path / "home"
    settings.SEGUE_DATA_FOLDER = tmp_path
    settings.SEGUE_DATA_FOLDERS = [tmp_path]
    monkeypatch.setenv("CRM_KEY", signatures.ACCESS_KEY)
    monkeypatch.setenv("CRM_SECRET", signatures.SECRET_KEY)
    declared(data_folder(tmp_path))
    return tmp_path


def definition(endpoint: str) -> str:
    """Return the usual definition, its customers in a store."""
    secrets = "{access_key: {env: CRM_KEY}, secret_key: {env: CRM_SECRET}}"
    place = f"path: s3://crm-exports/day/*.csv, endpoint: '{endpoint}', credentials: {secrets}"
    return DEFINITION.replace("path: customers.csv", place)


def test_an_uploaded_address_is_planned_applied_read_and_shown(
    folder: Path, browse: Browse, alice: Person, store: FakeStore, settings: Any
) -> None:
    settings.SEGUE_DATA_BUCKETS = [allowed_objects(f"s3://crm-exports/day {store.endpoint}")]
    store.lay("crm-exports", "day/customers.csv", (folder / "customers.csv").read_bytes())
    client = browse(alice)

    client.post("/sources/definition/", {"text": definition(store.endpoint)})
    plan = client.get("/sources/definition/plan/")
    applied = client.post(
        "/sources/definition/plan/", {"plan": plan.context["plan"].digest}, follow=True
    )
    refreshed = workspace().refresh()

    assert "CSV, s3://crm-exports/day/*.csv" in text_of(plan)
    assert applied.status_code == 200
    assert refreshed.snapshot.counts["profiles"].kept == 6
    shown = text_of(client.get("/sources/"))
    assert "Customers CSV s3://crm-exports/day/*.csv" in shown
    for page in (plan, applied, client.get("/sources/"), client.get("/sources/customers/")):
        assert signatures.SECRET_KEY not in page.content.decode()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "The address leads to a bucket, or to an endpoint, that an uploaded definition may not read.",
        ),
        (
            "fr",
            "L’adresse mène à un compartiment, ou à un point d’accès, qu’une définition téléversée n’a pas le droit de lire.",
        ),
    ],
)
def test_a_bucket_that_nobody_allowed_is_refused_and_not_asked(
    folder: Path, browse: Browse, alice: Person, store: FakeStore, language: str, told: str
) -> None:
    alice.language = language
    alice.save()
    store.lay("crm-exports", "day/customers.csv", b"id\n1\n")

    page = browse(alice).post("/sources/definition/", {"text": definition(store.endpoint)})

    assert told in text_of(page)
    assert store.requests() == []
