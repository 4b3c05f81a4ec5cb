"""Read YAML text into plain values that remember their line and column. No meaning is given to any key here.

Safe by construction: nodes are composed, never constructed, so no tag can make an object; aliases are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias, Union

import yaml

from segue.configuration.nodes import compose
from segue.configuration.scalars import NotInCalendarError, Scalar, plain
from segue.configuration.yaml_errors import syntax_mistake
from segue.core.errors import Mistake
from segue.core.sentences import said

Value: TypeAlias = Union[Scalar, "list[Value]", "dict[str, Value]"]

LARGEST_FILE_BYTES = 4_000_000
MOST_VALUES = 100_000
"""Values after aliases are followed: above this a file is refused (a small file can unfold into billions)."""
DEEPEST = 100

_STANDARD_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is written; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A read file: its value, and the places of keys and values by dotted path (`exports.news.segments[0].tag`).

    `days` are the dates and times in it, by path, as they are written.
    """

    value: Value
    values_at: Mapping[str, Place]
    keys_at: Mapping[str, Place]
    mistakes: tuple[Mistake, ...] = ()
    days: Mapping[str, str] = field(default_factory=dict)

    def place(self, path: str, *, key: bool = False) -> Place:
        """Return where `path` is written, or the nearest written thing that holds it."""
        preferred, other = (self.keys_at, self.values_at) if key else (self.values_at, self.keys_at)
        while path:
            found = preferred.get(path) or other.get(path)
            if found is not None:
                return found
            path = parent(path)
        return self.values_at.get("", Place(line=1, column=1))


def child(path: str, step: str | int) -> str:
    """Return the dotted path of a key or of a list's element (counted from 0) below `path`."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{step}" if path else step


def parent(path: str) -> str:
    """Return the path one step up; the root is the empty text."""
    cut = max(path.rfind("."), path.rfind("["))
    return path[:cut] if cut > 0 else ""


def read_text(path: Path) -> tuple[str, tuple[Mistake, ...]]:
    """Return the file's text, or the mistake that keeps it from being text. Raises: OSError."""
    return text_of(path.read_bytes())


def text_of(content: bytes) -> tuple[str, tuple[Mistake, ...]]:
    """Return the text of a file's content, or the mistake that keeps it from being text."""
    if len(content) > LARGEST_FILE_BYTES:
        size = f"{len(content):,} bytes"
        return "", (
            _mistake(
                said(
                    "The file has %(size)s; a configuration has at most %(largest_file_bytes)d.",
                    size=size,
                    largest_file_bytes=LARGEST_FILE_BYTES,
                ),
                said("Check that the right file is named."),
                "file_too_large",
                Place(line=1, column=1),
            ),
        )
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = Place(
            line=before.count(b"\n") + 1, column=error.start - (before.rfind(b"\n") + 1) + 1
        )
        return "", (
            _mistake(
                said(
                    "The file is not UTF-8: byte 0x%(content)s cannot be read.",
                    content=f"{content[error.start]:02X}",
                ),
                said("Save the file as UTF-8 in your editor."),
                "wrong_encoding",
                place,
            ),
        )


@lru_cache(maxsize=2)
def parse(text: str) -> Document:
    """Return the document; nobody changes it, and a text that is read twice in a row is parsed once.

    `mistakes` holds what cannot be read (then parts of `value` are missing)."""
    try:
        node = compose(text)
    except yaml.YAMLError as error:
        return Document(
            value=None, values_at={}, keys_at={}, mistakes=(syntax_mistake(error, text),)
        )
    except RecursionError:
        mistake = _mistake(
            said("Values are nested more than %(most)s deep.", most=DEEPEST),
            said("Flatten this part of the file."),
            "nested_too_deep",
            Place(line=1, column=1),
        )
        return Document(value=None, values_at={}, keys_at={}, mistakes=(mistake,))
    if node is None:
        mistake = _mistake(
            said("The file is empty."),
            said("Run `segue init` for a commented starter file."),
            "file_empty",
            Place(line=1, column=1),
        )
        return Document(value=None, values_at={}, keys_at={}, mistakes=(mistake,))
    reading = _Reading()
    value = reading.value(node, path="", above=())
    return Document(
        value=value,
        values_at=reading.values_at,
        keys_at=reading.keys_at,
        mistakes=tuple(reading.mistakes),
        days=reading.days,
    )


def with_texts(value: Value, texts: Mapping[str, str], path: str = "") -> Value:
    """Return the value of `path` with these texts at their paths, in place of what stood there."""
    if path in texts:
        return texts[path]
    if isinstance(value, list):
        return [with_texts(one, texts, child(path, index)) for index, one in enumerate(value)]
    if isinstance(value, dict):
        return {key: with_texts(one, texts, child(path, key)) for key, one in value.items()}
    return value


@dataclass(slots=True)
class _Reading:
    values_at: dict[str, Place] = field(default_factory=dict)
    keys_at: dict[str, Place] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    values: int = 0

    def value(self, node: yaml.Node, *, path: str, above: tuple[yaml.Node, ...]) -> Value:
        self.values += 1
        if self._refuses(node, path, above):
            return None
        self.values_at[path] = _place(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [
                self.value(item, path=child(path, index), above=(*above, node))
                for index, item in enumerate(node.value)
            ]
        return {
            key.value: self.value(item, path=child(path, key.value), above=(*above, node))
            for key, item in self._pairs(node, path)
        }

    def _refuses(self, node: yaml.Node, path: str, above: tuple[yaml.Node, ...]) -> bool:
        if self.values > MOST_VALUES:
            self._report(
                path,
                node,
                said(
                    "The file unfolds into more than %(most_values)d values.",
                    most_values=MOST_VALUES,
                ),
                said("Use fewer aliases (`*name`)."),
                "too_many_aliases",
            )
        elif any(node is holder for holder in above):
            self._report(
                path,
                node,
                said("This alias refers to something that holds it."),
                said("Write the value out."),
                "alias_loop",
            )
        elif len(above) > DEEPEST:
            message = said("Values are nested more than %(most)s deep.", most=DEEPEST)
            self._report(
                path, node, message, said("Flatten this part of the file."), "nested_too_deep"
            )
        elif node.tag not in _STANDARD_TAGS:
            shown = node.tag.replace("tag:yaml.org,2002:", "!!")
            message = said("The YAML tag `%(shown)s` is not allowed.", shown=shown)
            self._report(path, node, message, said("Remove the tag."), "yaml_tag")
        else:
            return False
        return True

    def _scalar(self, node: yaml.ScalarNode, path: str) -> Scalar:
        self._check_signs(node, path)
        if node.style:
            return str(node.value)
        try:
            found = plain(node.value)
        except NotInCalendarError:
            self._report(
                path,
                node,
                said("%(value)s is not in the calendar.", value=node.value),
                said("Write an existing date, or quote the value when it is text."),
                "not_in_calendar",
            )
            return str(node.value)
        if isinstance(found, date):
            self.days[path] = node.value
        return found

    def _check_signs(self, node: yaml.ScalarNode, path: str) -> None:
        """Report what an escape in quotes can hold and no database or file can: NUL, and half a character."""
        sign = next((s for s in node.value if s == "\0" or "\ud800" <= s <= "\udfff"), None)
        if sign is not None:
            message = said(
                "The text holds the sign U+%(ord)s, which is no text.", ord=f"{ord(sign):04X}"
            )
            self._report(path, node, message, said("Remove the escape."), "control_character")

    def _pairs(self, node: yaml.Node, path: str) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        seen: dict[str, Place] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._report(
                    path,
                    key,
                    said("A key must be a single word, not a list or a mapping."),
                    said("Quote the key if it holds brackets."),
                    "key_not_text",
                )
            elif key.value == "<<":
                self._report(
                    child(path, "<<"),
                    key,
                    said("Merge keys (`<<`) are not supported."),
                    said("Write the values out, or use an alias for the whole value."),
                    "merge_key",
                )
            elif key.value in seen:
                first = seen[key.value]
                self._report(
                    child(path, key.value),
                    key,
                    said(
                        "`%(value)s` is given twice; the first is on line %(line)s.",
                        value=key.value,
                        line=first.line,
                    ),
                    said("Remove or rename one of the two."),
                    "duplicate_key",
                )
            else:
                self._check_signs(key, child(path, key.value))
                seen[key.value] = self.keys_at[child(path, key.value)] = _place(key)
                yield key, item

    def _report(self, path: str, node: yaml.Node, message: str, action: str, code: str) -> None:
        if code == "too_many_aliases" and any(m.code == code for m in self.mistakes):
            return
        self.mistakes.append(_mistake(message, action, code, _place(node), path))


def _place(node: yaml.Node) -> Place:
    return Place(line=node.start_mark.line + 1, column=node.start_mark.column + 1)


def _mistake(message: str, action: str, code: str, place: Place, path: str = "") -> Mistake:
    return Mistake(
        path=path, message=message, action=action, code=code, line=place.line, column=place.column
    )
