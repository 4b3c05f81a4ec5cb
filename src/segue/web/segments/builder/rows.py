"""A draft as the builder shows it: each node as a row with its controls, what is wrong beside it, and what can be done to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from segue.core.sentences import together
from segue.profiles.schema import Table
from segue.segments.editing.checking import Making
from segue.segments.editing.nodes import CONTAINERS, GROUPS, SETS, Node
from segue.service.words import name_of
from segue.web.sayings import told
from segue.web.segments.builder.controls import (
    Choice,
    Control,
    Offered,
    can_compare_attributes,
    compares_attributes,
    controls_of,
)
from segue.web.segments.builder.scopes import inside, scopes
from segue.web.segments.builder.words import BETWEEN, JOINS


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One node. `kind` names its template: `group` for what holds others, else `condition`.

    `title` says what it looks at, `join` how the parts of a group belong together and `between` the word between them,
    which `switches` to another where that is one of AND and OR. `wrong` is what is wrong with it. `over` is the table that
    it looks at and `inside` the one that its parts look at; "" where it takes none.
    """

    id: str
    kind: str
    name: str
    title: str
    controls: Sequence[Control]
    parts: Sequence[Row]
    wrong: Sequence[str]
    is_unfinished: bool
    is_muted: bool
    is_negated: bool
    is_chosen: bool
    is_counted: bool
    takes_more: bool
    has_focus: bool
    over: str
    inside: str
    joins: Sequence[Choice] = ()
    between: str = ""
    switches: bool = False
    may_compare: bool = False
    compares: bool = False

    @property
    def template(self) -> str:
        """Return the template part that shows it."""
        return f"segue/segments/builder/{self.kind}.html"

    @property
    def wrong_id(self) -> str:
        """Return the id at which the page says what is wrong with it."""
        return f"{self.id}-wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """How a draft is shown: where new rules go (`into`), and which node takes the focus (`at`)."""

    build: Making
    offered: Offered
    into: str = ""
    at: str = ""


def root_of(showing: Showing) -> Row | None:
    """Return the root of a draft with all its rows; None for an empty one."""
    tree = showing.build.tree
    if tree.root is None:
        return None
    return _row(tree.root, scopes(tree, showing.build), showing)


def _row(node: Node, over: Mapping[str, Table], showing: Showing) -> Row:
    build, table = showing.build, over[node.id]
    is_group = node.kind in CONTAINERS
    is_leaf = not is_group and node.kind != "not"
    takes_more = is_group or "related" in node.written
    return Row(
        id=node.id,
        kind="group" if not is_leaf else "condition",
        name=node.kind,
        title=_title(node, table, build),
        controls=controls_of(node, table, build.schema, showing.offered, build.known)
        if is_leaf
        else (),
        parts=[_row(part, over, showing) for part in node.parts],
        wrong=[
            told(together(one.message, one.action)) for one in build.checked.wrong.get(node.id, ())
        ],
        is_unfinished=node.id in build.checked.document.unfinished,
        is_muted=node.muted,
        is_negated=node.negated or node.kind == "not",
        is_chosen=node.id == showing.into,
        is_counted=table is build.schema.customers,
        takes_more=takes_more,
        has_focus=node.id == showing.at,
        over=table.name,
        inside=inside(node, table, build.schema).name if takes_more else "",
        joins=_joins(node, table, build) if is_group else (),
        between=str(BETWEEN.get(node.kind, "")),
        switches=node.kind in GROUPS,
        may_compare=is_leaf and can_compare_attributes(node, table, build.schema),
        compares=compares_attributes(node.written),
    )


def _joins(node: Node, table: Table, build: Making) -> Sequence[Choice]:
    """Return how the parts of a group can belong together; rows are no sets of people."""
    is_over_rows = table is not build.schema.customers
    kinds = [key for key in JOINS if not is_over_rows or key not in SETS or key == node.kind]
    return [Choice(value=key, label=str(JOINS[key]), is_chosen=key == node.kind) for key in kinds]


def _title(node: Node, table: Table, build: Making) -> str:
    """Say what a rule looks at, with the path that leads there."""
    if node.kind == "attribute":
        return "" if table is build.over else _named(name_of(table))
    if node.kind == "related":
        asked = build.schema.related.get(str(node.written["related"]))
        name = name_of(asked) if asked is not None else str(node.written["related"])
        path = [] if table is build.over else [_named(name_of(table))]
        return " › ".join([*path, _named(name)])
    if node.kind == "sample":
        return _("Random sample")
    if node.kind == "top":
        return _("The first by a measure")
    return _("Member of the segment") if node.kind == "segment" else ""


def _named(name: str) -> str:
    return name[:1].upper() + name[1:]
