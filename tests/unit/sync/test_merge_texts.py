"""The text that feeds each type of merge field, what fits and what is cut; and what comes back is the same text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.profiles.schema import Attribute, AttributeType
from segue.sync.export import FieldMatch, MergeType
from segue.sync.held_values import held_text
from segue.sync.merge_texts import merge_text
from segue.sync.ports import MergeField
from tests.examples import few
from tests.unit.sync.bare_engine import BareEngine

_ARROW = {
    AttributeType.TEXT: ("string", pa.string()),
    AttributeType.EMAIL: ("string", pa.string()),
    AttributeType.INTEGER: ("int64", pa.int64()),
    AttributeType.DECIMAL: ("decimal(18, 4)", pa.decimal128(18, 4)),
    AttributeType.BOOLEAN: ("boolean", pa.bool_()),
    AttributeType.DATE: ("date", pa.date32()),
    AttributeType.TIMESTAMP: ("timestamp(6)", pa.timestamp("us")),
}


@pytest.fixture(scope="module")
def engine() -> BareEngine:
    return BareEngine()


def field(merge: MergeType, **more: Any) -> MergeField:
    return MergeField(merge_id=1, tag="X", name="X", type=merge, required=False, **more)


def rendered(
    engine: BareEngine,
    values: Sequence[Any],
    attribute: AttributeType,
    merge: MergeType,
    found: MergeField | None = None,
    zone: str = "UTC",
) -> list[tuple[str, bool, bool]]:
    """Return text, whether it fits and whether it was cut, of each value."""
    kind, arrow = _ARROW[attribute]
    engine.register(
        "values_given", pa.table({"n": list(range(len(values))), "x": pa.array(values, arrow)})
    )
    table = ibis.table({"n": "int64", "x": kind}, name="values_given")
    declared = Attribute(name="x", type=attribute, column="x", time_zone=zone)
    made = merge_text(table.x, declared, merge, found)
    columns = table.select(
        "n",
        text=made.text,
        fits=ibis.literal(True) if made.fits is None else made.fits,
        is_cut=ibis.literal(False) if made.is_cut is None else made.is_cut,
    )
    return [(text, fits, cut) for _, text, fits, cut in sorted(engine.rows(columns))]


@pytest.mark.parametrize(
    ("attribute", "merge", "values", "texts"),
    [
        (AttributeType.TEXT, MergeType.TEXT, ["Ana", "", None], ["Ana", "", ""]),
        (AttributeType.EMAIL, MergeType.TEXT, ["a@b.example"], ["a@b.example"]),
        (AttributeType.INTEGER, MergeType.TEXT, [0, -12, None], ["0", "-12", ""]),
        (AttributeType.INTEGER, MergeType.NUMBER, [0, 1000], ["0", "1000"]),
        (
            AttributeType.DECIMAL,
            MergeType.NUMBER,
            [Decimal("15.5"), Decimal("15"), Decimal("100"), Decimal("0.05"), Decimal("-1.2030")],
            ["15.5", "15", "100", "0.05", "-1.203"],
        ),
        (AttributeType.DECIMAL, MergeType.TEXT, [Decimal("15.5")], ["15.5000"]),
        (AttributeType.BOOLEAN, MergeType.TEXT, [True, False, None], ["true", "false", ""]),
        (AttributeType.DATE, MergeType.DATE, [date(2026, 2, 28), None], ["2026-02-28", ""]),
        (AttributeType.DATE, MergeType.TEXT, [date(2026, 2, 28)], ["2026-02-28"]),
        (AttributeType.DATE, MergeType.BIRTHDAY, [date(2024, 2, 29)], ["02/29"]),
        (AttributeType.TIMESTAMP, MergeType.BIRTHDAY, [datetime(2024, 12, 1, 23, 59)], ["12/01"]),
        (AttributeType.TIMESTAMP, MergeType.DATE, [datetime(2026, 3, 2, 9, 5)], ["2026-03-02"]),
        (AttributeType.TIMESTAMP, MergeType.TEXT, [datetime(2026, 3, 2, 9, 5)], ["2026-03-02T09:05:00"]),
    ],
)  # fmt: skip
def test_a_value_has_one_text_in_each_type_of_merge_field(
    engine: BareEngine,
    attribute: AttributeType,
    merge: MergeType,
    values: list[Any],
    texts: list[str],
) -> None:
    assert rendered(engine, values, attribute, merge) == [(text, True, False) for text in texts]


@pytest.mark.parametrize("merge", [MergeType.URL, MergeType.IMAGEURL])
def test_a_web_address_names_its_scheme_and_holds_no_blank(
    engine: BareEngine, merge: MergeType
) -> None:
    texts = [
        "https://shop.example/a?b=c",
        "HTTP://SHOP.EXAMPLE",
        "shop.example",
        "ftp://shop.example",
        "https://a b",
        "https://",
        "",
    ]

    found = rendered(engine, texts, AttributeType.TEXT, merge)

    assert [fits for _, fits, _ in found] == [True, True, False, False, False, False, True]
    assert [text for text, _, _ in found] == texts


def test_a_zip_code_is_five_digits_and_its_extension_is_cut(engine: BareEngine) -> None:
    texts = ["30308", "30308-1234", "3030", "303081", "30308-12", "AB1 2CD", None]

    found = rendered(engine, texts, AttributeType.TEXT, MergeType.ZIP)

    assert found == [
        ("30308", True, False),
        ("30308", True, True),
        ("3030", False, False),
        ("303081", False, False),
        ("30308-12", False, False),
        ("AB1 2CD", False, False),
        ("", True, False),
    ]


def test_a_phone_of_the_american_form_is_written_as_mailchimp_takes_it(engine: BareEngine) -> None:
    texts = [
        "(404) 555-0123",
        "+1 404.555.0123",
        "0014045550123",
        "404/555 0123",
        "555-0123",
        "+33 1 23 45 67 89",
        "",
    ]
    american = field(MergeType.PHONE, phone_format="US")

    found = rendered(engine, texts, AttributeType.TEXT, MergeType.PHONE, american)

    assert [text for text, fits, _ in found if fits] == ["404-555-0123"] * 4 + [""]
    assert [text for text, fits, _ in found if not fits] == texts[4:6]


@pytest.mark.parametrize(
    "found", [None, field(MergeType.PHONE), field(MergeType.PHONE, phone_format="none")]
)
def test_a_phone_of_any_other_form_is_sent_as_it_is(
    engine: BareEngine, found: MergeField | None
) -> None:
    assert rendered(engine, ["+33 1 23"], AttributeType.TEXT, MergeType.PHONE, found) == [
        ("+33 1 23", True, False)
    ]


@pytest.mark.parametrize("merge", [MergeType.DROPDOWN, MergeType.RADIO])
def test_a_choice_is_spelled_as_the_audience_spells_it(
    engine: BareEngine, merge: MergeType
) -> None:
    choices = field(merge, choices=("Small", "LARGE", "large"))

    found = rendered(
        engine,
        ["small", "large", "LARGE", "Large", "medium", ""],
        AttributeType.TEXT,
        merge,
        choices,
    )

    assert [(text, fits) for text, fits, _ in found] == [
        ("Small", True),
        ("large", True),
        ("LARGE", True),
        ("LARGE", True),
        ("medium", False),
        ("", True),
    ]


@pytest.mark.parametrize("merge", [MergeType.DROPDOWN, MergeType.RADIO])
def test_a_field_without_choices_takes_none_and_one_that_is_to_be_made_takes_any(
    engine: BareEngine, merge: MergeType
) -> None:
    without = rendered(engine, ["small", ""], AttributeType.TEXT, merge, field(merge))
    to_be_made = rendered(engine, ["small", ""], AttributeType.TEXT, merge)

    assert [fits for _, fits, _ in without] == [False, True]
    assert [fits for _, fits, _ in to_be_made] == [True, True]


@pytest.mark.parametrize(
    ("letter", "fitting", "kept"),
    [("a", 255, 255), ("é", 127, 127), ("€", 85, 85), ("👑", 63, 63)],
)
def test_a_text_is_cut_to_as_many_letters_as_255_bytes_hold(
    engine: BareEngine, letter: str, fitting: int, kept: int
) -> None:
    found = rendered(
        engine, [letter * fitting, letter * (fitting + 1)], AttributeType.TEXT, MergeType.TEXT
    )

    assert found == [(letter * fitting, True, False), (letter * kept, True, True)]


@few(5)
@given(
    texts=st.lists(st.text(alphabet="aé€👑", min_size=60, max_size=260), min_size=5, max_size=20)
)
def test_a_text_that_fits_is_never_cut_and_a_cut_one_always_fits(
    engine: BareEngine, texts: list[str]
) -> None:
    for text, (kept, _, is_cut) in zip(
        texts, rendered(engine, texts, AttributeType.TEXT, MergeType.TEXT), strict=True
    ):
        assert len(kept.encode()) <= 255
        assert text.startswith(kept)
        assert is_cut == (len(text.encode()) > 255)
        assert (kept == text) or is_cut


VALUES = {
    (AttributeType.TEXT, MergeType.TEXT): st.text(alphabet="aé€ .0", max_size=20),
    (AttributeType.INTEGER, MergeType.NUMBER): st.integers(-(10**9), 10**9),
    (AttributeType.DECIMAL, MergeType.NUMBER): st.decimals(-10_000, 10_000, places=4),
    (AttributeType.DATE, MergeType.DATE): st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    (AttributeType.DATE, MergeType.BIRTHDAY): st.dates(date(1904, 1, 1), date(2100, 1, 1)),
    (AttributeType.TEXT, MergeType.ZIP): st.from_regex(r"[0-9]{5}(-[0-9]{4})?", fullmatch=True),
    (AttributeType.BOOLEAN, MergeType.TEXT): st.booleans(),
}


@pytest.mark.parametrize(("attribute", "merge"), VALUES)
def test_what_was_sent_comes_back_as_the_same_text(
    engine: BareEngine, attribute: AttributeType, merge: MergeType
) -> None:
    @few(3)
    @given(values=st.lists(VALUES[attribute, merge], min_size=5, max_size=30))
    def law(values: list[Any]) -> None:
        match = FieldMatch(tag="X", attribute="x", type=merge)
        for text, _, _ in rendered(engine, values, attribute, merge):
            assert held_text(match, text) == text

    law()


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("UTC", "1990-05-01T00:00:00"),
        ("Europe/Paris", "1990-05-01T00:00:00"),
        ("America/New_York", "1990-05-01T23:59:59"),
        ("Asia/Kolkata", "1990-05-01T00:00:00"),
        ("Pacific/Kiritimati", "1990-05-01T12:00:00"),
        ("Europe/London", "1945-05-01T00:00:00"),  # two hours ahead that spring
        ("Europe/Paris", "1890-05-01T00:00:00"),  # nine minutes and some seconds ahead
        ("Europe/Paris", "2024-10-27T03:30:00"),
        ("UTC", "0001-01-01T00:00:00"),
    ],
)
def test_an_instant_is_rendered_as_the_clocks_of_its_zone_showed_it(
    engine: BareEngine, zone: str, local: str
) -> None:
    there = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    instant = there.astimezone(UTC).replace(tzinfo=None)

    texts = [
        rendered(engine, [instant, None], AttributeType.TIMESTAMP, merge, zone=zone)
        for merge in (MergeType.TEXT, MergeType.DATE, MergeType.BIRTHDAY)
    ]

    day = local[:10]
    assert [text[0][0] for text in texts] == [local, day, f"{day[5:7]}/{day[8:]}"]
    assert [text[1][0] for text in texts] == ["", "", ""]
