"""Drafts of rules: every rule of the language has its tree and comes back; whatever is done to a tree, it stays one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.segments.editing import changes
from segue.segments.editing.checking import check, rules_of_nodes
from segue.segments.editing.documents import document, draft_of
from segue.segments.editing.nodes import CONTAINERS, Draft, as_plain, from_plain, nodes
from segue.segments.parse import parse_rule
from segue.segments.printing import print_rule
from tests.unit.segments.segment_schema import SCHEMA
from tests.unit.segments.segment_strategies import ANY_LITERALS, rule_trees

FRANCE = {"attribute": "country", "is": "France"}
SPENT = {"attribute": "spent", "at_least": 40}
JAZZ = {"attribute": "genre", "is": "Jazz"}
KNOWN = ["vip", "staff"]

rules_written = rule_trees(SCHEMA, segments=KNOWN, literals=ANY_LITERALS).map(print_rule)


def _made(rule: dict[str, Any]) -> Draft:
    return draft_of(rule)


def nodes_of(draft: Draft) -> list[str]:
    return [node.id for node in nodes(draft)]


def _size(draft: Draft) -> int:
    return len(nodes_of(draft))


def _shape(draft: Draft) -> list[tuple[str, Any, bool, bool]]:
    return [(one.kind, dict(one.written), one.negated, one.muted) for one in nodes(draft)]


@given(rules_written)
def test_every_rule_has_a_tree_that_says_the_same(rule: dict[str, Any]) -> None:
    draft = draft_of(rule)

    said = document(from_plain(as_plain(draft)))

    assert said.rule == rule
    assert (said.unfinished, said.muted) == ((), ())
    assert _shape(draft_of(said.rule)) == _shape(draft)


@given(rules_written)
def test_what_a_tree_says_means_what_the_rule_means(rule: dict[str, Any]) -> None:
    meant, _none = parse_rule(rule, SCHEMA, "rules", KNOWN)

    checked = check(draft_of(rule), SCHEMA, KNOWN)

    assert (checked.rule, checked.is_whole) == (meant, True)
    assert rules_of_nodes(checked, SCHEMA, KNOWN)[nodes_of(draft_of(rule))[0]] == meant


STEPS = {
    "negate": changes.negate,
    "mute": changes.mute,
    "delete": changes.delete,
    "duplicate": changes.duplicate,
    "up": changes.move_up,
    "down": changes.move_down,
    "in": changes.move_in,
    "out": changes.move_out,
    "put before": lambda draft, id: changes.put(draft, id, "before", nodes_of(draft)[-1]),
    "put behind": lambda draft, id: changes.put(
        draft, id, "behind", nodes_of(draft)[1 % _size(draft)]
    ),
    "put into": lambda draft, id: changes.put(draft, id, "into", nodes_of(draft)[0]),
    "all": lambda draft, id: changes.switch(draft, id, "all"),
    "any": lambda draft, id: changes.switch(draft, id, "any"),
    "except": lambda draft, id: changes.switch(draft, id, "except"),
    "add": lambda draft, id: changes.add_rule(draft, "attribute", FRANCE, into=id),
    "rows": lambda draft, id: changes.add_over_rows(
        draft, {"related": "orders", "exists": True}, JAZZ, into=id
    ),
}


@given(
    rules_written,
    st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 40)), max_size=12),
)
def test_whatever_is_done_ids_are_told_once_and_what_is_left_can_be_read(
    rule: dict[str, Any], steps: list[tuple[str, int]]
) -> None:
    draft = draft_of(rule)
    for step, at in steps:
        ids = nodes_of(draft)
        if ids:
            draft = STEPS[step](draft, ids[at % len(ids)])

    found = nodes_of(draft)
    assert len(found) == len(set(found))
    checked = check(draft, SCHEMA, KNOWN)
    assert set(checked.wrong) <= set(found)
    if checked.rule is not None:
        again = draft_of(print_rule(checked.rule))
        assert document(again).rule == print_rule(checked.rule)


@given(rules_written, st.integers(0, 40))
def test_what_is_undone_by_its_own_opposite_is_as_before(rule: dict[str, Any], at: int) -> None:
    draft = draft_of(rule)
    ids = nodes_of(draft)
    one = ids[at % len(ids)]

    assert changes.mute(changes.mute(draft, one), one) == draft
    if changes.find(draft, one).kind != "not":
        assert changes.negate(changes.negate(draft, one), one) == draft
    if changes.move_down(draft, one) != draft:
        assert changes.move_up(changes.move_down(draft, one), one) == draft


def test_an_unfinished_condition_is_left_out_and_told() -> None:
    draft = _made({"all": [FRANCE, {"attribute": "spent", "at_least": ""}]})

    checked = check(draft, SCHEMA, KNOWN)

    assert checked.document.rule == {"all": [FRANCE]}
    assert (checked.document.unfinished, checked.unfinished, checked.is_whole) == (
        ("n3",),
        1,
        False,
    )


@pytest.mark.parametrize(
    "written",
    [
        {"attribute": ""},
        {"attribute": "country"},
        {"attribute": "country", "any_of": []},
        {"attribute": "spent", "between": [1, ""]},
        {"attribute": "birthday", "within_last": {"days": None}},
        {"attribute": "spent", "more_than": {"attribute": ""}},
        {"related": "orders", "sum": "", "at_least": 1},
        {"related": "orders", "sum": "total"},
        {"related": "orders", "last": "total", "at_least": 1},
        {"segment": ""},
        {"sample": {"percent": None}},
        {"top": {"number": "", "attribute": "spent"}},
    ],
)
def test_what_is_not_filled_in_is_unfinished(written: dict[str, Any]) -> None:
    assert document(_made(written)).unfinished == ("n1",)


def test_a_wrong_condition_says_so_beside_itself_and_leaves_the_rest() -> None:
    draft = _made({"any": [FRANCE, {"all": [{"attribute": "spent", "at_least": "much"}, SPENT]}]})

    checked = check(draft, SCHEMA, KNOWN)

    assert checked.document.rule == {"any": [FRANCE, {"all": [SPENT]}]}
    assert {id: [one.code for one in found] for id, found in checked.wrong.items()} == {
        "n4": ["rule_type_mismatch"]
    }


def test_a_mistake_in_a_condition_on_rows_stands_beside_that_condition() -> None:
    rule = {
        "related": "orders",
        "count": True,
        "at_least": 3,
        "where": {"attribute": "nothing", "is": "x"},
    }

    checked = check(_made(rule), SCHEMA, KNOWN)

    assert list(checked.wrong) == ["n2"]
    assert checked.document.rule == {"related": "orders", "count": True, "at_least": 3}


def test_muted_rules_are_left_out_and_told() -> None:
    draft = changes.mute(_made({"all": [FRANCE, SPENT]}), "n2")

    said = document(draft)

    assert (said.rule, said.muted, said.unfinished) == ({"all": [SPENT]}, ("n2",), ())


def test_of_a_set_the_one_operand_that_is_left_stands_for_itself() -> None:
    draft = changes.mute(_made({"union": [FRANCE, SPENT]}), "n3")

    assert document(draft).rule == {"all": [FRANCE]}


def test_nobody_can_be_taken_from_an_operand_that_is_unfinished() -> None:
    draft = _made({"except": [{"attribute": "country", "is": ""}, SPENT]})

    assert document(draft).rule is None


def test_a_second_rule_beside_a_lone_one_comes_under_and() -> None:
    draft = changes.add_rule(_made(FRANCE), "attribute", SPENT)

    assert document(draft).rule == {"all": [FRANCE, SPENT]}


def test_conditions_on_rows_are_added_to_the_rows() -> None:
    draft = changes.add_over_rows(Draft(), {"related": "orders", "exists": True}, JAZZ)
    more = changes.add_rule(draft, "attribute", {"attribute": "paid", "is": True}, into="n1")
    third = changes.add_rule(more, "attribute", {"attribute": "quantity", "is": 2}, into="n1")

    assert document(draft).rule == {"related": "orders", "exists": True, "where": JAZZ}
    assert document(third).rule == {
        "related": "orders",
        "exists": True,
        "where": {
            "all": [JAZZ, {"attribute": "paid", "is": True}, {"attribute": "quantity", "is": 2}]
        },
    }


def test_a_rule_is_moved_into_the_one_before_it_and_out_again() -> None:
    draft = _made({"all": [FRANCE, SPENT]})

    inside = changes.move_in(draft, "n3")
    outside = changes.move_out(inside, "n3")

    assert document(inside).rule == {"all": [{"any": [FRANCE, SPENT]}]}
    assert document(outside).rule == {"all": [{"any": [FRANCE]}, SPENT]}


def test_a_condition_on_rows_never_leaves_its_rows() -> None:
    draft = _made({"all": [{"related": "orders", "exists": True, "where": {"all": [JAZZ, JAZZ]}}]})

    assert changes.move_out(draft, "n4") == draft


CHILE = {"attribute": "country", "is": "Chile"}
GROUPED = {"all": [FRANCE, {"any": [SPENT, CHILE]}]}
"""n1 holds France (n2) and n3, which holds what was spent (n4) and Chile (n5)."""


@pytest.mark.parametrize(
    ("id", "where", "other", "becomes"),
    [
        ("n2", "behind", "n3", {"all": [{"any": [SPENT, CHILE]}, FRANCE]}),
        ("n3", "before", "n2", {"all": [{"any": [SPENT, CHILE]}, FRANCE]}),
        ("n2", "before", "n5", {"all": [{"any": [SPENT, FRANCE, CHILE]}]}),
        ("n2", "into", "n3", {"all": [{"any": [SPENT, CHILE, FRANCE]}]}),
        ("n4", "into", "n1", {"all": [FRANCE, {"any": [CHILE]}, SPENT]}),
        ("n4", "before", "n2", {"all": [SPENT, FRANCE, {"any": [CHILE]}]}),
        ("n3", "into", "n3", GROUPED),
        ("n3", "before", "n4", GROUPED),
        ("n4", "behind", "n1", GROUPED),
        ("n4", "before", "n4", GROUPED),
    ],
)
def test_a_rule_is_put_before_behind_and_into_others(
    id: str, where: str, other: str, becomes: dict[str, Any]
) -> None:
    assert document(changes.put(_made(GROUPED), id, where, other)).rule == becomes


def test_the_group_that_a_rule_leaves_empty_goes() -> None:
    draft = _made({"all": [FRANCE, {"any": [{"all": [SPENT]}]}]})

    assert document(changes.put(draft, "n5", "before", "n2")).rule == {"all": [SPENT, FRANCE]}
    assert document(changes.put(draft, "n5", "into", "n3")).rule == {
        "all": [FRANCE, {"any": [SPENT]}]
    }


def test_a_complement_is_put_elsewhere_whole() -> None:
    draft = _made({"all": [{"not": {"not": FRANCE}}, SPENT]})

    moved = document(changes.put(draft, "n3", "behind", "n4"))

    assert moved.rule == {"all": [SPENT, {"not": {"not": FRANCE}}]}


def test_that_there_is_no_row_is_the_complement_of_a_row() -> None:
    draft = _made({"related": "orders", "exists": False})

    assert document(changes.negate(draft, "n1")).rule == {"related": "orders", "exists": True}


def test_the_complement_of_a_complement_is_the_rule() -> None:
    draft = _made({"not": {"not": FRANCE}})

    assert [node.kind for node in nodes(draft)] == ["not", "attribute"]
    assert document(changes.negate(draft, "n1")).rule == {"not": FRANCE}


def test_a_node_that_is_gone_is_not_found() -> None:
    with pytest.raises(LookupError):
        changes.delete(_made(FRANCE), "n9")


def test_containers_alone_are_no_conditions() -> None:
    draft = changes.add_rule(_made({"all": [FRANCE]}), "any", {})

    checked = check(draft, SCHEMA, KNOWN)

    assert [node.kind for node in nodes(draft) if node.kind in CONTAINERS] == ["all", "any"]
    assert (checked.document.rule, checked.unfinished) == ({"all": [FRANCE]}, 0)
