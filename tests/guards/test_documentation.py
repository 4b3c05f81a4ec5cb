"""The documentation is complete and fresh: commands, keys, codes, exit codes, words, links."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.build import command_page, error_page, links, pages
from docs.build.codes import sites
from segue.core import errors
from tests.guards import tree

WORDS = {
    "data source",
    "profile",
    "related table",
    "segment",
    "member",
    "connection",
    "export user",
    "audience",
    "export",
    "data matching",
    "refresh",
    "run",
    "contact",
    "desired state",
    "ledger",
    "suppression",
    "change",
    "plan",
}
SCHEMA = "src/segue/configuration/segue.schema.json"


def _page(path: str) -> str:
    return (tree.ROOT / "docs" / path).read_text(encoding="utf-8")


def _keys(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for value in schema.values():
            yield from _keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _keys(value)


def test_the_generated_pages_are_fresh() -> None:
    stale = [
        path
        for path, text in pages.generated_pages().items()
        if not (tree.ROOT / path).is_file()
        or (tree.ROOT / path).read_text(encoding="utf-8") != text
    ]

    assert stale == [], "run `make docs`"


def test_every_link_leads_somewhere() -> None:
    assert links.broken_links(tree.ROOT, pages.pages()) == []


def test_every_page_can_be_reached_from_the_index() -> None:
    start = tree.ROOT / "docs" / "index.md"
    reached, waiting = {start}, [start]
    while waiting:
        page = waiting.pop()
        for link in links.links_of(page.read_text(encoding="utf-8")):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file() and target not in reached:
                reached.add(target)
                waiting.append(target)

    lost = [
        str(p.relative_to(tree.ROOT))
        for p in (tree.ROOT / "docs").rglob("*.md")
        if p not in reached
    ]

    assert lost == []


def test_every_configuration_key_is_documented() -> None:
    keys = set(_keys(json.loads(tree.text_of(SCHEMA) or "")))
    words = set(
        re.findall(r"[\w$]+", _page("reference/configuration.md") + _page("reference/segments.md"))
    )

    assert keys
    assert sorted(keys - words) == []


def test_every_setting_is_documented() -> None:
    named = {
        node.value
        for path in tree.python_files("src")
        for node in ast.walk(tree.tree_of(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"SEGUE_[A-Z_]*[A-Z]|DATABASE_URL", node.value)
    }
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| .+ \| .+ \|$", _page("reference/settings.md"), re.MULTILINE
    )

    assert "DATABASE_URL" in named
    assert sorted(named - set(rows)) == []
    assert len(rows) == len(set(rows))


def test_every_error_code_has_a_text_and_every_text_a_code() -> None:
    source = {site.code for site in sites()}
    written = error_page.written_texts()
    literals = "\n".join(tree.text_of(path) or "" for path in tree.python_files("src"))

    silent = sorted(source - set(written) - set(error_page.mailchimp_texts()))
    unused = sorted(code for code in written if f'"{code}"' not in literals)
    blank = sorted(
        code for code, text in written.items() if not (text.meaning.strip() and text.fix.strip())
    )

    assert (silent, unused, blank) == ([], [], [])


def test_every_exit_code_is_documented_with_its_class() -> None:
    rows = dict(
        re.findall(r"^\| (\d+) \|.*\| ([^|]*) \|$", _page("reference/exit-codes.md"), re.MULTILINE)
    )
    classes = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.Problem)
    ]
    stopping = [kind for kind in classes if kind is not errors.ContactRejected]

    missing = [
        k.__name__ for k in stopping if f"`{k.__name__}`" not in rows.get(str(k.exit_code), "")
    ]

    assert len(stopping) >= 7
    assert missing == []


def test_the_glossary_has_every_word_of_the_product() -> None:
    defined = re.findall(r"^\| ([^|]+?) \|", _page("glossary.md"), re.MULTILINE)

    assert sorted(WORDS - set(defined)) == []


def test_the_glossary_says_what_the_product_description_says(shared_folder: Path) -> None:
    description = shared_folder / "PRODUCT.md"
    if not description.is_file():
        pytest.skip("the product description is not beside the checkout")
    table = (
        description.read_text(encoding="utf-8").partition("## 1. Words")[2].partition("\n## ")[0]
    )
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if "|" in line
    ]
    glossary = _page("glossary.md")

    missing = [
        word
        for word, meaning, _ in rows[2:]
        if " / " not in word and f"| {word} | {meaning} |" not in glossary
    ]

    assert missing == []


def test_only_commands_that_exist_are_shown() -> None:
    pages = [p for p in tree.project_files() if p.endswith(".md") and not p.startswith("changes/")]
    shown = [
        (page, command) for page in pages for command in _commands_on(tree.text_of(page) or "")
    ]
    shown += [
        (path, command) for path in tree.python_files("src") for command in _commands_in(path)
    ]

    unknown = sorted(
        {f"{place}: segue {command}" for place, command in shown if not _exists(command)}
    )

    assert len(shown) > 50
    assert unknown == []


def _exists(command: str) -> bool:
    """Tell whether the leading words of `command` name a command, and its group has the one that is named."""
    known = {name for name, _ in command_page.commands()}
    groups = {name.rpartition(" ")[0] for name in known}
    first, second = f"segue {command.split()[0]}", " ".join(["segue", *command.split()[:2]])
    inner = re.fullmatch(r"segue [a-z]+ [a-z]+", second)
    return first in known and not (inner and first in groups and second not in known)


def _commands_on(page: str) -> list[str]:
    blocks = re.findall(r"^ *```(?:sh)?\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)
    return [
        m[1] for block in blocks for m in re.finditer(r"^ *segue ([a-z].*)$", block, re.MULTILINE)
    ] + (re.findall(r"`segue ([a-z][^`]*)`", page))


def _commands_in(path: str) -> list[str]:
    texts = [
        node.value
        for node in ast.walk(tree.tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [m[1] for text in texts for m in re.finditer(r"(?:^|`|: )segue ([a-z]+[^`]*)", text)]
