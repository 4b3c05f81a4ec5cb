"""What clients of Amazon S3 ask: a bucket's list, an object's head, its bytes. Source: AWS, "Amazon S3 API Reference"."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.fakes.object_stores import s3_writes
from tests.fakes.object_stores.answers import Answer, Asked, ranged, spoiled
from tests.fakes.object_stores.contents import Contents, Stored
from tests.fakes.object_stores.signatures import refusal

PAGE = 3
"""Keys of one page of a list, so that every list of a test has several."""
_OF_BODIES = ("cut", "rewritten", "vast", "torn")
_VAST = 1 << 60


def speaks(asked: Asked) -> bool:
    return True


def answer(asked: Asked, contents: Contents) -> Answer:
    bucket, key = asked.parts()
    contents.requests.append(f"{asked.method} {bucket}/{key}")
    refused = refusal(asked.method, asked.path, asked.headers)
    if refused is not None:
        return _error(*refused)
    if bucket not in contents.buckets:
        return _error("NoSuchBucket", 404)
    is_read = asked.method == "GET" and key != ""
    fault = contents.fault(
        bucket,
        key or asked.query.get("prefix", ""),
        is_read=is_read,
        is_write=asked.method in ("PUT", "POST"),
    )
    if fault is not None and fault.kind == "hang":
        return Answer(hangs=True)
    if fault is not None and fault.kind not in _OF_BODIES and (key or fault.kind != "gone"):
        name, _, status = fault.kind.partition(" ")
        return _error(name, int(status or 404))
    if asked.method not in ("GET", "HEAD"):
        return s3_writes.answer(asked, contents, bucket, key, fault)
    if not key:
        return Answer() if asked.method == "HEAD" else _list(asked, bucket, contents)
    stored = contents.buckets[bucket].get(key)
    if stored is None:
        return _error("NoSuchKey", 404)
    if not is_read:
        size = _VAST if fault is not None and fault.kind == "vast" else len(stored.data)
        return Answer(headers=_headers(stored) | {"Content-Length": str(size)})
    return spoiled(ranged(asked, stored, _headers(stored)), fault, contents, key)


def _headers(stored: Stored) -> dict[str, str]:
    return {
        "ETag": f'"{stored.etag}"',
        "Last-Modified": f"{stored.changed_at:%a, %d %b %Y %H:%M:%S GMT}",
        "Accept-Ranges": "bytes",
    }


def _list(asked: Asked, bucket: str, contents: Contents) -> Answer:
    keys, folders = contents.listed(
        bucket, asked.query.get("prefix", ""), asked.query.get("delimiter", "")
    )
    first = int(asked.query.get("continuation-token", "0"))
    found = [*((key, True) for key in keys), *((folder, False) for folder in folders)]
    most = min(PAGE, int(asked.query.get("max-keys", "1000")))
    page = found[first : first + most]
    rest = first + most < len(found)
    told = "".join(
        _content(name, contents.buckets[bucket][name])
        if is_key
        else f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>"
        for name, is_key in page
    )
    more = f"<NextContinuationToken>{first + most}</NextContinuationToken>" if rest else ""
    return _xml(
        200,
        f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>{bucket}</Name>'
        f"<KeyCount>{len(page)}</KeyCount><MaxKeys>{most}</MaxKeys>"
        f"<IsTruncated>{'true' if rest else 'false'}</IsTruncated>{more}{told}</ListBucketResult>",
    )


def _content(key: str, stored: Stored) -> str:
    return (
        f"<Contents><Key>{escape(key)}</Key><LastModified>{stored.changed_at:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
        f"<ETag>&quot;{stored.etag}&quot;</ETag><Size>{len(stored.data)}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
    )


def _error(name: str, status: int) -> Answer:
    headers = {"x-amz-bucket-region": "eu-west-3"} if status == 301 else {}
    told = _xml(status, f"<Error><Code>{name}</Code><Message>{name}</Message></Error>")
    return Answer(status=status, headers=told.headers | headers, body=told.body)


def _xml(status: int, text: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()
    return Answer(status=status, headers={"Content-Type": "application/xml"}, body=body)
