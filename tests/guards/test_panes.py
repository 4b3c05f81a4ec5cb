"""A form sends itself into the side pane only where it stands in one; days and times stand in fields as browsers take them."""

from __future__ import annotations

import re

from tests.guards.tree import ROOT

WEB = ROOT / "src" / "segue" / "web"
TEMPLATES = WEB / "templates"
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


def test_days_and_times_are_written_as_browsers_take_them_in_every_language() -> None:
    """Django's own inputs write them as the reader does, and a browser leaves such a field empty."""
    users = {
        path.relative_to(WEB).as_posix()
        for path in WEB.rglob("*.py")
        if re.search(r"forms\.(Date|Time|DateTime)Input\b", path.read_text(encoding="utf-8"))
    }

    assert users == {"forms.py"}
