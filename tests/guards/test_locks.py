"""The locks hold everything that is installed, each with its hashes, and say nothing about where it comes from."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.guards import tree

LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-lock.txt",
    "requirements-spark.txt",
)
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def _lines(lock: str) -> list[str]:
    text = (tree.text_of(lock) or "").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def _versions(lock: str) -> dict[str, str]:
    return {canonicalize_name(m[1]): m[2] for m in PINNED.finditer(tree.text_of(lock) or "")}


def _declared(*groups: str) -> list[Requirement]:
    project = tomllib.loads(tree.text_of("pyproject.toml") or "")
    names = list(project["project"]["dependencies"])
    names += [name for group in groups for name in project["dependency-groups"][group]]
    return [Requirement(name) for name in names]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_pins_a_version_with_hashes(lock: str) -> None:
    loose = [line for line in _lines(lock) if not (PINNED.match(line) and "--hash=sha256:" in line)]

    assert _lines(lock)
    assert loose == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_says_where_packages_come_from(lock: str) -> None:
    assert re.findall(r"\w+://\S+", tree.text_of(lock) or "") == []


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("requirements.txt", ["build"]), ("requirements-dev.txt", ["build", "dev"])],
)
def test_the_lock_holds_what_the_project_declares(lock: str, groups: list[str]) -> None:
    versions = _versions(lock)

    missing = [
        str(wanted)
        for wanted in _declared(*groups)
        if not wanted.specifier.contains(versions.get(canonicalize_name(wanted.name), "0"))
    ]

    assert missing == []


def test_both_locks_agree() -> None:
    runtime, dev = _versions("requirements.txt"), _versions("requirements-dev.txt")

    assert {name: dev.get(name) for name in runtime} == runtime
