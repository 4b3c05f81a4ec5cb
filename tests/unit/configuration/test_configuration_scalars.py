"""Plain scalars are read exactly and narrowly; what the starter file writes is read back as it was meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.configuration.document import parse
from segue.configuration.scalars import NotInCalendarError, Scalar, plain
from segue.configuration.starter import flow
from segue.configuration.starter_tables import attribute_name, free_name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-12", -12),
        ("+3", 3),
        ("20.50", Decimal("20.50")),
        ("2026-01-31", date(2026, 1, 31)),
        ("2026-01-31 10:30", datetime(2026, 1, 31, 10, 30)),
        ("2026-01-31T10:30:05Z", datetime(2026, 1, 31, 10, 30, 5, tzinfo=UTC)),
        (
            "2026-01-31T10:30:05.5+02:00",
            datetime(2026, 1, 31, 10, 30, 5, 500_000, tzinfo=timezone(timedelta(hours=2))),
        ),
    ],
)
def test_values_are_read_exactly(text: str, value: Scalar) -> None:
    found = plain(text)

    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "NO", "on", "off", "y", "01", "0x1F", "1e3", "1_000", "12:30:00", ".5", "5.", ".inf", "nan", "9" * 19],
)  # fmt: skip
def test_everything_else_is_text(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "2026-01-31 25:00"])
def test_days_and_times_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(NotInCalendarError):
        plain(text)


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    )
)
def test_what_the_starter_writes_is_read_back(settings: dict[str, str]) -> None:
    if settings:
        document = parse(f"top: {flow(settings)}")

        assert (document.mistakes, document.value) == ((), {"top": settings})


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("FirstName", "first_name"),
        ("E-Mail", "email"),
        ("Prénom du client", "prenom_du_client"),
        ("2nd line", "column_2nd_line"),
        ("__", "column"),
        ("CustomerID", "customer_id"),
        ("x" * 80, "x" * 60),
    ],
)
def test_columns_get_valid_names(column: str, name: str) -> None:
    assert attribute_name(column) == name


def test_a_taken_name_gets_a_number() -> None:
    assert free_name("city", {"city", "city_2"}) == "city_3"
