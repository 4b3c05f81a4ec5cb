"""What a printed plan says beside its counts: held and gone people, changes made at Mailchimp, fields, tags, opt-in."""

from __future__ import annotations

from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest

from segue.cli import terminal
from segue.cli.plan_text import print_plan
from segue.shown.documents import plan_as_json
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import Drift, DriftKind, FieldChange, FoundTag, Leftover, Misfit, Plan

EMPTY = Plan(
    export="news",
    audience_id="a1",
    audience_name="Customers",
    made_at=datetime(2026, 3, 2, tzinfo=UTC),
    digest="d1",
    members=5,
    wanted=5,
    acknowledged=5,
    counts={Kind.SAME: 5},
    skips={},
    segments=(),
    tags_removed=0,
    misfits=(),
    fields_to_create=(),
    stops=(),
    calls=0,
    contacts_before=5,
    contacts_limit=None,
)
SETTLED = "Nothing to send: Mailchimp holds what it should."
UNSETTLED = "Nothing to send, but not everything at Mailchimp is as it should be:"


def printed(plan: Plan, language: str = "en") -> str:
    terminal.output.cache_clear()
    out = StringIO()
    with redirect_stdout(out):
        print_plan(plan, language)
    terminal.output.cache_clear()
    return out.getvalue()


def test_only_a_plan_that_looked_at_everything_says_that_all_is_well() -> None:
    assert SETTLED in printed(EMPTY)
    assert UNSETTLED not in printed(EMPTY)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"skips": {Skip.OTHER: 2, Skip.INVALID_FIELD: 1}},
            "3 people are held back because of earlier refusals. Who and why: segue report --rejected "
            "FILE.csv; to try them again: segue run --retry-held",
        ),
        (
            {"skips": {Skip.GONE: 2}},
            "2 people are no longer in the audience: erased, or their address was changed there. "
            "Nobody adds them again; where an address changed, correct it in the data.",
        ),
        (
            {"drift": [Drift(kind=DriftKind.TAG_LOST, people=4, subject="Vip")]},
            "Changed at Mailchimp: 4 people no longer carry the tag Vip.",
        ),
    ],
)
def test_what_is_not_as_it_should_be_is_said_instead(changed: dict[str, object], said: str) -> None:
    plan = replace(EMPTY, **changed)  # type: ignore[arg-type]

    text = printed(plan)

    assert SETTLED not in text
    assert f"{UNSETTLED}\n  • {said}\n" in text
    assert not plan.is_settled
    assert plan_as_json(plan)["is_settled"] is False


def test_people_whom_mailchimp_keeps_out_for_good_are_no_trouble() -> None:
    """Whoever unsubscribed is as it should be: the skips are told in their table."""
    plan = replace(EMPTY, skips={Skip.UNSUBSCRIBED: 2, Skip.NO_CONSENT: 1})

    assert plan.is_settled
    assert SETTLED in printed(plan)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_plan_with_changes_tells_held_people_first(language: str) -> None:
    plan = replace(EMPTY, counts={Kind.ADD: 3}, skips={Skip.UNREADABLE: 1}, calls=1)

    lines = printed(plan, language).splitlines()

    held = next(n for n, line in enumerate(lines) if "segue run --retry-held" in line)
    table = next(n for n, line in enumerate(lines) if line.startswith(("Change", "Modification")))
    assert held < table
    assert not any("•" in line for line in lines)


def test_everything_that_the_counts_do_not_tell_has_its_sentence() -> None:
    plan = replace(
        EMPTY,
        counts={Kind.ADD: 9, Kind.MOVE: 2},
        calls=3,
        known=4,
        archives=1,
        unconfirmed=5,
        double_opt_in=True,
        misfits=[Misfit(tag="PHONE", people=2)],
        fields=[
            FieldChange(tag="FNAME", changed=3, cleared=1, kept=2, cut=0),
            FieldChange(tag="LNAME"),
            FieldChange(tag="CITY", cut=7),
        ],
        found_tags=[FoundTag(tag="Vip", people=6)],
        leftovers=[Leftover(export="old", tags=["Gold", "New"], people=8)],
    )

    text = printed(plan)

    for said in (
        "4 of those to add are in the audience already: they keep the status that they have.",
        "1 of the changed addresses has a contact of its own already: the contact of the old address is archived.",
        "5 new contacts would be subscribed without the confirmation that the audience asks for.",
        "2 people have a value that does not fit PHONE; it counts as a blank for them.",
        "6 contacts carry the tag Vip already, which no run gave them: they keep it.",
        "The export old is declared no more; its tags Gold, New are on 8 people. "
        "To take them away: segue release old, or leftovers: remove in an export of this audience.",
    ):
        assert said in text
    rows = [line.split() for line in text.splitlines()]
    assert ["FNAME", "3", "1", "2", "0"] in rows
    assert ["CITY", "0", "0", "0", "7"] in rows
    assert not any(row[:1] == ["LNAME"] for row in rows)


def test_json_has_the_same_numbers() -> None:
    plan = replace(
        EMPTY,
        skips={Skip.OTHER: 2, Skip.GONE: 1},
        known=4,
        archives=1,
        confirmations=3,
        fields=[FieldChange(tag="FNAME", changed=3, kept=2)],
        drift=[Drift(kind=DriftKind.FIELD_NEW, people=4, subject="CITY")],
        leftovers=[Leftover(export="old", tags=["Gold"], people=8)],
        found_tags=[FoundTag(tag="Vip", people=6)],
    )

    told = plan_as_json(plan)

    assert (told["held"], told["gone"], told["known"], told["archives"]) == (2, 1, 4, 1)
    assert (told["confirmations"], told["unconfirmed"], told["double_opt_in"]) == (3, 0, False)
    assert told["fields"] == [{"tag": "FNAME", "changed": 3, "cleared": 0, "kept": 2, "cut": 0}]
    assert told["drift"] == [{"kind": "field_new", "people": 4, "subject": "CITY"}]
    assert told["leftovers"] == [{"export": "old", "tags": ["Gold"], "people": 8}]
    assert told["found_tags"] == [{"tag": "Vip", "people": 6}]
