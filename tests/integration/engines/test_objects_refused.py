"""What goes wrong at a store of objects: told with the next step, bounded, broken off; never with a secret."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from segue.core.errors import BrokenOff, ConfigurationProblem
from segue.engines.duckdb.reading import objects_listing
from segue.profiles.object_stores import Objects, Store
from segue.profiles.sources import CsvSource
from tests.fakes.object_stores import azure
from tests.fakes.object_stores.laid import FakeStore
from tests.integration.engines.hanging import Refreshing
from tests.integration.engines.objects import BUCKET, CREDENTIALS, objects
from tests.integration.engines.small_refresh import attribute, run, schema, table

PEOPLE = schema(table(attribute("email", "email")))
SOUND = b"id,email\n1,nadia@shop.example\n"
SECRETS = [secret for one in CREDENTIALS.values() for _, secret in one]


@pytest.fixture
def people(store: FakeStore) -> FakeStore:
    """Return a store with one sound object, `people.csv`, and another in the folder `more`."""
    store.lay(BUCKET, "people.csv", SOUND)
    store.lay(BUCKET, "more/people.csv", SOUND)
    return store


def refusal(home: Path, place: Objects, **more: float) -> ConfigurationProblem:
    """Return why objects cannot be read."""
    with pytest.raises(ConfigurationProblem) as told:
        run(home, PEOPLE, CsvSource(name="people", path=place, **more))
    words = f"{told.value} {told.value.action} {told.value.context} {told.value.__cause__}"
    assert not [secret for secret in [*SECRETS, "sig="] if secret in words]
    assert [one.path for one in told.value.mistakes] == ["sources.people"]
    return told.value


@pytest.mark.parametrize("kind", Store)
def test_a_bucket_that_is_not_there_is_named(
    tmp_path: Path, people: FakeStore, kind: Store
) -> None:
    for key in ("people.csv", "*.csv", "more/"):
        place = objects(people, key, kind=kind, bucket="elsewhere")

        assert refusal(tmp_path / "home", place).code == "source_bucket_missing"


@pytest.mark.parametrize("kind", Store)
@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("nobody.csv", "source_file_missing"),
        ("nobody*.csv", "source_glob_empty"),
        ("nowhere/", "source_glob_empty"),
        ("more", "source_not_a_file"),
        ("empty.csv", "source_file_empty"),
    ],
)
def test_what_is_no_object_with_contents_is_refused_as_a_file_is(
    tmp_path: Path, people: FakeStore, key: str, code: str, kind: Store
) -> None:
    people.lay(BUCKET, "empty.csv", b"")

    assert refusal(tmp_path / "home", objects(people, key, kind=kind)).code == code


@pytest.mark.parametrize(
    ("kind", "credentials"),
    [
        (Store.S3, (("access_key", "AKIAUNKNOWN"), ("secret_key", "no"))),
        (Store.S3, (CREDENTIALS[Store.S3][0], ("secret_key", "not the secret of tests"))),
        (Store.GCS, (("access_token", "expired"),)),
        (Store.AZURE, (("account_key", "not base64!"),)),
        (Store.AZURE, (("sas_token", "sv=1"),)),
    ],
)
@pytest.mark.parametrize("key", ["people.csv", "*.csv", "more/"])
def test_credentials_that_the_store_does_not_take_are_told(
    tmp_path: Path,
    people: FakeStore,
    key: str,
    kind: Store,
    credentials: tuple[tuple[str, str], ...],
) -> None:
    place = objects(people, key, kind=kind, credentials=credentials)

    assert refusal(tmp_path / "home", place).code == "source_credentials_refused"


@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [
        (Store.S3, "AccessDenied 403", "source_object_denied"),
        (Store.GCS, "forbidden 403", "source_object_denied"),
        (Store.AZURE, "AuthorizationPermissionMismatch 403", "source_object_denied"),
        (Store.S3, "ExpiredToken 403", "source_object_denied"),  # a HEAD does not say why
        (Store.S3, "PermanentRedirect 301", "source_region_wrong"),
        (Store.S3, "SlowDown 503", "source_store_failing"),
        (Store.S3, "InternalError 500", "source_store_failing"),
        (Store.AZURE, "ServerBusy 503", "source_store_failing"),
        (Store.S3, "gone", "source_object_gone"),
        (Store.S3, "rewritten", "source_object_changed"),
        (Store.AZURE, "rewritten", "source_object_changed"),
        (Store.S3, "cut", "source_object_cut_short"),
    ],
)
def test_what_a_store_answers_instead_of_the_object_is_told(
    tmp_path: Path, people: FakeStore, kind: Store, error: str, code: str
) -> None:
    people.lay(BUCKET, "people.csv", SOUND * 2)
    people.play(BUCKET, "people.csv", error)

    told = refusal(tmp_path / "home", objects(people, "*.csv", kind=kind))

    assert told.code == code
    assert told.action


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("ExpiredToken 400", "source_credentials_refused"),
        ("InvalidToken 400", "source_credentials_refused"),
        ("RequestTimeTooSkewed 403", "source_credentials_refused"),
        ("Throttling 400", "source_store_failing"),
        ("AccessDenied 403", "source_object_denied"),
    ],
)
@pytest.mark.parametrize("key", ["people.csv", "*.csv", "more/"])
def test_what_a_store_does_not_say_of_an_object_it_says_of_its_folder(
    tmp_path: Path, people: FakeStore, key: str, error: str, code: str
) -> None:
    run(tmp_path / "home", PEOPLE, CsvSource(name="people", path=objects(people, key)))
    people.play(BUCKET, "", error)

    assert refusal(tmp_path / "home", objects(people, key)).code == code


def test_the_list_of_a_bucket_in_another_region_is_told(tmp_path: Path, people: FakeStore) -> None:
    people.play(BUCKET, "", "PermanentRedirect 301")

    place = objects(people, "more/", region="us-east-1")

    assert refusal(tmp_path / "home", place).code == "source_region_wrong"


def test_an_object_that_changed_once_while_it_was_read_is_read_again(
    tmp_path: Path, people: FakeStore
) -> None:
    people.lay(BUCKET, "people.csv", SOUND + b"\n")
    people.play(BUCKET, "people.csv", "rewritten", times=1)
    source = CsvSource(name="people", path=objects(people, "people.csv", is_anonymous=False))

    with pytest.raises(ConfigurationProblem) as told:  # the other version has no header any more
        run(tmp_path / "home", PEOPLE, source)

    assert told.value.code == "source_column_missing"


@pytest.mark.parametrize("kind", [Store.S3])
def test_a_server_that_is_not_there_is_told(tmp_path: Path, people: FakeStore, kind: Store) -> None:
    for endpoint in ("http://127.0.0.1:9", "http://nowhere.example", "https://127.0.0.1:9"):
        place = objects(people, "people.csv", kind=kind, endpoint=endpoint)

        assert refusal(tmp_path / "home", place).code == "source_store_unreachable"


def test_a_server_that_speaks_no_tls_is_told(tmp_path: Path, people: FakeStore) -> None:
    place = objects(people, "people.csv", endpoint=people.endpoint.replace("http:", "https:"))

    assert refusal(tmp_path / "home", place).code == "source_store_unreachable"


@pytest.mark.parametrize("kind", Store)
def test_a_store_that_never_answers_ends_after_the_longest_time_of_the_source(
    tmp_path: Path, people: FakeStore, kind: Store
) -> None:
    people.play(BUCKET, "people.csv", "hang")

    told = refusal(tmp_path / "home", objects(people, "people.csv", kind=kind), longest_s=0.5)

    assert told.code == "source_too_slow"


@pytest.mark.parametrize("kind", Store)
def test_a_cancel_breaks_off_what_a_store_never_answers(
    tmp_path: Path, people: FakeStore, kind: Store
) -> None:
    people.play(BUCKET, "people.csv", "hang")
    source = CsvSource(name="people", path=objects(people, "people.csv", kind=kind))
    refreshing = Refreshing(PEOPLE, source, home=tmp_path / "home")

    with refreshing.asked():
        refreshing.cancel()

    assert isinstance(refreshing.problem, BrokenOff)


def test_no_more_objects_than_a_source_may_have(
    tmp_path: Path, people: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects_listing, "MOST_OBJECTS", 1)
    people.lay(BUCKET, "more/others.csv", SOUND)

    told = refusal(tmp_path / "home", objects(people, "more/*.csv"))

    assert told.code == "source_objects_too_many"


def test_credentials_of_the_environment_are_those_of_the_machine(
    tmp_path: Path, people: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = objects(people, "more/", credentials=())
    source = CsvSource(name="people", path=place)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "no")

    refused = refusal(tmp_path / "home", place)
    for name, secret in zip(
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        (secret for _, secret in CREDENTIALS[Store.S3]),
        strict=True,
    ):
        monkeypatch.setenv(name, secret)
    read = run(tmp_path / "home", PEOPLE, source)

    assert refused.code == "source_credentials_refused"
    assert read.snapshot.counts["profiles"].kept == 1


def test_an_object_that_the_disk_cannot_hold_is_not_begun(
    tmp_path: Path, people: FakeStore
) -> None:
    people.play(BUCKET, "people.csv", "vast")

    with pytest.raises(Exception) as told:
        run(tmp_path / "home", PEOPLE, CsvSource(name="people", path=objects(people, "people.csv")))

    assert getattr(told.value, "code", "") == "disk_full"


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Return a port that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def test_a_server_that_takes_connections_and_says_nothing_is_left(
    tmp_path: Path, people: FakeStore, silent_port: int
) -> None:
    place = objects(people, "people.csv", endpoint=f"http://127.0.0.1:{silent_port}")

    assert refusal(tmp_path / "home", place, longest_s=0.3).code == "source_too_slow"


def test_what_azure_says_of_an_address_with_a_token_is_not_told(
    tmp_path: Path, people: FakeStore
) -> None:
    people.play(BUCKET, "people.csv", "ServerBusy 503")
    signed = (("sas_token", azure.SAS_TOKEN),)
    place = objects(people, "people.csv", kind=Store.AZURE, credentials=signed)

    told = refusal(tmp_path / "home", place)

    assert "signature" not in repr(told)
    assert told.__suppress_context__
