"""Addresses of objects lead where they say and nowhere else; what is allowed is a bucket together with its endpoint."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from segue.profiles.allowed_objects import allowed_objects, is_same_place
from segue.profiles.object_stores import (
    AddressFault,
    Objects,
    endpoint_of,
    is_region,
    objects_at,
)

pytestmark = pytest.mark.any_day
AZURE = "abfs://exports@shopdata.dfs.core.windows.net"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("s3://crm-exports/people.csv", "s3://crm-exports/people.csv"),
        ("s3://crm-exports", "s3://crm-exports/"),
        ("s3://crm.exports/a/b [1]/*.csv", "s3://crm.exports/a/b [1]/*.csv"),
        ("gs://shop_visits/2026/", "gs://shop_visits/2026/"),
        (f"{AZURE}/orders/", f"{AZURE}/orders/"),
        ("abfss://exports@shopdata.dfs.core.windows.net/o.csv", f"{AZURE}/o.csv"),
        ("abfs://exports@shopdata.blob.core.windows.net/o.csv", f"{AZURE}/o.csv"),
    ],
)
def test_an_address_is_read_as_it_is_written(written: str, shown: str) -> None:
    assert str(objects_at(written)) == shown


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("https://shop.example/people.csv", AddressFault.SCHEME),
        ("ftp://shop.example/people.csv", AddressFault.SCHEME),
        ("file:///etc/passwd", AddressFault.SCHEME),
        ("S3://crm-exports/people.csv", AddressFault.SCHEME),
        ("s3://", AddressFault.BUCKET),
        ("s3:///people.csv", AddressFault.BUCKET),
        ("s3://user:password@bucket/people.csv", AddressFault.BUCKET),
        ("s3://bucket:80/people.csv", AddressFault.BUCKET),
        ("s3://bu..cket/people.csv", AddressFault.BUCKET),
        ("s3://evil.example#/people.csv", AddressFault.BUCKET),
        ("s3://*/people.csv", AddressFault.BUCKET),
        ("gs://-x/people.csv", AddressFault.BUCKET),
        ("abfs://exports/people.csv", AddressFault.ACCOUNT),
        ("abfs://exports@evil.example/people.csv", AddressFault.ACCOUNT),
        ("abfs://exports@a.b.dfs.core.windows.net/people.csv", AddressFault.ACCOUNT),
        ("abfs://exports@shopdata.dfs.core.windows.net.evil.example/p.csv", AddressFault.ACCOUNT),
        ("abfs://ex--ports@shopdata.dfs.core.windows.net/p.csv", AddressFault.BUCKET),
        ("s3://bucket/../other/people.csv", AddressFault.KEY),
        ("s3://bucket/a/../../people.csv", AddressFault.KEY),
        ("s3://bucket/./people.csv", AddressFault.KEY),
        ("s3://bucket//people.csv", AddressFault.KEY),
        ("s3://bucket/a//", AddressFault.KEY),
        ("s3://bucket/a\nb", AddressFault.KEY),
        (f"s3://bucket/{'a' * 1_025}", AddressFault.KEY),
    ],
)
def test_what_could_lead_elsewhere_is_no_address(written: str, fault: AddressFault) -> None:
    assert objects_at(written) is fault


@pytest.mark.parametrize("region", ["eu-west-3", "us-gov-east-1", "auto", "garage"])
def test_names_of_regions_are_taken(region: str) -> None:
    assert is_region(region)


@pytest.mark.parametrize(
    "region", ["evil.example/", "eu west", "eu-west-3.evil.example", "a@b", "EU", "eu-west-3\n", ""]
)
def test_a_region_cannot_become_another_host(region: str) -> None:
    assert not is_region(region)


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("https://minio.example:9000", "https://minio.example:9000"),
        ("http://127.0.0.1:9000/", "http://127.0.0.1:9000"),
        ("HTTPS://Minio.Example", "https://minio.example"),
        ("https://[::1]:9000", "https://[::1]:9000"),
        ("minio.example:9000", None),
        ("ftp://minio.example", None),
        ("https://user:pass@minio.example", None),
        ("https://minio.example/path", None),
        ("https://minio.example?x=1", None),
        ("https://minio.example#x", None),
        ("https://mini o.example", None),
        ("https://", None),
    ],
)
def test_an_endpoint_is_a_server_and_nothing_else(written: str, taken: str | None) -> None:
    assert endpoint_of(written) == taken


def _objects(written: str, endpoint: str = "") -> Objects:
    found = objects_at(written)
    assert isinstance(found, Objects)
    return replace(found, endpoint=endpoint)


@pytest.mark.parametrize(
    ("allowed", "address", "endpoint", "may"),
    [
        ("s3://crm", "s3://crm/people.csv", "", True),
        ("s3://crm/", "s3://crm/a/b/*.csv", "", True),
        ("s3://crm/segue", "s3://crm/segue/*.csv", "", True),
        ("s3://crm/segue/", "s3://crm/segue/", "", True),
        ("s3://crm/segue", "s3://crm/segue-other/people.csv", "", False),
        ("s3://crm/segue", "s3://crm/seg*/people.csv", "", False),
        ("s3://crm/segue", "s3://crm/*", "", False),
        ("s3://crm/segue", "s3://crm/", "", False),
        ("s3://crm", "s3://crm2/people.csv", "", False),
        ("s3://crm", "gs://crm/people.csv", "", False),
        ("s3://crm", "s3://crm/people.csv", "http://169.254.169.254", False),
        ("s3://crm https://minio.example", "s3://crm/people.csv", "https://minio.example", True),
        ("s3://crm https://minio.example/", "s3://crm/people.csv", "https://minio.example", True),
        ("s3://crm https://minio.example", "s3://crm/people.csv", "", False),
        ("s3://crm https://minio.example", "s3://crm/p.csv", "https://minio.example:9000", False),
        ("s3://crm https://minio.example", "s3://crm/p.csv", "http://minio.example", False),
        (f"{AZURE}/orders", f"{AZURE}/orders/x.csv", "", True),
        (AZURE, "abfs://exports@otherdata.dfs.core.windows.net/x.csv", "", False),
    ],
)
def test_a_bucket_is_allowed_together_with_its_endpoint(
    allowed: str, address: str, endpoint: str, may: bool
) -> None:
    assert allowed_objects(allowed).allows(_objects(address, endpoint)) is may


@pytest.mark.parametrize(
    "written", ["crm", "s3://", "s3://crm/*", "https://crm.example", "s3://crm minio.example"]
)
def test_what_allows_nothing_sound_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=re.escape(written)):
        allowed_objects(written)


def test_the_same_place_has_the_same_server_and_key() -> None:
    one = _objects("s3://crm/people.csv")

    assert is_same_place(one, replace(one, region="eu-west-3"))
    assert not is_same_place(one, replace(one, endpoint="https://minio.example"))
    assert not is_same_place(one, _objects("s3://crm/*.csv"))
