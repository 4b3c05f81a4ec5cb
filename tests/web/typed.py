"""Fill in the forms of pages as a browser does, for tests. No expectations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

from segue.web.typed.changed import FORM as CHOICE
from segue.web.typed.marks import MARKS, OPENED_ON

ORIGIN = {"Origin": "http://testserver"}
"""What a browser vouches for when a page of ours sends a form."""


@dataclass
class Form:
    """What a form holds when a page has just been loaded."""

    fields: dict[str, list[str]] = field(default_factory=dict)

    def sent(self, **typed: Any) -> dict[str, Any]:
        """Return what a browser sends of it, with what is typed."""
        return {**self.fields, **typed}

    @property
    def marks(self) -> dict[str, Any]:
        """Return the marks that it carries."""
        return {name: self.fields[name] for name in MARKS if name in self.fields}

    @property
    def version(self) -> str:
        """Return the version that it was opened on; "" for none."""
        return (self.fields.get(OPENED_ON) or [""])[0]


def form_in(response: HttpResponse, form_id: str) -> Form | None:
    """Return the form of a page with this id; None when the page has none."""
    reader = _Reader(form_id)
    reader.feed(response.content.decode())
    return reader.form if reader.is_there else None


def choice_in(response: HttpResponse) -> Form:
    """Return the form in which somebody chooses between two versions; an empty one where there is none."""
    return form_in(response, CHOICE) or Form()


class _Reader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form, self.is_there = Form(), False
        self._wanted, self._inside = form_id, False
        self._select, self._area = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id", "") == self._wanted
            self.is_there |= self._inside
        if not (self._inside or given.get("form") == self._wanted):
            return
        name = given.get("name", "")
        kind = given.get("type", "text")
        is_sent = kind not in ("checkbox", "radio") or "checked" in given
        if tag == "input" and name and kind not in ("file", "submit") and is_sent:
            value = given.get("value", "on" if kind == "checkbox" else "")
            if kind == "text":  # browsers take line breaks out of a field of one line
                value = re.sub(r"[\r\n]", "", value)
            self.form.fields.setdefault(name, []).append(value)
        if tag == "select":
            self._select = name
        if tag == "option" and self._select and "selected" in given:
            self.form.fields.setdefault(self._select, []).append(given.get("value", ""))
        if tag == "textarea":
            self._area = name
            self.form.fields.setdefault(name, []).append("")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.form.fields[self._area][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""
