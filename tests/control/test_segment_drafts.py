"""Drafts of segments: every step is kept, can be undone and done again, and counts only when it is published."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from segue.control.audit.meanwhile import version_of
from segue.control.audit.models import Action, Entry
from segue.control.origins import Origin
from segue.control.people.models import Person
from segue.control.segments import drafts
from segue.control.segments.models import (
    DraftStep,
    Segment,
    SegmentDraft,
    SegmentKind,
    SegmentStatus,
)
from segue.control.segments.operations import adopt, record_counts, remove
from segue.core.errors import ConfigurationProblem, NotAllowed, NotVisible
from segue.segments.editing import changes
from segue.segments.editing.bounds import MOST_NODES
from segue.segments.editing.documents import document, draft_of
from segue.segments.editing.nodes import Draft
from tests.control.stage import declared
from tests.fakes.clocks import START

LYON = {"attribute": "city", "is": "Lyon"}
PARIS = {"attribute": "city", "is": "Paris"}
LATER = START + timedelta(hours=1)


@pytest.fixture
def vip(db: None, tmp_path: Path, alice: Person) -> Segment:
    """Return a segment of the pages."""
    declared(tmp_path)
    segment = Segment.objects.get(name="vip")
    adopt(segment=segment, actor=alice, now=START)
    return Segment.objects.get(name="vip")


def _step(draft: SegmentDraft, tree: Draft, actor: Person, label: str = "VIP") -> None:
    drafts.step(draft=draft, label=label, tree=tree, actor=actor, now=START)


def _rule(draft: SegmentDraft) -> object:
    draft.refresh_from_db()
    return document(drafts.shown(draft).tree).rule


def _code(refused: pytest.ExceptionInfo[ConfigurationProblem]) -> str:
    return refused.value.code


def test_a_draft_begins_as_the_segment_and_leaves_it_as_it_is(vip: Segment, bob: Person) -> None:
    draft = drafts.begin(segment=vip, actor=bob, now=START)
    _step(draft, draft_of(PARIS), bob, label="Paris")

    assert (_rule(draft), drafts.shown(draft).label) == (PARIS, "Paris")
    vip.refresh_from_db()
    assert (vip.rule, vip.label) == (LYON, "VIP")


def test_whoever_comes_back_goes_on_with_the_draft(vip: Segment, bob: Person) -> None:
    draft = drafts.begin(segment=vip, actor=bob, now=START)
    _step(draft, draft_of(PARIS), bob)

    again = drafts.begin(segment=vip, actor=bob, now=LATER)

    assert (again.pk, _rule(again)) == (draft.pk, PARIS)


def test_two_people_have_a_draft_each(vip: Segment, alice: Person, bob: Person) -> None:
    hers, his = (drafts.begin(segment=vip, actor=one, now=START) for one in (alice, bob))
    _step(hers, draft_of(PARIS), alice)

    assert (_rule(hers), _rule(his)) == (PARIS, LYON)
    with pytest.raises(NotVisible):
        _step(his, draft_of(PARIS), alice)


def test_a_new_segment_that_nothing_was_done_to_is_begun_once(db: None, bob: Person) -> None:
    first = drafts.begin(segment=None, actor=bob, now=START)
    same = drafts.begin(segment=None, actor=bob, now=START)
    _step(first, draft_of(PARIS), bob, label="")
    other = drafts.begin(segment=None, actor=bob, now=START)

    assert (first.pk == same.pk, first.pk == other.pk) == (True, False)


def test_a_viewer_begins_nothing(vip: Segment, vera: Person) -> None:
    with pytest.raises(NotAllowed):
        drafts.begin(segment=vip, actor=vera, now=START)


def test_what_a_file_owns_is_not_edited(vip: Segment, bob: Person) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        drafts.begin(segment=Segment.objects.get(name="newcomers"), actor=bob, now=START)

    assert _code(refused) == "owned_by_file"


@pytest.mark.parametrize("kind", [SegmentKind.STATIC, SegmentKind.LIST])
def test_what_keeps_its_members_has_no_rule_to_edit(
    kind: SegmentKind, vip: Segment, bob: Person
) -> None:
    begun = drafts.begin(segment=vip, actor=bob, now=START)
    Segment.objects.filter(pk=vip.pk).update(kind=kind)

    with pytest.raises(ConfigurationProblem) as refused:
        drafts.begin(segment=Segment.objects.get(pk=vip.pk), actor=bob, now=START)
    with pytest.raises(ConfigurationProblem) as meanwhile:
        drafts.publish(draft=begun, label="VIP", rule=PARIS, actor=bob, now=LATER)

    assert _code(refused) == _code(meanwhile) == "segment_without_rule"
    assert Segment.objects.get(pk=vip.pk).rule == vip.rule


def test_a_step_that_changes_nothing_is_none(vip: Segment, bob: Person) -> None:
    draft = drafts.begin(segment=vip, actor=bob, now=START)
    _step(draft, draft_of(LYON), bob)

    assert DraftStep.objects.count() == 1


def test_a_hundred_steps_can_be_undone(vip: Segment, bob: Person) -> None:
    draft = drafts.begin(segment=vip, actor=bob, now=START)
    for number in range(120):
        _step(draft, draft_of({"attribute": "city", "is": f"City {number}"}), bob)
    for _again in range(150):
        drafts.undo(draft=draft, actor=bob, now=START)

    assert _rule(draft) == {"attribute": "city", "is": "City 19"}
    assert drafts.shown(draft).can_undo is False


def test_a_draft_holds_so_many_rules(vip: Segment, bob: Person) -> None:
    draft = drafts.begin(segment=vip, actor=bob, now=START)

    with pytest.raises(ConfigurationProblem) as refused:
        _step(draft, draft_of({"all": [LYON] * MOST_NODES}), bob)

    assert (_code(refused), _rule(draft)) == ("segment_too_many_rules", LYON)


def test_a_published_draft_is_a_segment_of_the_pages(db: None, bob: Person) -> None:
    draft = drafts.begin(segment=None, actor=bob, now=START)

    made = drafts.publish(draft=draft, label=" Été à Lyon ", rule=LYON, actor=bob, now=LATER)

    assert (made.name, made.label, made.rule, made.origin, made.members) == (
        "ete_a_lyon",
        "Été à Lyon",
        LYON,
        Origin.PAGE,
        None,
    )
    assert SegmentDraft.objects.count() == 0
    last = Entry.objects.latest("id")
    assert (last.action, last.actor_name, last.subject_name, last.details) == (
        Action.SEGMENT_ADDED,
        "Bob",
        "Été à Lyon",
        {},
    )


def test_muted_rules_stay_in_the_draft_beside_the_segment(vip: Segment, bob: Person) -> None:
    draft = drafts.begin(segment=None, actor=bob, now=START)
    muted = changes.mute(draft_of({"all": [LYON, PARIS]}), "n3")
    _step(draft, muted, bob, label="Lyon")

    made = drafts.publish(draft=draft, label="Lyon", rule={"all": [LYON]}, actor=bob, now=LATER)

    again = drafts.begin(segment=made, actor=bob, now=LATER)
    assert (again.pk, drafts.shown(again).tree) == (draft.pk, muted)
    assert again.opened_on == version_of(drafts.watched(made))


@pytest.mark.parametrize(
    ("label", "name"), [("VIP", "vip_2"), ("日本", "segment"), ("2025", "segment_2025")]
)
def test_a_name_for_definitions_is_made_of_the_label(
    vip: Segment, bob: Person, label: str, name: str
) -> None:
    Segment.objects.filter(pk=vip.pk).update(label="Others")
    draft = drafts.begin(segment=None, actor=bob, now=START)

    assert drafts.publish(draft=draft, label=label, rule=LYON, actor=bob, now=START).name == name


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("", "segment_label"),
        ("x" * 201, "segment_label"),
        ("vip", "segment_label_taken"),
    ],
)
def test_a_name_that_does_not_do_is_refused_and_the_draft_stays(
    vip: Segment, bob: Person, label: str, code: str
) -> None:
    draft = drafts.begin(segment=None, actor=bob, now=START)

    with pytest.raises(ConfigurationProblem) as refused:
        drafts.publish(draft=draft, label=label, rule=LYON, actor=bob, now=START)

    assert (_code(refused), SegmentDraft.objects.count()) == (code, 1)


def test_members_of_an_edited_segment_are_unknown_and_so_are_those_that_build_on_it(
    vip: Segment, bob: Person
) -> None:
    above = Segment.objects.create(name="above", label="Above", rule={"segment": "vip"})
    record_counts({"vip": 6, "above": 6, "newcomers": 1}, now=START)
    draft = drafts.begin(segment=vip, actor=bob, now=START)

    drafts.publish(draft=draft, label="VIP", rule=PARIS, actor=bob, now=LATER)

    vip.refresh_from_db()
    above.refresh_from_db()
    assert (vip.rule, vip.members, vip.status) == (PARIS, None, SegmentStatus.NOT_STARTED)
    assert (above.members, above.status) == (None, SegmentStatus.NOT_STARTED)
    assert Segment.objects.get(name="newcomers").members == 1
    assert Entry.objects.latest("id").action == Action.SEGMENT_EDITED


def test_a_new_name_alone_keeps_the_members(vip: Segment, bob: Person) -> None:
    record_counts({"vip": 6}, now=START)
    draft = drafts.begin(segment=Segment.objects.get(name="vip"), actor=bob, now=START)

    drafts.publish(draft=draft, label="Regulars", rule=LYON, actor=bob, now=LATER)

    vip.refresh_from_db()
    assert (vip.label, vip.members) == ("Regulars", 6)


def test_a_segment_never_builds_on_itself(vip: Segment, bob: Person) -> None:
    Segment.objects.create(name="above", label="Above", rule={"not": {"segment": "vip"}})
    draft = drafts.begin(segment=vip, actor=bob, now=START)

    with pytest.raises(ConfigurationProblem) as refused:
        drafts.publish(draft=draft, label="VIP", rule={"segment": "above"}, actor=bob, now=LATER)

    assert _code(refused) == "segment_cycle"


def test_a_draft_of_a_segment_that_is_gone_stays(vip: Segment, bob: Person) -> None:
    draft = drafts.begin(segment=vip, actor=bob, now=START)
    remove(segment=vip, actor=bob, now=START)

    with pytest.raises(ConfigurationProblem) as refused:
        drafts.publish(draft=draft, label="VIP", rule=PARIS, actor=bob, now=LATER)

    assert (_code(refused), _rule(draft)) == ("segment_gone", LYON)


def test_a_discarded_draft_is_gone_and_the_segment_stays(vip: Segment, bob: Person) -> None:
    draft = drafts.begin(segment=vip, actor=bob, now=START)
    _step(draft, draft_of(PARIS), bob)

    drafts.discard(draft=draft, actor=bob)

    vip.refresh_from_db()
    assert (SegmentDraft.objects.count(), DraftStep.objects.count(), vip.rule) == (0, 0, LYON)


class Undoing(RuleBasedStateMachine):
    """A draft beside a plain list of its trees: after any steps, undos and redos both are at the same tree."""

    def __init__(self) -> None:
        super().__init__()
        self.trees: list[Draft] = []
        self.at = 0

    @initialize()
    def begin(self) -> None:
        SegmentDraft.objects.all().delete()
        self.owner = Person.objects.get(email="bob@office.example")
        self.draft = drafts.begin(segment=None, actor=self.owner, now=START)
        self.trees = [Draft()]

    @rule(city=st.sampled_from(["Lyon", "Paris"]), at=st.integers(0, 5), what=st.integers(0, 3))
    def change(self, city: str, at: int, what: int) -> None:
        tree = self.trees[self.at]
        ids = [f"n{number}" for number in range(1, tree.next_id)]
        there = [one for one in ids if _has(tree, one)]
        if what and there:
            one = there[at % len(there)]
            made = [changes.mute, changes.duplicate, changes.delete][what - 1](tree, one)
        else:
            made = changes.add_rule(tree, "attribute", {"attribute": "city", "is": city})
        _step(self.draft, made, self.owner, label="")
        if made.root != tree.root:
            self.trees = [*self.trees[: self.at + 1], made]
            self.at += 1

    @precondition(lambda self: bool(self.trees))
    @rule()
    def undo(self) -> None:
        drafts.undo(draft=self.draft, actor=self.owner, now=START)
        self.at = max(0, self.at - 1)

    @precondition(lambda self: bool(self.trees))
    @rule()
    def redo(self) -> None:
        drafts.redo(draft=self.draft, actor=self.owner, now=START)
        self.at = min(len(self.trees) - 1, self.at + 1)

    @invariant()
    def both_are_at_the_same_tree(self) -> None:
        if not self.trees:
            return
        self.draft.refresh_from_db()
        seen = drafts.shown(self.draft)
        assert seen.tree.root == self.trees[self.at].root
        assert (seen.can_undo, seen.can_redo) == (self.at > 0, self.at < len(self.trees) - 1)


def _has(tree: Draft, id: str) -> bool:
    try:
        return bool(changes.find(tree, id))
    except LookupError:
        return False


def test_undo_and_redo_go_where_a_plain_list_of_trees_goes(bob: Person) -> None:
    run_state_machine_as_test(
        Undoing, settings=settings(stateful_step_count=30, max_examples=25, deadline=None)
    )
