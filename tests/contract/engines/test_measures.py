"""Measures are the same numbers and dates on every engine, and those that a plain evaluator finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given

from segue.profiles.ports import FlaggedProfiles, Profiles, TopValue
from segue.profiles.schema import ProfileSchema
from segue.segments.compile import with_flags
from segue.segments.parse import parse_segment
from segue.segments.rules import Segment
from tests.contract.engines.given_engines import GivenEngine, Tables, exported_members
from tests.contract.engines.segment_evaluator import Evaluator
from tests.unit.segments.segment_schema import SCHEMA, in_zone, measured
from tests.unit.segments.segment_strategies import stored_tables

_AS_OF = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
_EVERYBODY = {"any": [{"attribute": "visits", "is_blank": one} for one in (True, False)]}


def _everybody(schema: ProfileSchema, rules: object = _EVERYBODY) -> Segment:
    segment, mistakes = parse_segment("everybody", {"rules": rules}, schema)
    assert mistakes == ()
    assert segment is not None
    return segment


def _flagged(schema: ProfileSchema, *, time_zone: str = "UTC") -> FlaggedProfiles:
    return with_flags(
        [_everybody(schema)],
        schema,
        as_of=_AS_OF,
        time_zone=time_zone,
        all_segments={},
        measures=[*schema.measures],
    )


def _values(profiles: Profiles, schema: ProfileSchema) -> dict[object, dict[str, object]]:
    return _read(profiles, _flagged(schema), [*schema.measures])


def _read(
    profiles: Profiles, flagged: FlaggedProfiles, names: Sequence[str]
) -> dict[object, dict[str, object]]:
    found = {}
    for batch in profiles.exported(flagged, names):
        columns = batch.to_pydict()
        for at, key in enumerate(columns["profile_key"]):
            found[key] = {name: columns[name][at] for name in names}
    return found


@pytest.mark.slow
@given(tables=stored_tables())
def test_an_engine_computes_the_measures_that_are_described(
    engine: GivenEngine, tables: Tables
) -> None:
    told = Evaluator(tables, SCHEMA, {}, as_of=_AS_OF, time_zone="UTC").measures()

    with engine.given(tables, SCHEMA) as profiles:
        assert _read(profiles, _in_utc(), [*SCHEMA.measures]) == told


@cache
def _in_utc() -> FlaggedProfiles:
    """Return what is asked of all examples, made once: making it takes longer than to answer it."""
    return _flagged(in_zone("UTC"))


def _measures(
    engine: GivenEngine, tables: Tables, written: Mapping[str, object]
) -> dict[object, dict[str, object]]:
    schema = measured(SCHEMA, written)
    with engine.given(tables, schema) as profiles:
        return _values(profiles, schema)


def test_without_rows_a_count_is_0_and_all_else_is_blank(engine: GivenEngine) -> None:
    tables = {"profiles": [{"profile_key": 1, "visits": 4}]}
    written = {
        "rows": {"related": "orders", "count": True},
        "values": {"related": "orders", "count_distinct": "genre"},
        "total": {"related": "orders", "sum": "total"},
        "mean": {"related": "orders", "average": "total"},
        "least": {"related": "orders", "min": "due"},
        "newest": {"related": "orders", "last": "total", "by": "placed"},
        "instead": {"related": "orders", "sum": "total", "or": 7},
        "ratio": {"formula": "total / visits"},
        "by_nobody": {"formula": "visits / rows"},
        "with_visits": {"formula": "rows + visits"},
    }

    assert _measures(engine, tables, written) == {
        1: {
            "rows": 0,
            "values": 0,
            "total": None,
            "mean": None,
            "least": None,
            "newest": None,
            "instead": Decimal(7),
            "ratio": None,
            "by_nobody": None,
            "with_visits": 4,
        }
    }


def test_numbers_are_rounded_half_away_from_0(engine: GivenEngine) -> None:
    tables = {
        "profiles": [{"profile_key": key, "visits": 8} for key in (1, 2)],
        "related_orders": [
            {"profile_key": 1, "total": Decimal("0.05"), "quantity": 2**39},
            {"profile_key": 1, "total": Decimal("0.00"), "quantity": 2**39 + 1},
            {"profile_key": 2, "total": Decimal("-0.05"), "quantity": -1},
            {"profile_key": 2, "total": Decimal("0.00"), "quantity": -2},
        ],
    }
    written = {
        "mean": {"related": "orders", "average": "total"},
        "whole": {"related": "orders", "average": "quantity", "decimals": 0},
        "eighth": {"formula": "1 / visits"},
        "exact": {"formula": "1 / visits", "decimals": 3},
        "third": {"formula": "whole / 3", "decimals": 6},
    }

    assert _measures(engine, tables, written) == {
        1: {
            "mean": Decimal("0.03"),
            "whole": 2**39 + 1,
            "eighth": Decimal("0.13"),
            "exact": Decimal("0.125"),
            "third": Decimal("183251937963.000000"),
        },
        2: {
            "mean": Decimal("-0.03"),
            "whole": -2,
            "eighth": Decimal("0.13"),
            "exact": Decimal("0.125"),
            "third": Decimal("-0.666667"),
        },
    }


def test_what_has_too_many_digits_is_blank_and_stops_nobody(engine: GivenEngine) -> None:
    tables = {
        "profiles": [
            {"profile_key": 1, "spent": Decimal("9999999999999999.99"), "visits": 2**62},
            {"profile_key": 2, "spent": Decimal("999999.50"), "visits": 999_999},
        ],
        "related_orders": [
            {"profile_key": 1, "total": Decimal("9999999999999999.99")} for _ in range(3)
        ],
    }
    written = {
        "sum_of_all": {"related": "orders", "sum": "total"},
        "squared": {"formula": "spent * spent"},
        "more": {"formula": "visits + 1"},
        "small": {"formula": "spent / (spent * 1000001)"},
        "large": {"formula": "spent / 0.000001"},
    }

    assert _measures(engine, tables, written) == {
        1: dict.fromkeys(written),
        2: {
            "sum_of_all": None,
            "squared": Decimal("999999000000.25"),
            "more": 1_000_000,
            "small": None,
            "large": Decimal("999999500000.00"),
        },
    }


def test_a_measure_stands_wherever_an_attribute_can(engine: GivenEngine) -> None:
    schema = SCHEMA
    tables = {
        "profiles": [
            {"profile_key": key, "visits": 2, "spent": Decimal(10)} for key in range(1, 5)
        ],
        "related_orders": [
            {"profile_key": key, "total": Decimal(5), "placed": datetime(2026, 3, number)}
            for key in (1, 2, 3)
            for number in range(1, key + 1)
        ],
        "related_tickets": [{"profile_key": 3, "opened": date(2026, 1, 1)}],
    }
    rules: dict[str, object] = {
        "more": {"attribute": "orders_made", "more_than": 1},
        "alike": {"attribute": "orders_made", "is": {"attribute": "visits"}},
        "other_way": {"attribute": "visits", "less_than": {"attribute": "orders_made"}},
        "against": {"related": "tickets", "count": True, "less_than": {"attribute": "orders_made"}},
        "blank": {"attribute": "total_lately", "is_blank": True},
        "spent_more": {"attribute": "total_lately", "at_least": {"attribute": "spent"}},
        "first": {"top": {"number": 2, "attribute": "total_lately"}},
        "most": {"top": {"percent": 100, "attribute": "orders_made"}},
        "computed": {"attribute": "per_order", "is": 4},
    }
    segments = [
        parsed
        for name, rule in rules.items()
        if (parsed := parse_segment(name, {"rules": rule}, schema)[0])
    ]
    flagged = with_flags(segments, schema, as_of=_AS_OF, time_zone="UTC", all_segments={})

    with engine.given(tables, schema) as profiles:
        found = exported_members(profiles, flagged)
        alone = {*profiles.members(flagged, "first")}

    assert found == {
        "more": {2, 3},
        "alike": {2},
        "other_way": {3},
        "against": {1, 2, 3},
        "blank": {4},
        "spent_more": {2, 3},
        "first": {2, 3},
        "most": {1, 2, 3},
        "computed": {1, 2, 3},
    }
    assert alone == found["first"]


def test_the_most_frequent_values_of_a_measure_are_counted(engine: GivenEngine) -> None:
    schema = measured(SCHEMA, {"rows": {"related": "tickets", "count": True}})
    tables = {
        "profiles": [{"profile_key": key} for key in range(1, 6)],
        "related_tickets": [
            {"profile_key": key, "opened": date(2026, 1, 1)} for key in (1, 1, 2, 2, 3)
        ],
    }

    with engine.given(tables, schema) as profiles:
        flagged = _flagged(schema)
        found = profiles.top_values("rows", limit=2, of=flagged)
        with pytest.raises(LookupError):
            profiles.top_values("no_such_measure", limit=2, of=flagged)

    assert found == [TopValue(value=0, people=2), TopValue(value=2, people=2)]


def test_a_relative_date_is_of_the_day_that_is_asked(engine: GivenEngine) -> None:
    tables = {
        "profiles": [{"profile_key": 1}],
        "related_orders": [
            {"profile_key": 1, "total": Decimal(5), "placed": datetime(2025, 4, 1, 12)}
        ],
    }
    days = {}
    for as_of in (_AS_OF, datetime(2026, 4, 1, 12, tzinfo=UTC)):
        flagged = with_flags(
            [_everybody(SCHEMA)],
            SCHEMA,
            as_of=as_of,
            time_zone="UTC",
            all_segments={},
            measures=["total_lately"],
        )
        with engine.given(tables, SCHEMA) as profiles:
            [row] = profiles.sample(flagged, "everybody", limit=1, columns=["total_lately"])
            days[as_of.day] = row[1]

    assert days == {31: Decimal("5.00"), 1: None}
