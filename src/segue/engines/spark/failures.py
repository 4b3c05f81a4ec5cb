"""Tell what a cluster says in our own words, classed by consequence.

Its own are never shown: they hold values of people, and its address with the token.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from segue.core.errors import ConfigurationProblem, Problem, TryLater
from segue.core.sentences import said

_FOREIGN = ("pyspark", "grpc")
"""Packages whose errors are told of here."""

_AGAIN = said("Nothing that was finished is lost.")


class SessionEnded(TryLater):
    """The cluster ended a session, or fell silent for good amid one: what only reads may be done once more in another."""


def told(error: BaseException) -> Problem | None:
    """Return the problem that an error of the client or the cluster tells of, None when it is not one of theirs."""
    if type(error).__module__.partition(".")[0] not in _FOREIGN:
        return None
    status, words = _status(error), f"{_condition(error)} {error}"
    for statuses, signs, problem in _SAYINGS:
        if status in statuses or any(sign in words for sign in signs):
            return problem()
    return _failed(_condition(error) or type(error).__name__)


def is_end(problem: Problem) -> bool:
    """Tell whether a problem is that of a session which can do nothing any more."""
    return problem.code in ("spark_session_ended", "spark_unreachable")


def is_of_all(problem: Problem) -> bool:
    """Tell whether a problem is that of the whole cluster, and not of one table."""
    return is_end(problem) or problem.code in ("spark_refused", "spark_address_wrong")


def ended() -> SessionEnded:
    """Say that the cluster ended the session."""
    told_so = _expired()
    return SessionEnded(told_so.message, action=told_so.action, code=told_so.code)


def unreachable() -> TryLater:
    """Say that the cluster does not answer."""
    return TryLater(
        "The Spark cluster does not answer.",
        action=said(
            "See whether it runs and can be reached from here, then run again. %(again)s",
            again=_AGAIN,
        ),
        code="spark_unreachable",
    )


def address_wrong() -> ConfigurationProblem:
    """Say that the address of the cluster is none."""
    return ConfigurationProblem(
        "What `engine.remote` points to is not an address of Spark Connect.",
        action="It begins with sc://, as in sc://spark.example:15002/;use_ssl=true;token=….",
        code="spark_address_wrong",
    )


def lost(place: str) -> ConfigurationProblem:
    """Say that the cluster does not hold (any more) what a refresh wrote."""
    return ConfigurationProblem(
        said(
            "The cluster no longer holds the profiles that were read last: %(place)s.", place=place
        ),
        action="Refresh the profiles (segue profiles), and let nothing else remove them.",
        code="snapshot_unusable",
    )


def _status(error: Any) -> str:
    """Return the name of the answer's status in the protocol, '' where there is none."""
    for name in ("getGrpcStatusCode", "code"):
        ask = getattr(error, name, None)
        with suppress(Exception):
            if callable(ask) and (found := getattr(ask(), "name", "")):
                return str(found)
    return ""


def _condition(error: Any) -> str:
    """Return the name that Spark gives an error, '' where it gives none."""
    ask = getattr(error, "getCondition", None)
    return str(ask() or "") if callable(ask) else ""


def _expired() -> TryLater:
    return TryLater(
        "The Spark cluster ended the session before the work was done.",
        action=said(
            "Run again; if it happens often, let its sessions live longer. %(again)s", again=_AGAIN
        ),
        code="spark_session_ended",
    )


def _canceled() -> TryLater:
    return TryLater(
        "Somebody ended Segue's work on the Spark cluster, or it took longer than the cluster allows.",
        action=said("Ask who looks after it, then run again. %(again)s", again=_AGAIN),
        code="spark_canceled",
    )


def _refused() -> ConfigurationProblem:
    return ConfigurationProblem(
        "The Spark cluster refuses the token, or asks for one.",
        action="Put a valid address with token=… where `engine.remote` points to.",
        code="spark_refused",
    )


def _not_permitted() -> ConfigurationProblem:
    return ConfigurationProblem(
        "The Spark cluster does not let this user read a table, or write where snapshots go.",
        action="Grant Segue's user to read the tables of its sources and to write to `engine.snapshots`.",
        code="spark_not_permitted",
    )


def _table_missing() -> ConfigurationProblem:
    return ConfigurationProblem(
        "The Spark cluster does not have a table, a column or a catalog that Segue asks for.",
        action="Compare the sources with its catalog, then refresh the profiles (segue profiles).",
        code="spark_table_missing",
    )


def _types_differ() -> ConfigurationProblem:
    return ConfigurationProblem(
        "The files of a table on the Spark cluster do not all have the types that the table says.",
        action="Let the cluster write the table anew, with one type for each column, then refresh the profiles (segue profiles).",
        code="spark_types_differ",
    )


def _type_unreadable() -> ConfigurationProblem:
    return ConfigurationProblem(
        "A table of the Spark cluster has a column of a type that the cluster itself cannot read.",
        action="Let it be written anew with usual types, such as texts and times in microseconds.",
        code="spark_type_unreadable",
    )


def _text_invalid() -> ConfigurationProblem:
    return ConfigurationProblem(
        "The files of a table on the Spark cluster mark as text what is not UTF-8.",
        action="Let it be written anew with texts in UTF-8.",
        code="source_text_invalid",
    )


def _failed(name: str) -> TryLater:
    return TryLater(
        said("The Spark cluster could not do what it was asked for (%(name)s).", name=name),
        action=said("Look into the cluster's own log, then run again. %(again)s", again=_AGAIN),
        code="spark_failed",
    )


_SAYINGS: tuple[tuple[tuple[str, ...], tuple[str, ...], Callable[[], Problem]], ...] = (
    (("UNAUTHENTICATED",), (), _refused),
    (("PERMISSION_DENIED",), ("INSUFFICIENT_PERM", "PERMISSION_DENIED", "AccessDenied", "AccessControlException", "Permission denied", "Mkdirs failed", "Unable to create"), _not_permitted),
    ((), ("INVALID_CONNECT_URL", "CONNECT_URL_NOT_SET", "CANNOT_CONFIGURE_SPARK_CONNECT"), address_wrong),
    ((), ("SESSION_CLOSED", "SESSION_NOT_FOUND", "SESSION_CHANGED", "SESSION_EXPIRED", "INVALID_HANDLE", "RESPONSE_ALREADY_RECEIVED", "server side session identifier"), _expired),
    (("CANCELLED",), ("OPERATION_CANCELED", "OPERATION_CANCELLED"), _canceled),
    (("UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED"), ("RETRIES_EXCEEDED",), unreachable),
    ((), ("PARQUET_COLUMN_DATA_TYPE_MISMATCH", "CANNOT_MERGE", "Fail to merge schema"), _types_differ),
    ((), ("to Spark data type", "PARQUET_TYPE_ILLEGAL", "PARQUET_TYPE_NOT_SUPPORTED", "PARQUET_TYPE_NOT_RECOGNIZED"), _type_unreadable),
    ((), ("non UTF-8", "invalid utf-8", "INVALID_UTF8_STRING"), _text_invalid),
    ((), ("TABLE_OR_VIEW_NOT_FOUND", "UNRESOLVED_COLUMN", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND", "PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA", "is missing from the schema"), _table_missing),
)  # fmt: skip
"""What an answer's status or words tell of; the first that fits counts. Source: Spark's error conditions, gRPC's statuses."""
