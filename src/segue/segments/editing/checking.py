"""Find out what a draft means: ONE validator, the parser of the language, and its mistakes beside the nodes they are of.

A draft stands over profiles, as the rule of a segment, or over the rows of a related table, as the conditions of a measure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from segue.core.errors import Mistake
from segue.profiles.schema import ProfileSchema, Table
from segue.segments.editing.documents import Document, document
from segue.segments.editing.nodes import Draft
from segue.segments.parse import parse_rule
from segue.segments.rules import Rule

_PATH = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a draft means. `rule` None: nothing of it is finished and right.

    `wrong` holds mistakes by the id of the node that they are of; these nodes are left out of `rule`, and so are those
    that are unfinished or muted.
    """

    rule: Rule | None
    document: Document
    wrong: Mapping[str, Sequence[Mistake]]

    @property
    def unfinished(self) -> int:
        """Return how many conditions are left out because they are unfinished or wrong."""
        return len(self.document.unfinished) + len(self.wrong)

    @property
    def is_whole(self) -> bool:
        """Whether everything that is not muted is finished and right, and there is anything at all."""
        return self.rule is not None and not self.unfinished


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """A rule that is being made, and what it means. `over` is what it stands over: the customers, or a related table.

    `known` maps the segments that it may refer to, by name, to what people read of them.
    """

    tree: Draft
    schema: ProfileSchema
    over: Table
    known: Mapping[str, str]
    checked: Checked


def making(
    tree: Draft, schema: ProfileSchema, over: Table, known: Mapping[str, str] | None = None
) -> Making:
    """Return a rule over a table of the schema with what it means."""
    rows_of = None if over is schema.customers else over
    checked = check(tree, schema, known or {}, rows_of=rows_of)
    return Making(tree=tree, schema=schema, over=over, known=known or {}, checked=checked)


def check(
    draft: Draft,
    schema: ProfileSchema,
    known_segments: Collection[str],
    *,
    rows_of: Table | None = None,
) -> Checked:
    """Return what a draft means for this schema; `known_segments` are the names that it may refer to.

    `rows_of` is the related table over whose rows it stands; None: it stands over profiles.

    What is wrong is left out, and the rest is read again, until nothing is wrong.
    """
    wrong: dict[str, list[Mistake]] = {}
    while True:
        found = document(draft, path=_PATH, without=wrong, over_rows=rows_of is not None)
        if found.rule is None:
            return Checked(rule=None, document=found, wrong=wrong)
        rule, mistakes = parse_rule(found.rule, schema, _PATH, known_segments, rows_of=rows_of)
        if not mistakes:
            return Checked(rule=rule, document=found, wrong=wrong)
        for mistake in mistakes:
            wrong.setdefault(_node_at(mistake.path, found.places), []).append(mistake)


def rules_of_nodes(
    checked: Checked, schema: ProfileSchema, known_segments: Collection[str]
) -> Mapping[str, Rule]:
    """Return what each node over profiles means alone, by its id."""
    read = {
        id: parse_rule(rule, schema, _PATH, known_segments)[0]
        for id, rule in checked.document.rules.items()
    }
    return {id: rule for id, rule in read.items() if rule is not None}


def _node_at(path: str, places: Mapping[str, str]) -> str:
    """Return the innermost node that a path leads into; the whole rule is one."""
    inside = [
        place for place in places if path == place or path.startswith((f"{place}.", f"{place}["))
    ]
    return places[max(inside, key=len)]
