"""What clients of Azure Blob Storage ask. Source: Microsoft, "Blob service REST API": List Blobs, Get Blob Properties, Get Blob."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.fakes.object_stores.answers import Answer, Asked, ranged, spoiled
from tests.fakes.object_stores.contents import Contents, Stored

ACCOUNT = "seguetests"
ACCOUNT_KEY = "dGhlIGtleSBvZiB0ZXN0cw=="
SAS_TOKEN = "sv=2026-01-01&sig=the+signature+of+tests"


def speaks(asked: Asked) -> bool:
    return asked.place.startswith(f"/{ACCOUNT}/")


def answer(asked: Asked, contents: Contents) -> Answer:
    """Answer; errors of a HEAD have no body, and no type of one."""
    found = _answer(asked, contents)
    if asked.method == "HEAD" and found.status >= 400:
        told = {name: value for name, value in found.headers.items() if name != "Content-Type"}
        return Answer(status=found.status, headers=told)
    return found


def _answer(asked: Asked, contents: Contents) -> Answer:
    bucket, key = asked.parts(behind=f"/{ACCOUNT}/")
    contents.requests.append(f"{asked.method} {bucket}/{key}")
    if asked.query.get("action") == "getAccessControl":  # an account without folders of its own
        return _error("OperationNotSupported", 400)
    if not _is_allowed(asked):
        return _error("AuthenticationFailed", 403)
    if bucket not in contents.buckets:
        return _error("ContainerNotFound", 404)
    is_read = asked.method == "GET" and key != ""
    fault = contents.fault(bucket, key or asked.query.get("prefix", ""), is_read=is_read)
    if fault is not None and fault.kind == "hang":
        return Answer(hangs=True)
    if fault is not None and " " in fault.kind:
        name, _, status = fault.kind.partition(" ")
        return _error(name, int(status))
    if not key:
        is_list = asked.query.get("comp") == "list"
        return _list(asked, bucket, contents) if is_list else Answer(headers=_OF_CONTAINER)
    stored = contents.buckets[bucket].get(key)
    if stored is None:
        return _error("BlobNotFound", 404)
    if asked.method == "HEAD":
        return Answer(headers=_headers(stored) | {"Content-Length": str(len(stored.data))})
    return spoiled(ranged(asked, stored, _headers(stored)), fault, contents, key)


_OF_CONTAINER = {
    "ETag": '"0x1"',
    "Last-Modified": "Sun, 01 Nov 2026 10:00:00 GMT",
    "x-ms-lease-status": "unlocked",
    "x-ms-lease-state": "available",
    "x-ms-has-immutability-policy": "false",
    "x-ms-has-legal-hold": "false",
    "x-ms-default-encryption-scope": "$account-encryption-key",
    "x-ms-deny-encryption-scope-override": "false",
}


def _is_allowed(asked: Asked) -> bool:
    written = asked.headers.get("authorization", "")
    return written.startswith(f"SharedKey {ACCOUNT}:") or "sig" in asked.query


def _headers(stored: Stored) -> dict[str, str]:
    at = f"{stored.changed_at:%a, %d %b %Y %H:%M:%S GMT}"
    return {
        "ETag": f'"{stored.etag}"',
        "Last-Modified": at,
        "x-ms-creation-time": at,
        "x-ms-blob-type": "BlockBlob",
        "x-ms-lease-status": "unlocked",
        "x-ms-lease-state": "available",
        "x-ms-server-encrypted": "true",
        "Content-Type": "application/octet-stream",
    }


def _list(asked: Asked, bucket: str, contents: Contents) -> Answer:
    prefix, delimiter = asked.query.get("prefix", ""), asked.query.get("delimiter", "")
    keys, folders = contents.listed(bucket, prefix, delimiter)
    told = "".join(_blob(key, contents.buckets[bucket][key]) for key in keys)
    told += "".join(f"<BlobPrefix><Name>{escape(name)}</Name></BlobPrefix>" for name in folders)
    return _xml(
        200,
        f'<EnumerationResults ServiceEndpoint="http://127.0.0.1/{ACCOUNT}" ContainerName="{bucket}">'
        f"<Prefix>{escape(prefix)}</Prefix><Blobs>{told}</Blobs><NextMarker /></EnumerationResults>",
    )


def _blob(key: str, stored: Stored) -> str:
    at = f"{stored.changed_at:%a, %d %b %Y %H:%M:%S GMT}"
    return (
        f"<Blob><Name>{escape(key)}</Name><Properties><Creation-Time>{at}</Creation-Time><Last-Modified>{at}</Last-Modified>"
        f"<Etag>{stored.etag}</Etag><Content-Length>{len(stored.data)}</Content-Length>"
        "<Content-Type>application/octet-stream</Content-Type><BlobType>BlockBlob</BlobType><AccessTier>Hot</AccessTier>"
        "<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState><ServerEncrypted>true</ServerEncrypted>"
        "</Properties></Blob>"
    )


def _error(name: str, status: int) -> Answer:
    told = _xml(status, f"<Error><Code>{name}</Code><Message>{name}</Message></Error>")
    headers = {**told.headers, "x-ms-error-code": name}
    return Answer(status=status, headers=headers, body=told.body)


def _xml(status: int, text: str) -> Answer:
    body = f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()
    return Answer(status=status, headers={"Content-Type": "application/xml"}, body=body)
