"""The brakes as arithmetic: which numbers stop a plan, at which exact value, and what the stop says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from segue.profiles.reading import Fact, FormChange, Loss, Part, Place
from segue.sync.brakes import (
    FieldVolume,
    SegmentChange,
    SourceAge,
    Stop,
    StopKind,
    Volumes,
    is_large_move,
    tripped,
)
from segue.sync.export import Brakes, Consent, Export, FirstRun, SegmentTag
from segue.sync.grounds import Ground, Unread
from segue.sync.guards import GuardCount

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def export(**changes: object) -> Export:
    given: dict[str, object] = {
        "name": "newsletter",
        "connection": "main",
        "audience_id": "a1",
        "email_attribute": "email",
        "segments": (SegmentTag(segment="vip", tag="Vip"),),
        "consent": Consent(attested_by="Alice"),
    }
    return Export(**(given | changes))  # type: ignore[arg-type]


def volumes(**changes: object) -> Volumes:
    given: dict[str, object] = {
        "wanted": 100,
        "acknowledged": 100,
        "adds": 0,
        "losing": 0,
        "segments": (),
        "contacts": 100,
    }
    return Volumes(**(given | changes))  # type: ignore[arg-type]


def segment(before: int, after: int, removes: int | None = None) -> SegmentChange:
    gone = max(0, before - after)
    return SegmentChange(
        segment="vip",
        tag="Vip",
        before=before,
        after=after,
        adds=max(0, after - before),
        removes=gone if removes is None else removes,
    )


def kinds(stops: tuple[Stop, ...]) -> list[StopKind]:
    return [stop.kind for stop in stops]


def test_going_on_with_a_plan_that_was_cut_short_is_no_sudden_growth() -> None:
    going_on = volumes(acknowledged=1_000, adds=9_000, begun=9_000)
    grown = volumes(acknowledged=1_000, adds=9_000, begun=7_000)

    assert tripped(export(), going_on, now=NOW) == ()
    assert [(stop.kind, stop.count) for stop in tripped(export(), grown, now=NOW)] == [
        (StopKind.LARGE_ADDITION, 2_000)
    ]


def test_a_quiet_plan_trips_nothing() -> None:
    found = tripped(export(), volumes(segments=(segment(100, 100),)), now=NOW)

    assert found == ()


def test_the_first_run_trips_nothing() -> None:
    first = volumes(wanted=900_000, acknowledged=0, adds=900_000, segments=(segment(0, 900_000),))

    assert tripped(export(), first, now=NOW) == ()


@pytest.mark.parametrize(
    ("before", "after", "stops"),
    [
        (1, 0, [StopKind.EMPTY_SEGMENT]),
        (0, 0, []),
        (20, 10, []),
        (21, 10, [StopKind.SHRUNKEN_SEGMENT]),
        (19, 10, []),
        (18, 9, []),
        (1_000, 500, []),
        (1_000, 499, [StopKind.SHRUNKEN_SEGMENT]),
        (500, 1_000, []),
    ],
)
def test_a_segment_that_empties_or_loses_more_than_half_trips(
    before: int, after: int, stops: list[StopKind]
) -> None:
    found = tripped(export(), volumes(segments=(segment(before, after),)), now=NOW)

    assert kinds(found) == stops


@pytest.mark.parametrize(
    ("removes", "stops"), [(50, []), (51, [StopKind.SHRUNKEN_SEGMENT]), (9, [])]
)
def test_others_who_enter_a_segment_do_not_make_up_for_those_who_leave_it(
    removes: int, stops: list[StopKind]
) -> None:
    turned_round = volumes(
        acknowledged=10_000, losing=removes, segments=(segment(100, 100, removes=removes),)
    )

    found = tripped(export(), turned_round, now=NOW)

    assert kinds(found) == stops
    assert [(stop.count, stop.total) for stop in found] == [(removes, 100)] * len(stops)


def test_people_whose_tag_stays_where_it_is_trip_nothing() -> None:
    opted_out = segment(30, 0, removes=0)

    assert tripped(export(), volumes(segments=(opted_out,)), now=NOW) == ()


@pytest.mark.parametrize(
    ("losing", "acknowledged", "trips"),
    [(9, 10, False), (10, 49, True), (10, 50, False), (200, 1_000, False), (201, 1_000, True)],
)
def test_a_removal_trips_over_a_fifth_and_from_ten_people_on(
    losing: int, acknowledged: int, trips: bool
) -> None:
    found = tripped(export(), volumes(losing=losing, acknowledged=acknowledged), now=NOW)

    assert kinds(found) == ([StopKind.LARGE_REMOVAL] if trips else [])


@pytest.mark.parametrize(
    ("adds", "acknowledged", "trips"),
    [(1_000, 0, False), (999, 10, False), (1_000, 1_000, False), (1_001, 1_000, True)],
)
def test_a_growth_trips_over_what_was_acknowledged_and_from_a_thousand_people_on(
    adds: int, acknowledged: int, trips: bool
) -> None:
    found = tripped(export(), volumes(adds=adds, acknowledged=acknowledged), now=NOW)

    assert kinds(found) == ([StopKind.LARGE_ADDITION] if trips else [])


@pytest.mark.parametrize(("adds", "trips"), [(0, False), (50, False), (51, True)])
def test_the_contact_limit_counts_new_contacts(adds: int, trips: bool) -> None:
    found = tripped(export(contact_limit=150), volumes(adds=adds), now=NOW)

    assert kinds(found) == ([StopKind.CONTACT_LIMIT] if trips else [])


def test_an_account_that_is_over_its_limit_already_may_still_change_who_is_there() -> None:
    assert tripped(export(contact_limit=10), volumes(adds=0), now=NOW) == ()


def test_an_unknown_number_of_contacts_is_not_taken_for_none() -> None:
    found = tripped(export(contact_limit=10), volumes(adds=50, contacts=None), now=NOW)

    assert found == ()


def test_the_profile_limit_says_by_how_much_and_cannot_be_approved() -> None:
    found = tripped(export(profile_limit=99), volumes(), now=NOW)

    assert found == (
        Stop(
            kind=StopKind.PROFILE_LIMIT,
            subject="newsletter",
            count=100,
            total=100,
            threshold=99,
            approvable=False,
        ),
    )
    assert tripped(export(profile_limit=100), volumes(), now=NOW) == ()


@pytest.mark.parametrize(("hours", "trips"), [(47, False), (48, False), (49, True)])
def test_a_source_trips_when_it_is_older_than_allowed(hours: int, trips: bool) -> None:
    ages = (
        SourceAge(source="orders", changed_at=NOW),
        SourceAge(source="customers", changed_at=NOW - timedelta(hours=hours)),
    )

    found = tripped(export(brakes=Brakes(stale_after_days=2)), volumes(sources=ages), now=NOW)

    assert [stop.subject for stop in found] == (["customers"] if trips else [])


def test_sources_of_any_age_do_where_no_age_is_set() -> None:
    ages = (SourceAge(source="customers", changed_at=NOW - timedelta(days=999)),)

    assert tripped(export(), volumes(sources=ages), now=NOW) == ()


def test_brakes_can_be_set_tighter_or_wider() -> None:
    changed = volumes(losing=3, segments=(segment(4, 1),))

    tight = export(
        brakes=Brakes(removal_share=0.01, removal_least=1, shrink_share=0.1, shrink_least=1)
    )
    wide = export(brakes=Brakes(removal_share=1.0, shrink_share=1.0))

    assert kinds(tripped(tight, changed, now=NOW)) == [
        StopKind.SHRUNKEN_SEGMENT,
        StopKind.LARGE_REMOVAL,
    ]
    assert tripped(wide, volumes(losing=100, segments=(segment(100, 1),)), now=NOW) == ()


def test_refusals_come_first() -> None:
    many = volumes(
        wanted=2_000, adds=1_900, contacts=10, segments=(segment(5, 0), segment(100, 20))
    )

    found = tripped(export(profile_limit=10, contact_limit=10), many, now=NOW)

    assert kinds(found) == [
        StopKind.PROFILE_LIMIT,
        StopKind.CONTACT_LIMIT,
        StopKind.EMPTY_SEGMENT,
        StopKind.SHRUNKEN_SEGMENT,
        StopKind.LARGE_ADDITION,
    ]


def test_a_first_run_waits_when_it_would_write_somebody() -> None:
    first = volumes(wanted=5, acknowledged=0, adds=3, is_first=True)

    assert tripped(export(), first, now=NOW) == (
        Stop(kind=StopKind.FIRST_RUN, subject="newsletter", count=3, total=5, threshold=0.0),
    )
    assert tripped(export(first_run=FirstRun.FREE), first, now=NOW) == ()
    assert tripped(export(), volumes(acknowledged=0, adds=0, is_first=True), now=NOW) == ()
    assert tripped(export(), volumes(acknowledged=0, adds=3), now=NOW) == ()


@pytest.mark.parametrize(
    ("moves", "acknowledged", "is_large"),
    [(9, 10, False), (10, 49, True), (10, 50, False), (20, 100, False), (21, 100, True)],
)
def test_moves_are_many_over_a_fifth_and_from_ten_people_on(
    moves: int, acknowledged: int, is_large: bool
) -> None:
    assert is_large_move(Brakes(), moves, acknowledged) is is_large


def test_moves_that_are_many_are_told_with_the_people_they_are_of() -> None:
    found = tripped(export(), volumes(moves=21), now=NOW)

    assert found == (
        Stop(kind=StopKind.LARGE_MOVE, subject="moves", count=21, total=100, threshold=0.20),
    )


@pytest.mark.parametrize(
    ("count", "holders", "trips"),
    [(9, 10, False), (10, 49, True), (10, 50, False), (20, 100, False), (21, 100, True)],
)
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cleared", StopKind.FIELD_WIPED),
        ("emptied", StopKind.FIELD_EMPTIED),
        ("levelled", StopKind.FIELD_LEVELLED),
    ],
)
def test_a_field_trips_that_loses_its_values_or_its_differences_for_more_than_a_fifth(
    name: str, kind: StopKind, count: int, holders: int, trips: bool
) -> None:
    field = FieldVolume(tag="FNAME", holders=holders, **{name: count})

    found = tripped(export(), volumes(fields=(field,)), now=NOW)

    stop = Stop(kind=kind, subject="FNAME", count=count, total=holders, threshold=0.20)
    assert found == ((stop,) if trips else ())


@pytest.mark.parametrize(
    ("changed", "holders", "trips"),
    [(9, 10, False), (10, 19, True), (10, 20, False), (50, 100, False), (51, 100, True)],
)
def test_a_field_trips_that_changes_for_more_than_half(
    changed: int, holders: int, trips: bool
) -> None:
    field = FieldVolume(tag="FNAME", holders=holders, changed=changed)

    found = tripped(export(), volumes(fields=(field,)), now=NOW)

    stop = Stop(
        kind=StopKind.FIELD_CHANGED, subject="FNAME", count=changed, total=holders, threshold=0.50
    )
    assert found == ((stop,) if trips else ())


def test_every_stop_says_what_of_how_many_over_which_threshold() -> None:
    everything = volumes(
        losing=30,
        adds=3_000,
        begun=500,
        segments=(segment(8, 0), segment(50, 10)),
        sources=(SourceAge(source="orders", changed_at=NOW - timedelta(days=3, hours=1)),),
    )
    careful = export(contact_limit=3_000, brakes=Brakes(stale_after_days=2))

    assert tripped(careful, everything, now=NOW) == (
        Stop(kind=StopKind.CONTACT_LIMIT, subject="main", count=3_100, total=100, threshold=3_000),
        Stop(kind=StopKind.EMPTY_SEGMENT, subject="vip", count=8, total=8, threshold=0.0),
        Stop(kind=StopKind.SHRUNKEN_SEGMENT, subject="vip", count=40, total=50, threshold=0.50),
        Stop(kind=StopKind.STALE_SOURCE, subject="orders", count=3, total=3, threshold=2),
        Stop(kind=StopKind.LARGE_REMOVAL, subject="removals", count=30, total=100, threshold=0.20),
        Stop(
            kind=StopKind.LARGE_ADDITION,
            subject="additions",
            count=2_500,
            total=100,
            threshold=1.00,
        ),
    )


@pytest.mark.parametrize(("removes", "count"), [(11, 11), (60, 60), (10, None)])
def test_only_the_tags_that_a_plan_takes_count_as_shrinking(
    removes: int, count: int | None
) -> None:
    shrunken = segment(60, 10, removes=removes)

    found = tripped(
        export(brakes=Brakes(shrink_share=0.175)), volumes(segments=(shrunken,)), now=NOW
    )

    assert [stop.count for stop in found] == ([] if count is None else [count])


def unread(lost: int, written: int, label: str = "opted_out") -> Unread:
    loss = Loss(
        place=Place(table="profiles", part=Part.ATTRIBUTE, name=label),
        label=label,
        source="people",
        column=label,
        written=written,
        lost=lost,
        kinds={"not_a_boolean": lost},
    )
    return Unread(loss=loss, grounds=(Ground.RULES,), segments=("vip",))


@pytest.mark.parametrize(
    ("lost", "written", "trips"),
    [
        (9, 9, False),
        (10, 10, True),
        (10, 50, False),
        (10, 49, True),
        (11, 50, True),
        (200, 1_000, False),
        (201, 1_000, True),
        (0, 0, False),
    ],
)
def test_more_than_a_fifth_unread_and_at_least_ten_holds(
    lost: int, written: int, trips: bool
) -> None:
    found = tripped(export(), volumes(unread=(unread(lost, written),)), now=NOW)

    stop = Stop(
        kind=StopKind.VALUES_UNREAD,
        subject="opted_out",
        count=lost,
        total=written,
        threshold=0.20,
    )
    assert found == ((stop,) if trips else ())


def test_every_unread_place_holds_with_its_own_numbers() -> None:
    given = volumes(unread=(unread(10, 20), unread(3, 20, "born"), unread(30, 40, "orders.total")))

    found = tripped(export(), given, now=NOW)

    assert [(stop.subject, stop.count, stop.total) for stop in found] == [
        ("opted_out", 10, 20),
        ("orders.total", 30, 40),
    ]


def test_the_limits_of_unread_values_are_the_export_s_own() -> None:
    loose = export(brakes=Brakes(unread_share=0.5, unread_least=20))

    assert tripped(loose, volumes(unread=(unread(20, 40),)), now=NOW) == ()
    assert tripped(loose, volumes(unread=(unread(19, 20),)), now=NOW) == ()
    assert kinds(tripped(loose, volumes(unread=(unread(20, 39),)), now=NOW)) == [
        StopKind.VALUES_UNREAD
    ]


@pytest.mark.parametrize(("lost", "trips"), [(30, False), (39, False), (40, True), (5, False)])
def test_what_an_approved_plan_stood_on_holds_only_when_ten_more_are_lost(
    lost: int, trips: bool
) -> None:
    given = volumes(unread=(unread(lost, 50),), accepted={"opted_out": 30})

    assert kinds(tripped(export(), given, now=NOW)) == ([StopKind.VALUES_UNREAD] if trips else [])


def test_every_change_of_form_holds_and_says_what_it_was_and_is() -> None:
    forms = (
        FormChange(source="a", fact=Fact.ENCODING, before=("utf-8",), after=("windows-1252",)),
        FormChange(source="b", fact=Fact.SEPARATOR, before=(",",), after=(";",)),
        FormChange(
            source="c", fact=Fact.COLUMNS, before=("name",), after=("first", "last"), columns=4
        ),
    )

    found = tripped(export(), volumes(forms=forms), now=NOW)

    assert [
        (stop.kind, stop.subject, stop.count, stop.total, stop.before, stop.after) for stop in found
    ] == [
        (StopKind.ENCODING_CHANGED, "a", 2, 0, "utf-8", "windows-1252"),
        (StopKind.SEPARATOR_CHANGED, "b", 2, 0, ",", ";"),
        (StopKind.COLUMNS_CHANGED, "c", 3, 4, "name", "first, last"),
    ]
    assert all(stop.approvable for stop in found)


@pytest.mark.parametrize(
    ("before", "now", "stops"),
    [
        (100, 79, [StopKind.GUARD_OPENED]),
        (100, 80, []),
        (40, 30, [StopKind.GUARD_OPENED]),
        (40, 31, []),
        (20, 11, []),
        (1_000, 900, []),
        (10, 0, [StopKind.GUARD_OPENED]),
        (9, 0, []),
        (10, 30, []),
    ],
)
def test_who_was_left_out_comes_in_only_by_few_and_by_a_small_share(
    before: int, now: int, stops: list[StopKind]
) -> None:
    guard = GuardCount(
        subject="consent", segments=(), written=500, left_out=now, left_out_before=before
    )

    assert kinds(tripped(export(), volumes(guards=(guard,)), now=NOW)) == stops


def test_what_nobody_counted_before_is_not_compared() -> None:
    guard = GuardCount(subject="consent", segments=(), written=0, left_out=0)

    assert tripped(export(), volumes(guards=(guard,)), now=NOW) == ()


@pytest.mark.parametrize(
    ("before", "entering", "trips"),
    [(999, 1_000, True), (1_000, 1_000, False), (10, 999, False), (0, 5_000, False)],
)
def test_a_segment_that_takes_in_more_contacts_than_it_had_trips_from_a_thousand_on(
    before: int, entering: int, trips: bool
) -> None:
    grown = volumes(segments=(segment(before, before + entering),), entering={"Vip": entering})

    found = tripped(export(), grown, now=NOW)

    stop = Stop(
        kind=StopKind.GROWN_SEGMENT, subject="vip", count=entering, total=before, threshold=1.0
    )
    assert found == ((stop,) if trips else ())
