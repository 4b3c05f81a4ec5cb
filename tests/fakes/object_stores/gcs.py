"""What clients of Google Cloud Storage ask. Source: Google, "Cloud Storage JSON API": Objects: list, Objects: get, Buckets: get."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.object_stores.answers import Answer, Asked, ranged, spoiled
from tests.fakes.object_stores.contents import Contents, Stored

TOKEN = "the token of tests"
_BUCKETS = "/storage/v1/b/"


def speaks(asked: Asked) -> bool:
    return asked.place.startswith(_BUCKETS)


def answer(asked: Asked, contents: Contents) -> Answer:
    bucket, rest = asked.parts(behind=_BUCKETS)
    key = rest.removeprefix("o").removeprefix("/")
    contents.requests.append(f"{asked.method} {bucket}/{key}")
    if asked.headers.get("authorization", f"Bearer {TOKEN}") != f"Bearer {TOKEN}":
        return _error(401, "Invalid Credentials")
    if bucket not in contents.buckets:
        return _error(404, "The specified bucket does not exist.")
    is_read = asked.query.get("alt") == "media"
    fault = contents.fault(bucket, key or asked.query.get("prefix", ""), is_read=is_read)
    if fault is not None and fault.kind == "hang":
        return Answer(hangs=True)
    if fault is not None and " " in fault.kind:
        return _error(int(fault.kind.partition(" ")[2]), fault.kind)
    if not rest:
        return _json({"kind": "storage#bucket", "id": bucket, "name": bucket})
    if not key:
        return _list(asked, bucket, contents)
    stored = contents.buckets[bucket].get(key)
    if stored is None:
        return _error(404, "No such object")
    if asked.query.get("alt") != "media":
        return _json(_resource(bucket, key, stored))
    headers = {"x-goog-generation": str(_generation(stored)), "x-goog-hash": ""}
    return spoiled(ranged(asked, stored, headers), fault, contents, key)


def _list(asked: Asked, bucket: str, contents: Contents) -> Answer:
    keys, folders = contents.listed(
        bucket, asked.query.get("prefix", ""), asked.query.get("delimiter", "")
    )
    items = [_resource(bucket, key, contents.buckets[bucket][key]) for key in keys]
    return _json({"kind": "storage#objects", "items": items, "prefixes": folders})


def _generation(stored: Stored) -> int:
    return int(stored.changed_at.timestamp() * 1_000_000)


def _resource(bucket: str, key: str, stored: Stored) -> dict[str, Any]:
    at = f"{stored.changed_at:%Y-%m-%dT%H:%M:%S.000Z}"
    return {
        "kind": "storage#object",
        "id": f"{bucket}/{key}/{_generation(stored)}",
        "name": key,
        "bucket": bucket,
        "generation": str(_generation(stored)),
        "metageneration": "1",
        "size": str(len(stored.data)),
        "etag": stored.etag,
        "timeCreated": at,
        "updated": at,
    }


def _error(status: int, message: str) -> Answer:
    told = _json({"error": {"code": status, "message": message, "errors": []}})
    return Answer(status=status, headers=told.headers, body=told.body)


def _json(value: Any) -> Answer:
    return Answer(headers={"Content-Type": "application/json"}, body=json.dumps(value).encode())
