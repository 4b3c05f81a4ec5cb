"""Find what a page says is wrong without tying it to the field it is about, for tests. No expectations."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "br", "hr", "img", "path", "line", "rect", "polygon", "polyline"}
_GROUPS = {"fieldset", "group"}


def untied(page: str) -> list[str]:
    """Return the words that stand beside a field, and that no field of the page is described by; and the other way round."""
    reader = _Reader()
    reader.feed(page)
    lost = [words for ids, words in reader.wrong.items() if not reader.ties(ids)]
    unmarked = [f"not marked: {one}" for one in reader.unmarked() if one in reader.wrong_ids()]
    return lost + unmarked


@dataclass
class _Reader(HTMLParser):
    """Reads where a page says that something is wrong, and what is described by what."""

    wrong: dict[tuple[str, ...], str] = field(default_factory=dict)
    described: dict[str, list[bool]] = field(default_factory=dict)
    told_by_script: set[str] = field(default_factory=set)
    _open: list[tuple[str, str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def ties(self, ids: tuple[str, ...]) -> bool:
        """Tell whether a control is described by one of them, or a script sees to it."""
        return any(one in self.described or one in self.told_by_script for one in ids)

    def wrong_ids(self) -> set[str]:
        """Return the ids of all that say what is wrong."""
        return {ids[-1] for ids in self.wrong if ids}

    def unmarked(self) -> list[str]:
        """Return the ids that describe a control which is not marked as wrong."""
        return [one for one, marked in self.described.items() if not all(marked)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element."""
        given = {name: value or "" for name, value in attrs}
        is_group = tag in _GROUPS or given.get("role") in _GROUPS
        for one in given.get("aria-describedby", "").split():
            marked = is_group or given.get("aria-invalid") == "true"
            self.described.setdefault(one, []).append(marked)
        if "data-tells-of" in given:
            self.told_by_script.add(given["id"])
        is_wrong = "wrong" in given.get("class", "").split()
        if tag not in _VOID:
            self._open.append((tag, given.get("id", ""), is_wrong))
        if is_wrong:
            self.wrong.setdefault(self._ids(), "")

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag not in _VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Keep the words of what is wrong."""
        if any(is_wrong for _tag, _id, is_wrong in self._open):
            words = f"{self.wrong.get(self._ids(), '')} {data.strip()}"
            self.wrong[self._ids()] = words.strip()

    def _ids(self) -> tuple[str, ...]:
        inside = [given for _tag, given, _wrong in self._open if given]
        return tuple(inside)
