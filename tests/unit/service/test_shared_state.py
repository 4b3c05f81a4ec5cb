"""Which store a setting names for the state folder, and what is refused: a store that nobody could keep apart."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from segue.configuration.values import Configuration
from segue.core.errors import ConfigurationProblem
from segue.profiles.allowed_objects import AllowedObjects, allowed_objects
from segue.profiles.object_stores import Objects, Store
from segue.service.adapters import Adapters
from segue.service.identity import place_of
from segue.service.shared_state import check_state_store, state_store

OF_OUR_OWN = "s3://shop/state https://minio.example:9000"


def checked(written: str, *, is_on_server: bool = True, readable: str = "") -> Objects | None:
    allowed: list[AllowedObjects] = [allowed_objects(readable)] if readable else []
    return check_state_store({"SEGUE_STATE": written}, is_on_server=is_on_server, readable=allowed)


def test_a_store_is_named_by_an_address_and_an_endpoint_behind_a_blank() -> None:
    assert state_store({}) is None
    assert checked("") is None
    assert checked("s3://shop/state") == Objects(store=Store.S3, bucket="shop", key="state/")
    assert checked(OF_OUR_OWN) == Objects(
        store=Store.S3, bucket="shop", key="state/", endpoint="https://minio.example:9000"
    )
    assert checked("gs://shop") == Objects(store=Store.GCS, bucket="shop", key="")


@pytest.mark.parametrize(
    "written", ["shop/state", "s3://", "s3://shop/*", "ftp://shop/state", "/var"]
)
def test_what_is_no_store_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(ConfigurationProblem) as told:
        checked(written)

    assert told.value.code == "setting_invalid"
    assert "SEGUE_STATE" in told.value.message
    assert written not in told.value.message


def test_a_store_needs_a_server_that_says_what_is_in_it() -> None:
    with pytest.raises(ConfigurationProblem) as told:
        checked("s3://shop/state", is_on_server=False)

    assert "PostgreSQL" in told.value.action


@pytest.mark.parametrize(
    ("readable", "is_refused"),
    [
        ("s3://shop", True),
        ("s3://shop/state", True),
        ("s3://shop/data", False),
        ("s3://shop https://minio.example:9000", False),
    ],
)
def test_a_store_that_an_uploaded_definition_may_read_is_refused(
    readable: str, is_refused: bool
) -> None:
    if not is_refused:
        assert checked("s3://shop/state", readable=readable) is not None
        return
    with pytest.raises(ConfigurationProblem) as told:
        checked("s3://shop/state", readable=readable)

    assert "SEGUE_DATA_BUCKETS" in told.value.action


def test_with_a_store_the_installation_is_where_the_store_is_whatever_the_host(
    tmp_path: Path,
) -> None:
    told = {"SEGUE_STATE": "s3://shop/state", "SEGUE_HOST": "The-Shop"}

    one, two = (place_of(tmp_path / name, told) for name in ("one", "two"))

    assert one == two
    assert (one.home, one.host) == ("s3://shop/state", "the-shop")


def test_the_command_line_without_the_installation_does_not_begin_a_state_of_its_own() -> None:
    adapters = Adapters(cast(Configuration, None), {"SEGUE_STATE": "s3://shop/state"})

    with pytest.raises(ConfigurationProblem) as told:
        _ = adapters.journals

    assert told.value.code == "state_in_store"
