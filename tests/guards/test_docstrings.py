"""Every public module, class and function of the product says what it is for."""

from __future__ import annotations

import ast

from tests.guards import tree


def _is_generated(path: str) -> bool:
    """Tell whether Django wrote a file: migrations say what they do by their operations."""
    return "/migrations/0" in path


def _is_public(name: str) -> bool:
    return not any(part.startswith("_") for part in name.split("."))


def _overloads(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(tree.dotted(d).endswith(("overload", ".setter")) for d in decorators)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        p
        for p in tree.python_files("src", "bench", "docs")
        if not _is_generated(p) and not ast.get_docstring(tree.tree_of(p))
    ]

    assert silent == []


def test_every_public_class_and_function_has_a_docstring() -> None:
    silent = [
        f"{item.place} {item.name}"
        for path in tree.python_files("src")
        if not _is_generated(path)
        for item in tree.definitions(path)
        if not item.nested
        and _is_public(item.name)
        and not _overloads(item.node)
        and not ast.get_docstring(item.node)
    ]

    assert silent == []
