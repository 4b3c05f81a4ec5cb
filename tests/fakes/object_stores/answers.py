"""A request and an answer of the imitated store, and what all protocols have in common: ranges and faults of bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.object_stores.contents import Contents, Fault, Stored

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request; names of headers are in small letters."""

    method: str
    path: str
    place: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)

    @classmethod
    def of(cls, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Asked:
        parts = urlsplit(path)
        return cls(
            method=method,
            path=path,
            place=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
        )

    def parts(self, *, behind: str = "/") -> tuple[str, str]:
        """Return the two parts of the place behind a beginning, decoded: the first, and all of the rest."""
        first, _, rest = self.place.removeprefix(behind).partition("/")
        return unquote(first), unquote(rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer. `hangs`: it never comes. `ends`: the connection is closed behind it."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    hangs: bool = False
    ends: bool = False


def ranged(asked: Asked, stored: Stored, headers: Mapping[str, str]) -> Answer:
    """Return an object's bytes, or the part that is asked for."""
    written = asked.headers.get("x-ms-range") or asked.headers.get("range") or ""
    found = _RANGE.fullmatch(written)
    if found is None:
        return Answer(headers=headers, body=stored.data)
    first = int(found[1])
    if first >= len(stored.data) > 0:
        return Answer(status=416)
    body = stored.data[first : int(found[2]) + 1 if found[2] else None]
    place = f"bytes {first}-{first + len(body) - 1}/{len(stored.data)}"
    return Answer(status=206, headers={**headers, "Content-Range": place}, body=body)


def spoiled(answer: Answer, fault: Fault | None, contents: Contents, key: str) -> Answer:
    """Return the answer to a read of bytes as a fault leaves it."""
    if fault is None:
        return answer
    if fault.kind == "cut":
        whole = str(len(answer.body))
        body = answer.body[: len(answer.body) // 2]
        return replace(
            answer, headers={**answer.headers, "Content-Length": whole}, body=body, ends=True
        )
    if fault.kind == "rewritten":
        data = contents.buckets[fault.bucket][key].data
        contents.write(fault.bucket, key, data[1:] + data[:1])
    return answer
