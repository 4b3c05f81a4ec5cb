"""What the product says to people: templates with values that the catalogue can say in other languages, never sentences ready made."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.guards import tree
from tools.sentences import PLACE_OF_MESSAGE, SAID, called, told_by

_PLACES = re.compile(r"%\((\w+)\)[sd]")
_PACKAGES_OF_PAGES = ("web/", "control/", "service/")
"""Their own texts go through gettext; a guard of texts looks after them."""
_TABLES = {
    "segue.words.refusals",
    "segue.configuration.structure_words",
    "segue.core.trouble",
    "segue.control.exports.type_names",
}
"""Modules that say what stands in a table: its texts are found there."""


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in tree.python_files("src/segue", "src/segue_demo"):
        yield path.removeprefix("src/segue/"), tree.tree_of(path)


def _calls(module: ast.Module, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and called(node) in names:
            yield node


def test_no_problem_is_told_in_a_sentence_ready_made() -> None:
    ready_made = [
        f"{name}:{part.lineno}"
        for name, module in _modules()
        for call in _calls(module, *PLACE_OF_MESSAGE)
        for part in told_by(call)
        if isinstance(part, ast.JoinedStr) and re.search(r"[a-z]{2} ", ast.unparse(part))
    ]

    assert ready_made == []


def test_every_sentence_is_given_the_values_that_its_template_names() -> None:
    wrong = []
    for name, module in _modules():
        for call in _calls(module, *SAID):
            templates = [a.value for a in call.args if isinstance(a, ast.Constant)]
            given = {k.arg for k in call.keywords} - {"count"}
            named = {n for t in templates for n in _PLACES.findall(str(t))} - {"count"}
            if templates and given != named:
                wrong.append(f"{name}:{call.lineno} {sorted(given ^ named, key=str)}")

    assert wrong == []


def test_only_tables_are_said_without_a_text_of_their_own() -> None:
    found = {
        "segue." + name.removesuffix(".py").replace("/", ".")
        for name, module in _modules()
        for call in _calls(module, *SAID)
        if not isinstance(call.args[0], ast.Constant) and _says_sentences(module)
    }

    assert found == _TABLES


def _says_sentences(module: ast.Module) -> bool:
    """Return whether `said` is that of sentences here; letters and notices have another."""
    imports = (node for node in ast.walk(module) if isinstance(node, ast.ImportFrom))
    return any(node.module == "segue.core.sentences" and node.names for node in imports)


def _unsaid(module: ast.Module) -> Iterator[str]:
    """Yield what reads like a sentence and is given neither to `said` nor to a problem."""
    nodes = list(ast.walk(module))
    told = {id(n.value) for n in nodes if isinstance(n, ast.Expr)}
    for call in (n for n in nodes if isinstance(n, ast.Call)):
        parts = [*call.args] if called(call) in (*SAID, "Row") else []
        parts += told_by(call) if called(call) in PLACE_OF_MESSAGE else []
        told |= {id(inner) for part in parts for inner in ast.walk(part)}
    for node in nodes:
        if id(node) not in told and isinstance(node, ast.Constant | ast.JoinedStr):
            text = ast.unparse(node)[1:-1] if isinstance(node, ast.JoinedStr) else str(node.value)
            if re.search(r"[a-z]{2} [a-z]", text) and text.rstrip("'\"").endswith((".", "?")):
                yield text


_READERS = (
    "backups/problems", "configuration/", "core/trouble", "engines/duckdb/reading/sources", "mailchimp/reason", "profiles/problems",
    "segments/parse", "segments/literals", "segments/mistakes", "sync/audience_fields", "sync/run", "worker/", "workspace/",
)  # fmt: skip
_TEXTS_OF_FILES = ("configuration/starter",)
"""What they write is a file, whose comments have tables of their own."""


def test_what_reads_like_a_sentence_is_one() -> None:
    found = [
        (name, text)
        for name, module in _modules()
        if name.startswith(_READERS) and not name.startswith(_TEXTS_OF_FILES)
        for text in _unsaid(module)
    ]

    assert found == []


def test_the_catalogue_is_the_only_place_for_other_languages() -> None:
    french = [
        str(path) for path in Path("src/segue").rglob("*_fr.*") if "describe" not in path.name
    ]

    assert french == []
