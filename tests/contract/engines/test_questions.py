"""What an engine answers besides who is in a segment: samples, frequent values, one person, and what it says that it can."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from segue.core.errors import BrokenOff, ConfigurationProblem
from segue.core.permit import Permit
from segue.profiles.ports import FlaggedProfiles, Profiles, TopValue
from segue.profiles.schema import AttributeType, ProfileSchema, Table
from segue.segments.compile import LONGEST_IDENTIFIER
from segue.segments.parse import parse_segment
from segue.segments.rules import Kept, Not, Segment
from segue.segments.tables import DECIMAL_DIGITS
from segue.sync.tags import BITS_PER_WORD
from tests.contract.engines.given_engines import GivenEngine, Tables, flagged_of
from tests.unit.segments.segment_schema import SCHEMA, attribute
from tests.unit.segments.segment_strategies import listed

AS_OF = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
PEOPLE: Tables = {
    "profiles": [
        {"profile_key": 10, "email": "nadia@shop.example", "first_name": "Nadia", "country": "Pérou",
         "visits": 3, "spent": Decimal("10.50"), "opted_in": True, "birthday": date(1996, 2, 29),
         "seen": datetime(2026, 3, 1, 8, 30), "born": "02/29", "tags": listed(["vip", "été"])},
        {"profile_key": 2, "email": "omar@shop.example", "first_name": "Omar", "country": " ", "visits": 3,
         "tags": listed(["vip"])},
        {"profile_key": 33, "email": "nadia@shop.example", "first_name": "PIA%", "country": "Pérou"},
        {"profile_key": 4, "email": None, "first_name": None, "country": "", "visits": -1},
    ],
}  # fmt: skip
EVERYBODY = {"any": [{"attribute": "visits", "is_blank": yes} for yes in (True, False)]}
NAMES = [one.name for one in SCHEMA.profiles.attributes]


def segment(rules: object, name: str = "these") -> Segment:
    found, mistakes = parse_segment(name, {"rules": rules}, SCHEMA)
    assert (found is not None, mistakes) == (True, ())
    return found  # type: ignore[return-value]


def flagged(*segments: Segment):  # type: ignore[no-untyped-def]
    return flagged_of(segments, as_of=AS_OF, time_zone="UTC", schema=SCHEMA)


@pytest.fixture
def profiles(engine: GivenEngine) -> Iterator[Profiles]:
    with engine.given(PEOPLE) as opened:
        yield opened


def test_values_come_back_as_they_are_kept(profiles: Profiles) -> None:
    [row] = profiles.sample(flagged(segment({"attribute": "spent", "is": 10.5})), "these", limit=9, columns=NAMES)  # fmt: skip

    given = PEOPLE["profiles"][0]
    assert row == (10, *(given[name] for name in NAMES))


@pytest.mark.parametrize(
    ("matching", "keys"),
    [
        ("", [2, 4, 10, 33]),
        ("pérou", [10, 33]),
        ("PE\u0301ROU", [10, 33]),
        ("perou", [10, 33]),
        ("3", [2, 10, 33]),
        ("a%", [33]),
        ("_", []),
    ],
)
def test_a_sample_is_of_those_who_hold_a_text_by_key(
    profiles: Profiles, matching: str, keys: list[int]
) -> None:
    columns = ["first_name", "country", "visits"]
    everybody = flagged(segment(EVERYBODY))

    found = profiles.sample(everybody, "these", limit=9, columns=columns, matching=matching)
    first = profiles.sample(everybody, "these", limit=1, columns=columns, matching=matching)

    assert [row[0] for row in found] == keys
    assert first == found[:1]


def test_frequent_values_come_first_and_blanks_are_none(profiles: Profiles) -> None:
    assert profiles.top_values("country", limit=5) == [TopValue(value="Pérou", people=2)]
    assert profiles.top_values("visits", limit=1) == [TopValue(value=3, people=2)]
    assert profiles.top_values("tags", limit=5) == [
        TopValue(value="vip", people=2),
        TopValue(value="été", people=1),
    ]
    with pytest.raises(LookupError):
        profiles.top_values("no_such_attribute", limit=5)


def test_frequent_values_of_related_rows_count_rows(engine: GivenEngine) -> None:
    orders = [
        {"profile_key": 10, "genre": genre, "number": number}
        for number, genre in enumerate(["Rock", "Rock", "Jazz", " ", None])
    ]

    with engine.given({**PEOPLE, "related_orders": orders}) as profiles:
        found = profiles.top_values("genre", limit=5, rows_of="orders")

        assert found == [TopValue(value="Rock", people=2), TopValue(value="Jazz", people=1)]
        with pytest.raises(LookupError):
            profiles.top_values("country", limit=5, rows_of="orders")


def test_members_that_no_rule_finds_are_found_by_key_and_by_address(engine: GivenEngine) -> None:
    kept = {
        "some": (AttributeType.INTEGER, [2, 33, 777]),
        "listed": (AttributeType.TEXT, ["nadia@shop.example", "nobody@shop.example"]),
        "nobody": (AttributeType.INTEGER, []),
    }
    asked = flagged(
        Segment(name="some", rule=Kept(place="some")),
        Segment(name="listed", rule=Kept(place="listed", attributes=("email",))),
        Segment(name="nobody", rule=Kept(place="nobody")),
        Segment(name="others", rule=Not(rule=Kept(place="some"))),
    )

    with engine.given(PEOPLE, kept=kept) as profiles:
        found = {name: list(profiles.members(asked, name)) for name in asked.flags}

    assert found == {"some": [2, 33], "listed": [10, 33], "nobody": [], "others": [4, 10]}


def test_percentiles_are_values_that_somebody_has_and_blanks_are_none(engine: GivenEngine) -> None:
    rows = [
        {
            "profile_key": key,
            "visits": key * 10 if key <= 10 else None,
            "birthday": date(2000, 1, 1),
        }
        for key in range(1, 13)
    ]

    with engine.given({"profiles": rows}) as profiles:
        assert profiles.percentiles("visits", [10, 25, 50, 95, 100]) == {
            10: 10,
            25: 30,
            50: 50,
            95: 100,
            100: 100,
        }
        assert profiles.percentiles("birthday", [50]) == {50: date(2000, 1, 1)}
        assert profiles.percentiles("spent", [50]) == {}
        with pytest.raises(LookupError):
            profiles.percentiles("no_such_attribute", [50])


@pytest.mark.parametrize(
    ("who", "keys"),
    [("10", [10]), (" NADIA@shop.example", [10, 33]), ("1", []), ("", []), ("x' OR 1=1 --", [])],
)
def test_a_person_is_found_by_key_or_address(profiles: Profiles, who: str, keys: list[int]) -> None:
    found = profiles.find(who, limit=9)

    assert [row["profile_key"] for row in found] == keys
    assert all(list(row) == ["profile_key", *NAMES] for row in found)
    assert list(profiles.find(who, limit=1)) == list(found)[:1]


@pytest.mark.parametrize(
    ("who", "keys"),
    [
        ("NAD", [10]),
        ("a%", [33]),
        ("a", [2, 10, 33]),
        ("pérou  a", [10, 33]),
        ("pe\u0301rou\u00a0\u200bpia", [33]),
        ("PEROU pia", [33]),
        ("pèrøu pìa", [33]),
        ("pérou omar", []),
        ("33 a", []),
        ("_", []),
        ("  ", []),
    ],
)
def test_a_person_is_found_by_parts_of_names(profiles: Profiles, who: str, keys: list[int]) -> None:
    found = profiles.find(who, names=["first_name", "country"], limit=9)

    assert [row["profile_key"] for row in found] == keys


def test_apostrophes_and_hyphens_are_found_as_any_device_writes_them(engine: GivenEngine) -> None:
    names = ("D'Aubigné", "L’Haÿ", "Jean-Luc", "Anne‑Marie")
    rows = [{"profile_key": key, "first_name": name} for key, name in enumerate(names, start=1)]

    with engine.given({"profiles": rows}) as profiles:
        found = {
            who: [row["profile_key"] for row in profiles.find(who, names=["first_name"], limit=9)]
            for who in ("d’aubigne", "L'HAY", "jean‑luc", "anne-marie")
        }

    assert found == {"d’aubigne": [1], "L'HAY": [2], "jean‑luc": [3], "anne-marie": [4]}


def test_who_has_the_key_comes_before_who_is_called_so(engine: GivenEngine) -> None:
    rows = [{"profile_key": key, "first_name": name} for key, name in ((1, "Ada 7"), (7, "Ben"))]

    with engine.given({"profiles": rows}) as profiles:
        found = profiles.find("7", names=["first_name"], limit=9)
        assert [row["profile_key"] for row in found] == [7, 1]


def test_rows_of_a_person_come_newest_first_and_are_counted(engine: GivenEngine) -> None:
    placed = [datetime(2026, 3, 1, 8), None, datetime(2026, 3, 2), datetime(2026, 3, 1, 8)]
    orders = [
        {"profile_key": 10, "number": number, "placed": at, "total": Decimal(number)}
        for number, at in enumerate(placed)
    ] + [{"profile_key": 2, "number": 9, "placed": placed[0]}, {"profile_key": None, "number": 8}]
    names = [one.name for one in SCHEMA.related["orders"].attributes]
    number = names.index("number")

    with engine.given({**PEOPLE, "related_orders": orders}) as profiles:
        total, rows = profiles.rows_of("orders", 10, by="placed", limit=9)
        assert (total, [row[number] for row in rows]) == (4, [2, 0, 3, 1])
        assert dict(zip(names, rows[0], strict=True)) == {
            **dict.fromkeys(names),
            "number": 2,
            "placed": datetime(2026, 3, 2),
            "total": Decimal(2),
        }
        assert profiles.rows_of("orders", 10, by="placed", limit=1) == (4, rows[:1])
        assert [row[number] for row in profiles.rows_of("orders", 10, limit=9)[1]] == [0, 1, 2, 3]
        assert profiles.rows_of("orders", 33, by="placed", limit=9) == (0, [])
        with pytest.raises(KeyError):
            profiles.rows_of("no_such_table", 10, limit=9)


def test_what_leaves_the_engine_is_who_is_in_any_segment_and_nobody_else(
    profiles: Profiles,
) -> None:
    chosen = flagged(
        segment({"attribute": "country", "is": "Pérou"}, "peru"),
        segment({"attribute": "visits", "at_least": 3}, "often"),
    )

    rows = [row for batch in profiles.exported(chosen, ["spent"]) for row in batch.to_pylist()]

    assert sorted(rows, key=lambda row: row["profile_key"]) == [
        {"profile_key": 2, "flag__peru": False, "flag__often": True, "spent": None},
        {"profile_key": 10, "flag__peru": True, "flag__often": True, "spent": Decimal("10.50")},
        {"profile_key": 33, "flag__peru": True, "flag__often": False, "spent": None},
    ]


def test_where_nobody_is_there_are_columns_still(engine: GivenEngine) -> None:
    nobody = flagged(segment(EVERYBODY))

    with engine.given({}) as profiles:
        [batch] = profiles.exported(nobody, ["spent"])
        assert (batch.num_rows, batch.schema.names) == (
            0,
            ["profile_key", "flag__these", "spent"],
        )
        assert profiles.counts(nobody) == {"these": 0}
        assert profiles.counts(flagged()) == {}
        assert list(profiles.members(nobody, "these")) == []
        assert profiles.top_values("country", limit=5) == []


def test_who_shares_a_value_with_a_member_may_leave_with_them(profiles: Profiles) -> None:
    nadia = flagged(segment({"attribute": "spent", "is": 10.5}))
    fourth = flagged(segment({"attribute": "visits", "is": -1}))

    def left(chosen: FlaggedProfiles, **sharing: str) -> list[tuple[object, ...]]:
        found = [batch.to_pylist() for batch in profiles.exported(chosen, [], **sharing)]
        return sorted(tuple(row.values()) for rows in found for row in rows)

    assert left(nadia, sharing="email__address") == [(10, True), (33, False)]
    assert left(nadia) == [(10, True)]
    assert left(fourth, sharing="email__address") == [(4, True)]


def test_keys_may_be_texts(engine: GivenEngine) -> None:
    name = attribute("name", AttributeType.TEXT)
    table = Table(name="profiles", source="s", key="id", key_type=AttributeType.TEXT, attributes=(name,))  # fmt: skip
    schema = ProfileSchema(profiles=table, related={})
    rows = [{"profile_key": key, "name": "x"} for key in ("é", "10", "9", "a'b", "o@x.example")]
    everybody, mistakes = parse_segment("all", {"rules": {"attribute": "name", "is": "x"}}, schema)
    assert everybody is not None, mistakes
    chosen = flagged_of([everybody], as_of=AS_OF, time_zone="UTC", schema=schema)

    with engine.given({"profiles": rows}, schema) as profiles:
        assert list(profiles.members(chosen, "all")) == ["10", "9", "a'b", "o@x.example", "é"]
        for text, key in (("a'b", "a'b"), (" O@X.example", "o@x.example")):
            assert [row["profile_key"] for row in profiles.find(text, limit=9)] == [key]


def test_a_column_that_the_snapshot_lacks_is_told(engine: GivenEngine) -> None:
    newer = ProfileSchema(
        profiles=Table(
            name="profiles", source="s", key="id", key_type=AttributeType.INTEGER,
            attributes=(*SCHEMA.profiles.attributes, attribute("later", AttributeType.TEXT)),
        ),
        related=SCHEMA.related,
    )  # fmt: skip
    asked, _ = parse_segment("new", {"rules": {"attribute": "later", "is": "x"}}, newer)
    assert asked is not None
    chosen = flagged_of([asked], as_of=AS_OF, time_zone="UTC", schema=newer)

    with pytest.raises(ConfigurationProblem) as told, engine.given(PEOPLE) as profiles:
        profiles.counts(chosen)

    assert told.value.code == "snapshot_of_earlier_definition"


def test_nothing_is_asked_once_the_permit_is_revoked(engine: GivenEngine) -> None:
    permit = Permit()
    permit.revoke(BrokenOff("Enough.", action="Run again.", code="run_canceled"))

    with pytest.raises(BrokenOff), engine.given(PEOPLE, permit=permit) as profiles:
        profiles.counts(flagged(segment(EVERYBODY)))


def test_an_engine_can_what_it_says_and_at_least_what_the_product_asks(
    engine: GivenEngine,
) -> None:
    can = engine.capabilities
    assert can.identifier_bytes >= LONGEST_IDENTIFIER
    assert can.integer_bits > BITS_PER_WORD
    assert can.decimal_digits >= DECIMAL_DIGITS

    long, widest = "a" * can.identifier_bytes, 2 ** (can.integer_bits - 1) - 1
    columns = (attribute(long, AttributeType.INTEGER), attribute("b", AttributeType.DECIMAL))
    table = Table(name="profiles", source="s", key="id", key_type=AttributeType.INTEGER, attributes=columns)  # fmt: skip
    schema = ProfileSchema(profiles=table, related={})
    most = Decimal("9" * (DECIMAL_DIGITS - 2) + ".99")
    rows = [{"profile_key": 1, long: widest, "b": most}, {"profile_key": 2, long: -widest}]

    with engine.given({"profiles": rows}, schema) as profiles:
        assert profiles.top_values(long, limit=5) == [
            TopValue(value=-widest, people=1),
            TopValue(value=widest, people=1),
        ]
        assert profiles.find("1", limit=9) == [{"profile_key": 1, long: widest, "b": most}]
