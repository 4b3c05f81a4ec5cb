"""A plan as people see it: the same value for the terminal and the pages, with the names that each has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from segue.shown.documents import plan_as_json
from segue.shown.names import Names
from segue.shown.plan import Counted, shown_plan
from segue.sync.brakes import SegmentChange, Stop, StopKind
from segue.sync.kinds import Kind, Skip
from segue.sync.plan import Drift, DriftKind, FieldChange, Leftover, Plan, Stamp, StampKind
from segue.words.faces import Face

NAMES = Names(segments={"vip": "Best friends"}, exports={"old": "Last year"}, place=str.upper)
EMPTY = Plan(
    export="news",
    audience_id="a1",
    audience_name="Customers",
    made_at=datetime(2026, 3, 2, tzinfo=UTC),
    digest="d1",
    members=5,
    wanted=5,
    acknowledged=5,
    counts={},
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


def _stop(kind: StopKind, subject: str) -> Stop:
    return Stop(kind=kind, subject=subject, count=1, total=2, threshold=0.5)


def test_counts_are_told_in_one_order_and_only_where_there_is_anybody() -> None:
    plan = replace(
        EMPTY,
        counts={Kind.SAME: 4, Kind.ADD: 2, Kind.MOVE: 0},
        skips={Skip.OTHER: 1, Skip.NO_CONSENT: 3, Skip.GONE: 0},
        fields=[FieldChange(tag="A", cut=1), FieldChange(tag="B")],
    )

    shown = shown_plan(plan, "en", Face.TERMINAL)

    assert shown.kinds == [Counted(label="add", people=2), Counted(label="unchanged", people=4)]
    assert shown.skips == [
        Counted(label="no consent", people=3),
        Counted(label="refused by Mailchimp", people=1),
    ]
    assert [field.tag for field in shown.fields] == ["A"]


def test_each_face_calls_things_by_its_names() -> None:
    plan = replace(
        EMPTY,
        segments=[SegmentChange(segment="vip", tag="Vip", before=1, after=2, adds=1, removes=0)],
        stops=[_stop(StopKind.SHRUNKEN_SEGMENT, "vip"), _stop(StopKind.GUARD_OPENED, "out"), _stop(StopKind.FIELD_WIPED, "vip")],
        leftovers=[Leftover(export="old", tags=["Gold"], people=8)],
    )  # fmt: skip

    page = shown_plan(plan, "en", Face.PAGE, NAMES)
    terminal = shown_plan(plan, "en", Face.TERMINAL)

    assert [row.label for row in page.segments + terminal.segments] == ["Best friends", "vip"]
    assert page.stops[0].sentence.startswith("Segment Best friends loses ")
    assert "whom OUT left out" in page.stops[1].sentence
    assert "their value of vip " in page.stops[2].sentence
    assert terminal.stops[0].sentence.startswith("Segment vip loses ")
    assert page.notes[0].startswith(
        "The export “Last year” is no longer there; its tags Gold are on 8"
    )
    assert "segue release old" in terminal.notes[0]
    assert "segue" not in page.notes[0]


@pytest.mark.parametrize("face", list(Face))
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("people", [1, 2])
def test_every_change_at_mailchimp_and_every_stamp_has_its_sentence(
    people: int, language: str, face: Face
) -> None:
    drift = [Drift(kind=kind, people=people, subject="Vip") for kind in DriftKind]
    plans = [replace(EMPTY, drift=drift)]
    plans += [
        replace(EMPTY, calls=2, stamp=Stamp(kind=kind, name="mark", calls=1)) for kind in StampKind
    ]

    told = [
        line
        for plan in plans
        for shown in [shown_plan(plan, language, face)]
        for line in (*shown.headline, *shown.notes)
    ]

    assert len(told) == len(set(told)) == len(DriftKind) + len(StampKind)
    assert not [line for line in told if "%(" in line or "{" in line]
    assert [line for line in told if "mark" in line] == told[len(DriftKind) :]


def test_whom_nobody_adds_again_is_told_once() -> None:
    gone = Drift(kind=DriftKind.GONE, people=2)
    both = replace(EMPTY, skips={Skip.GONE: 2}, drift=[gone])

    assert len(shown_plan(both, "en", Face.PAGE).headline) == 1
    assert len(shown_plan(replace(EMPTY, drift=[gone]), "en", Face.PAGE).headline) == 1


def test_what_is_shown_has_the_numbers_of_the_document() -> None:
    plan = replace(EMPTY, counts={Kind.ADD: 2, Kind.SAME: 4}, skips={Skip.NO_CONSENT: 3})

    shown, document = shown_plan(plan, "en", Face.PAGE), plan_as_json(plan)

    assert [row.people for row in shown.kinds] == [*document["counts"].values()][::-1]
    assert [row.people for row in shown.skips] == [*document["skips"].values()]
