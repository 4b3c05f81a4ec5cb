"""Text is read and written as UTF-8, whatever the machine's locale says: every door of text names its encoding."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.guards import tree

FOLDERS = ("src", "tests", "bench", "docs", "tools")
READING_AND_WRITING = {"read_text": 0, "write_text": 1}
"""Methods of paths that always mean text, and how many positional arguments stand before the encoding."""
OPENING = {"open", "fdopen", "NamedTemporaryFile", "TemporaryFile"}
STARTING = {"run", "Popen", "check_output"}


def _calls(path: str) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree.tree_of(path)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else tree.dotted(function)
            yield node, name


def _depends_on_the_locale(call: ast.Call, name: str) -> bool:
    given = {word.arg: word.value for word in call.keywords}
    if (
        "encoding" in given or None in given
    ):  # None: `**options`, which are looked at where they are made
        return False
    if name in READING_AND_WRITING:
        return len(call.args) <= READING_AND_WRITING[name]
    if name in STARTING:
        return any(_is_true(given.get(word)) for word in ("text", "universal_newlines"))
    return name in OPENING and _opens_text(call, given.get("mode"))


def _opens_text(call: ast.Call, mode: ast.expr | None) -> bool:
    """Tell whether a file is opened as text: an own mode without `b`. A default mode says nothing about whose `open` it is."""
    modes = [mode, *call.args[:2]]
    known = [one.value for one in modes if isinstance(one, ast.Constant)]
    words = [one for one in known if isinstance(one, str) and one and set(one) <= set("rwaxbt+")]
    return any("b" not in word for word in words)


def _is_true(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def test_every_text_names_its_encoding() -> None:
    found = [
        f"{path}:{call.lineno} {name}"
        for path in tree.python_files(*FOLDERS)
        for call, name in _calls(path)
        if _depends_on_the_locale(call, name)
    ]

    assert found == []
