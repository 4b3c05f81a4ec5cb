"""What the imitated store holds, and the faults that it plays. Speaks no protocol."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event

FIRST = datetime(2026, 11, 1, 10, tzinfo=UTC)
"""When the first object is written; each later one is written a second later."""


@dataclass(slots=True)
class Stored:
    """One object."""

    data: bytes
    changed_at: datetime
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        self.etag = hashlib.md5(self.data, usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class Fault:
    """What goes wrong at keys that begin with `key` of a bucket, `times` times (-1: for ever).

    `kind` is the name of an error of S3 and its status (`AccessDenied 403`), or `hang`, `cut` (a body that ends early),
    `gone` (there when it is listed, not when it is read), `rewritten` (another version after each read of bytes), `vast` (of a
    size that no disk holds), or `torn` (the connection breaks in the middle of a write).
    """

    bucket: str
    key: str
    kind: str
    times: int = -1


@dataclass(slots=True)
class Contents:
    """Buckets, faults, and every request that came, as `METHOD bucket/key`."""

    buckets: dict[str, dict[str, Stored]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    """The parts of what is being uploaded, by the upload's id."""
    writes: int = 0
    released: Event = field(default_factory=Event)
    """When those that wait for an answer are let go."""

    def release(self) -> None:
        """Let go all that wait for an answer; who asks from now on waits for the next time."""
        waiting, self.released = self.released, Event()
        waiting.set()

    def write(self, bucket: str, key: str, data: bytes) -> None:
        self.writes += 1
        changed_at = FIRST + timedelta(seconds=self.writes)
        self.buckets.setdefault(bucket, {})[key] = Stored(data, changed_at)

    def fault(
        self, bucket: str, key: str, *, is_read: bool = True, is_write: bool = False
    ) -> Fault | None:
        """Return the fault that plays now, and count it; some play only when bytes are read."""
        for one in self.faults:
            if one.kind in ("cut", "rewritten") and not is_read:
                continue
            if one.kind == "torn" and not is_write:
                continue
            if one.bucket == bucket and key.startswith(one.key) and one.times:
                one.times -= 1
                return one
        return None

    def listed(self, bucket: str, prefix: str, delimiter: str) -> tuple[list[str], list[str]]:
        """Return the keys that begin with a prefix, and the folders among them where there is a delimiter; both sorted."""
        keys, folders = list[str](), dict[str, None]()
        for key in sorted(self.buckets[bucket]):
            if not key.startswith(prefix):
                continue
            rest = key.removeprefix(prefix)
            if delimiter and delimiter in rest:
                folders[prefix + rest.partition(delimiter)[0] + delimiter] = None
            else:
                keys.append(key)
        return keys, list(folders)
