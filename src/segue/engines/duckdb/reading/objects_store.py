"""Speak with a store of objects: what lies in a folder, what state an object is in, its bytes, to and fro. No rows, no copies.

All three kinds go through pyarrow, whose wheel holds their clients: nothing is fetched at run time. What the clients say
may hold credentials (Azure's addresses do), so that none of their words leave this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.reading.objects_problems import UNEXPLAINED, problem_of, unusable
from segue.profiles.object_stores import Objects, Store

if TYPE_CHECKING:
    from pyarrow import fs

CONNECT_S = 10.0
SILENT_S = 30.0
ATTEMPTS = 3
"""How long a request may wait for a connection, and for any next byte, and how often it is made: then the store does not answer."""
_GOOGLE_S = 15
"""Seconds within which Google's client repeats a request; its waits in between come on top."""
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When a token ends that does not say so: the store knows."""
_WRITTEN_BYTES = 8 << 20
"""Bytes of a file that are held at once while it is written. Clients send parts of 5 MB and more: that is the least for S3."""
_ETAGS = ("ETag", "etag", "Etag")


@dataclass(frozen=True, slots=True)
class Entry:
    """What lies in a folder: an object, or a folder below."""

    key: str
    is_folder: bool
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class State:
    """By what it is known whether an object is as it was: the store's mark of its contents, and its size in bytes."""

    etag: str
    size: int


@dataclass(frozen=True, slots=True)
class Opened:
    """An object whose bytes can be read from the beginning on."""

    state: State
    bytes: Any
    """A file of pyarrow: `read_buffer(count)` gives an empty one at the end."""


class ObjectStore:
    """The store of one source's objects, or of the state folder's. Raises of all methods: ConfigurationProblem, in the store's own words of failure."""

    def __init__(self, source: str, objects: Objects) -> None:
        self._source = source
        self._objects = objects
        with self.telling(objects.key):
            self._client = _client(objects)

    @contextmanager
    def telling(self, key: str) -> Iterator[None]:
        """Say what it was that failed inside.

        Raises: ConfigurationProblem in the place of the client's error.
        """
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            raise problem_of(error, self._source, self._objects, key) from None
        except (ValueError, TypeError, ImportError) as error:
            raise unusable(self._source, self._objects, type(error).__name__) from None

    @contextmanager
    def _saying_why(self, key: str) -> Iterator[None]:
        """Ask for the list of the folder where an object was refused: in answer to a HEAD no store says why, of a list it does."""
        try:
            yield
        except ConfigurationProblem as problem:
            if problem.code in UNEXPLAINED and (why := self._refusal(key.rpartition("/")[0])):
                raise why from None
            raise

    def _refusal(self, folder: str) -> ConfigurationProblem | None:
        """Return why a folder cannot be listed; None where it can be, or the store does not say why."""
        try:
            self.folder(folder)
        except ConfigurationProblem as problem:
            return None if problem.code in UNEXPLAINED else problem
        return None

    def folder(self, key: str) -> list[Entry]:
        """Return what lies straight in a folder, '' for the bucket, in no order; nothing where there is none."""
        from pyarrow import fs

        chosen = fs.FileSelector(self._path(key), recursive=False, allow_not_found=True)
        with self.telling(key):
            found = self._client.get_file_info(chosen)
        return [self._entry(one) for one in found]

    def entry(self, key: str) -> Entry | None:
        """Return what a key names; None: nothing."""
        from pyarrow import fs

        with self._saying_why(key), self.telling(key):
            found = self._client.get_file_info(self._path(key))
        return None if found.type is fs.FileType.NotFound else self._entry(found)

    def has_bucket(self) -> bool:
        """Tell whether the bucket is there at all."""
        return self.entry("") is not None

    def state(self, key: str) -> State:
        """Return the state in which an object is now."""
        with self.opened(key) as opened:
            return opened.state

    @contextmanager
    def opened(self, key: str) -> Iterator[Opened]:
        """Open an object. What is read from it fails in the client's words: read inside of `telling`."""
        with self._saying_why(key), self.telling(key):
            file = self._client.open_input_file(self._path(key))
        with file:
            with self._saying_why(key), self.telling(key):
                state = State(etag=_etag(file.metadata()), size=file.size())
            yield Opened(state=state, bytes=file)

    def write(self, key: str, file: Path) -> None:
        """Write a file's bytes as one object, in the place of what is there. A store shows an object when it is whole only."""
        with (
            self.telling(key),
            file.open("rb") as read,
            self._client.open_output_stream(self._path(key)) as into,
        ):
            while part := read.read(_WRITTEN_BYTES):
                into.write(part)

    def remove(self, key: str) -> None:
        """Remove an object; one that is not there is removed already."""
        with self.telling(key), suppress(FileNotFoundError):
            self._client.delete_file(self._path(key))

    def _path(self, key: str) -> str:
        return f"{self._objects.bucket}/{key}".rstrip("/")

    def _entry(self, info: fs.FileInfo) -> Entry:
        from pyarrow import fs

        key = info.path.removeprefix(self._objects.bucket).strip("/")
        return Entry(key, info.type is fs.FileType.Directory, info.mtime)


def _etag(metadata: dict[bytes | str, bytes] | None) -> str:
    """Return the mark of an object's contents, '' where the store gives none."""
    known = {_text(key): _text(value) for key, value in (metadata or {}).items()}
    return next((known[name] for name in _ETAGS if known.get(name)), "")


def _text(value: bytes | str) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _client(objects: Objects) -> fs.FileSystem:
    secrets = dict(objects.credentials)
    scheme, _, host = objects.endpoint.partition("://")
    match objects.store:
        case Store.S3:
            return _s3(objects, secrets, scheme, host)
        case Store.GCS:
            return _gcs(objects, secrets, scheme, host)
        case Store.AZURE:
            return _azure(objects, secrets, scheme, host)


def _s3(objects: Objects, secrets: dict[str, str], scheme: str, host: str) -> fs.FileSystem:
    from pyarrow import fs

    region = objects.region
    if not region:
        region = _DEFAULT_REGION if host else str(fs.resolve_s3_region(objects.bucket))
    options: dict[str, Any] = {"endpoint_override": host, "scheme": scheme} if host else {}
    return fs.S3FileSystem(
        **secrets,
        **options,
        anonymous=objects.is_anonymous,
        region=region,
        allow_delayed_open=True,  # a small file is one request then, not three
        connect_timeout=CONNECT_S,
        request_timeout=SILENT_S,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
    )


_DEFAULT_REGION = "us-east-1"
"""What servers that speak S3 and know no regions take. Source: documentation of MinIO, "MINIO_SITE_REGION"."""


def _gcs(objects: Objects, secrets: dict[str, str], scheme: str, host: str) -> fs.FileSystem:
    from pyarrow import fs

    options: dict[str, Any] = {"endpoint_override": host, "scheme": scheme} if host else {}
    if secrets:
        options |= {**secrets, "credential_token_expiration": _NEVER}
    return fs.GcsFileSystem(
        anonymous=objects.is_anonymous, retry_time_limit=timedelta(seconds=_GOOGLE_S), **options
    )


def _azure(objects: Objects, secrets: dict[str, str], scheme: str, host: str) -> fs.FileSystem:
    from pyarrow import fs

    options: dict[str, Any] = {}
    if host:
        options = {f"{kind}_storage_authority": host for kind in ("blob", "dfs")}
        options |= {f"{kind}_storage_scheme": scheme for kind in ("blob", "dfs")}
    if token := secrets.get("sas_token"):  # without the sign the client writes it into the path
        secrets = {"sas_token": token if token.startswith("?") else f"?{token}"}
    return fs.AzureFileSystem(account_name=objects.account, **secrets, **options)
