"""Read a page as a browser would, for tests: its text, its links, and what must never stand in its markup."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

from django.http import HttpResponse

_VOID = {"meta", "link", "input", "br", "hr", "img", "path", "line", "rect", "polygon", "polyline"}


class Page(HTMLParser):
    """A parsed page. `text` is what can be read, blanks joined; `links` are addresses by their words."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.links: dict[str, str] = {}
        self._ids: Counter[str] = Counter()
        self._labelled: set[str] = set()
        self._words: list[str] = []
        self._open: list[str] = []
        self._link: tuple[str, int] | None = None
        self.feed(response.content.decode())
        self._finish()

    @property
    def text(self) -> str:
        """Return the words of the page."""
        return re.sub(r"[ \n\t]+", " ", "".join(self._words)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element."""
        given = dict(attrs)
        bad = [name for name in given if name == "style" or name.startswith(("on", "hx-on"))]
        self.faults += [f"<{tag} {name}>" for name in bad]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.faults.append(f"<{tag}> inline")
        if given.get("id"):
            self._ids[str(given["id"])] += 1
        if given.get("aria-labelledby"):
            self._labelled.update(str(given["aria-labelledby"]).split())
        if tag == "a" and given.get("href"):
            self._link = (str(given["href"]), len(self._words))
        if tag not in _VOID:
            self._open.append(tag)
        self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Close an element: it must be the one that was opened last."""
        if tag in _VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")
        if tag == "a" and self._link is not None:
            href, start = self._link
            words = re.sub(r"\s+", " ", "".join(self._words[start:])).strip()
            self.links.setdefault(words, href)
            self._link = None
        self._words.append(" ")

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        if not self._open or self._open[-1] not in ("script", "style"):
            self._words.append(data)

    def _finish(self) -> None:
        self.faults += [f"id {name} twice" for name, count in self._ids.items() if count > 1]
        self.faults += [f"no id {name}" for name in self._labelled if name not in self._ids]
        self.faults += [f"<{tag}> stays open" for tag in self._open]
