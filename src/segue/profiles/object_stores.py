"""Objects of a store in the cloud, as a declaration names them: address, endpoint and credentials. Values only.

Everything that could lead a request to another machine than the address says is refused here: names become parts of
host names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum


class Store(StrEnum):
    """What speaks which protocol; the word is the scheme of its addresses."""

    S3 = "s3"
    GCS = "gs"
    AZURE = "abfs"


CREDENTIALS = {
    Store.S3: (("access_key", "secret_key"), ("access_key", "secret_key", "session_token")),
    Store.GCS: (("access_token",),),
    Store.AZURE: (("account_key",), ("sas_token",), ("tenant_id", "client_id", "client_secret")),
}
"""Which secrets go together at a store. Source: parameters of pyarrow 26's `S3FileSystem`, `GcsFileSystem` and `AzureFileSystem`."""

_SCHEMES = {"s3": Store.S3, "gs": Store.GCS, "abfs": Store.AZURE, "abfss": Store.AZURE}
_BUCKETS = {
    # Source: Amazon S3, "General purpose bucket naming rules".
    Store.S3: re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
    # Source: Cloud Storage, "Bucket naming guidelines".
    Store.GCS: re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]"),
    # Source: Azure, "Naming and referencing containers, blobs, and metadata".
    Store.AZURE: re.compile(r"(?=.{3,63}\Z)[a-z0-9]+(-[a-z0-9]+)*"),
}
# Source: Azure, "Use the Azure Data Lake Storage URI": abfs://container@account.dfs.core.windows.net/path.
_AZURE_HOST = re.compile(r"([a-z0-9]{3,24})\.(?:dfs|blob)\.core\.windows\.net")
_REGION = re.compile(r"[a-z]{2}[a-z0-9]*(-[a-z0-9]+)+|[a-z0-9]{1,20}")
_ENDPOINT = re.compile(
    r"(https?)://([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?/?"
)
_ADDRESS = re.compile(r"([a-z0-9]+)://([^/]*)(?:/(.*))?", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """One object, those straight in a folder (`key` ends with a slash or is empty), or those that a pattern fits.

    `account` is that of Azure. `endpoint` is `http(s)://host[:port]`, "" for the store's own; `region` is of S3, "" where
    the store tells it. `credentials` are secrets by name, or the words of their references where nobody looked outside;
    without any, the role of the machine is taken, or nothing when `is_anonymous`. They are masked in `repr`.
    """

    store: Store
    bucket: str
    key: str
    account: str = ""
    endpoint: str = ""
    region: str = ""
    is_anonymous: bool = False
    credentials: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return self.address(self.key)

    def address(self, key: str) -> str:
        """Return the address of a key of the same bucket."""
        if self.store is Store.AZURE:
            return f"abfs://{self.bucket}@{self.account}.dfs.core.windows.net/{key}"
        return f"{self.store}://{self.bucket}/{key}"

    @property
    def is_folder(self) -> bool:
        """Whether all objects straight in a folder are meant."""
        return not self.key or self.key.endswith("/")


class AddressFault(StrEnum):
    """What is wrong with a written address."""

    SCHEME = "scheme"
    BUCKET = "bucket"
    ACCOUNT = "account"
    KEY = "key"


def is_address(written: str) -> bool:
    """Tell whether a path is an address of something rather than a path of this machine."""
    return "://" in written


def objects_at(written: str) -> Objects | AddressFault:
    """Return what an address names, without endpoint and credentials; else what is wrong with it."""
    found = _ADDRESS.fullmatch(written)
    store = _SCHEMES.get(found[1]) if found else None
    if found is None or store is None:
        return AddressFault.SCHEME
    bucket, key, account = found[2], found[3] or "", ""
    if store is Store.AZURE:
        bucket, _, host = bucket.partition("@")
        known = _AZURE_HOST.fullmatch(host)
        if known is None:
            return AddressFault.ACCOUNT
        account = known[1]
    if not _BUCKETS[store].fullmatch(bucket) or ".." in bucket:
        return AddressFault.BUCKET
    return _below(Objects(store=store, bucket=bucket, key=key, account=account))


def is_region(written: str) -> bool:
    """Tell whether a text can be the name of a region: it becomes a part of a host name."""
    return len(written) <= 40 and _REGION.fullmatch(written) is not None


def endpoint_of(written: str) -> str | None:
    """Return an endpoint without a slash at its end, in small letters; None when it is none."""
    found = _ENDPOINT.fullmatch(written.lower())
    return found[0].rstrip("/") if found else None


def _below(objects: Objects) -> Objects | AddressFault:
    """Return the objects when their key is one that can be written as a path."""
    parts = objects.key.rstrip("/").split("/") if objects.key else []
    is_sound = all(part not in ("", ".", "..") for part in parts)
    if not is_sound or objects.key.endswith("//") or _CONTROL.search(objects.key):
        return AddressFault.KEY
    return objects if len(objects.key.encode()) <= 1_024 else AddressFault.KEY
