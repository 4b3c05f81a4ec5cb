"""What clients of Amazon S3 ask to have written: an object at once or in parts, and removed. Source: AWS, "Amazon S3 API Reference"."""

from __future__ import annotations

import hashlib

from tests.fakes.object_stores.answers import Answer, Asked
from tests.fakes.object_stores.contents import Contents, Fault


def answer(asked: Asked, contents: Contents, bucket: str, key: str, fault: Fault | None) -> Answer:
    """Answer a PUT, POST or DELETE."""
    upload = asked.query.get("uploadId", "")
    if fault is not None and fault.kind == "torn":
        return Answer(status=500, headers={"Content-Length": "1000"}, ends=True)
    if asked.method == "DELETE":
        contents.uploads.pop(upload, None) if upload else contents.buckets[bucket].pop(key, None)
        return Answer(status=204)
    if asked.method == "POST":
        return (
            _completed(contents, bucket, key, upload) if upload else _begun(contents, bucket, key)
        )
    data = _written(asked)
    if upload:
        contents.uploads[upload][int(asked.query["partNumber"])] = data
    else:
        contents.write(bucket, key, data)
    return Answer(headers={"ETag": f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'})


def _begun(contents: Contents, bucket: str, key: str) -> Answer:
    contents.writes += 1
    upload = f"upload{contents.writes}"
    contents.uploads[upload] = {}
    told = f"<Bucket>{bucket}</Bucket><Key>{key}</Key><UploadId>{upload}</UploadId>"
    return _xml(f"<InitiateMultipartUploadResult>{told}</InitiateMultipartUploadResult>")


def _completed(contents: Contents, bucket: str, key: str, upload: str) -> Answer:
    parts = contents.uploads.pop(upload)
    contents.write(bucket, key, b"".join(parts[number] for number in sorted(parts)))
    etag = contents.buckets[bucket][key].etag
    told = f"<Bucket>{bucket}</Bucket><Key>{key}</Key><ETag>&quot;{etag}&quot;</ETag>"
    return _xml(f"<CompleteMultipartUploadResult>{told}</CompleteMultipartUploadResult>")


def _written(asked: Asked) -> bytes:
    """Return the bytes of an object, whose chunks may carry sizes and a checksum behind them."""
    if "aws-chunked" not in asked.headers.get("content-encoding", ""):
        return asked.body
    data, rest = bytearray(), asked.body
    while rest:
        head, _, rest = rest.partition(b"\r\n")
        size = int(head.partition(b";")[0], 16)
        if not size:
            break
        data += rest[:size]
        rest = rest[size + 2 :]
    return bytes(data)


def _xml(text: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()
    return Answer(headers={"Content-Type": "application/xml"}, body=body)
