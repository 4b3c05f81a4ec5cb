"""Find every stable error code that the product can give, by reading its source. Knows nothing of pages."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
"""The product's own code and the demonstration's; the sandbox beside them speaks Mailchimp's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One place in the source that gives an error its code; `package` is the part of Segue it belongs to."""

    code: str
    package: str


def sites() -> list[Site]:
    """List every place in the source that gives a code, in the order of the files."""
    paths = [
        path for ours in ("segue", "segue_demo") for path in sorted((SOURCE / ours).rglob("*.py"))
    ]
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    elsewhere = {
        name: at for module in modules.values() for name, at in _code_positions(module).items()
    }
    return [
        Site(code=code, package=_package(path))
        for path, module in modules.items()
        for code in codes_in(module, elsewhere)
    ]


def codes_in(module: ast.Module, elsewhere: Mapping[str, int] | None = None) -> Iterator[str]:
    """Find the codes that a module gives, once for each call that gives one.

    `elsewhere`: where functions of other modules take their `code`; one of the same name and of this module goes first.
    """
    imported = _imported(module)
    positions = {n: at for n, at in (elsewhere or {}).items() if n in imported} | _code_positions(
        module
    )
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            yield from _codes_given(node, positions.get(_called(node)))
        elif isinstance(node, ast.Dict):
            named = zip(node.keys, node.values, strict=True)
            yield from (code for key, value in named if _is_code(key) for code in _texts(value))


def _package(path: Path) -> str:
    """Return the package of Segue, or the demonstration's name."""
    top, *inner = path.relative_to(SOURCE).with_suffix("").parts
    return inner[0] if top == "segue" else top


def _imported(module: ast.Module) -> set[str]:
    return {
        alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _codes_given(call: ast.Call, position: int | None) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg == "code":
            yield from _texts(keyword.value)
    if position is not None and position < len(call.args):
        yield from _texts(call.args[position])


def _is_code(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == "code"


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _code_positions(tree: ast.Module) -> dict[str, int]:
    """Tell, for each function of the module that takes a positional `code`, the position callers give it at."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
            if "code" in names:
                found[node.name] = names.index("code") - (names[0] in ("self", "cls"))
    return found


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""
