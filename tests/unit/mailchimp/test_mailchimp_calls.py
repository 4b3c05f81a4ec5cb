"""The counts of calls that reports and benches show."""

from __future__ import annotations

from segue.mailchimp.calls import CallCount, CallLog


def test_calls_are_counted_by_route_and_outcome() -> None:
    calls = CallLog()

    for elapsed_s in (3.0, 1.0, 2.0):
        calls.record(
            method="POST", route="/lists/{list_id}", status=200, elapsed_s=elapsed_s, reply_bytes=10
        )
    calls.record(method="POST", route="/lists/{list_id}", status=None, elapsed_s=9.0, reply_bytes=0)
    calls.record(method="GET", route="/", status=200, elapsed_s=0.5, reply_bytes=1)

    lost, done = (
        CallCount(
            method="POST", route="/lists/{list_id}", status=status, count=count,
            total_s=total, median_s=median, slowest_s=slowest, reply_bytes=size,
        )
        for status, count, total, median, slowest, size in ((None, 1, 9.0, 9.0, 9.0, 0), (200, 3, 6.0, 2.0, 3.0, 30))
    )  # fmt: skip
    root = CallCount(
        method="GET", route="/", status=200, count=1, total_s=0.5, median_s=0.5, slowest_s=0.5, reply_bytes=1,
    )  # fmt: skip
    assert calls.rows() == (root, lost, done)
    assert (calls.total, calls.writing) == (5, 4)
