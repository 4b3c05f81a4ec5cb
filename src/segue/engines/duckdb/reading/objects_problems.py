"""The ways in which objects of a store cannot be read, each with its next step, and by which words of the clients they are known."""

from __future__ import annotations

import re

from segue.core.errors import ConfigurationProblem
from segue.core.sentences import said
from segue.engines.duckdb.reading import sources_problems as problems
from segue.engines.duckdb.reading.sources_told import source_problem
from segue.profiles.object_stores import Objects

# Source: arrow/filesystem/s3_internal.h (`ErrorToStatus`), gcsfs_internal.cc and azurefs.cc (`ExceptionToStatus`) of Arrow 26.
_AWS = re.compile(r"AWS Error ([A-Z_0-9]+)(?: \(HTTP status (\d{3})\))?")
_AWS_OTHER = re.compile(r"Unable to parse ExceptionName: ([A-Za-z.]+)")
_GOOGLE = re.compile(r"google::cloud::Status\(([A-Z_]+)")
_AZURE = re.compile(r"Azure Error: \[([A-Za-z]*)\](?: (\d{3}))?")
_STATUS = re.compile(r"HTTP status(?: code)?:? (\d{3})")

UNEXPLAINED = frozenset(("source_object_denied", "source_store_unusable"))
"""Codes of refusals that may have a reason of which the answer says nothing."""
_CUT = "curlCode: 18"
"""Source: libcurl, "CURLE_PARTIAL_FILE"."""
_BUCKET = frozenset(("NO_SUCH_BUCKET", "ContainerNotFound"))
_CREDENTIALS = frozenset(
    (
        *("INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH", "EXPIRED_TOKEN"),
        *("ExpiredToken", "InvalidToken", "TokenRefreshRequired"),
        *("INVALID_CLIENT_TOKEN_ID", "MISSING_AUTHENTICATION_TOKEN", "UNAUTHENTICATED"),
        *("AuthenticationFailed", "InvalidAuthenticationInfo", "NoAuthenticationInformation"),
        *("REQUEST_TIME_TOO_SKEWED", "REQUEST_EXPIRED"),
    )
)
_DENIED = frozenset(
    (
        "ACCESS_DENIED",
        "PERMISSION_DENIED",
        "AuthorizationFailure",
        "AuthorizationPermissionMismatch",
    )
)
_NETWORK = frozenset(("NETWORK_CONNECTION", "REQUEST_TIMEOUT", "DEADLINE_EXCEEDED"))
_FAILING = frozenset(
    ("SLOW_DOWN", "INTERNAL_FAILURE", "SERVICE_UNAVAILABLE", "THROTTLING", "INTERNAL")
)
_NO_TRANSPORT = ("curl", "connect", "resolve", "timed out", "timeout", "certificate", "ssl")
_NO_IDENTITY = (
    "base64",
    "credential",
    "gettoken",
    "oauth2",
    "metadata.google.internal",
    "refresh token",
)
_REGION = ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint")


def problem_of(error: Exception, source: str, objects: Objects, key: str) -> ConfigurationProblem:
    """Return what a client's error means for an object; nothing of its words is kept."""
    text = str(error)
    name, status = _named(text)
    address = objects.address(key)
    if isinstance(error, FileNotFoundError) or name in ("NO_SUCH_KEY", "BlobNotFound"):
        return gone(source, address)
    if name in _BUCKET or "Bucket '" in text:
        return bucket_missing(source, objects)
    if status in ("301", "307") or any(word in text for word in _REGION):
        return region_wrong(source, objects)
    if _CUT in text:
        return cut_short(source, address)
    if name in ("INVALID_RANGE", "InvalidRange") or status == "416":
        return changed(source, address, 1)
    if name in _CREDENTIALS or status == "401":
        return credentials_refused(source, address)
    if name in _DENIED or status == "403":
        return denied(source, address)
    if name in _FAILING or status.startswith("5") or status == "429":
        return failing(source, address)
    if _speaks_of(text, _NO_IDENTITY) and name not in _NETWORK:
        return credentials_refused(source, address)
    if name in (*_NETWORK, "UNAVAILABLE") or _speaks_of(text, _NO_TRANSPORT):
        return unreachable(source, address)
    return unusable(source, objects, name or status or type(error).__name__)


def _named(text: str) -> tuple[str, str]:
    """Return the name and the HTTP status that a client tells, '' where it tells none."""
    found = _AWS.search(text) or _AZURE.search(text)
    if found is not None:
        own = _AWS_OTHER.search(text)
        return own[1] if own else found[1], found[2] or ""
    google, status = _GOOGLE.search(text), _STATUS.search(text)
    return google[1] if google else "", status[1] if status else ""


def _speaks_of(text: str, words: tuple[str, ...]) -> bool:
    folded = text.casefold()
    return any(word in folded for word in words)


def missing(source: str, objects: Objects) -> ConfigurationProblem:
    """Say that there is no such object."""
    return problems.file_missing(source, objects)


def bucket_missing(source: str, objects: Objects) -> ConfigurationProblem:
    """Say that there is no such bucket, or container."""
    return source_problem(
        source,
        "source_bucket_missing",
        said(
            "reads %(path)s, and there is no bucket %(bucket)s.",
            path=objects,
            bucket=objects.bucket,
        ),
        said("Correct the bucket's name, or the endpoint or account to which it belongs."),
    )


def region_wrong(source: str, objects: Objects) -> ConfigurationProblem:
    """Say that a bucket lies in another region than the one that was asked."""
    return source_problem(
        source,
        "source_region_wrong",
        said("reads %(path)s, and the bucket lies in another region.", path=objects),
        said("Correct `region`, or leave it out: then the store is asked for it."),
    )


def denied(source: str, address: str) -> ConfigurationProblem:
    """Say that the store does not let us read, which it also says of what is not there."""
    return source_problem(
        source,
        "source_object_denied",
        said("may not read %(path)s: the store refuses it.", path=address),
        said(
            "Give its credentials the right to list the bucket and to read its objects, and look whether the address is right: a store may refuse what is not there."
        ),
    )


def credentials_refused(source: str, address: str) -> ConfigurationProblem:
    """Say that the store does not accept the credentials, or that there are none."""
    return source_problem(
        source,
        "source_credentials_refused",
        said(
            "cannot read %(path)s: there are no credentials, or the store does not accept them.",
            path=address,
        ),
        said(
            "Correct `credentials`, or make new ones; without any, the machine needs a role of its own. A clock that is wrong has the same effect."
        ),
    )


def unreachable(source: str, address: str) -> ConfigurationProblem:
    """Say that the store does not answer."""
    return source_problem(
        source,
        "source_store_unreachable",
        said(
            "cannot read %(path)s: its store cannot be reached, or does not answer.", path=address
        ),
        said(
            "Check `endpoint`, the network, and whether the store's certificate is known here; then run again."
        ),
    )


def failing(source: str, address: str) -> ConfigurationProblem:
    """Say that the store answers with errors of its own."""
    return source_problem(
        source,
        "source_store_failing",
        said(
            "cannot read %(path)s: its store answers with errors, or wants fewer requests.",
            path=address,
        ),
        said("Run again later; when it stays so, ask who runs the store."),
    )


def unusable(source: str, objects: Objects, error: str) -> ConfigurationProblem:
    """Say that the store's answer is none that we know; `error` is its name, nothing of the store's words."""
    return source_problem(
        source,
        "source_store_unusable",
        said(
            "cannot read %(path)s: its store answers what Segue does not understand (%(error)s).",
            path=objects,
            error=error,
        ),
        said(
            "Check `endpoint`, `region` and `credentials`, and that the address is one of an object."
        ),
    )


def gone(source: str, address: str) -> ConfigurationProblem:
    """Say that an object went away between listing and reading."""
    return source_problem(
        source,
        "source_object_gone",
        said("reads %(path)s, which was there a moment ago and is gone.", path=address),
        said("Run again; what removes objects should do so when nothing reads them."),
    )


def changed(source: str, address: str, times: int) -> ConfigurationProblem:
    """Say that an object changed each time while it was read."""
    return source_problem(
        source,
        "source_object_changed",
        said(
            "reads %(path)s, which changed while it was read, %(times)s times.",
            path=address,
            times=times,
        ),
        said("Run again when it is written, or write each version under a name of its own."),
    )


def cut_short(source: str, address: str) -> ConfigurationProblem:
    """Say that fewer bytes came than the object has."""
    return source_problem(
        source,
        "source_object_cut_short",
        said("reads %(path)s, of which fewer bytes came than it has.", path=address),
        said("Run again; when it stays so, write the object again, whole."),
    )


def too_many(source: str, objects: Objects, most: int) -> ConfigurationProblem:
    """Say that an address names more objects than a source may have."""
    return source_problem(
        source,
        "source_objects_too_many",
        said("reads %(path)s, which are more than %(most)s objects.", path=objects, most=most),
        said("Name fewer by a narrower pattern, or write fewer and larger ones."),
    )
