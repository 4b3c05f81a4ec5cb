"""What can be done to the tree of a draft: each change returns another draft, the same one where there is nothing to do.

Raises of all of them: LookupError for the id of a node that is not there (any more).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from segue.segments.editing.nodes import (
    CONTAINERS,
    GROUPS,
    OVER_ROWS,
    Draft,
    Node,
    Written,
    nodes,
)

Made = Callable[[Node], "Node | None"]


def find(draft: Draft, id: str) -> Node:
    """Return a node."""
    for node in nodes(draft):
        if node.id == id:
            return node
    raise LookupError(id)


def parent_of(draft: Draft, id: str) -> Node | None:
    """Return the node that a node is a part of; None for the root."""
    find(draft, id)
    return next((node for node in nodes(draft) if id in [part.id for part in node.parts]), None)


def add_rule(draft: Draft, kind: str, written: Written, *, into: str | None = None) -> Draft:
    """Add a new rule: at the end of a container, among the conditions on rows, or behind a leaf. `into` None: of all."""
    number, draft = _next(draft)
    return _placed(draft, Node(id=number, kind=kind, written=written), into)


def add_over_rows(
    draft: Draft, rule: Written, condition: Written, *, into: str | None = None
) -> Draft:
    """Add a rule over a related table with one condition on its rows."""
    number, draft = _next(draft)
    inner, draft = _next(draft)
    part = Node(id=inner, kind="attribute", written=condition)
    return _placed(draft, Node(id=number, kind="related", written=rule, parts=(part,)), into)


def change(draft: Draft, id: str, written: Written) -> Draft:
    """Write other keys and values of a leaf."""
    node = find(draft, id)
    if dict(node.written) == dict(written):
        return draft
    return _with(draft, id, lambda one: replace(one, written=written))


def switch(draft: Draft, id: str, kind: str) -> Draft:
    """Let the parts of a container belong together in another way: AND, OR, or as sets of people."""
    node = find(draft, id)
    if node.kind == kind or node.kind not in CONTAINERS or kind not in CONTAINERS:
        return draft
    return _with(draft, id, lambda one: replace(one, kind=kind))


def negate(draft: Draft, id: str) -> Draft:
    """Turn a rule into its complement, or back."""
    return _with(draft, id, _complement)


def mute(draft: Draft, id: str) -> Draft:
    """Leave a rule out of what is counted and saved, or take it in again."""
    return _with(draft, id, lambda one: replace(one, muted=not one.muted))


def delete(draft: Draft, id: str) -> Draft:
    """Take a rule away with all its parts, and so the complement of it that holds nothing else."""
    above = parent_of(draft, id)
    if above is not None and above.kind == "not":
        return delete(draft, above.id)
    return _with(draft, id, lambda one: None)


def duplicate(draft: Draft, id: str) -> Draft:
    """Put a copy with ids of its own behind a rule."""
    copy, draft = _copied(find(draft, id), draft)
    return _beside(draft, id, copy)


def move_up(draft: Draft, id: str) -> Draft:
    """Let a rule change places with the one before it."""
    return _moved(draft, id, -1)


def move_down(draft: Draft, id: str) -> Draft:
    """Let a rule change places with the one behind it."""
    return _moved(draft, id, 1)


def move_in(draft: Draft, id: str) -> Draft:
    """Put a rule into the container before it, or into a new one together with the rule before it."""
    above, node = parent_of(draft, id), find(draft, id)
    if above is None or above.kind not in CONTAINERS:
        return draft
    place = above.parts.index(node)
    if place == 0:
        return draft
    before = above.parts[place - 1]
    if before.kind in CONTAINERS:
        joined = replace(before, parts=(*before.parts, node))
    else:
        number, draft = _next(draft)
        kind = "all" if above.kind == "any" else "any"
        joined = Node(id=number, kind=kind, parts=(before, node))
    parts = (*above.parts[: place - 1], joined, *above.parts[place + 1 :])
    return _with(draft, above.id, lambda one: replace(one, parts=parts))


def move_out(draft: Draft, id: str) -> Draft:
    """Put a rule behind the container that it is in. A condition on rows stays with its rows."""
    above, node = parent_of(draft, id), find(draft, id)
    outer = parent_of(draft, above.id) if above is not None else None
    if above is None or outer is None or outer.kind not in CONTAINERS:
        return draft
    left = tuple(part for part in above.parts if part != node)
    place = outer.parts.index(above)
    kept = (replace(above, parts=left),) if left else ()
    parts = (*outer.parts[:place], *kept, node, *outer.parts[place + 1 :])
    return _with(draft, outer.id, lambda one: replace(one, parts=parts))


def put(draft: Draft, id: str, where: str, other: str) -> Draft:
    """Put a rule `before` or `behind` another one, or `into` it: at the end of what it holds. A group left empty goes.

    A complement moves whole. Nothing where it is to stand beside or in itself, or beside the rule that holds all others.
    """
    above = parent_of(draft, id)
    if above is not None and above.kind == "not":
        return put(draft, above.id, where, other)
    node, place = find(draft, id), find(draft, other)
    if place in _below(node) or (where != "into" and place == draft.root):
        return draft
    left = _taken(draft, id, but=other)
    return _placed(left, node, other) if where == "into" else _beside(left, other, node, where)


def _taken(draft: Draft, id: str, *, but: str) -> Draft:
    """Take a rule away, and the groups that hold nothing else, `but` one."""
    above = parent_of(draft, id)
    if above is not None and above.id != but and above.kind in CONTAINERS and len(above.parts) == 1:
        return _taken(draft, above.id, but=but)
    return _with(draft, id, lambda one: None)


def _below(node: Node) -> Sequence[Node]:
    return tuple(nodes(Draft(root=node)))


def _moved(draft: Draft, id: str, by: int) -> Draft:
    above, node = parent_of(draft, id), find(draft, id)
    if above is None:
        return draft
    place = above.parts.index(node)
    if not 0 <= place + by < len(above.parts):
        return draft
    parts = list(above.parts)
    parts[place], parts[place + by] = parts[place + by], parts[place]
    return _with(draft, above.id, lambda one: replace(one, parts=tuple(parts)))


def _complement(node: Node) -> Node:
    if node.kind == "not":
        return node.parts[0]
    return replace(node, negated=not node.negated)


def _placed(draft: Draft, node: Node, into: str | None) -> Draft:
    if draft.root is None:
        return replace(draft, root=node)
    place = draft.root if into is None else find(draft, into)
    if place.kind in CONTAINERS:
        return _with(draft, place.id, lambda one: replace(one, parts=(*one.parts, node)))
    if place.kind not in OVER_ROWS or into is None:
        return _beside(draft, place.id, node)
    if not place.parts:
        return _with(draft, place.id, lambda one: replace(one, parts=(node,)))
    where = place.parts[0]
    if where.kind in GROUPS:
        return _with(draft, where.id, lambda one: replace(one, parts=(*one.parts, node)))
    return _beside(draft, where.id, node)


def _beside(draft: Draft, id: str, node: Node, where: str = "behind") -> Draft:
    """Put a node behind or before another one; where that stands alone, both come under a new AND."""
    above, place = parent_of(draft, id), find(draft, id)
    if above is not None and above.kind == "not":
        return _beside(draft, above.id, node, where)
    if above is not None and above.kind in CONTAINERS:
        at = above.parts.index(place) + (where == "behind")
        parts = (*above.parts[:at], node, *above.parts[at:])
        return _with(draft, above.id, lambda one: replace(one, parts=parts))
    number, draft = _next(draft)
    both = (place, node) if where == "behind" else (node, place)
    return _with(draft, id, lambda one: Node(id=number, kind="all", parts=both))


def _with(draft: Draft, id: str, made: Made) -> Draft:
    """Return the draft with another node in a node's place; None takes it away."""
    find(draft, id)
    assert draft.root is not None, "a node was found"
    return replace(draft, root=_rebuilt(draft.root, id, made))


def _rebuilt(node: Node, id: str, made: Made) -> Node | None:
    if node.id == id:
        return made(node)
    parts = [_rebuilt(part, id, made) for part in node.parts]
    return replace(node, parts=tuple(one for one in parts if one is not None))


def _copied(node: Node, draft: Draft) -> tuple[Node, Draft]:
    number, draft = _next(draft)
    parts = []
    for part in node.parts:
        copy, draft = _copied(part, draft)
        parts.append(copy)
    return replace(node, id=number, parts=tuple(parts)), draft


def _next(draft: Draft) -> tuple[str, Draft]:
    return f"n{draft.next_id}", replace(draft, next_id=draft.next_id + 1)
