"""`fields` and `exclude_fields`: dotted paths from the root of the reply. Source: FACTS.md §3, §9.7."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

Paths = dict[str, "Paths"]
"""A tree of names; an empty tree below a name means all of it."""


def tree(text: str) -> Paths:
    """Read a comma list of dotted paths."""
    root: Paths = {}
    whole: set[tuple[str, ...]] = set()
    for path in text.split(","):
        parts = tuple(part for part in path.strip().split(".") if part)
        if parts:
            whole.add(parts)
    for parts in sorted(whole, key=len):
        if any(parts[:length] in whole for length in range(1, len(parts))):
            continue
        level = root
        for part in parts:
            level = level.setdefault(part, {})
    return root


def wanted(text: str, roots: Collection[str]) -> Paths:
    """Return the paths of `fields` that begin at a root of the reply; none means no filter.

    A bare `email_address` on a collection has no effect (recorded, FACTS.md §9.7).
    """
    return {name: below for name, below in tree(text).items() if name in roots}


def keep(value: Any, paths: Paths) -> Any:
    """Return only what the paths name; arrays are passed through element by element."""
    if not paths:
        return value
    if isinstance(value, list):
        return [keep(element, paths) for element in value]
    if not isinstance(value, dict):
        return value
    return {name: keep(below, paths[name]) for name, below in value.items() if name in paths}


def drop(value: Any, paths: Paths) -> Any:
    """Return all but what the paths name."""
    if isinstance(value, list):
        return [drop(element, paths) for element in value]
    if not isinstance(value, dict):
        return value
    return {
        name: drop(below, paths[name]) if name in paths else below
        for name, below in value.items()
        if name not in paths or paths[name]
    }


def filtered(document: dict[str, Any], fields: str, exclude: str) -> dict[str, Any]:
    """Apply both parameters to a reply."""
    chosen = wanted(fields, document.keys())
    if chosen:
        document = keep(document, chosen)
    if exclude:
        document = drop(document, tree(exclude))
    return document
