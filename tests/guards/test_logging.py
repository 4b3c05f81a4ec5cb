"""Logs are events with fields and hold no personal data: read in the source, and watched while the tests run."""

from __future__ import annotations

import ast
import logging
import re

import pytest

from tests.cast import NADIA
from tests.fixtures.logs import LeakWatch, secrets_in
from tests.guards import tree

LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
PERSONAL = re.compile(
    r"(^|_)(e?mails?|address(es)?|first_name|last_name|full_name|api_key|token|secret|password|dsn)$"
)


def _is_logging(call: ast.Call) -> bool:
    if tree.dotted(call.func).rsplit(".", 1)[-1] == "log_event":
        return True
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in LEVELS:
        return False
    owner = tree.dotted(call.func.value).rsplit(".", 1)[-1].strip("_").lower()
    return owner in {"log", "logger", "logging", "events"}


def _logging_calls() -> list[tuple[str, ast.Call]]:
    return [
        (path, node)
        for path in tree.python_files("src")
        for node in ast.walk(tree.tree_of(path))
        if isinstance(node, ast.Call) and _is_logging(node)
    ]


def _names_in(call: ast.Call) -> set[str]:
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    inner = [node for value in values for node in ast.walk(value)]
    named = {keyword.arg for keyword in call.keywords if keyword.arg}
    named |= {node.id for node in inner if isinstance(node, ast.Name)}
    keys = [key for node in inner if isinstance(node, ast.Dict) for key in node.keys]
    named |= {
        key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    return named | {node.attr for node in inner if isinstance(node, ast.Attribute)}


def test_no_logging_call_is_given_an_address_a_name_or_a_secret() -> None:
    leaks = [
        f"{path}:{call.lineno} {name}"
        for path, call in _logging_calls()
        for name in sorted(_names_in(call))
        if PERSONAL.search(name)
    ]

    assert leaks == []


def test_log_texts_are_event_names_and_never_formatted() -> None:
    formatted = [
        f"{path}:{call.lineno}"
        for path, call in _logging_calls()
        if any(isinstance(arg, ast.JoinedStr | ast.BinOp) for arg in call.args)
    ]

    assert formatted == []


def test_the_watch_sees_addresses_keys_fields_and_tracebacks() -> None:
    watch = LeakWatch()
    logger = logging.Logger("segue.example", logging.DEBUG)
    logger.addHandler(watch)

    logger.info("contact %s", NADIA.email)
    logger.info("run.started", extra={"who": NADIA.email})
    logger.info("run.started", extra={"contacts": 3})
    try:
        raise ValueError(NADIA.email)
    except ValueError:
        logger.exception("run.failed")

    assert watch.leaks == ["segue.example: nadia@shop.example"] * 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sent to nadia@shop.example.", ["nadia@shop.example"]),
        ("rose+x@xn--bcher-kva.example,", ["rose+x@xn--bcher-kva.example"]),
        ("key " + "0123456789abcdef" * 2 + "-us19", ["0123456789abcdef" * 2 + "-us19"]),
        ("run 01JD at 12:00 with 3 contacts", []),
        ("@ alone, a @ b", []),
    ],
)
def test_an_address_or_a_key_is_recognised_in_any_text(text: str, found: list[str]) -> None:
    assert secrets_in(text) == found
