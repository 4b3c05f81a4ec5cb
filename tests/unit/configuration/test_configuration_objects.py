"""File sources in stores of objects: what may be written, what is wrong with the rest, and where secrets go."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.configuration import load
from segue.core.errors import ConfigurationProblem
from segue.profiles.object_stores import Objects, Store
from segue.profiles.sources import CsvSource
from tests.unit.configuration.configuration_files import changed

pytestmark = pytest.mark.any_day

HERE = 'customers: {type: csv, path: customers.csv, separator: ";", encoding: latin-1}'
S3 = "s3://crm-exports/people/*.csv"
AZURE = "abfs://exports@shopdata.dfs.core.windows.net/people.csv"
KEYS = "credentials: {access_key: {env: CRM_KEY}, secret_key: {file: crm.secret}}"
ENVIRONMENT = {"CRM_KEY": "AKIA-TOP", "MAILCHIMP_API_KEY": "x"}


def place_of(tmp_path: Path, more: str, *, kind: str = "csv", path: str = S3) -> Objects:
    """Return where the source `customers` lies, declared with some more options."""
    (tmp_path / "crm.secret").write_text("hush\n", encoding="utf-8")
    declared = f"customers: {{type: {kind}, path: '{path}'{', ' if more else ''}{more}}}"
    file = tmp_path / "segue.yaml"
    file.write_text(changed(HERE, declared), encoding="utf-8")
    source = load(file, environment=ENVIRONMENT).sources["customers"]
    found = source.path if not hasattr(source, "dsn") else None
    assert isinstance(found, Objects)
    return found


def faults(
    tmp_path: Path, more: str, *, kind: str = "csv", path: str = S3
) -> list[tuple[str, str]]:
    """Return the path and the code of every mistake."""
    with pytest.raises(ConfigurationProblem) as told:
        place_of(tmp_path, more, kind=kind, path=path)
    assert "hush" not in str(told.value)
    assert "AKIA-TOP" not in str(told.value)
    return [(one.path, one.code) for one in told.value.mistakes]


@pytest.mark.parametrize("kind", ["csv", "excel", "json", "parquet"])
def test_every_type_of_file_may_lie_in_a_store(tmp_path: Path, kind: str) -> None:
    assert str(place_of(tmp_path, "", kind=kind)) == S3


def test_a_source_has_the_secrets_that_its_references_name(tmp_path: Path) -> None:
    place = place_of(
        tmp_path, f"region: eu-west-3, endpoint: 'https://minio.example:9000/', {KEYS}"
    )

    assert place == Objects(
        store=Store.S3,
        bucket="crm-exports",
        key="people/*.csv",
        endpoint="https://minio.example:9000",
        region="eu-west-3",
        credentials=(("access_key", "AKIA-TOP"), ("secret_key", "hush")),
    )
    assert "hush" not in repr(CsvSource(name="customers", path=place))


@pytest.mark.parametrize(
    ("path", "more"),
    [
        (S3, ""),
        (S3, "credentials: {anonymous: true}"),
        (S3, "credentials: {anonymous: false}"),
        ("gs://shop-visits/2026/", "credentials: {access_token: {env: CRM_KEY}}"),
        (AZURE, "credentials: {sas_token: {env: CRM_KEY}}"),
        (AZURE, "credentials: {account_key: {env: CRM_KEY}}"),
        (
            AZURE,
            "credentials: {tenant_id: {env: CRM_KEY}, client_id: {env: CRM_KEY}, client_secret: {env: CRM_KEY}}",
        ),
    ],
)
def test_what_goes_together_is_taken(tmp_path: Path, path: str, more: str) -> None:
    assert place_of(tmp_path, more, path=path)


@pytest.mark.parametrize(
    ("path", "more", "at", "code"),
    [
        ("https://shop.example/p.csv", "", "path", "path_is_url"),
        ("s3:///people.csv", "", "path", "object_address_invalid"),
        ("s3://crm-exports/../p.csv", "", "path", "object_address_invalid"),
        ("abfs://exports/people.csv", "", "path", "object_address_invalid"),
        (S3, "region: 'evil.example/'", "region", "region_invalid"),
        ("gs://shop-visits/p.csv", "region: eu-west-3", "region", "region_invalid"),
        (S3, "endpoint: minio.example", "endpoint", "endpoint_invalid"),
        (S3, "endpoint: 'https://minio.example/x'", "endpoint", "endpoint_invalid"),
        (S3, "credentials: {access_key: {env: CRM_KEY}}", "credentials", "credentials_unfit"),
        (S3, "credentials: {sas_token: {env: CRM_KEY}}", "credentials", "credentials_unfit"),
        (AZURE, "credentials: {anonymous: true}", "credentials", "credentials_unfit"),
        (
            S3,
            "credentials: {anonymous: true, access_key: {env: CRM_KEY}, secret_key: {env: CRM_KEY}}",
            "credentials",
            "credentials_unfit",
        ),
        ("customers.csv", KEYS, "credentials", "object_option_local"),
        ("customers.csv", "endpoint: 'https://minio.example'", "endpoint", "object_option_local"),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(
    tmp_path: Path, path: str, more: str, at: str, code: str
) -> None:
    assert (f"sources.customers.{at}", code) in faults(tmp_path, more, path=path)


def test_a_secret_that_is_not_there_is_told_at_its_place(tmp_path: Path) -> None:
    more = "credentials: {access_key: {env: NOT_SET}, secret_key: {env: CRM_KEY}}"

    assert faults(tmp_path, more) == [
        ("sources.customers.credentials.access_key", "secret_missing")
    ]


def test_a_secret_in_the_file_itself_is_refused_and_not_repeated(tmp_path: Path) -> None:
    written = "credentials: {access_key: hushhush, secret_key: {env: CRM_KEY}}"

    with pytest.raises(ConfigurationProblem) as told:
        place_of(tmp_path, written)

    assert "hushhush" not in f"{told.value} {told.value.mistakes}"
    assert [one.path for one in told.value.mistakes] == ["sources.customers.credentials.access_key"]


def test_an_sqlite_file_lies_on_this_machine(tmp_path: Path) -> None:
    found = faults(tmp_path, "table: people", kind="sqlite")

    assert found[0] == ("sources.customers.path", "path_is_url")
