"""Merge fields as expressions: order, hash, blanks, addresses, and what stands in a request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis
import pytest

from segue.core.errors import ConfigurationProblem
from segue.sync.export import Blanks, FieldMatch, MergeType
from segue.sync.fields import SEPARATOR, field_hash, mapping_version, render_fields
from segue.sync.ports import Column, MergeField, Node, UnlessBlank
from tests.fakes.laboratory import SCHEMA, export
from tests.unit.sync.bare_engine import BareEngine

TEXTS = ("first_name", "website", "street", "town", "region", "zip", "size")
PROFILES = ibis.table({"profile_key": "int64"} | dict.fromkeys(TEXTS, "string"), name="profiles")
NAME = FieldMatch(tag="FNAME", attribute="first_name")
SITE = FieldMatch(tag="SITE", attribute="website", type=MergeType.URL, blanks=Blanks.CLEAR)
PARTS = (("addr1", "street"), ("city", "town"), ("state", "region"), ("zip", "zip"))
HOME = FieldMatch(tag="HOME", attribute="", type=MergeType.ADDRESS, parts=PARTS)


@pytest.fixture(scope="module")
def engine() -> BareEngine:
    return BareEngine()


def profiles(engine: BareEngine, *rows: dict[str, Any]) -> None:
    engine.give(PROFILES, [{"profile_key": n} | row for n, row in enumerate(rows)])


def values(engine: BareEngine, *matches: FieldMatch, found: Any = ()) -> list[tuple[Any, ...]]:
    """Return per profile the value of each field and whether it fits (None: everything does)."""
    rendered = render_fields(PROFILES, export(fields=matches), SCHEMA, found)
    columns = {name: text for field in rendered for name, text in field.columns.items()}
    fits = {
        f"fits{n}": ibis.null("boolean") if field.fits is None else field.fits
        for n, field in enumerate(rendered)
    }
    table = PROFILES.select("profile_key", **columns, **fits)
    both = [
        part for n, field in enumerate(rendered) for part in (field.value(table), table[f"fits{n}"])
    ]
    shown = table.select("profile_key", **{f"x{n}": one for n, one in enumerate(both)})
    return [row[1:] for row in sorted(engine.rows(shown))]


def test_fields_come_in_the_order_of_the_data_matching_with_their_places_in_a_request() -> None:
    rendered = render_fields(PROFILES, export(fields=(SITE, NAME, HOME)), SCHEMA, ())

    parts = tuple((part, Column(f"f2_{part}")) for part, _ in PARTS)
    whole = tuple(f"f2_{part}" for part, _ in PARTS)
    assert [(one.tag, tuple(one.columns), one.whole, one.blanks, one.node) for one in rendered] == [
        ("SITE", ("f0",), ("f0",), Blanks.CLEAR, Column("f0")),
        ("FNAME", ("f1",), ("f1",), Blanks.KEEP, UnlessBlank(node=Column("f1"), columns=("f1",))),
        (
            "HOME",
            whole,
            whole,
            Blanks.KEEP,
            UnlessBlank(node=Node(parts, unless_blank=whole), columns=whole),
        ),
    ]
    assert [(one.fits is None, one.is_cut is None) for one in rendered] == [
        (False, True),
        (True, False),
        (False, True),
    ]


def test_an_address_that_clears_is_sent_empty_when_it_is_blank() -> None:
    [home] = render_fields(
        PROFILES, export(fields=(replace(HOME, blanks=Blanks.CLEAR),)), SCHEMA, ()
    )

    whole = tuple(f"f0_{part}" for part, _ in PARTS)
    assert home.node == Node(tuple((p, Column(f"f0_{p}")) for p, _ in PARTS), unless_blank=whole)


def test_a_value_that_does_not_fit_is_a_blank(engine: BareEngine) -> None:
    profiles(
        engine, {"website": "https://shop.example"}, {"website": "shop.example"}, {"website": None}
    )

    assert values(engine, SITE) == [("https://shop.example", True), ("", False), ("", True)]


def test_an_address_is_whole_or_none_and_half_of_one_does_not_fit(engine: BareEngine) -> None:
    whole = {"street": "1 Rue", "town": "Lyon", "region": "69", "zip": "69001"}
    profiles(
        engine,
        whole,
        *(whole | {name: blank} for name, blank in zip(whole, ("", " ", None, "  "), strict=True)),
        dict.fromkeys(whole, " "),
        dict.fromkeys(whole),
    )

    joined = SEPARATOR.join(whole.values())
    assert values(engine, HOME) == [(joined, True), *[("", False)] * 4, ("", True), ("", True)]


def test_the_audience_s_own_field_decides_which_choices_there_are(engine: BareEngine) -> None:
    profiles(engine, {"size": "small"}, {"size": "huge"})
    size = FieldMatch(tag="SIZE", attribute="size", type=MergeType.DROPDOWN)

    def choices(tag: str) -> MergeField:
        return MergeField(
            merge_id=1,
            tag=tag,
            name="",
            type=MergeType.DROPDOWN,
            required=False,
            choices=("Small",),
        )

    assert values(engine, size, found=(choices("SIZE"),)) == [("Small", True), ("", False)]
    assert values(engine, size, found=(choices("OTHER"),)) == [("small", None), ("huge", None)]


@pytest.mark.parametrize(
    ("kind", "value", "sent"),
    [
        (MergeType.TEXT, " Shop ", "Shop"),
        (MergeType.NUMBER, "15.50", "15.5"),
        (MergeType.DATE, "2026-01-31", "2026-01-31"),
        (MergeType.BIRTHDAY, "02/29", "02/29"),
        (MergeType.URL, "https://shop.example/", "https://shop.example/"),
        (MergeType.PHONE, "+33 1 99 00 12 34", "+33 1 99 00 12 34"),
        (MergeType.ZIP, "30308-1234", "30308"),
        (MergeType.DROPDOWN, "SMALL", "Small"),
    ],
)
def test_a_constant_is_sent_alike_for_everybody_in_the_form_of_its_type(
    engine: BareEngine, kind: MergeType, value: str, sent: str
) -> None:
    profiles(engine, {"size": "huge"}, {"size": None})
    found = MergeField(merge_id=1, tag="SIZE", name="", type=kind, required=False)
    match = FieldMatch(tag="SIZE", attribute="", type=kind, value=value)

    rows = values(engine, match, found=(replace(found, choices=("Small", "Large")),))

    assert [row[0] for row in rows] == [sent, sent]


@pytest.mark.parametrize(
    "match", [replace(NAME, attribute="shoe"), replace(HOME, parts=(("addr1", "shoe"),))]
)
def test_an_attribute_that_there_is_not_is_named(match: FieldMatch) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        render_fields(PROFILES, export(fields=(match,)), SCHEMA, ())

    assert (caught.value.code, dict(caught.value.context)) == (
        "attribute_unknown",
        {"merge_field": match.tag, "attribute": "shoe"},
    )


def test_a_text_that_moves_from_one_field_to_the_next_changes_the_hash(engine: BareEngine) -> None:
    profiles(
        engine,
        {"first_name": "Ana", "size": ""},
        {"first_name": "", "size": "Ana"},
        {"first_name": None, "size": "Ana"},
    )
    matches = (NAME, FieldMatch(tag="SIZE", attribute="size"))
    rendered = render_fields(PROFILES, export(fields=matches), SCHEMA, ())

    table = PROFILES.select(
        "profile_key", ph=field_hash(rendered, "v1"), other=field_hash(rendered, "v2")
    )
    (_, one, other), (_, two, _), (_, three, _) = sorted(engine.rows(table))

    assert one != two
    assert two == three
    assert one != other


@pytest.mark.parametrize(
    "changed",
    [
        replace(NAME, tag="NAME"),
        replace(NAME, type=MergeType.URL),
        replace(NAME, attribute="size"),
        replace(NAME, blanks=Blanks.CLEAR),
        replace(NAME, parts=(("addr1", "street"),)),
        replace(NAME, attribute="", value="Ana"),
    ],
)
def test_another_data_matching_has_another_name(changed: FieldMatch) -> None:
    before = mapping_version(export(fields=(NAME, SITE)))

    assert mapping_version(export(fields=(changed, SITE))) != before
    assert mapping_version(export(fields=(SITE, NAME))) != before
    assert mapping_version(export(fields=(replace(NAME, create=True, name="Name"), SITE))) == before
    assert len(before) == 12


def test_a_data_matching_without_constants_keeps_the_name_that_ledgers_were_written_under() -> None:
    assert mapping_version(export(fields=(NAME, SITE, HOME))) == "a80f0471dd42"
