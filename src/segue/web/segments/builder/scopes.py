"""What the nodes of a draft look at: profiles, or the rows of which related table; and of which type what they compare is."""

from __future__ import annotations

from collections.abc import Mapping

from segue.profiles.schema import AttributeType, ProfileSchema, Table
from segue.segments.editing.checking import Making
from segue.segments.editing.nodes import OVER_ROWS, Draft, Node, Written
from segue.segments.operators import COUNTS, result_type
from segue.segments.parse_related import FUNCTION_KEYS
from segue.segments.rules import AggregateFunction


def scopes(draft: Draft, made: Making) -> Mapping[str, Table]:
    """Return by the id of each node of a draft, which is one of what is `made`, the table that it stands over."""
    found: dict[str, Table] = {}
    if draft.root is not None:
        _note(draft.root, made.over, made.schema, found)
    return found


def inside(node: Node, over: Table, schema: ProfileSchema) -> Table:
    """Return the table that the parts of a node stand over, which itself stands over `over`."""
    if node.kind in OVER_ROWS and "related" in node.written:
        return schema.related.get(str(node.written["related"]), over)
    return over


def function_of(written: Written) -> str:
    """Return the aggregate that is written; "" for none."""
    return next((key for key in FUNCTION_KEYS if key in written), "")


def subject_type(node: Node, over: Table, schema: ProfileSchema) -> AttributeType | None:
    """Return the type of what a condition compares; None while nobody can know."""
    if node.kind == "attribute":
        attribute = over.attribute(str(node.written.get("attribute", "")))
        return attribute.type if attribute is not None else None
    return aggregate_type(node.written, schema)


def aggregate_type(written: Written, schema: ProfileSchema) -> AttributeType | None:
    """Return the type of what is computed over a related table."""
    function, table = function_of(written), schema.related.get(str(written.get("related", "")))
    if not function or function == AggregateFunction.EXISTS or table is None:
        return None
    if function in COUNTS:
        return AttributeType.INTEGER
    attribute = table.attribute(str(written[function]))
    if attribute is None:
        return None
    return result_type(AggregateFunction(function), attribute.type)


def _note(node: Node, over: Table, schema: ProfileSchema, found: dict[str, Table]) -> None:
    found[node.id] = over
    for part in node.parts:
        _note(part, inside(node, over, schema), schema, found)
