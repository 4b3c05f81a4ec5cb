"""The project's own files as the guards read them: what git tracks or would track, parsed once."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_SKIPPED = {".git", ".venv", "__pycache__", "build", "dist", ".segue", ".hypothesis"}


@cache
def project_files() -> tuple[str, ...]:
    """List the paths, relative to the project, of the files that git tracks or would add."""
    try:
        listing = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return tuple(sorted(_walk()))
    return tuple(sorted(p for p in listing.split("\0") if p and (ROOT / p).is_file()))


def _walk() -> Iterator[str]:
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not any(
            p in _SKIPPED or p.endswith(("_cache", ".egg-info")) for p in parts
        ):
            yield "/".join(parts)


@cache
def text_of(path: str) -> str | None:
    """Return the text of a project file; None when it is not UTF-8 text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def python_files(*folders: str) -> list[str]:
    """List the Python files below `folders`."""
    return [
        p
        for p in project_files()
        if p.endswith(".py") and p.startswith(tuple(f"{folder}/" for folder in folders))
    ]


@cache
def tree_of(path: str) -> ast.Module:
    """Parse a Python file of the project."""
    return ast.parse(text_of(path) or "", filename=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One class or function: `name` is dotted from the module, `nested` says that it stands inside a function."""

    path: str
    name: str
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nested: bool

    @property
    def place(self) -> str:
        """Return where the definition starts, as `path:line`."""
        return f"{self.path}:{self.node.lineno}"

    @property
    def lines(self) -> int:
        """Return how many lines the definition takes, its decorators apart."""
        return (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1


def definitions(path: str) -> Iterator[Definition]:
    """Walk the classes and functions of a Python file, outer before inner."""
    yield from _definitions(path, tree_of(path), prefix="", nested=False)


def _definitions(path: str, parent: ast.AST, *, prefix: str, nested: bool) -> Iterator[Definition]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{prefix}{node.name}"
            yield Definition(path=path, name=name, node=node, nested=nested)
            inside = nested or not isinstance(node, ast.ClassDef)
            yield from _definitions(path, node, prefix=f"{name}.", nested=inside)
        else:
            yield from _definitions(path, node, prefix=prefix, nested=nested)


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a chain of names, and an empty text for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        left = dotted(node.value)
        return f"{left}.{node.attr}" if left else ""
    return ""
