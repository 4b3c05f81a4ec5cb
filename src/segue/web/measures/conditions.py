"""The conditions of a measure as the tree of the builder. They travel with the measure's form, and so does what was before.

A step is the form sent: what is typed in the tree, and what was pressed. Nothing is kept until the measure is saved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from django.core import signing
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from segue.configuration.written import written as yaml_of
from segue.core.errors import ConfigurationProblem, Mistake
from segue.core.sentences import together
from segue.profiles.schema import ProfileSchema, Table
from segue.segments.describe import describe_clause
from segue.segments.editing.bounds import LARGEST_IN_A_FORM, MOST_NODES, UNDONE_IN_A_FORM
from segue.segments.editing.checking import Making, making
from segue.segments.editing.documents import draft_of, size_of
from segue.segments.editing.nodes import Draft, as_plain, from_plain
from segue.segments.printing import print_rule
from segue.service.building import pasted
from segue.web.sayings import told
from segue.web.segments.builder.deeds import DO, INTO, PASTE, REDO, UNDO, done, touched
from segue.web.segments.builder.fields import typed
from segue.web.segments.builder.offers import Offer, offers_of, values_on_offer
from segue.web.segments.builder.rows import Row, Showing, root_of

WHERE = "where"
"""The key of the conditions in a measure, and the field with their YAML."""

KEPT = "shown"
"""The field that holds the tree as the page shows it, with the steps that can be undone and done again."""

_SALT = "segue.web.measures.conditions.1"
_UNFIT = "mute"
"""What is muted stays beside a segment, in its draft; a measure has no place for it."""

Plain: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The conditions on the rows of a related table as a form shows them.

    `text` is YAML that was typed and not taken, "" for none; `refused` says why. `lost` says that the tree could not be
    read back, "" where it could. `before` and `after` are the trees that undo and redo lead to, the nearest one last and first. `at` is the node that takes the focus, `into` the one that new
    ones go to.
    """

    made: Making
    text: str = ""
    refused: Sequence[str] = ()
    lost: str = ""
    before: Sequence[Plain] = ()
    after: Sequence[Plain] = ()
    at: str = ""
    into: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the tree holds nothing, not even what is unfinished."""
        return self.made.tree.root is None

    @property
    def unfinished(self) -> int:
        """Return how many conditions are left out because they are unfinished or wrong."""
        return self.made.checked.unfinished

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing, or all of it is finished and right."""
        return self.is_empty or self.made.checked.is_whole

    @property
    def yaml(self) -> str:
        """Return what the field with the YAML shows: what was typed there, else what is finished and right."""
        return self.text or _yaml(self.made)

    @property
    def words(self) -> str:
        """Say which rows count, in the reader's language; "" while nothing is finished."""
        rule, made = self.made.checked.rule, self.made
        if rule is None:
            return ""
        clause = describe_clause(rule, made.schema, get_language() or "en", rows_of=made.over)
        return clause[:1].upper() + clause[1:]

    @property
    def root(self) -> Row | None:
        """Return the tree with its controls; None for an empty one."""
        return root_of(
            Showing(build=self.made, offered=values_on_offer, into=self.into, at=self.at)
        )

    @property
    def offers(self) -> Sequence[Offer]:
        """Return what can be added."""
        return offers_of(self.made)

    @property
    def kept(self) -> str:
        """Return what the form carries of it: signed, so that what comes back is what was shown. The oldest steps go first."""
        tree = as_plain(self.made.tree)
        room = LARGEST_IN_A_FORM - len(json.dumps(tree))
        before = _fitting([*reversed(self.before)], room)
        after = _fitting(self.after, room - len(json.dumps(before)))
        whole = {"over": self.made.over.name, "tree": tree, "before": before[::-1], "after": after}
        return signing.Signer(salt=_SALT).sign_object(whole, compress=True)


def conditions_of(
    where: Mapping[str, Any] | None, schema: ProfileSchema, over: Table, sent: QueryDict | None
) -> Conditions:
    """Return the conditions as a form shows them, or after the step that it sent.

    `where` is what the measure has; it stays where the form brings no conditions.
    """
    if sent is None or (KEPT not in sent and WHERE not in sent):
        tree = Draft() if where is None else draft_of(where)
        return Conditions(made=making(tree, schema, over))
    text = sent.get(WHERE, "").replace("\r\n", "\n")
    found, shown, is_lost = _brought(sent, schema, over)
    if not text.strip() or text.strip() == _yaml(shown).strip():
        text = ""
    tree = typed(shown.tree, shown, sent)
    found = replace(found, made=making(tree, schema, over), text=text, into=sent.get(INTO, ""))
    goes_back = sent.get(DO, "") in (UNDO, REDO)
    if not goes_back:
        found = _stepped(found, sent)
    if found.made.tree.root != shown.tree.root:
        found = replace(found, before=[*found.before, as_plain(shown.tree)], after=())
    if goes_back:
        found = _gone(found, sent.get(DO, ""))
    if is_lost:
        words = _(
            "The keys of the installation were changed since this page was opened: the conditions are those of the YAML. Look whether they are complete."
        )
        found = replace(found, lost=words)
    return found


def said_at(mistake: Mistake, line: int | None) -> str:
    """Return a mistake in words, with its line where there is one."""
    words = told(together(mistake.message, mistake.action))
    if line is None:
        return words
    return _("Line %(line)d: %(words)s") % {"line": line, "words": words}


def _brought(
    sent: QueryDict, schema: ProfileSchema, over: Table
) -> tuple[Conditions, Making, bool]:
    """Return what the form carries, how it was shown, and whether that is lost; a form without a tree has an empty one."""
    nothing, signed = making(Draft(), schema, over), sent.get(KEPT, "")
    if not signed:
        return Conditions(made=nothing), nothing, False
    try:
        kept = signing.Signer(salt=_SALT).unsign_object(signed)
    except signing.BadSignature:
        return Conditions(made=nothing), nothing, True
    table = schema.related.get(kept["over"], over)
    shown = making(from_plain(kept["tree"]), schema, table)
    return Conditions(made=shown, before=kept["before"], after=kept["after"]), shown, False


def _stepped(found: Conditions, sent: QueryDict) -> Conditions:
    """Take YAML where that was pressed or there is nothing else; then do what was pressed."""
    pressed = sent.get(DO, "")
    if found.text and (pressed == PASTE or found.is_empty):
        found = _taken(found, is_asked=pressed == PASTE)
    if pressed.partition(":")[0] == _UNFIT:
        return found
    tree = found.made.tree
    made = done(tree, sent, found.made)
    if size_of(made) > MOST_NODES:
        words = _("The conditions of a measure hold at most %(most)s rules.")
        return replace(found, refused=[*found.refused, words % {"most": MOST_NODES}])
    return _with(replace(found, at=touched(tree, made, sent)), made)


def _gone(found: Conditions, pressed: str) -> Conditions:
    """Go back by one step, or do the one again that was undone last."""
    here = as_plain(found.made.tree)
    if pressed == UNDO and found.before:
        *before, last = found.before
        return _with(replace(found, before=before, after=[here, *found.after]), from_plain(last))
    if pressed == REDO and found.after:
        first, *after = found.after
        return _with(replace(found, before=[*found.before, here], after=after), from_plain(first))
    return found


def _taken(found: Conditions, *, is_asked: bool) -> Conditions:
    """Return the conditions that the YAML says; what is none of the language stays as it was typed, and is told if asked."""
    try:
        return replace(_with(found, pasted(found.text, found.made, key=WHERE)), text="", refused=())
    except ConfigurationProblem as problem:
        words = _("This YAML says no conditions on these rows; those above stay as they were.")
        lines = [said_at(one, one.line) for one in problem.mistakes[:10]]
        return replace(found, refused=[words, *lines]) if is_asked else found


def _with(found: Conditions, tree: Draft) -> Conditions:
    return replace(found, made=making(tree, found.made.schema, found.made.over))


def _fitting(trees: Sequence[Plain], room: int) -> list[Plain]:
    """Return as many trees, from the nearest one on, as can be undone and have room for their characters."""
    found: list[Plain] = []
    for tree in trees[:UNDONE_IN_A_FORM]:
        room -= len(json.dumps(tree)) + 2
        if room < 0:
            break
        found.append(tree)
    return found


def _yaml(made: Making) -> str:
    rule = made.checked.rule
    return "" if rule is None else yaml_of(print_rule(rule))
