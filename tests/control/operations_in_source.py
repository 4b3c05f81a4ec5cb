"""Read in the source which operations the control apps have, what each calls, and which write to the audit log.

Operations stand in each app's `operations` and in whatever other module writes to the audit log itself. They are named
by their app, those of another module by that module: `people.invite`, `own_account.edit`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.guards import tree

RECORD = "audit.record"
RECORDS = frozenset({RECORD, "audit.record_each"})
"""The operations that write."""

_CONTROL = tree.ROOT / "src" / "segue" / "control"
_CHANGING = frozenset(
    {"save", "update", "delete", "create", "get_or_create", "update_or_create"}
    | {"bulk_create", "bulk_update"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation, and the names of what it calls."""

    is_public: bool
    calls: frozenset[str]


def operations() -> dict[str, Operation]:
    """Return all operations by name."""
    return {
        f"{home}.{node.name}": Operation(
            is_public=not node.name.startswith("_"),
            calls=frozenset(_calls(node, home, _imported(module))),
        )
        for home, module in _modules_of_operations()
        for node in module.body
        if isinstance(node, ast.FunctionDef)
    }


def writing(among: Mapping[str, Operation]) -> set[str]:
    """Return the names of the operations that write, themselves or through others."""
    found = set(RECORDS)
    while more := {name for name, one in among.items() if one.calls & found} - found:
        found |= more
    return found - RECORDS


def others_that_change_rows() -> set[str]:
    """Return the modules, as `app.module`, that hold no operations and change rows all the same."""
    homes = {home for home, _module in _modules_of_operations()}
    return {
        f"{path.parent.name}.{path.stem}"
        for path, module in _modules()
        if _home(path.parent.name, path.stem) not in homes and _changes_rows(module)
    }


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(_CONTROL.glob("*/*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def _modules_of_operations() -> Iterator[tuple[str, ast.Module]]:
    for path, module in _modules():
        if path.stem == "operations" or RECORDS & set(_imported(module).values()):
            yield _home(path.parent.name, path.stem), module


def _home(app: str, module: str) -> str:
    """Return by what the operations of a module are named."""
    return app if module == "operations" else module


def _imported(module: ast.Module) -> dict[str, str]:
    """Map what a module imports from control apps, functions and modules, to how they are called here."""
    names = {}
    for node in ast.walk(module):
        source = (node.module or "").split(".") if isinstance(node, ast.ImportFrom) else []
        if source[:2] != ["segue", "control"] or not isinstance(node, ast.ImportFrom):
            continue
        for alias in node.names:
            called = (
                f"{_home(source[2], source[3])}.{alias.name}"
                if len(source) > 3
                else _home(source[-1], alias.name)
            )
            names[alias.asname or alias.name] = called
    return names


def _calls(function: ast.FunctionDef, home: str, imported: Mapping[str, str]) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{imported.get(node.value.id, '?')}.{node.attr}"
        elif isinstance(node, ast.Name):
            yield imported.get(node.id, f"{home}.{node.id}")


def _changes_rows(module: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _CHANGING
        for node in ast.walk(module)
    )
