"""Style sheet and templates know the same classes: nothing is styled that no page has, nothing bare that pages name."""

from __future__ import annotations

import re

from tests.guards.tree import ROOT

WEB = ROOT / "src" / "segue" / "web"
SHEET = WEB / "static" / "segue" / "segue.css"
FOR_SCRIPTS = {"messages"}
"""Classes that say what something is, for scripts and tests, and look like what is in them."""

_CLASS = re.compile(r"[a-z][a-z0-9-]*")


def styled() -> set[str]:
    """Return the classes that the style sheet has rules for."""
    text = re.sub(r"/\*.*?\*/", "", SHEET.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = re.sub(r"\{[^{}]*\}", "{}", re.sub(r'"[^"]*"', "", text))
    return set(re.findall(r"\.([a-z][a-z0-9-]*)", selectors))


def sources() -> str:
    """Return everything that may name a class: templates, scripts, and code that makes markup."""
    files = [path for kind in ("*.html", "*.js", "*.py") for path in sorted(WEB.rglob(kind))]
    control = sorted((ROOT / "src" / "segue" / "control").rglob("*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in (*files, *control))


def named() -> set[str]:
    """Return the classes that templates name in full; `status-{{ tone }}` names none."""
    found: set[str] = set()
    for path in sorted(WEB.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for value in re.findall(r'\sclass="((?:\{%.*?%\}|\{\{.*?\}\}|[^"{])*)"', text):
            plain = re.sub(r"\{%.*?%\}", " ", re.sub(r"\S*\{\{.*?\}\}\S*", " ", value))
            found |= set(_CLASS.findall(plain))
    return found


def test_every_class_of_a_template_has_a_style() -> None:
    assert sorted(named() - styled() - FOR_SCRIPTS) == []


def test_every_style_is_used() -> None:
    words = set(re.findall(r"[a-z][a-z0-9-]*", sources()))
    made = {word for word in words if word.endswith("-")}

    unused = {one for one in styled() - words if not any(one.startswith(prefix) for prefix in made)}

    assert sorted(unused) == []
