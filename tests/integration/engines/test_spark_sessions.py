"""A session of a cluster: what is given up ends, what goes wrong is told in our words, and an answer comes in pieces."""

from __future__ import annotations

from threading import Thread

import pytest

from segue.core.errors import BrokenOff, ConfigurationProblem, Problem, TryLater
from segue.core.permit import Permit
from segue.engines.spark.failures import told
from segue.engines.spark.sessions import session
from tests.spark import client_module, spark_remote

statuses = client_module("grpc").StatusCode
errors = client_module("pyspark.errors.exceptions.connect")

ENDLESS = (
    "SELECT count(*) FROM range(9000000) a CROSS JOIN range(9000000) b WHERE (a.id * b.id) % 7 = 3"
)
SECRET = "token=verysecret nadia@shop.example"


@pytest.mark.parametrize("at", [1, 2])
def test_a_question_is_given_up_at_whatever_moment_the_permit_is_revoked(at: int) -> None:
    asked: list[int] = []
    reason = BrokenOff("Enough.", action="Run again.", code="run_canceled")
    revoking = Thread(target=lambda: permit.revoke(reason))

    def ask() -> None:
        asked.append(1)
        if len(asked) == at:  # just before the work that follows, which the revocation comes into
            revoking.start()

    permit = Permit(ask)  # type: ignore[arg-type]

    with pytest.raises(BrokenOff), session(spark_remote(), permit=permit) as opened:
        list(opened.batches(ENDLESS))

    revoking.join()
    assert len(asked) >= at


def test_a_long_answer_comes_in_pieces() -> None:
    with session(spark_remote()) as opened:
        batches = list(opened.batches("SELECT id, CAST(id AS STRING) AS text FROM range(100000)"))
        nobody = list(opened.batches("SELECT id FROM range(10) WHERE id < 0"))

    assert len(batches) > 1
    assert sum(batch.num_rows for batch in batches) == 100_000
    assert [(batch.num_rows, batch.schema.names) for batch in nobody] == [(0, ["id"])]


def test_nothing_of_a_query_that_failed_is_written_anywhere(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with session(spark_remote()) as opened, pytest.raises(Problem):
        list(opened.batches("SELECT CAST('nadia@shop.example' AS INT) AS n"))

    assert "nadia" not in "".join(capfd.readouterr())


def _error(status: str, condition: str) -> Exception:
    return errors.SparkConnectGrpcException(  # type: ignore[no-any-return]
        message=f"{SECRET} {condition}",
        errorClass=condition or None,
        grpc_status_code=statuses[status],
    )


@pytest.mark.parametrize(
    ("status", "condition", "kind", "code"),
    [
        ("UNAUTHENTICATED", "", ConfigurationProblem, "spark_refused"),
        ("PERMISSION_DENIED", "", ConfigurationProblem, "spark_not_permitted"),
        ("INTERNAL", "INSUFFICIENT_PERMISSIONS", ConfigurationProblem, "spark_not_permitted"),
        ("INTERNAL", "TABLE_OR_VIEW_NOT_FOUND", ConfigurationProblem, "spark_table_missing"),
        ("INTERNAL", "PATH_NOT_FOUND", ConfigurationProblem, "spark_table_missing"),
        (
            "INTERNAL",
            "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
            ConfigurationProblem,
            "spark_types_differ",
        ),
        ("INTERNAL", "RESPONSE_ALREADY_RECEIVED", TryLater, "spark_session_ended"),
        ("INTERNAL", "INVALID_HANDLE.SESSION_NOT_FOUND", TryLater, "spark_session_ended"),
        ("INTERNAL", "OPERATION_CANCELED", TryLater, "spark_canceled"),
        ("UNAVAILABLE", "", TryLater, "spark_unreachable"),
        ("DEADLINE_EXCEEDED", "", TryLater, "spark_unreachable"),
        ("INTERNAL", "CAST_INVALID_INPUT", TryLater, "spark_failed"),
    ],
)
def test_what_a_cluster_says_is_told_by_its_consequence_and_never_word_for_word(
    status: str, condition: str, kind: type[Problem], code: str
) -> None:
    problem = told(_error(status, condition))

    assert problem is not None
    assert (type(problem), problem.code) == (kind, code)
    assert "verysecret" not in f"{problem}{problem.context}"
    assert "nadia" not in f"{problem}{problem.context}"


def test_a_mistake_of_our_own_is_not_told_as_the_clusters() -> None:
    assert told(ValueError("x")) is None


@pytest.mark.parametrize(
    "remote",
    [
        "sc://host:port",
        "sc://host:99999",
        "sc://",
        "sc://[::1",
        "sc://host:1/;user_agent=é",
        "host:1",
    ],
)
def test_what_is_no_address_is_told_as_such_before_anything_is_asked(remote: str) -> None:
    with pytest.raises(ConfigurationProblem) as raised, session(remote):
        pass

    assert raised.value.code == "spark_address_wrong"
