"""CONTRIBUTING.md leads to files that are there."""

from __future__ import annotations

import re

from tests.guards import tree

_FILE = re.compile(r"`((?:src|tests|docs|tools|changes)/[\w./-]+)`")


def test_every_file_and_folder_that_is_named_exists() -> None:
    named = set(_FILE.findall(tree.text_of("CONTRIBUTING.md") or ""))

    assert {name for name in named if not (tree.ROOT / name).exists()} == set()
    assert len(named) > 40


def test_every_task_that_is_named_exists() -> None:
    text, tasks = tree.text_of("CONTRIBUTING.md") or "", tree.text_of("Makefile") or ""

    named = set(re.findall(r"`make ([a-z-]+)`", text))

    assert {name for name in named if not re.search(rf"^{name}:", tasks, re.MULTILINE)} == set()
