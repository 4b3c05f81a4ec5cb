"""Batches of operations, `/batches`: states, what they do and when, their results. Source: FACTS.md §3, §9.14."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import orjson
import pytest

from mailchimp_sandbox.addresses import key_of
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from tests.cast import NADIA, OMAR
from tests.contract.sandbox.sandbox_calls import LIST, Caller, HandClock, problem
from tests.patience import PATIENCE_S

ZOE = "zoe@shop.example"


def operation(method: str, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
    """Return one operation on the first audience; its body is a JSON string."""
    sent: dict[str, Any] = {"method": method, "path": f"/lists/{LIST}{path}", **more}
    if body is not None:
        sent["body"] = orjson.dumps(body).decode()
    return sent


def subscribing(email: str, **more: Any) -> dict[str, Any]:
    """Return the operation that creates a contact."""
    return operation("POST", "/members", {"email_address": email, "status": "subscribed"}, **more)


def submitted(caller: Caller, *operations: dict[str, Any]) -> str:
    """Submit a batch and return its id."""
    answer = caller.call("POST", "/batches", {"operations": list(operations)})
    assert answer.status == 200, answer.body
    assert answer.json["status"] == "pending"
    batch_id: str = answer.json["id"]
    return batch_id


def progress(caller: Caller, batch_id: str) -> tuple[str, int, int]:
    """Return the state, and how many operations are finished and errored."""
    read = caller.get(f"/batches/{batch_id}")
    return read["status"], read["finished_operations"], read["errored_operations"]


def unpacked(caller: Caller, batch_id: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the names in the archive and all results."""
    with urlopen(
        caller.get(f"/batches/{batch_id}")["response_body_url"], timeout=PATIENCE_S
    ) as reply:
        packed = gzip.decompress(reply.read())
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        names = [entry.name for entry in tar.getmembers()]
        files = [tar.extractfile(entry) for entry in tar.getmembers() if entry.isfile()]
        results = [one for file in files if file is not None for one in orjson.loads(file.read())]
    return names, results


def test_a_batch_goes_through_its_states_as_time_passes(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    cast.set_switches(Switches(operations_wait_s=60, operations_step_s=10))
    batch_id = submitted(
        caller,
        subscribing(ZOE),
        subscribing(NADIA.email),
        operation("GET", ""),
        operation("GET", ""),
    )
    seen = [progress(caller, batch_id)]

    for seconds in (59, 1, 10, 5, 5, 10):
        hand_clock.forward(seconds)
        seen.append(progress(caller, batch_id))

    assert seen == [
        ("pending", 0, 0),
        ("pending", 0, 0),
        ("preprocessing", 0, 0),
        ("started", 0, 0),
        ("started", 2, 1),
        ("finalizing", 4, 1),
        ("finished", 4, 1),
    ]
    read = caller.get(f"/batches/{batch_id}")
    assert (read["submitted_at"], read["completed_at"]) == (
        "2026-06-01T12:01:00+00:00",
        "2026-06-01T12:02:30+00:00",
    )


def test_nothing_is_done_before_its_time_and_everything_after_it(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    cast.set_switches(Switches(operations_wait_s=12))
    submitted(
        caller, operation("PATCH", f"/members/{key_of(NADIA.email)}", {"status": "unsubscribed"})
    )

    hand_clock.forward(12)
    before = cast.member(LIST, NADIA.email)
    hand_clock.forward(3)
    after = cast.member(LIST, NADIA.email)

    assert before is not None
    assert after is not None
    assert (before.status, after.status) == ("subscribed", "unsubscribed")


def test_the_archive_holds_every_result_twice_encoded(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    batch_id = submitted(
        caller,
        subscribing(ZOE, operation_id="new"),
        subscribing(NADIA.email, operation_id="there"),
        operation("DELETE", f"/members/{key_of(OMAR.email)}", operation_id="gone"),
        operation(
            "GET", "/members", params={"count": 1, "fields": "total_items"}, operation_id="page"
        ),
    )
    hand_clock.forward(3)

    names, results = unpacked(caller, batch_id)

    by_id = {one["operation_id"]: one for one in results}
    assert names[0] in (".", "./")
    assert {name: one["status_code"] for name, one in by_id.items()} == {
        "new": 200, "there": 400, "gone": 204, "page": 200,
    }  # fmt: skip
    assert orjson.loads(by_id["new"]["response"])["email_address"] == ZOE
    assert orjson.loads(by_id["there"]["response"])["title"] == "Member Exists"
    assert by_id["gone"]["response"] == ""
    assert orjson.loads(by_id["page"]["response"]) == {"total_items": 5}


def test_many_results_lie_in_several_files_in_any_order(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    sent = [operation("GET", "", operation_id=str(number)) for number in range(250)]
    batch_id = submitted(caller, *sent)
    hand_clock.forward(3)

    names, results = unpacked(caller, batch_id)

    assert len(names) == 4
    assert [one["operation_id"] for one in results] != [one["operation_id"] for one in sent]
    assert {one["operation_id"] for one in results} == {one["operation_id"] for one in sent}


@pytest.mark.parametrize(
    ("sent", "status_code"),
    [
        ({"method": "GET", "path": "/nosuch"}, 404),
        ({"method": "PUT", "path": f"/lists/{LIST}"}, 405),
        ({"method": "POST", "path": f"/lists/{LIST}/members", "body": "{"}, 400),
        ({"method": "POST", "path": "/batches", "body": '{"operations": []}'}, 404),
        ({"method": "GET", "path": f"lists/{LIST}/members?count=2000"}, 400),
    ],
)
def test_an_operation_that_fails_is_counted_as_finished_and_errored(
    caller: Caller, cast: Sandbox, hand_clock: HandClock, sent: dict[str, Any], status_code: int
) -> None:
    batch_id = submitted(caller, sent)
    hand_clock.forward(3)

    assert progress(caller, batch_id) == ("finished", 1, 1)
    assert [one["status_code"] for one in unpacked(caller, batch_id)[1]] == [status_code]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, ""),
        ({"operations": {}}, "operations"),
        ({"operations": ["GET /"]}, "operations.item:0"),
        ({"operations": [{"method": "GET"}]}, "operations.item:0"),
        ({"operations": [{"method": "HEAD", "path": "/"}]}, "operations.item:0.method"),
        ({"operations": [{"method": "PUT", "path": "/", "body": {}}]}, "operations.item:0.body"),
        (
            {"operations": [{"method": "GET", "path": "/", "params": ""}]},
            "operations.item:0.params",
        ),
    ],
)
def test_operations_of_a_wrong_shape_are_refused_at_once(
    caller: Caller, sent: dict[str, Any], field: str
) -> None:
    """A body is a JSON string, not an object."""
    answer = caller.call("POST", "/batches", sent)

    assert problem(answer) == (400, "Invalid Resource")
    assert answer.json["errors"][0]["field"] == field


def test_a_cancelled_batch_does_no_more_and_its_results_are_lost(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    cast.set_switches(Switches(operations_step_s=10))
    batch_id = submitted(caller, subscribing(ZOE), subscribing("zita@shop.example"))
    hand_clock.forward(15)
    half = progress(caller, batch_id)

    cancelled = caller.call("DELETE", f"/batches/{batch_id}")
    hand_clock.forward(60)

    assert half == ("started", 1, 0)
    assert cancelled.status == 204
    assert caller.call("GET", f"/batches/{batch_id}").status == 404
    assert cast.member(LIST, ZOE) is not None
    assert cast.member(LIST, "zita@shop.example") is None


def test_results_are_there_when_the_batch_is_finished_and_not_before(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    batch_id = submitted(caller, operation("GET", ""))

    assert caller.get(f"/batches/{batch_id}")["response_body_url"] == ""
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"{cast.origin}/batch-results/{batch_id}-response.tar.gz", timeout=PATIENCE_S)


def test_too_many_open_batches_are_throttled(
    caller: Caller, cast: Sandbox, hand_clock: HandClock
) -> None:
    """Source: FACTS.md §2: 500."""
    cast.set_switches(Switches(open_batches_limit=2))
    first = submitted(caller, operation("GET", ""))
    submitted(caller, operation("GET", ""))

    refused = caller.call("POST", "/batches", {"operations": []})
    hand_clock.forward(3)
    taken = caller.call("POST", "/batches", {"operations": []})

    assert problem(refused) == (429, "Too Many Requests")
    assert taken.status == 200
    listed = caller.get("/batches", count=1)
    assert ([one["id"] for one in listed["batches"]], listed["total_items"]) == ([first], 3)


def test_at_most_five_hundred_batches_are_open() -> None:
    assert Switches().open_batches_limit == 500
