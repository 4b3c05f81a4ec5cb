"""The language of contacts: sent beside the merge fields, compared and found again like one of them."""

from __future__ import annotations

from pathlib import Path

from segue.core.emails import subscriber_hash
from segue.sync.export import Blanks, Export, FieldMatch, MergeType
from segue.sync.kinds import Kind
from segue.sync.plan import Drift, DriftKind, Misfit
from tests.acceptance.by_hand import by_hand
from tests.acceptance.world import LIST, changes, person, second_run_is_empty
from tests.fakes.laboratory import Laboratory, export, laboratory

FIRST = FieldMatch(tag="FNAME", attribute="first_name")
WRITTEN = FieldMatch(tag="language", attribute="region", type=MergeType.LANGUAGE)
FRENCH = FieldMatch(tag="language", attribute="", type=MergeType.LANGUAGE, value="fr-FR")


def speaking(*languages: FieldMatch) -> Export:
    """Return an export that feeds the first name, and the language so."""
    return export(fields=(*languages, FIRST))


def languages(lab: Laboratory) -> dict[str, str]:
    """Return the language of each contact by the part of the address before the sign @, "" for none."""
    return {one.email.partition("@")[0]: one.language for one in lab.sandbox.members(LIST)}


def set_language(lab: Laboratory, name: str, code: str) -> None:
    """Give a contact another language, as somebody does on its page at Mailchimp."""
    path = f"/members/{subscriber_hash(f'{name}@shop.example')}"
    by_hand(lab, "PATCH", path, {"language": code})


def test_a_language_arrives_as_mailchimps_code_and_one_that_is_none_refuses_nobody(
    tmp_path: Path,
) -> None:
    people = [
        person(1, "Nadia", region="Français"),
        person(2, "Omar", region="fr-CA"),
        person(3, "Pia", region="EN_GB"),
        person(4, "Quentin", region="Klingon"),
        person(5, "Rosa", region=None),
    ]
    with laboratory(tmp_path, *people) as lab:
        report = lab.run(speaking(WRITTEN))

        assert report.plan.misfits == [Misfit(tag="language", people=1)]
        assert (report.outcomes.accepted, report.outcomes.rejected) == (5, {})
        assert languages(lab) == {
            "nadia": "fr",
            "omar": "fr_CA",
            "pia": "en",
            "quentin": "",
            "rosa": "",
        }
        second_run_is_empty(lab, speaking(WRITTEN))


def test_a_blank_leaves_the_language_that_mailchimp_holds_unless_it_is_to_clear_it(
    tmp_path: Path,
) -> None:
    clearing = FieldMatch(
        tag="language", attribute="region", type=MergeType.LANGUAGE, blanks=Blanks.CLEAR
    )
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia", region="de")) as lab:
        lab.sandbox.add_contact(LIST, "nadia@shop.example")
        set_language(lab, "nadia", "it")

        lab.run(speaking(WRITTEN))
        kept = languages(lab)
        lab.run(speaking(clearing))

        assert kept == {"nadia": "it", "pia": "de"}
        assert languages(lab) == {"nadia": "", "pia": "de"}
        second_run_is_empty(lab, speaking(clearing))


def test_a_ledger_from_before_stays_as_it_is_and_the_language_is_a_change_when_it_is_fed(
    tmp_path: Path,
) -> None:
    with laboratory(tmp_path, person(1, "Nadia", region="fr"), person(2, "Pia")) as lab:
        lab.run(speaking())
        second_run_is_empty(lab, speaking())

        plan = lab.run(speaking(WRITTEN)).plan
        fed = {field.tag: field.changed for field in plan.fields}
        second_run_is_empty(lab, speaking(WRITTEN))
        moved = lab.run(speaking(FRENCH)).plan

        assert (changes(plan), fed) == ({Kind.UPDATE: 1}, {"language": 1})
        assert changes(moved) == {Kind.UPDATE: 1}
        assert languages(lab) == {"nadia": "fr", "pia": "fr"}
        second_run_is_empty(lab, speaking(FRENCH))


def test_a_language_that_was_changed_by_hand_is_found_and_sent_again(tmp_path: Path) -> None:
    with laboratory(tmp_path, person(1, "Nadia"), person(2, "Pia")) as lab:
        lab.run(speaking(FRENCH))
        set_language(lab, "pia", "en")

        report = lab.run(speaking(FRENCH))

        assert report.plan.drift == [Drift(kind=DriftKind.FIELDS_DIFFER, people=1)]
        assert changes(report.plan) == {Kind.UPDATE: 1}
        assert languages(lab) == {"nadia": "fr", "pia": "fr"}
        second_run_is_empty(lab, speaking(FRENCH))
