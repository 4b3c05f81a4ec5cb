"""What engines do differently, or badly, and compiled segments must not depend on (ENGINE-FACTS §2 and §6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest

from segue.segments import rules
from segue.segments.compile import flag_column, to_sql, with_flags
from segue.segments.parse import parse_segment
from segue.segments.rules import Compare, Comparison, Segment
from tests.contract.engines import given_engines
from tests.contract.engines.conftest import Choose
from tests.unit.segments.segment_schema import SCHEMA

_AS_OF = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
_NOBODY: dict[str, list[dict[str, object]]] = {
    "profiles": [],
    "related_orders": [],
    "related_tickets": [],
}
_DIALECTS = ("duckdb", "postgres", "spark")


def _segment(data: object, name: str = "these", known: Sequence[str] = ()) -> Segment:
    segment, mistakes = parse_segment(name, {"rules": data}, SCHEMA, known_segments=known)
    assert mistakes == ()
    assert segment is not None
    return segment


def _profiles(column: str, *values: object) -> dict[str, list[dict[str, object]]]:
    return _NOBODY | {
        "profiles": [
            {"profile_key": key, column: value} for key, value in enumerate(values, start=1)
        ]
    }


@pytest.fixture
def members(choose: Choose):  # type: ignore[no-untyped-def]
    """Return a function that gives the members of one segment, on each engine in turn."""

    def run(
        tables: dict[str, list[dict[str, object]]], data: object, time_zone: str = "Europe/Paris"
    ) -> set[object]:
        return choose(tables, [_segment(data)], as_of=_AS_OF, time_zone=time_zone)["these"]

    return run


def test_a_row_that_belongs_to_nobody_counts_for_nobody(members) -> None:  # type: ignore[no-untyped-def]
    tables = _profiles("country", "France", "Pérou") | {
        "related_orders": [
            {"profile_key": None, "total": Decimal(9)},
            {"profile_key": 2, "total": Decimal(1)},
        ]
    }

    assert members(tables, {"related": "orders", "exists": True}) == {2}
    assert members(tables, {"related": "orders", "exists": False}) == {1}
    assert members(tables, {"related": "orders", "count": True, "is": 0}) == {1}
    assert members(tables, {"related": "orders", "sum": "total", "is_blank": True}) == {1}
    assert members(tables, {"related": "orders", "sum": "total", "is_not": 1}) == {1}


def test_a_missing_value_satisfies_only_negative_comparisons(members) -> None:  # type: ignore[no-untyped-def]
    tables = _profiles("visits", None, 3)

    assert members(tables, {"attribute": "visits", "is": 3}) == {2}
    assert members(tables, {"attribute": "visits", "is_not": 3}) == {1}
    assert members(tables, {"attribute": "visits", "none_of": [3, 4]}) == {1}
    assert members(tables, {"not": {"attribute": "visits", "at_least": 3}}) == {1}
    assert members(tables, {"not": {"attribute": "visits", "at_most": 2}}) == {1, 2}


def test_nothing_but_white_space_is_blank(members) -> None:  # type: ignore[no-untyped-def]
    blanks = [None, "", "  ", "\t\r\n", "\x0b\x0c", "\u00a0\u2003", "\u3000"]
    tables = _profiles("country", *blanks, "van den Berg", "v", "f", "\\", ".")

    assert members(tables, {"attribute": "country", "is_blank": True}) == set(range(1, 8))
    assert members(tables, {"attribute": "country", "is_blank": False}) == set(range(8, 13))


def test_signs_of_patterns_are_plain_characters(members) -> None:  # type: ignore[no-untyped-def]
    tables = _profiles("country", "100%", "1000", "a_b", "axb", "a\\b", "o'brien", "[a-z]", "b")

    assert members(tables, {"attribute": "country", "contains": "0%"}) == {1}
    assert members(tables, {"attribute": "country", "starts_with": "a_"}) == {3}
    assert members(tables, {"attribute": "country", "ends_with": "\\b"}) == {5}
    assert members(tables, {"attribute": "country", "is": "o'brien"}) == {6}
    assert members(tables, {"attribute": "country", "starts_with": "[a-z]"}) == {7}


def test_capitals_and_accents(members) -> None:  # type: ignore[no-untyped-def]
    tables = _profiles("first_name", "Émile", "ÉMILE", "emile")

    assert members(tables, {"attribute": "first_name", "is": "Émile"}) == {1}
    assert members(tables, {"attribute": "first_name", "is": "émile", "ignore_case": True}) == {
        1,
        2,
    }
    assert members(
        tables, {"attribute": "first_name", "ends_with": "ILE", "ignore_case": True}
    ) == {1, 2, 3}


def test_decimals_are_exact(members) -> None:  # type: ignore[no-untyped-def]
    tables = _profiles(
        "spent", Decimal("0.10"), Decimal("0.30"), Decimal("10.49"), Decimal("10.50")
    )
    tables["related_orders"] = [{"profile_key": 1, "total": Decimal("0.10")} for _ in range(3)]

    assert members(tables, {"attribute": "spent", "is": 0.3}) == {2}
    assert members(tables, {"attribute": "spent", "more_than": "10.495"}) == {4}
    assert members(tables, {"attribute": "spent", "at_most": "99999999999999999.9"}) == {1, 2, 3, 4}
    assert members(tables, {"related": "orders", "sum": "total", "is": "0.3"}) == {1}
    assert members(tables, {"related": "orders", "sum": "total", "is": "0.300"}) == {1}


def test_a_day_and_a_month_are_those_of_the_people_not_of_utc(members) -> None:  # type: ignore[no-untyped-def]
    seen = [
        datetime(2026, 3, 31, 21, 59, 59),
        datetime(2026, 3, 31, 22),
        datetime(2026, 2, 28, 23),
        datetime(2026, 2, 28, 22, 59),
    ]
    tables = _profiles("seen", *seen)

    assert members(tables, {"attribute": "seen", "month_of": 3}) == {1, 3}
    assert members(tables, {"attribute": "seen", "month_of": 3}, "UTC") == {1, 2}
    assert members(tables, {"attribute": "seen", "on": "2026-03-31"}) == {1}
    assert members(tables, {"attribute": "seen", "after": "2026-03-31"}) == {2}
    assert members(tables, {"attribute": "seen", "within_last": {"days": 1}}) == {1}


def test_the_zone_of_the_session_changes_nothing() -> None:
    segments = [
        _segment({"attribute": "seen", "month_of": 3}, "month"),
        _segment({"attribute": "seen", "on": "2026-03-31"}, "day"),
    ]
    tables = _profiles("seen", datetime(2026, 3, 31, 21, 59), datetime(2026, 3, 31, 22))
    sql, _ = given_engines.compiled(segments, "duckdb", as_of=_AS_OF, time_zone="Europe/Paris")

    with duckdb.connect(":memory:") as connection:
        given_engines.fill_duckdb(connection, tables)
        in_utc = connection.execute(f"SET TimeZone = 'UTC'; {sql}").fetchall()
        in_tokyo = connection.execute(f"SET TimeZone = 'Asia/Tokyo'; {sql}").fetchall()

    assert in_utc == in_tokyo


def test_the_last_row_is_decided_by_one_total_order(members) -> None:  # type: ignore[no-untyped-def]
    noon = datetime(2026, 3, 1, 12)
    tables = _profiles("country", "a", "b", "c", "d") | {
        "related_orders": [
            {"profile_key": 1, "placed": noon, "genre": "Jazz", "paid": False, "total": Decimal(1)},
            {"profile_key": 1, "placed": noon, "genre": "Rock", "paid": True, "total": Decimal(-2)},
            {
                "profile_key": 1,
                "placed": noon - timedelta(days=1),
                "genre": "Zouk",
                "total": Decimal(9),
            },
            {"profile_key": 2, "placed": noon, "genre": None, "total": None},
            {
                "profile_key": 2,
                "placed": noon - timedelta(days=1),
                "genre": "Rock",
                "total": Decimal(3),
            },
            {"profile_key": 3, "placed": None, "genre": "Rock", "total": Decimal(3)},
        ]
    }

    assert members(
        tables, {"related": "orders", "last": "genre", "by": "placed", "is": "Rock"}
    ) == {1}
    assert members(tables, {"related": "orders", "last": "total", "by": "placed", "is": 1}) == {1}
    assert members(tables, {"related": "orders", "last": "paid", "by": "placed", "is": True}) == {1}
    assert members(
        tables, {"related": "orders", "last": "genre", "by": "placed", "is_blank": True}
    ) == {2, 3, 4}
    where = {"attribute": "genre", "is_blank": False}
    assert members(
        tables, {"related": "orders", "last": "total", "by": "placed", "is": 3, "where": where}
    ) == {2}


def test_a_blank_text_never_hides_another_one_of_the_same_last_day(members) -> None:  # type: ignore[no-untyped-def]
    day = datetime(2026, 3, 1, 12)
    tables = _profiles("country", "a") | {
        "related_orders": [
            {"profile_key": 1, "placed": day, "genre": "Rock"},
            {"profile_key": 1, "placed": day, "genre": "\u3000"},
        ]
    }

    assert members(
        tables, {"related": "orders", "last": "genre", "by": "placed", "is": "Rock"}
    ) == {1}


def test_an_address_is_compared_in_its_canonical_form(members) -> None:  # type: ignore[no-untyped-def]
    tables = _profiles("email", "nadia@shop.example", None, "omar@xn--bcher-kva.example")

    assert members(tables, {"attribute": "email", "is": " NADIA@Shop.example"}) == {1}
    assert members(tables, {"attribute": "email", "any_of": ["omar@bücher.example"]}) == {3}
    assert members(tables, {"attribute": "email", "ends_with": "@SHOP.example"}) == {1}
    assert members(tables, {"attribute": "email", "is_blank": True}) == {2}


def test_a_leap_day_is_a_day_like_any_other(members) -> None:  # type: ignore[no-untyped-def]
    tables = _profiles(
        "birthday", date(2024, 2, 29), date(2024, 3, 1), date(2025, 3, 31), date(2025, 4, 1)
    )

    assert members(tables, {"attribute": "birthday", "on": "2024-02-29"}) == {1}
    assert members(tables, {"attribute": "birthday", "month_of": [2]}) == {1}
    assert members(tables, {"attribute": "birthday", "within_last": {"years": 1}}) == {4}


def test_so_long_ago_begins_where_within_the_last_ends(members) -> None:  # type: ignore[no-untyped-def]
    days = [date(2026, 3, 24), date(2026, 3, 25), date(2026, 4, 6), date(2026, 4, 7), None]
    tables = _profiles("birthday", *days)

    assert members(tables, {"attribute": "birthday", "before_last": {"days": 7}}) == {1}
    assert members(tables, {"attribute": "birthday", "within_last": {"days": 7}}) == {2}
    assert members(tables, {"attribute": "birthday", "after_next": {"weeks": 1}}) == {4}


def test_so_long_ago_is_told_by_the_days_of_the_people(members) -> None:  # type: ignore[no-untyped-def]
    tables = _profiles("seen", datetime(2026, 3, 24, 21, 59, 59), datetime(2026, 3, 24, 23))

    assert members(tables, {"attribute": "seen", "before_last": {"days": 7}}) == {1}
    assert members(tables, {"attribute": "seen", "before_last": {"days": 7}}, "UTC") == {1, 2}


def test_an_anniversary_comes_a_year_later_at_the_earliest(members) -> None:  # type: ignore[no-untyped-def]
    days = [
        *(date(2025, 4, 2), date(1999, 3, 31), date(2026, 4, 2), date(2027, 4, 2)),
        *(date(2024, 4, 7), date(2026, 3, 31)),
    ]
    tables = _profiles("birthday", *days, None)
    coming = {"attribute": "birthday", "anniversary_within_next": {"days": 7}}

    assert members(tables, coming) == {1, 2}
    assert members(tables, {"attribute": "birthday", "anniversary_within_last": {"days": 1}}) == {2}
    assert members(tables, {"attribute": "birthday", "anniversary_within_next": {"years": 1}}) == {1, 2, 5}  # fmt: skip


@pytest.mark.parametrize(("year", "day", "celebrates"), [(2027, 28, True), (2028, 28, False), (2028, 29, True)])  # fmt: skip
def test_who_began_on_29_february_has_an_anniversary_each_year(
    choose: Choose, year: int, day: int, celebrates: bool
) -> None:
    tables = _profiles("birthday", date(2024, 2, 29)) | {"related_orders": []}
    tables["profiles"][0] |= {"seen": datetime(2024, 2, 28, 23, 30), "born": "02/29"}
    written = {name: {"attribute": name, "anniversary_within_next": {"days": 1}} for name in ("birthday", "seen", "born")}  # fmt: skip

    found = choose(
        tables,
        [_segment(rule, name) for name, rule in written.items()],
        as_of=datetime(year, 2, day, 12, tzinfo=UTC),
        time_zone="Europe/Paris",
    )

    assert found == dict.fromkeys(written, {1} if celebrates else set())


def test_a_weekday_is_that_of_the_people(members) -> None:  # type: ignore[no-untyped-def]
    friday_night = [
        datetime(2026, 3, 27, 22, 59, 59),
        datetime(2026, 3, 27, 23),
        datetime(2026, 7, 3, 21, 59, 59),
        datetime(2026, 7, 3, 22),
        datetime(1960, 7, 1, 23),
    ]
    tables = _profiles("seen", *friday_night, None)

    assert members(tables, {"attribute": "seen", "weekday_of": "friday"}) == {1, 3}
    assert members(tables, {"attribute": "seen", "weekday_of": ["saturday", "sunday"]}) == {2, 4, 5}
    assert members(tables, {"attribute": "seen", "weekday_of": "Friday"}, "UTC") == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("dialect", _DIALECTS)
def test_a_segment_for_each_month_looks_the_zone_up_once(dialect: str) -> None:
    months = [_segment({"attribute": "seen", "month_of": [n]}, f"m{n}") for n in range(1, 13)]

    one, every = (
        given_engines.compiled(some, dialect, as_of=_AS_OF, time_zone="Europe/Paris")[0]
        for some in (months[:1], months)
    )

    assert len(every) < len(one) + 12 * 500


def _sixty_four_segments() -> list[Segment]:
    segments: list[Segment] = []
    for number in range(64):
        own = {"attribute": "visits", "at_least": number}
        related = {
            "related": "orders",
            "sum": "total",
            "at_least": number,
            "where": {"attribute": "genre", "is": "Jazz"},
        }
        counted = {"related": "tickets", "count": True, "more_than": number % 4}
        data: object = {"any": [own, {"all": [related, counted]}]}
        if segments:
            data = {"union": [{"intersect": [{"segment": segments[-1].name}, own]}, data]}
        segments.append(_segment(data, f"s{number}", [segment.name for segment in segments]))
    return segments


@pytest.mark.parametrize("dialect", _DIALECTS)
def test_sixty_four_segments_name_every_table_once(dialect: str) -> None:
    sql, flags = given_engines.compiled(
        _sixty_four_segments(), dialect, as_of=_AS_OF, time_zone="Europe/Paris"
    )

    assert sorted(_tables_of(sql)) == ["profiles", "related_orders", "related_tickets"]
    assert len(flags) == 64
    assert sql.count("SUM(") == 1
    assert len(sql) < 200_000


def test_sixty_four_segments_over_a_million_rows_are_planned_as_one_scan_per_table() -> None:
    sql, _ = given_engines.compiled(
        _sixty_four_segments(), "duckdb", as_of=_AS_OF, time_zone="Europe/Paris"
    )
    with duckdb.connect(":memory:") as connection:
        given_engines.fill_duckdb(connection, _NOBODY)
        connection.execute(
            "INSERT INTO profiles (profile_key, visits) SELECT i, i % 70 FROM range(1000000) t(i)"
        )

        plan = connection.execute(f"EXPLAIN {sql}").fetchall()[0][1]

    assert sorted(re.findall(r"\b(profiles|related_\w+)\b", plan)) == [
        "profiles",
        "related_orders",
        "related_tickets",
    ]


def test_an_average_is_compared_exactly_and_looks_only_at_values_that_are_there(members) -> None:  # type: ignore[no-untyped-def]
    third = [Decimal(3), Decimal("3.50"), Decimal("3.50"), None]
    tables = _profiles("country", "a", "b") | {
        "related_orders": [{"profile_key": 1, "total": total, "genre": "Jazz"} for total in third]
    }
    average = {"related": "orders", "average": "total"}
    jazz = {"attribute": "genre", "is": "Jazz"}

    assert members(tables, {**average, "more_than": "3.33", "where": jazz}) == {1}
    assert members(tables, {**average, "is": "3.33"}) == set()
    assert members(tables, {**average, "between": ["3.333333333333333", "3.333333333333334"]}) == {1}  # fmt: skip
    assert members(tables, {**average, "is_blank": True}) == {2}
    assert members(tables, {**average, "is_not": 1}) == {1, 2}


def test_different_values_are_counted_once_and_blanks_not_at_all(members) -> None:  # type: ignore[no-untyped-def]
    genres = ["Jazz", "Jazz", "jazz", " ", None]
    tables = _profiles("country", "a", "b") | {
        "related_orders": [{"profile_key": 1, "genre": genre} for genre in genres]
    }

    assert members(tables, {"related": "orders", "count_distinct": "genre", "is": 2}) == {1}
    assert members(tables, {"related": "orders", "count_distinct": "genre", "less_than": 1}) == {2}


def test_the_first_row_is_decided_by_one_total_order(members) -> None:  # type: ignore[no-untyped-def]
    noon = datetime(2026, 3, 1, 12)
    rows = [(noon, "Rock", True), (noon, "Jazz", False), (noon, " ", None), (None, "Ambient", None)]
    tables = _profiles("country", "a", "b") | {
        "related_orders": [
            {"profile_key": 1, "placed": placed, "genre": genre, "paid": paid}
            for placed, genre, paid in rows
        ]
    }
    first = {"related": "orders", "by": "placed"}

    assert members(tables, {**first, "first": "genre", "is": "Jazz"}) == {1}
    assert members(tables, {**first, "first": "paid", "is": False}) == {1}
    assert members(tables, {**first, "first": "genre", "is_blank": True}) == {2}


def test_averages_and_different_values_read_their_related_table_once() -> None:
    data = {"all": [
        {"related": "orders", "average": "total", "at_least": 3},
        {"related": "orders", "sum": "total", "at_least": 9},
        {"related": "orders", "count_distinct": "genre", "at_least": 2},
    ]}  # fmt: skip

    sql, _ = given_engines.compiled([_segment(data)], "duckdb", as_of=_AS_OF, time_zone="UTC")

    assert sorted(_tables_of(sql)) == ["profiles", "related_orders"]
    assert sql.count("SUM(") == 1


def _tables_of(sql: str) -> list[str]:
    return re.findall(r"(?:FROM|JOIN) [`\"](\w+)[`\"]", sql)


def test_first_and_last_read_their_related_table_twice_and_no_other() -> None:
    data = {"all": [
        {"related": "orders", "last": "total", "by": "placed", "is": 3},
        {"related": "orders", "first": "total", "by": "placed", "is": 1},
        {"related": "orders", "last": "genre", "by": "due", "is": "Jazz"},
        {"related": "tickets", "exists": True},
    ]}  # fmt: skip

    sql, _ = given_engines.compiled([_segment(data)], "duckdb", as_of=_AS_OF, time_zone="UTC")

    assert sorted(_tables_of(sql)) == [
        *("profiles", "related_orders", "related_orders", "related_tickets"),
    ]


def test_the_same_aggregate_is_computed_once_for_all_segments() -> None:
    jazz = {"attribute": "genre", "is": "Jazz"}
    segments = [
        _segment({"related": "orders", "exists": True, "where": jazz}, "any"),
        _segment({"related": "orders", "count": True, "more_than": 3, "where": jazz}, "many"),
        _segment({"related": "orders", "exists": False, "where": jazz}, "none"),
    ]

    sql, _ = given_engines.compiled(segments, "postgres", as_of=_AS_OF, time_zone="UTC")

    assert sql.count("COUNT(*)") == 1


def test_segments_that_build_on_each_other_do_not_multiply_the_query() -> None:
    segments = [_segment({"attribute": "visits", "at_least": 1}, "s0")]
    for number in range(1, 30):
        twice = {"any": [{"segment": f"s{number - 1}"}, {"not": {"segment": f"s{number - 1}"}}]}
        segments.append(_segment(twice, f"s{number}", [f"s{number - 1}"]))
    known = {segment.name: segment for segment in segments}

    flagged = with_flags(segments[-1:], SCHEMA, as_of=_AS_OF, time_zone="UTC", all_segments=known)

    assert len(to_sql(flagged.table, "duckdb")) < 60_000
    assert flagged.flags == {"s29": "flag__s29"}


def test_a_thousand_alternatives_compile_and_run(members) -> None:  # type: ignore[no-untyped-def]
    tables = _profiles("visits", 7, 1500)

    found = members(
        tables, {"any": [{"attribute": "visits", "is": number} for number in range(1000)]}
    )

    assert found == {1}


def test_only_asked_segments_get_a_column() -> None:
    base = _segment({"attribute": "visits", "is": 1}, "base")
    asked = _segment({"not": {"segment": "base"}}, "asked", ["base"])

    flagged = with_flags(
        [asked], SCHEMA, as_of=_AS_OF, time_zone="UTC", all_segments={"base": base, "asked": asked}
    )

    own = [column for column in flagged.table.columns if column.startswith("flag__")]
    assert (own, dict(flagged.flags)) == (["flag__asked"], {"asked": "flag__asked"})
    assert flagged.table.schema()["flag__asked"].is_boolean()


def test_long_names_of_segments_stay_apart_within_63_bytes() -> None:
    columns = {flag_column("a" * 59 + end) for end in "bcd"} | {flag_column("short")}

    assert len(columns) == 4
    assert max(len(column) for column in columns) == 63


def test_numbers_beyond_32_bits_are_written_out() -> None:
    segment = Segment(
        name="big", rule=Compare(attribute="visits", comparison=Comparison.IS, values=(1 << 40,))
    )

    flagged = with_flags([segment], SCHEMA, as_of=_AS_OF, time_zone="UTC", all_segments={})

    assert all("1099511627776" in to_sql(flagged.table, dialect) for dialect in _DIALECTS)  # type: ignore[arg-type]


def test_a_rule_that_cannot_look_at_rows_is_our_error_and_never_ignored() -> None:
    inside = rules.RelatedTo(
        table="orders",
        function=rules.AggregateFunction.EXISTS,
        where=rules.InSegment(segment="vip"),
    )

    with pytest.raises(TypeError, match="InSegment cannot look at the rows"):
        with_flags(
            [Segment(name="odd", rule=inside)],
            SCHEMA,
            as_of=_AS_OF,
            time_zone="UTC",
            all_segments={},
        )
