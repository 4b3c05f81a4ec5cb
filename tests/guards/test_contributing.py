"""CONTRIBUTING.md leads to files that are there."""

from __future__ import annotations

import re

import pytest

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


_COMPLETE = (
    ("A notice", r"NoticeKind\.PEOPLE_HELD\b|\"people_held\"", ()),
    ("A comparison in rules of segments", r"Comparison\.ENDS_WITH\b|\"ends_with\"", ()),
    ("A refusal of one contact", r"\b(?:Reason|Skip)\.FAKE_ADDRESS\b|\"fake_address\"", ()),
    (
        "A type of merge field",
        r"MergeType\.ZIP\b|\"zip\"",
        # Here a zip is a part of an address.
        (
            "src/mailchimp_sandbox/profile.py",
            "src/segue/control/exports/suggestions.py",
            "src/segue/service/previews.py",
            "src/segue/sync/export_fields.py",
            "src/segue/web/exports/settings_words.py",
        ),
    ),
)


@pytest.mark.parametrize(("recipe", "member", "others"), _COMPLETE)
def test_a_recipe_names_every_file_that_its_last_use_touched(
    recipe: str, member: str, others: tuple[str, ...]
) -> None:
    paragraphs = (tree.text_of("CONTRIBUTING.md") or "").split("\n\n")
    named = {
        file for one in paragraphs if one.startswith(f"**{recipe}**") for file in _FILE.findall(one)
    }
    sources = [
        path
        for path in tree.project_files()
        if path.startswith("src/") and path.endswith((".py", ".json"))
        # Every later migration repeats all members that there are.
        if "/migrations/" not in path and path not in others
    ]

    holding = {path for path in sources if re.search(member, tree.text_of(path) or "")}

    assert holding - named == set()
    assert len(holding) > 4
