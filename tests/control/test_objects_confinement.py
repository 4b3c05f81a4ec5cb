"""An uploaded definition reads the buckets that the installation allows, each from its endpoint; the command line any."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from segue.core.errors import ConfigurationProblem
from segue.profiles.allowed_objects import allowed_objects
from segue.service.definitions import read_uploaded
from tests.control.stage import DEFINITION, declared

pytestmark = pytest.mark.django_db
ALLOWED = ("s3://crm-exports/segue", "gs://shop-visits", "s3://own https://minio.example:9000")


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow some buckets, and set secrets: one for uploads, and Segue's own."""
    settings.SEGUE_DATA_FOLDERS = [tmp_path]
    settings.SEGUE_DATA_BUCKETS = [allowed_objects(one) for one in ALLOWED]
    monkeypatch.setenv("CRM_KEY", "k")
    monkeypatch.setenv("SEGUE_KEYS_OF_SOMETHING", "k")


def definition(place: str) -> str:
    return DEFINITION.replace("path: customers.csv", place)


def codes(place: str) -> Sequence[tuple[str, str]]:
    """Return the place and the code of each mistake of an upload."""
    try:
        read_uploaded(definition(place))
    except ConfigurationProblem as problem:
        return [(one.path, one.code) for one in problem.mistakes]
    return ()


@pytest.mark.parametrize(
    "place",
    [
        "path: s3://crm-exports/segue/customers.csv",
        "path: 's3://crm-exports/segue/*.csv', region: eu-west-3",
        "path: gs://shop-visits/, credentials: {access_token: {env: CRM_KEY}}",
        "path: s3://own/c.csv, endpoint: 'https://minio.example:9000'",
    ],
)
def test_what_the_installation_allows_is_read(place: str) -> None:
    assert codes(place) == ()


@pytest.mark.parametrize(
    "place",
    [
        "path: s3://crm-exports/customers.csv",
        "path: s3://crm-exports/segue-other/customers.csv",
        "path: 's3://crm-exports/*/customers.csv'",
        "path: s3://elsewhere/customers.csv",
        "path: gs://crm-exports/segue/customers.csv",
        "path: s3://own/c.csv",
        "path: s3://own/c.csv, endpoint: 'http://minio.example:9000'",
        "path: s3://crm-exports/segue/c.csv, endpoint: 'http://169.254.169.254'",
        "path: s3://crm-exports/segue/c.csv, endpoint: 'http://127.0.0.1:5432'",
        "path: abfs://exports@shopdata.dfs.core.windows.net/c.csv",
    ],
)
def test_another_bucket_or_endpoint_is_refused(place: str) -> None:
    assert codes(place) == [("sources.customers.path", "bucket_not_allowed")]


def test_by_default_no_bucket_is_read(settings: Any) -> None:
    settings.SEGUE_DATA_BUCKETS = []

    assert codes("path: s3://crm-exports/segue/c.csv") == [
        ("sources.customers.path", "bucket_not_allowed")
    ]


@pytest.mark.parametrize("secret", ["{file: /etc/passwd}", "{env: SEGUE_KEYS_OF_SOMETHING}"])
def test_secrets_of_the_server_are_no_credentials(secret: str) -> None:
    place = f"path: gs://shop-visits/c.csv, credentials: {{access_token: {secret}}}"

    assert codes(place) == [("sources.customers.credentials.access_token", "reference_not_allowed")]


@pytest.mark.any_day
def test_what_a_definition_of_the_server_names_stays_allowed(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t", encoding="utf-8")
    named = (
        f'path: gs://elsewhere/c.csv, credentials: {{access_token: {{file: "{tmp_path}/token"}}}}'
    )
    declared(tmp_path, text=definition(named))

    assert codes(named) == ()
    assert codes("path: gs://elsewhere/other.csv") == [
        ("sources.customers.path", "bucket_not_allowed")
    ]
    assert codes("path: gs://elsewhere/c.csv, endpoint: 'http://169.254.169.254'") == [
        ("sources.customers.path", "bucket_not_allowed")
    ]
