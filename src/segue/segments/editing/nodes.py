"""The tree of a rule that is being made: plain nodes with ids that stay, which may be unfinished or muted. No behaviour.

A node holds what the language writes of it, but the rules inside: these are its parts. So whatever the language can say
has its place here, and nothing is told a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Written: TypeAlias = Mapping[str, Any]
"""Keys of a rule with plain values, as the language writes them; None, "" and [] stand for what is not filled in yet."""

GROUPS = ("all", "any")
SETS = ("union", "intersect", "except")
CONTAINERS = (*GROUPS, *SETS)
"""The kinds of nodes that hold any number of others."""

OVER_ROWS = ("related", "top")
"""The kinds whose one part is the condition on the rows of a related table."""

LEAVES = ("attribute", "related", "segment", "sample", "top")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One rule of the tree. `kind` is the key of the language that says which kind of rule it is.

    `written` holds the rule's keys without those of other rules: of `sample` and `top` what stands below them, of
    `related` and `top` without `where`, of containers nothing. `exists` is always true here: that there is no row is
    said by `negated`. The kind `not` has one part, which is negated itself.
    """

    id: str
    kind: str
    written: Written = field(default_factory=dict)
    parts: tuple[Node, ...] = ()
    negated: bool = False
    muted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rule that is being made; `root` None: nothing yet. `next_id` is the number of the next new node: none comes again."""

    root: Node | None = None
    next_id: int = 1


def nodes(draft: Draft) -> Iterator[Node]:
    """Yield every node of the tree, each before its parts."""
    if draft.root is not None:
        yield from _below(draft.root)


def _below(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _below(part)


def as_plain(draft: Draft) -> dict[str, Any]:
    """Return the tree as JSON can hold it."""
    return {"next": draft.next_id, "root": None if draft.root is None else _plain(draft.root)}


def _plain(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind,
        "written": dict(node.written),
        "parts": [_plain(part) for part in node.parts],
        "negated": node.negated,
        "muted": node.muted,
    }


def from_plain(kept: Mapping[str, Any]) -> Draft:
    """Return the tree that `as_plain` wrote."""
    root = kept["root"]
    return Draft(root=None if root is None else _node(root), next_id=kept["next"])


def _node(kept: Mapping[str, Any]) -> Node:
    return Node(
        id=kept["id"],
        kind=kept["kind"],
        written=kept["written"],
        parts=tuple(_node(part) for part in kept["parts"]),
        negated=kept["negated"],
        muted=kept["muted"],
    )
