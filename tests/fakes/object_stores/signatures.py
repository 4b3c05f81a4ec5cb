"""Check signatures of requests to S3. Source: AWS, "Authenticating Requests: Using the Authorization Header (Signature Version 4)"."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlsplit

ACCESS_KEY = "AKIASEGUETESTS"
SECRET_KEY = "the secret of tests/+="

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d+)/([^/]*)/s3/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)"
)


def refusal(method: str, path: str, headers: Mapping[str, str]) -> tuple[str, int] | None:
    """Return the error of S3 for a request whose signature is not right; None: it is, or there is none."""
    written = headers.get("authorization", "")
    if not written:
        return None
    found = _AUTHORIZATION.fullmatch(written)
    if found is None or found[1] != ACCESS_KEY:
        return "InvalidAccessKeyId", 403
    _, day, region, names, signature = found.groups()
    canonical = _canonical(method, path, headers, names)
    scope = f"{day}/{region}/s3/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{digest}"
    key = f"AWS4{SECRET_KEY}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    expected = hmac.digest(key, text.encode(), "sha256").hex()
    return None if hmac.compare_digest(expected, signature) else ("SignatureDoesNotMatch", 403)


def _canonical(method: str, path: str, headers: Mapping[str, str], names: str) -> str:
    parts = urlsplit(path)
    query = "&".join(
        f"{quote(key, safe='-_.~')}={quote(value, safe='-_.~')}"
        for key, value in sorted(parse_qsl(parts.query, keep_blank_values=True))
    )
    signed = "".join(f"{name}:{headers[name].strip()}\n" for name in names.split(";"))
    place = quote(unquote(parts.path), safe="/-_.~")
    return "\n".join([method, place, query, signed, names, headers["x-amz-content-sha256"]])
