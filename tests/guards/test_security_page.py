"""The threat model claims nothing that no module and no test stands for."""

from __future__ import annotations

import ast
import re

import pytest

from tests.guards import tree

PAGE = "docs/explanation/security.md"
POLICY = "SECURITY.md"

NAMED = re.compile(r"`((?:src|tests|tools|docs)/[^`\s:]+)(?:::(\w+))?`")
ROW = re.compile(r"^\| (?!-)(.*) \|$", re.MULTILINE)
DEFENCES = "| who tries what | what stops them | where | shown by |"


def text(page: str = PAGE) -> str:
    """Return a page."""
    return tree.text_of(page) or ""


def defences() -> list[list[str]]:
    """Return the rows that say what stops whom, by their cells."""
    tables = text().split(DEFENCES)[1:]
    rows = (row for table in tables for row in ROW.findall(table.partition("\n\n")[0]))
    return [row.split(" | ") for row in rows if not set(row) <= set("-| ")]


def functions(path: str) -> set[str]:
    """Return the names of a file's functions."""
    parsed = ast.parse(text(path))
    return {node.name for node in ast.walk(parsed) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}  # fmt: skip


def test_every_file_and_test_that_the_page_names_is_there() -> None:
    named = NAMED.findall(text())

    missing = [
        "::".join(filter(None, (path, name)))
        for path, name in named
        if not (tree.ROOT / path).is_file() or (name and name not in functions(path))
    ]
    assert len(named) > 60
    assert missing == []


@pytest.mark.parametrize("row", defences(), ids=lambda row: row[0][:60])
def test_what_stops_somebody_stands_in_a_module_and_is_shown_by_a_test(row: list[str]) -> None:
    _who, _what, where, shown = row

    assert [path for path, _ in NAMED.findall(where) if path.startswith("src/")]
    assert [name for path, name in NAMED.findall(shown) if path.startswith("tests/") and name]


def test_the_page_has_all_that_a_threat_model_has() -> None:
    heads = re.findall(r"^## (.+)$", text(), re.MULTILINE)

    assert heads == [
        "What is worth protecting",
        "Who is expected",
        "The borders",
        "What a copy gives",
        "What it is made of",
        "Out of scope",
    ]
    assert len(defences()) > 25


def test_the_policy_names_no_mailbox_and_leads_to_the_model() -> None:
    assert "@" not in text(POLICY)
    assert f"({PAGE})" in text(POLICY)
    assert "private security advisory" in text(POLICY)
