"""What may not stand in any tracked file: registries, paths of one machine, real addresses, unfinished work."""

from __future__ import annotations

import ast
import re
import sqlite3
from pathlib import Path

from tests.guards import tree

# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(
        [
            r"files\.python" + r"hosted",
            r"\bpypi\." + r"(org|python)",
            r"registry\." + r"npmjs",
            r"\b(deb|security)\." + r"debian\.org",
            r"--(extra-)?index" + r"-url",
            r"--find" + r"-links",
        ]
    )
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.$}~*-])/(" + "|".join(["work", "root", "farm", "home", "Users"]) + r")/\w"
)
UNFINISHED = re.compile(
    r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|NotImplemented" + r"Error|not imple" + r"mented)\b"
)
ADDRESS = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[^\W\d_]{2,})", re.UNICODE)
CREDENTIALS_IN_URL = re.compile(r"://[^/\s@]*@")
RESERVED = re.compile(r"(^|\.)(example|invalid|test|localhost)$|(^|\.)example\.(com|net|org)$")
SAKILA = "sakilacustomer.org"
EDGES = {
    "src/segue/cli/main.py",
    "src/segue/web/__main__.py",
    "src/segue/worker/__main__.py",
    "src/segue/worker/edge.py",
    "src/segue/engines/duckdb/watch.py",  # hands it on to the thread that waits, which raises it
}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "data", "info", "misc"}


def _hits(pattern: re.Pattern[str], paths: tuple[str, ...] | list[str]) -> list[str]:
    return [
        f"{path}:{number} {match.group()}"
        for path in paths
        for number, line in enumerate((tree.text_of(path) or "").splitlines(), start=1)
        for match in pattern.finditer(line)
    ]


def _chinook_addresses(shared_folder: Path) -> set[str]:
    place = (shared_folder / "data" / "chinook.sqlite").resolve().as_uri()
    connection = sqlite3.connect(f"{place}?mode=ro&immutable=1", uri=True)
    try:
        query = "SELECT Email FROM Customer UNION SELECT Email FROM Employee"
        return {row[0].lower() for row in connection.execute(query)}
    finally:
        connection.close()


def test_no_file_names_a_package_registry() -> None:
    assert _hits(REGISTRIES, tree.project_files()) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert _hits(MACHINE_PATHS, tree.project_files()) == []


def test_nothing_is_left_unfinished() -> None:
    assert _hits(UNFINISHED, tree.python_files("src", "bench", "docs")) == []


def test_addresses_are_reserved_or_of_the_known_data_sets(shared_folder: Path) -> None:
    chinook = _chinook_addresses(shared_folder)

    real = [
        f"{path}: {match.group()}"
        for path in tree.project_files()
        for match in ADDRESS.finditer(CREDENTIALS_IN_URL.sub("://", tree.text_of(path) or ""))
        if not RESERVED.search(match.group(1).lower())
        and match.group(1).lower() != SAKILA
        and match.group().lower() not in chinook
    ]

    assert real == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [p for p in tree.python_files("src", "tests", "bench") if Path(p).stem in VAGUE_NAMES]

    assert vague == []


def test_only_the_outermost_edges_catch_everything() -> None:
    broad = [
        f"{path}:{node.lineno}"
        for path in tree.python_files("src")
        if path not in EDGES
        for node in ast.walk(tree.tree_of(path))
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node)
    ]

    assert broad == []


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {"" if kind is None else tree.dotted(kind) for kind in kinds}
    cleans_up = isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None
    return bool(names & {"", "Exception", "BaseException"}) and not cleans_up
