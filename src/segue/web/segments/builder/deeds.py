"""What the buttons of the builder do to a draft. A button says it in one word, and to which node: `mute:n3`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import QueryDict

from segue.segments.editing import changes
from segue.segments.editing.checking import Making
from segue.segments.editing.nodes import CONTAINERS, Draft, nodes
from segue.segments.parse_values import COMPARISON_KEYS
from segue.web.segments.builder.controls import compares_attributes
from segue.web.segments.builder.offers import added
from segue.web.segments.builder.scopes import inside, scopes

DO, INTO = "do", "into"
"""Fields: what was pressed, and where new rules go."""

UNDO, REDO, LEAVE, PASTE = "undo", "redo", "leave", "paste"

PUT = "put"
"""What is dropped somewhere: `put:n3:before:n5`, `behind` or `into`."""


def done(draft: Draft, posted: QueryDict, build: Making) -> Draft:
    """Return the draft after what was pressed; as it is where nothing of that kind was, or its node is gone."""
    deed, _colon, which = posted.get(DO, "").partition(":")
    try:
        if deed == PUT:
            return _put(draft, which, build)
        if deed == "add":
            return added(draft, which, into=posted.get(INTO, ""), build=build)
        return _DEEDS[deed](draft, which) if deed in _DEEDS else draft
    except LookupError:
        return draft


def touched(before: Draft, after: Draft, posted: QueryDict) -> str:
    """Return the id of the node that the focus goes to: the new one, the one that something was done to, or its neighbour.

    Of a new condition, that is not the group that it came into being with.
    """
    deed, _colon, which = posted.get(DO, "").partition(":")
    known = {node.id for node in nodes(before)}
    new = [node for node in nodes(after) if node.id not in known]
    if new and deed in ("add", "duplicate"):
        conditions = [node.id for node in new if node.kind not in CONTAINERS]
        return max(conditions, key=_number) if conditions else min((n.id for n in new), key=_number)
    if deed == PUT:
        return which.partition(":")[0]
    there = [node.id for node in nodes(after)]
    if deed not in _DEEDS or which in there:
        return which if deed in _DEEDS else ""
    was = [node.id for node in nodes(before)]
    behind = was[was.index(which) + 1 :] if which in was else []
    near = [*behind, *reversed(was[: len(was) - len(behind)])]
    return next((id for id in near if id in there), "")


def _number(id: str) -> int:
    return int(id[1:])


def _put(draft: Draft, which: str, build: Making) -> Draft:
    """Put a rule where it was dropped, as long as it looks there at what it looked at before: profiles, or these rows."""
    id, _colon, rest = which.partition(":")
    where, _colon, other = rest.partition(":")
    over = scopes(draft, build)
    place = changes.find(draft, other)
    there = inside(place, over[other], build.schema) if where == "into" else over[other]
    fits = id in over and where in ("before", "behind", "into") and there is over[id]
    return changes.put(draft, id, where, other) if fits else draft


def _compare_otherwise(draft: Draft, id: str) -> Draft:
    """Let a condition compare with another attribute instead of a value, or with a value again."""
    node = changes.find(draft, id)
    written = dict(node.written)
    key = next((one for one in COMPARISON_KEYS if one in written), "")
    if not key:
        return draft
    written[key] = "" if compares_attributes(written) else {"attribute": ""}
    return changes.change(draft, id, written)


_DEEDS: Mapping[str, Callable[[Draft, str], Draft]] = {
    "negate": changes.negate,
    "mute": changes.mute,
    "delete": changes.delete,
    "duplicate": changes.duplicate,
    "up": changes.move_up,
    "down": changes.move_down,
    "in": changes.move_in,
    "out": changes.move_out,
    "and": lambda draft, id: changes.switch(draft, id, "all"),
    "or": lambda draft, id: changes.switch(draft, id, "any"),
    "other": _compare_otherwise,
}
