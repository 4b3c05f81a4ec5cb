"""What everybody gets alike: which texts are a value of which type of merge field, and what is said of those that are none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segue.sync.constants import constant_fault, sent_text
from segue.sync.export import FieldMatch, MergeType
from segue.sync.ports import MergeField

LINE = FieldMatch(tag="SOURCE", attribute="")
FIELD = MergeField(merge_id=1, tag="SOURCE", name="", type=MergeType.TEXT, required=False)


def code(value: str | None, kind: MergeType, found: MergeField | None = None) -> str | None:
    fault = constant_fault(replace(LINE, value=value, type=kind), found)
    assert fault is None or fault.place == ("fields", "SOURCE", "value")
    return fault.code if fault is not None else None


@pytest.mark.parametrize(
    ("kind", "fitting", "unfit"),
    [
        (MergeType.TEXT, ("Shop", "Fidèles\u00a0: VIP", "x" * 255), ("a\nb", "é" * 128, "a\x1fb")),
        (MergeType.NUMBER, ("0", "-12.50", " 7 "), ("1,5", "1e5", "seven", "१२")),
        (MergeType.DATE, ("2026-01-31",), ("31/01/2026", "2026-02-30", "20260131")),
        (MergeType.BIRTHDAY, ("01/31", "02/29"), ("31/01", "1/31", "02/30", "2026-01-31")),
        (MergeType.PHONE, ("+33 1 99 00 12 34",), ("none", "3.36E+10")),
        (MergeType.URL, ("https://shop.example/",), ("shop.example", "https://a b")),
        (MergeType.IMAGEURL, ("HTTP://shop.example/a.png",), ("a.png",)),
        (MergeType.ZIP, ("30308", "30308-1234"), ("69001 Lyon", "H2X 1Y4")),
        (MergeType.ADDRESS, (), ("1 Rue de la Paix",)),
        (MergeType.RADIO, ("anything",), ()),
    ],
)
def test_a_text_is_a_value_of_its_type_or_is_told(
    kind: MergeType, fitting: tuple[str, ...], unfit: tuple[str, ...]
) -> None:
    assert [code(text, kind) for text in fitting] == [None] * len(fitting)
    assert [code(text, kind) for text in unfit] == ["constant_unfit"] * len(unfit)


def test_an_empty_constant_is_told_and_none_is_none() -> None:
    assert [code(text, MergeType.TEXT) for text in ("", "  ", None)] == [
        "constant_empty",
        "constant_empty",
        None,
    ]


def test_a_field_that_is_known_asks_for_its_choices_and_its_form_of_phone_numbers() -> None:
    choices = replace(FIELD, choices=("Shop", "Web"))
    american = replace(FIELD, phone_format="US")

    assert [code(text, MergeType.RADIO, choices) for text in ("Web", "web", "Fair")] == [
        None,
        None,
        "constant_unfit",
    ]
    assert code("Shop", MergeType.DROPDOWN, FIELD) is None
    assert [code(text, MergeType.PHONE, american) for text in ("404-555-0100", "+33 1 99")] == [
        None,
        "constant_unfit",
    ]


def test_a_fault_names_the_value_on_one_line_as_far_as_it_tells_one_from_another() -> None:
    fault = constant_fault(replace(LINE, value="Fair\n" + "x" * 60), None)

    assert fault is not None
    assert fault.message == (
        "What everybody gets in SOURCE, “Fair " + "x" * 35 + "”, is no value of type text."
    )


def test_what_is_sent_is_what_mailchimp_tells_again() -> None:
    assert sent_text(replace(LINE, value=" 15.50 ", type=MergeType.NUMBER)) == "15.5"
    assert sent_text(replace(LINE, value=" 15.50 ")) == "15.50"
    assert sent_text(LINE) == ""
