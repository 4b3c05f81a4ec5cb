"""Events with fields, one a line, readable by people and by programs, without personal data."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress

import pytest

from segue.observability.logs import JsonFormatter, TextFormatter, log_event, set_up_logging
from segue.observability.traces import trace_of
from tests.cast import NADIA


def record(event: str, **fields: object) -> logging.LogRecord:
    """Return a record of a fixed moment."""
    values = {"name": "segue.sync", "levelno": logging.INFO, "levelname": "INFO", "msg": event}
    return logging.makeLogRecord({**values, "created": 1_767_225_600.25, **fields})


@pytest.fixture
def segue_logger() -> Iterator[logging.Logger]:
    """Give back the logger as it was."""
    logger = logging.getLogger("segue")
    before = (logger.handlers[:], logger.level, logger.propagate)
    yield logger
    logger.handlers[:], logger.level, logger.propagate = before


def test_a_text_line_is_the_event_and_its_fields() -> None:
    line = TextFormatter().format(record("run.retry_scheduled", wait_s=4, why="too busy", of=None))

    assert line == (
        '2026-01-01T00:00:00.250+00:00 info run.retry_scheduled wait_s=4 why="too busy" of=-'
    )


def test_what_a_library_says_in_several_lines_is_one_line() -> None:
    line = TextFormatter().format(record("connection failed:\n\tIs the server running?\r\n"))

    assert line == "2026-01-01T00:00:00.250+00:00 info connection failed: \tIs the server running?"


def test_a_json_line_keeps_numbers_as_numbers() -> None:
    line = JsonFormatter().format(record("run.finished", accepted=500, exact=True))

    assert json.loads(line) == {
        "at": "2026-01-01T00:00:00.250+00:00",
        "level": "info",
        "event": "run.finished",
        "logger": "segue.sync",
        "accepted": 500,
        "exact": True,
    }


def test_texts_in_fields_are_redacted_also_by_their_names() -> None:
    fields = {"who": NADIA.email, "api_key": "hush", "place": ("nadia@shop.example",)}

    line = json.loads(JsonFormatter().format(record("x.y", **fields)))

    assert (line["who"], line["api_key"], line["place"]) == (
        "[address]",
        "[secret]",
        "('[address]',)",
    )


def test_a_trace_tells_no_value_and_stays_in_its_line() -> None:
    name = "Nadia Haddad"
    try:
        float(name)
    except ValueError as error:
        failed = record("x.failed", exc_info=(type(error), error, error.__traceback__))

    line = JsonFormatter().format(failed)

    assert "\n" not in line
    trace = json.loads(line)["trace"]
    assert trace.endswith("\nValueError")
    assert "test_observability_logs.py" in trace
    assert name not in trace


def test_a_trace_tells_what_came_before_and_what_is_in_a_group() -> None:
    try:
        try:
            raise KeyError(NADIA.email)
        except KeyError as error:
            raise ExceptionGroup(
                NADIA.email, [TypeError("is no text"), OSError(NADIA.email)]
            ) from error
    except ExceptionGroup as error:
        lines = trace_of(error).splitlines()

    kinds = [line for line in lines if not line.startswith((" ", "Traceback"))]
    assert kinds == [
        "KeyError",
        "While or because of this:",
        "ExceptionGroup",
        "TypeError: is no text",
        "OSError",
    ]


def test_logging_twice_set_up_writes_once(segue_logger: logging.Logger) -> None:
    first, second = io.StringIO(), io.StringIO()

    set_up_logging(first)
    set_up_logging(second, format="json")
    log_event("run.started", run="r1", contacts=3)
    log_event("run.detail", level=logging.DEBUG)

    lines = [json.loads(line) for line in second.getvalue().splitlines()]
    assert first.getvalue() == ""
    assert [(line["event"], line["run"], line["contacts"]) for line in lines] == [
        ("run.started", "r1", 3)
    ]


def test_modules_below_log_with_the_standard_library_alike(segue_logger: logging.Logger) -> None:
    stream = io.StringIO()
    set_up_logging(stream)

    logging.getLogger("segue.mailchimp.client").warning("mailchimp.lost", extra={"status": 503})

    assert stream.getvalue().split(maxsplit=1)[1] == "warning mailchimp.lost status=503\n"


def test_what_a_full_disk_does_not_take_is_lost_without_a_word(
    segue_logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    full = os.fdopen(os.open("/dev/full", os.O_WRONLY), "w", encoding="utf-8")
    set_up_logging(full)

    log_event("run.began", run=7)

    with suppress(OSError):
        full.close()

    assert capsys.readouterr() == ("", "")
