"""What is logged of requests that go wrong: the route, never the path; and pages for what goes wrong early."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from django.test import Client, RequestFactory, override_settings
from django.urls import resolve

from segue.control.people.models import Person
from segue.observability.logs import TextFormatter, log_process
from segue.web.errors import broken
from segue.web.request_log import RoutesOnly

pytestmark = pytest.mark.django_db
Browse = Callable[[Person | None], Client]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Return what the web process would write to its log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextFormatter())
    handler.addFilter(RoutesOnly())
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def _events(stream: io.StringIO) -> list[str]:
    return [line.partition(" ")[2] for line in stream.getvalue().splitlines()]


def test_a_page_that_does_not_exist_is_logged_without_its_path(
    browse: Browse, written: io.StringIO
) -> None:
    browse(None).get("/invitations-of/nobody/?token=sesame")

    assert _events(written) == [
        "info page.refused status=404 method=GET route=- reason=-",
    ]


def test_an_unknown_host_is_refused_with_a_page_and_told_in_the_log(
    browse: Browse, written: io.StringIO
) -> None:
    with override_settings(ALLOWED_HOSTS=["segue.shop.example"]):
        reply = browse(None).get("/", headers={"host": "evil.example"})

    assert reply.status_code == 404
    assert "Segue" in reply.content.decode()
    assert any("reason=DisallowedHost" in event for event in _events(written))
    assert "evil" not in written.getvalue()


def test_a_bug_is_logged_once_with_its_trace_by_the_route(written: io.StringIO) -> None:
    request = RequestFactory().get("/invitation/sesame/")
    request.resolver_match = resolve("/sign-in/")
    record = logging.makeLogRecord(
        {
            "name": "django.request", "levelno": logging.ERROR, "levelname": "ERROR",
            "msg": "Internal Server Error: %s", "args": (request.path,), "request": request,
            "status_code": 500,
        }
    )  # fmt: skip

    logging.getLogger("django").handle(record)

    assert _events(written) == [
        "error page.failed status=500 method=GET route=sign-in/ reason=-",
    ]


def test_what_strangers_send_that_is_no_request_fills_no_log() -> None:
    told = [
        RoutesOnly().filter(logging.makeLogRecord({"name": "uvicorn.error", "levelno": level}))
        for level in (logging.WARNING, logging.ERROR)
    ]

    assert told == [False, True]


def test_the_page_for_a_bug_asks_nothing_of_the_database(
    django_assert_num_queries: Callable[..., object], alice: Person
) -> None:
    request = RequestFactory().get("/")

    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        reply = broken(request)

    assert reply.status_code == 500
    assert "written to the log" in reply.content.decode()


def test_libraries_are_heard_when_they_warn_and_those_that_name_people_never() -> None:
    root, own = logging.getLogger(), logging.getLogger("segue")
    before = (root.handlers[:], root.level, own.handlers[:], own.level, own.propagate)
    silenced = {
        name: logging.getLogger(name).level for name in ("axes", "uvicorn.access", "aiohttp.access")
    }
    stream = io.StringIO()
    try:
        log_process({"SEGUE_LOG_FORMAT": "text"}, stream)

        logging.getLogger("other.library").warning("disk is full", extra={"who": "nadia"})
        logging.getLogger("other.library").info("nothing special")
        logging.getLogger("axes.handlers").warning("locking out nadia")
        own.info("run.started", extra={"run": 7})
    finally:
        root.handlers[:], level, own.handlers[:], own_level, own.propagate = before
        root.setLevel(level)
        own.setLevel(own_level)
        for name, one in silenced.items():
            logging.getLogger(name).setLevel(one)

    assert _events(stream) == ["warning disk is full", "info run.started run=7"]
