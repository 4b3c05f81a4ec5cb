"""Modules and functions stay small enough to be read in one go; the allow-list may only shrink."""

from __future__ import annotations

import ast

from tests.guards import tree

MODULE_LINES = 400
FUNCTION_LINES = 40
FOLDERS = ("src", "bench", "docs")


def _allowed() -> dict[str, int]:
    text = tree.text_of("tests/guards/sizes_allowed.txt") or ""
    rows = (line.rsplit(None, 1) for line in text.splitlines() if line and not line.startswith("#"))
    return {name: int(lines) for name, lines in rows}


def _oversized() -> dict[str, int]:
    found: dict[str, int] = {}
    for path in tree.python_files(*FOLDERS):
        lines = len((tree.text_of(path) or "").splitlines())
        if lines > MODULE_LINES:
            found[path] = lines
        for item in tree.definitions(path):
            if not isinstance(item.node, ast.ClassDef) and item.lines > FUNCTION_LINES:
                found[f"{path}::{item.name}"] = item.lines
    return found


def test_modules_and_functions_stay_small() -> None:
    allowed = _allowed()

    too_large = {name: n for name, n in _oversized().items() if n > allowed.get(name, 0)}

    assert too_large == {}


def test_the_list_of_allowed_sizes_only_shrinks() -> None:
    oversized = _oversized()

    no_longer_needed = {name: n for name, n in _allowed().items() if n != oversized.get(name)}

    assert no_longer_needed == {}
