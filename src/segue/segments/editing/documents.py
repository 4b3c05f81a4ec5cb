"""From the tree of a draft to the language's own document, and back. What is muted or unfinished is left out and told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from segue.segments.editing.nodes import (
    CONTAINERS,
    LEAVES,
    OVER_ROWS,
    SETS,
    Draft,
    Node,
    Written,
    nodes,
)
from segue.segments.operators import ORDERED_BY
from segue.segments.parse_related import FUNCTION_KEYS
from segue.segments.parse_values import COMPARISON_KEYS

Rules = dict[str, Any]

_ORDERED = frozenset(map(str, ORDERED_BY))


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a draft says so far. `rule` None: nothing.

    `places` maps the paths of the document, as the parser counts them, to the ids of nodes; `rules` has what each node
    over profiles says alone, by its id. `unfinished` and `muted` are the ids of what was left out.
    """

    rule: Rules | None
    places: Mapping[str, str]
    rules: Mapping[str, Rules]
    unfinished: tuple[str, ...]
    muted: tuple[str, ...]


def document(
    draft: Draft,
    *,
    path: str = "rules",
    without: Collection[str] = (),
    over_rows: bool = False,
) -> Document:
    """Return the document of a draft; `path` is where its rule will stand, `without` are nodes to leave out, too.

    `over_rows` tells that it stands over the rows of a related table, so that none of its nodes is over profiles.
    """
    writing = _Writing(without=frozenset(without))
    rule = None if draft.root is None else writing.rule(draft.root, over_rows=over_rows)
    places: dict[str, str] = {}
    if rule is not None:
        _locate(rule, path, writing.ids, places)
    return Document(
        rule=rule,
        places=places,
        rules=writing.rules,
        unfinished=tuple(writing.unfinished),
        muted=tuple(writing.muted),
    )


def draft_of(rule: Mapping[str, Any], *, next_id: int = 1) -> Draft:
    """Return the draft of a rule, as `print_rule` writes it; its nodes are numbered from `next_id` on."""
    reading = _Reading(next_id)
    root = reading.node(rule)
    return Draft(root=root, next_id=reading.next_id)


def is_unfinished(node: Node) -> bool:
    """Tell whether something of a leaf is not filled in yet. Of containers, their parts say it."""
    written = node.written
    if node.kind not in LEAVES:
        return False
    if any(is_open(value) for key, value in written.items() if key != "seed"):
        return True
    function = next((key for key in FUNCTION_KEYS if key in written), "")
    if function in _ORDERED and "by" not in written:
        return True
    if node.kind == "attribute" or (node.kind == "related" and function != "exists"):
        return ("attribute" not in written and not function) or not _compares(written)
    return False


def is_open(value: object) -> bool:
    """Tell whether a written value is one that is still to be filled in."""
    if isinstance(value, dict):
        return not value or any(map(is_open, value.values()))
    if isinstance(value, list):
        return not value or any(map(is_open, value))
    return value is None or value == ""


def _compares(written: Written) -> bool:
    return any(key in COMPARISON_KEYS for key in written)


@dataclass(slots=True)
class _Writing:
    """Writes nodes as rules; which rule came of which node is known by the rule's place in memory, where `ids` holds it."""

    without: Collection[str]
    ids: dict[int, tuple[Rules, str]] = field(default_factory=dict)
    rules: dict[str, Rules] = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)
    muted: list[str] = field(default_factory=list)

    def rule(self, node: Node, *, over_rows: bool) -> Rules | None:
        """Return what a node says; None when nothing of it is left."""
        if node.muted:
            self.muted.append(node.id)
            return None
        if node.id in self.without:
            return None
        if is_unfinished(node):
            self.unfinished.append(node.id)
            return None
        written = self._bare(node, over_rows=over_rows)
        if written is None:
            return None
        whole = _negated(written) if node.negated or node.kind == "not" else written
        self.ids[id(whole)] = (whole, node.id)
        if not over_rows:
            self.rules[node.id] = whole
        return whole

    def _bare(self, node: Node, *, over_rows: bool) -> Rules | None:
        inside = over_rows or node.kind in OVER_ROWS
        found = [self.rule(part, over_rows=inside) for part in node.parts]
        parts = [one for one in found if one is not None]
        if node.kind in OVER_ROWS:
            where = {"where": parts[0]} if parts and "related" in node.written else {}
            written = {**node.written, **where}
            return {"top": written} if node.kind == "top" else written
        if node.kind == "not":
            return parts[0] if parts else None
        if node.kind in SETS:
            return self._set(node, found, parts)
        if node.kind in CONTAINERS:
            return {node.kind: parts} if parts else None
        return {"sample": _seeded(node.written)} if node.kind == "sample" else dict(node.written)

    def _set(
        self, node: Node, found: Sequence[Rules | None], parts: Sequence[Rules]
    ) -> Rules | None:
        """Return a set of what is left: one operand stands for itself, and from nobody nobody can be taken away."""
        if not parts or (node.kind == "except" and found[0] is None):
            return None
        return {node.kind: list(parts)} if len(parts) > 1 else {"all": list(parts)}


def _seeded(written: Written) -> Rules:
    return {key: value for key, value in written.items() if key != "seed" or value}


def _negated(written: Rules) -> Rules:
    if written.get("exists") is True:
        return {**written, "exists": False}
    return {"not": written}


def _locate(
    rule: object, path: str, ids: Mapping[int, tuple[Rules, str]], places: dict[str, str]
) -> None:
    """Note at which paths the rules of nodes stand."""
    if id(rule) in ids:
        places[path] = ids[id(rule)][1]
    if isinstance(rule, dict):
        for key, value in rule.items():
            _locate(value, f"{path}.{key}", ids, places)
    elif isinstance(rule, list):
        for place, value in enumerate(rule):
            _locate(value, f"{path}[{place}]", ids, places)


class _Reading:
    """Makes nodes of written rules, numbered in the order of the text."""

    def __init__(self, next_id: int) -> None:
        self.next_id = next_id

    def node(self, rule: Mapping[str, Any]) -> Node:
        """Return the node of a rule with its parts."""
        if "not" in rule:
            return self._complement(rule["not"])
        number = self._number()
        for kind in CONTAINERS:
            if kind in rule:
                return Node(id=number, kind=kind, parts=tuple(map(self.node, rule[kind])))
        kind = next(
            one for one in ("related", "top", "sample", "segment", "attribute") if one in rule
        )
        written = dict(rule[kind]) if kind in ("top", "sample") else dict(rule)
        where = written.pop("where", None)
        parts = () if where is None else (self.node(where),)
        is_none = written.get("exists") is False
        if is_none:
            written["exists"] = True
        return Node(id=number, kind=kind, written=written, parts=parts, negated=is_none)

    def _complement(self, rule: Mapping[str, Any]) -> Node:
        if "not" in rule or rule.get("exists") is False:
            return Node(id=self._number(), kind="not", parts=(self.node(rule),))
        return replace(self.node(rule), negated=True)

    def _number(self) -> str:
        number = f"n{self.next_id}"
        self.next_id += 1
        return number


def size_of(draft: Draft) -> int:
    """Return how many nodes a draft has."""
    return sum(1 for _node in nodes(draft))
