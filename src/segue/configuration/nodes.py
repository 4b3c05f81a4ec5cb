"""Compose a YAML text's nodes: by libyaml, eight times as fast, wherever it finds what PyYAML's own parser finds.

Source: PyYAML 6.0.3 and libyaml 0.2.5, side by side over a million texts. They differ in few things: tabs between tokens,
`?` in flow style, tags, a comment right after `|` or `>`, byte order marks within the text, and the place of a value that
is left out. A text that may hold one of these, or that libyaml refuses, is left to PyYAML's own parser.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.composer import Composer

_READ_OTHERWISE = re.compile(r"[\t\ufeff?!]|[|>][-+0-9]*#")
_LIBYAML: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's own once more where it was built without libyaml: then nothing is faster."""


def compose(text: str) -> yaml.Node | None:
    """Return the only document's node, scalars as they are written, with the places of all; None: the text holds none.

    Raises: yaml.YAMLError with PyYAML's own words and place; RecursionError for what is nested some hundred deep.
    """
    if not _READ_OTHERWISE.search(text):
        try:
            return yaml.compose(text, Loader=Swift)
        except yaml.YAMLError:
            pass  # what is wrong, and where, is said by the other parser
    return yaml.compose(text, Loader=Plain)


class Plain(yaml.SafeLoader):
    """Composes nodes and resolves nothing: scalars are read by `scalars.plain`."""

    yaml_implicit_resolvers: dict[str, list[object]] = {}  # noqa: RUF012


class Swift(_LIBYAML, Composer):  # type: ignore[misc]
    """The same of libyaml's events. libyaml's own composer is not used: deep nesting ends the whole process in it."""

    yaml_implicit_resolvers = Plain.yaml_implicit_resolvers

    def __init__(self, stream: str) -> None:
        _LIBYAML.__init__(self, stream)
        Composer.__init__(self)

    def get_single_node(self) -> yaml.Node | None:
        """Compose the only document."""
        return Composer.get_single_node(self)

    def compose_scalar_node(self, anchor: Any) -> yaml.ScalarNode:
        """Compose a scalar; raise `yaml.YAMLError` for a value that is left out."""
        event = self.peek_event()
        if not event.value and not event.style:
            raise yaml.YAMLError
        return Composer.compose_scalar_node(self, anchor)
