"""`segue init` with an address: a starter file that is read from the store as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import open_shop
from tests.fakes.object_stores import signatures
from tests.fakes.object_stores.laid import FakeStore

PEOPLE = b"customer_id,E-Mail,city\n1,nadia@shop.example,Lyon\n2,omar@shop.example,Oslo\n"
ORDERS = b"order_id,customer_id,total\n7,1,10.50\n8,1,2.00\n"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Set the secrets of the store; return the options that refer to them."""
    monkeypatch.setenv("CRM_KEY", signatures.ACCESS_KEY)
    monkeypatch.setenv("CRM_SECRET", signatures.SECRET_KEY)
    return ["--credential", "access_key=CRM_KEY", "--credential", "secret_key=CRM_SECRET"]


def test_a_folder_of_a_store_becomes_a_starter_file_that_is_read(
    tmp_path: Path, store: FakeStore, keys: list[str]
) -> None:
    store.lay("crm-exports", "day/customers.csv", PEOPLE)
    store.lay("crm-exports", "day/orders.csv", ORDERS)
    store.lay("crm-exports", "day/notes.pdf", b"%PDF")
    store.lay("crm-exports", "other/more.csv", PEOPLE)
    with open_shop(tmp_path) as shop:
        (tmp_path / "segue.yaml").unlink()

        ended = shop.segue("init", "s3://crm-exports/day/", "--endpoint", store.endpoint, *keys)
        checked = shop.segue("check")
        counted = shop.segue("segments", "count", "everybody")

    assert (ended.code, ended.err, checked.code) == (0, "", 0)
    assert "Found: customers (3), orders (3).\n" in ended.out
    assert "notes.pdf" in ended.out
    assert counted.out == "everybody: 2 members\n"
    text = (tmp_path / "segue.yaml").read_text(encoding="utf-8")
    told = "{access_key: {env: CRM_KEY}, secret_key: {env: CRM_SECRET}}"
    assert (
        f'  customers: {{type: csv, path: "s3://crm-exports/day/customers.csv", endpoint: "{store.endpoint}", credentials: {told}}}\n'
    ) in text
    assert signatures.SECRET_KEY not in text + ended.out


def test_what_cannot_be_looked_at_is_told_by_its_address(
    tmp_path: Path, store: FakeStore, keys: list[str]
) -> None:
    store.lay("crm-exports", "day/customers.csv", PEOPLE)
    store.lay("crm-exports", "day/broken.parquet", b"no parquet")
    with open_shop(tmp_path) as shop:
        ended = shop.segue(
            "init", "--force", "s3://crm-exports/day/", "--endpoint", store.endpoint, *keys
        )

    assert ended.code == 0
    assert "s3://crm-exports/day/broken.parquet" in ended.out
    assert "segue-init-" not in ended.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["s3://crm-exports/*.csv"], "is a pattern"),
        (["s3://nobody-here/x/"], "there is no bucket nobody-here"),
        (["s3:///x"], "names no bucket"),
        (["https://shop.example/x.csv"], "not from a URL"),
        (["s3://crm-exports/x/", "--credential", "sas_token=CRM_KEY"], "do not go together"),
        (["s3://crm-exports/x/", "--credential", "access_key=CRM_KEY"], "do not go together"),
        ([".", "--region", "eu-west-3"], "is no address of a store"),
    ],
)
def test_an_address_that_leads_nowhere_writes_nothing(
    tmp_path: Path, store: FakeStore, keys: list[str], arguments: list[str], told: str
) -> None:
    endpoint = ["--endpoint", store.endpoint] if arguments[0].startswith("s3") else []
    credentials = [] if "--credential" in arguments or not endpoint else keys
    with open_shop(tmp_path) as shop:
        (tmp_path / "segue.yaml").unlink()
        ended = shop.segue("init", *arguments, *endpoint, *credentials)

    assert ended.code == 2
    assert told in ended.err
    assert not (tmp_path / "segue.yaml").exists()


def test_an_object_that_is_empty_or_refused_is_told_beside_the_others(
    tmp_path: Path, store: FakeStore, keys: list[str]
) -> None:
    for name in ("customers.csv", "secret.csv", "gone.parquet"):
        store.lay("crm-exports", f"day/{name}", PEOPLE)
    store.lay("crm-exports", "day/empty.csv", b"")
    store.play("crm-exports", "day/secret.csv", "AccessDenied 403")
    store.play("crm-exports", "day/gone.parquet", "gone")
    with open_shop(tmp_path) as shop:
        ended = shop.segue(
            "init", "--force", "s3://crm-exports/day/", "--endpoint", store.endpoint, *keys
        )

    assert (ended.code, ended.err) == (0, "")
    assert "Found: customers (3).\n" in ended.out
    for name in ("empty.csv", "secret.csv", "gone.parquet"):
        assert f"s3://crm-exports/day/{name}" in ended.out


def test_a_folder_of_which_nothing_may_be_read_is_refused(
    tmp_path: Path, store: FakeStore, keys: list[str]
) -> None:
    store.lay("crm-exports", "day/customers.csv", PEOPLE)
    store.lay("crm-exports", "day/orders.csv", ORDERS)
    store.play("crm-exports", "day/", "AccessDenied 403")
    with open_shop(tmp_path) as shop:
        ended = shop.segue(
            "init", "--force", "s3://crm-exports/day/", "--endpoint", store.endpoint, *keys
        )

    assert ended.code == 2
    assert "(source_object_denied" in ended.err
