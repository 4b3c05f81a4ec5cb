"""A form sends itself into the side pane only where it stands in one: over its own page it would stand there twice."""

from __future__ import annotations

import re

from tests.guards.tree import ROOT

TEMPLATES = ROOT / "src" / "segue" / "web" / "templates"
FORM = re.compile(r"<form\b(?:\{[{%].*?[%}]\}|[^>])*>")
INTO_THE_PANE = 'hx-target="#pane"'
IN_A_PANE = re.compile(r"\{% if in_pane %\}hx-post=.*?\{% endif %\}")


def test_every_form_of_a_page_is_sent_as_a_page() -> None:
    forms = {
        (path.name, found[0])
        for path in TEMPLATES.rglob("*.html")
        for found in FORM.finditer(path.read_text(encoding="utf-8"))
        if INTO_THE_PANE in found[0]
    }

    assert len(forms) > 10
    assert [name for name, form in sorted(forms) if INTO_THE_PANE in IN_A_PANE.sub("", form)] == []
