"""Data matching at work: which merge fields are created, what is sent for each type, what does not fit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from segue.core.errors import ConfigurationProblem
from segue.sync.export import Blanks, Export, FieldMatch, MergeType
from segue.sync.kinds import Kind
from segue.sync.plan import Misfit
from segue.sync.ports import Reason
from tests.acceptance.world import LIST, audience, changes, person, second_run_is_empty
from tests.fakes.laboratory import Laboratory, export, laboratory

FIRST = FieldMatch(tag="FNAME", attribute="first_name")
ADDRESS = FieldMatch(
    tag="ADDRESS",
    attribute="",
    type=MergeType.ADDRESS,
    parts=(("addr1", "street"), ("city", "town"), ("state", "region"), ("zip", "zip")),
)


def matching(*fields: FieldMatch) -> Export:
    """Return an export with this data matching."""
    return export(fields=fields)


def values(lab: Laboratory, name: str) -> dict[str, Any]:
    """Return the set merge fields of a contact."""
    member = lab.sandbox.member(LIST, f"{name}@shop.example")
    assert member is not None
    return dict(member.merge_fields)


def test_a_merge_field_is_created_only_when_it_was_planned(tmp_path: Path) -> None:
    spent = FieldMatch(
        tag="SPENT", attribute="spent", type=MergeType.NUMBER, name="Spent so far", create=True
    )
    with laboratory(tmp_path, person(1, "Nadia", spent=Decimal("12.50"))) as lab:
        plan = lab.plan(matching(FIRST, spent))
        before = lab.sandbox.audience(LIST).merge_tags

        lab.run(matching(FIRST, spent))

        assert plan.fields_to_create == ["SPENT"]
        assert "SPENT" not in before
        assert lab.sandbox.audience(LIST).merge_tags == (*before, "SPENT")
        assert values(lab, "nadia") == {"FNAME": "Nadia", "SPENT": 12.5}
        second_run_is_empty(lab, matching(FIRST, spent))


def test_a_merge_field_that_may_not_be_created_stops_the_plan_by_name(tmp_path: Path) -> None:
    spent = FieldMatch(tag="SPENT", attribute="spent", type=MergeType.NUMBER)
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        with pytest.raises(ConfigurationProblem) as refused:
            lab.run(matching(FIRST, spent))

        assert refused.value.code == "merge_field_missing"
        assert "SPENT" in refused.value.message
        assert lab.sandbox.writes == []


def test_a_merge_field_of_another_type_stops_the_plan(tmp_path: Path) -> None:
    wrong = FieldMatch(tag="FNAME", attribute="spent", type=MergeType.NUMBER)
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        with pytest.raises(ConfigurationProblem) as refused:
            lab.run(matching(wrong))

        assert refused.value.code == "merge_field_type"
        assert audience(lab) == {}


def test_a_merge_field_that_somebody_creates_meanwhile_is_used(tmp_path: Path) -> None:
    joined = FieldMatch(tag="JOINED", attribute="joined", type=MergeType.DATE, create=True)
    with laboratory(tmp_path, person(1, "Nadia", joined=date(2024, 2, 29))) as lab:
        held = lab.plan(matching(joined))
        lab.sandbox.add_merge_field(LIST, "JOINED", "date")

        lab.run(matching(joined))

        assert held.fields_to_create == ["JOINED"]
        assert values(lab, "nadia") == {"JOINED": "2024-02-29"}


def test_a_required_field_that_a_person_lacks_rejects_that_person_only(tmp_path: Path) -> None:
    zip_code = FieldMatch(tag="ZIP", attribute="zip", type=MergeType.ZIP)
    with laboratory(tmp_path, person(1, "Nadia", zip="75001"), person(2, "Pia")) as lab:
        lab.sandbox.add_merge_field(LIST, "ZIP", "zip", required=True)

        report = lab.run(matching(FIRST, zip_code))

        assert report.outcomes.rejected == {Reason.INVALID_FIELD: 1}
        assert set(audience(lab)) == {"nadia"}
        second_run_is_empty(lab, matching(FIRST, zip_code))


def test_a_required_field_that_the_export_does_not_feed_stops_the_plan(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.sandbox.add_merge_field(LIST, "SHOE", required=True)

        with pytest.raises(ConfigurationProblem) as refused:
            lab.run()

        assert refused.value.code == "merge_field_required"
        assert "SHOE" in refused.value.message
        assert lab.sandbox.writes == []


def test_values_that_do_not_fit_are_counted_and_left_empty(tmp_path: Path) -> None:
    fields = matching(
        FIRST,
        FieldMatch(tag="ZIP", attribute="zip", type=MergeType.ZIP),
        FieldMatch(tag="SITE", attribute="website", type=MergeType.URL),
        FieldMatch(tag="MOBILE", attribute="phone", type=MergeType.PHONE),
        FieldMatch(tag="SIZE", attribute="size", type=MergeType.DROPDOWN),
    )
    good = {
        "zip": "75001",
        "website": "https://nadia.example/a?b=c",
        "phone": "415-555-0134",
        "size": "M",
    }
    bad = {"zip": "7500", "website": "nadia.example", "phone": "01 42 68 53 00", "size": "XXL"}
    people = [
        person(1, "Nadia", **good),
        person(2, "Pia", **bad),
        person(3, "Omar", **(bad | {"zip": None, "size": ""})),
    ]
    with laboratory(tmp_path, *people) as lab:
        for tag, kind in (("ZIP", "zip"), ("SITE", "url"), ("MOBILE", "phone")):
            lab.sandbox.add_merge_field(LIST, tag, kind)
        lab.sandbox.add_merge_field(LIST, "SIZE", "dropdown", choices=("S", "M"))
        lab.sandbox._audience(LIST).fields["MOBILE"].options["phone_format"] = "US"

        report = lab.run(fields)

        assert report.plan.misfits == [
            Misfit(tag="ZIP", people=1),
            Misfit(tag="SITE", people=2),
            Misfit(tag="MOBILE", people=2),
            Misfit(tag="SIZE", people=1),
        ]
        assert report.outcomes.rejected == {}
        assert values(lab, "pia") == {"FNAME": "Pia"}
        assert values(lab, "nadia") == {
            "FNAME": "Nadia",
            "ZIP": "75001",
            "SITE": "https://nadia.example/a?b=c",
            "MOBILE": "415-555-0134",
            "SIZE": "M",
        }
        second_run_is_empty(lab, fields)


def test_addresses_are_sent_whole_or_not_at_all(tmp_path: Path) -> None:
    whole = {"street": "1 rue de l'Été", "town": "Paris", "region": "IDF", "zip": "75001"}
    people = [
        person(1, "Nadia", **whole),
        person(2, "Pia", **(whole | {"town": " "})),
        person(3, "Omar"),
    ]
    with laboratory(tmp_path, *people) as lab:
        report = lab.run(matching(FIRST, ADDRESS))

        expected = {"addr1": "1 rue de l'Été", "city": "Paris", "state": "IDF", "zip": "75001"}
        assert values(lab, "nadia")["ADDRESS"] == expected | {"addr2": "", "country": ""}
        assert (values(lab, "pia"), values(lab, "omar")) == ({"FNAME": "Pia"}, {"FNAME": "Omar"})
        assert report.plan.misfits == [Misfit(tag="ADDRESS", people=1)]
        assert report.outcomes.rejected == {}
        second_run_is_empty(lab, matching(FIRST, ADDRESS))


def clearing(tag: str, attribute: str, merge: MergeType = MergeType.TEXT) -> FieldMatch:
    """Return a merge field that is created and that a blank empties."""
    return FieldMatch(tag=tag, attribute=attribute, type=merge, create=True, blanks=Blanks.CLEAR)


def test_values_of_every_type_arrive_and_are_cleared_when_they_are_gone(tmp_path: Path) -> None:
    fields = matching(
        clearing("DAY", "joined", MergeType.DATE),
        clearing("BIRTH", "joined", MergeType.BIRTHDAY),
        clearing("NUMBER", "spent", MergeType.NUMBER),
        clearing("AMOUNT", "spent"),
        clearing("VIP", "vip"),
    )
    nadia = person(1, "Nadia", joined=date(2024, 2, 29), spent=Decimal("-0.10"))
    with laboratory(tmp_path, nadia) as lab:
        lab.run(fields)
        arrived = values(lab, "nadia")
        lab.people = [person(1, "Nadia")]

        lab.run(fields)

        assert arrived == {
            "DAY": "2024-02-29",
            "BIRTH": "02/29",
            "NUMBER": -0.1,
            "AMOUNT": "-0.10",
            "VIP": "true",
        }
        assert values(lab, "nadia") == {"VIP": "true"}
        second_run_is_empty(lab, fields)


def test_another_data_matching_writes_whom_it_concerns(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia", zip="75001"), person(2, "Pia")) as lab:
        lab.run()

        report = lab.run(matching(FIRST, FieldMatch(tag="LNAME", attribute="zip")))

        assert report.outcomes.counted.updated == 1
        assert values(lab, "nadia") == {"FNAME": "Nadia", "LNAME": "75001"}
        second_run_is_empty(lab, matching(FIRST, FieldMatch(tag="LNAME", attribute="zip")))


TEXTS = (
    'Anne "Annie" O\'Hara',
    "back\\slash and /slash",
    "tab\tand\nnew line\r",
    "bell \x07 and escape \x1b",
    "line \u2028 and paragraph \u2029",
    "👩‍👩‍👧 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "عربي, 日本語, Ελληνικά",
    "%s {0} ${HOME} <b>&amp;</b>",
    "é" * 127,
)


def test_texts_arrive_as_they_are(tmp_path: Path) -> None:
    people = [person(n, f"p{n}", first_name=text) for n, text in enumerate(TEXTS)]
    with laboratory(tmp_path, *people) as lab:
        report = lab.run()

        assert report.outcomes.accepted == len(TEXTS)
        assert [values(lab, f"p{n}")["FNAME"] for n in range(len(TEXTS))] == list(TEXTS)
        second_run_is_empty(lab)


def test_zip_codes_that_lose_their_extension_are_counted_as_cut(tmp_path: Path) -> None:
    zip_code = FieldMatch(tag="ZIP", attribute="zip", type=MergeType.ZIP)
    people = [person(1, "Nadia", zip="30308"), person(2, "Pia", zip="30308-1234")]
    with laboratory(tmp_path, *people) as lab:
        lab.sandbox.add_merge_field(LIST, "ZIP", "zip")

        report = lab.run(matching(FIRST, zip_code))

        assert [(one.tag, one.cut) for one in report.plan.fields] == [("ZIP", 1)]
        assert [values(lab, name)["ZIP"] for name in ("nadia", "pia")] == ["30308", "30308"]
        second_run_is_empty(lab, matching(FIRST, zip_code))


def test_texts_that_are_too_long_are_cut_to_what_mailchimp_takes(tmp_path: Path) -> None:
    people = [
        person(1, "Latin", first_name="a" * 300),
        person(2, "French", first_name="é" * 200),
        person(3, "Emoji", first_name="👩" * 100),
        person(4, "Mixed", first_name="a" * 250 + "é" * 50),
    ]
    with laboratory(tmp_path, *people) as lab:
        report = lab.run()

        assert report.outcomes.rejected == {}
        for someone in people:
            name = str(someone.email).partition("@")[0]
            arrived = values(lab, name)["FNAME"]
            assert someone.first_name.startswith(arrived)
            assert len(arrived.encode()) <= 255
        assert len(values(lab, "latin")["FNAME"]) == 255


def test_what_everybody_gets_is_written_once_and_another_value_is_an_update(
    tmp_path: Path,
) -> None:
    def source(value: str) -> Export:
        return matching(FIRST, FieldMatch(tag="SIZE", attribute="", value=value))

    with laboratory(tmp_path, person(1, "Nadia", size="huge"), person(2, "Pia")) as lab:
        lab.sandbox.add_merge_field(LIST, "SIZE")
        lab.run(source("Shop"))

        before = [values(lab, name)["SIZE"] for name in ("nadia", "pia")]
        second_run_is_empty(lab, source("Shop"))
        plan = lab.run(source("Fair")).plan

        assert before == ["Shop", "Shop"]
        assert changes(plan) == {Kind.UPDATE: 2}
        assert [values(lab, name)["SIZE"] for name in ("nadia", "pia")] == ["Fair", "Fair"]
        second_run_is_empty(lab, source("Fair"))


def test_a_constant_that_is_no_choice_of_the_field_stops_the_plan_by_name(tmp_path: Path) -> None:
    size = FieldMatch(tag="SIZE", attribute="", type=MergeType.DROPDOWN, value="Nice")
    with laboratory(tmp_path, person(1, "Nadia")) as lab:
        lab.sandbox.add_merge_field(LIST, "SIZE", "dropdown", choices=("Lyon", "Paris"))

        with pytest.raises(ConfigurationProblem) as refused:
            lab.run(matching(size))

        assert (refused.value.code, refused.value.action) == (
            "constant_unfit",
            "Write one of its choices: Lyon, Paris.",
        )
        assert lab.sandbox.writes == []
