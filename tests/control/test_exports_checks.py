"""Every mistake of a draft is found, and named at the field where it belongs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from segue.control.connections.models import Connection, Health
from segue.control.exports import operations
from segue.control.exports.checks import mistakes_in
from segue.control.exports.models import NewStatus
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.sync.export import FieldMatch, MergeType, SegmentTag
from segue.words.catalogue import in_language
from tests.control import stage
from tests.fakes.clocks import START

VIP = SegmentTag(segment="vip", tag="VIP")
FIRST = FieldMatch(tag="FNAME", attribute="first_name", name="Fname")
STREET = stage.merge_field("HOME", 4, type=MergeType.ADDRESS)
WHOLE_ADDRESS = tuple((part, "city") for part in ("addr1", "city", "state", "zip"))


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Declare data and return a shared connection."""
    stage.declared(stage.data_folder(tmp_path))
    return stage.connection(alice)


def _found(
    connected: Connection | None, facts: Any = None, **changes: Any
) -> list[tuple[str, str]]:
    mistakes = mistakes_in(stage.draft(connected, **changes), facts or stage.facts(), known=None)
    return [(one.path, one.code) for one in mistakes]


def test_a_sound_draft_has_no_mistake(connected: Connection) -> None:
    assert _found(connected) == []


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"name": "  "}, ("name", "export_name")),
        ({"name": "x" * 121}, ("name", "export_name")),
        ({"email_attribute": ""}, ("email_attribute", "missing_key")),
        ({"email_attribute": "gone"}, ("email_attribute", "unknown_attribute")),
        ({"email_attribute": "city"}, ("email_attribute", "wrong_attribute_type")),
        (
            {"fields": (FieldMatch(tag="NONE", attribute="city"),)},
            ("fields.NONE", "merge_field_missing"),
        ),
        (
            {"fields": (FieldMatch(tag="FNAME", attribute=""),)},
            ("fields.FNAME", "missing_key"),
        ),
        (
            {"fields": (FieldMatch(tag="FNAME", attribute="gone"),)},
            ("fields.FNAME", "unknown_attribute"),
        ),
        (
            {"fields": (FieldMatch(tag="FNAME", attribute="joined", type=MergeType.DATE),)},
            ("fields.FNAME", "merge_field_type"),
        ),
        ({"segments": ()}, ("segments", "empty")),
        (
            {"segments": (SegmentTag(segment="gone", tag="Gone"),)},
            ("segments.gone", "unknown_segment"),
        ),
        ({"segments": (VIP, VIP)}, ("segments.vip", "segment_twice")),
        ({"segments": (SegmentTag(segment="vip", tag=" "),)}, ("segments.vip", "empty_tag")),
        ({"segments": (SegmentTag(segment="vip", tag="a,b"),)}, ("segments.vip", "tag_comma")),
        (
            {"segments": (SegmentTag(segment="vip", tag="x" * 101),)},
            ("segments.vip", "tag_too_long"),
        ),
        (
            {"segments": (VIP, SegmentTag(segment="newcomers", tag="vip "))},
            ("segments.newcomers", "tag_twice"),
        ),
        ({"newest_by": "city"}, ("newest_by", "wrong_attribute_type")),
        ({"newest_by": "gone"}, ("newest_by", "unknown_attribute")),
        ({"consent_attribute": "city"}, ("consent", "wrong_attribute_type")),
        ({"consent_attribute": ""}, ("consent", "consent_missing")),
        ({"consent_attribute": "", "attestation": "x" * 2001}, ("consent", "too_long")),
        ({"profile_limit": 0}, ("profile_limit", "out_of_range")),
        ({"profile_limit": 100_000_001}, ("profile_limit", "out_of_range")),
        ({"brakes": {"removal_share": 11}}, ("brakes.removal_share", "out_of_range")),
        ({"brakes": {"removal_least": 1.5}}, ("brakes.removal_least", "wrong_kind")),
        ({"brakes": {"removal_least": True}}, ("brakes.removal_least", "wrong_kind")),
        ({"brakes": {"stale_after_days": 0}}, ("brakes.stale_after_days", "out_of_range")),
        ({"brakes": {"speed": 1}}, ("brakes.speed", "unknown_key")),
    ],
)
def test_a_mistake_is_named_at_its_field(
    connected: Connection, changes: dict[str, Any], mistake: tuple[str, str]
) -> None:
    assert _found(connected, **changes) == [mistake]


def test_a_draft_without_a_connection_says_where_to_get_one(connected: Connection) -> None:
    assert _found(None) == [("connection", "export_without_connection")]


def test_a_broken_connection_takes_no_export(connected: Connection) -> None:
    connected.health = Health.REVOKED

    assert _found(connected) == [("connection", "connection_revoked")]


@pytest.mark.parametrize("status", [NewStatus.PENDING, NewStatus.TRANSACTIONAL])
def test_only_subscribing_people_needs_their_consent(
    connected: Connection, status: NewStatus
) -> None:
    assert _found(connected, consent_attribute="", new_status=status) == []


def test_brakes_may_be_set_within_reason(connected: Connection) -> None:
    brakes = {"removal_share": 0.5, "removal_least": 0, "stale_after_days": 7}

    assert _found(connected, brakes=brakes) == []
    assert _found(connected, brakes={"stale_after_days": None}) == []


def test_a_required_merge_field_must_be_fed(connected: Connection) -> None:
    facts = stage.facts(
        stage.merge_field("FNAME", 1), stage.merge_field("COMPANY", 3, required=True)
    )

    assert _found(connected, facts) == [("fields.COMPANY", "merge_field_required")]


def test_a_merge_field_is_fed_once(connected: Connection) -> None:
    assert _found(connected, fields=(FIRST, FIRST)) == [
        ("fields.FNAME", "merge_field_twice"),
        ("fields.FNAME", "merge_field_twice"),
    ]


def test_an_attribute_must_fit_the_type_of_its_merge_field(connected: Connection) -> None:
    facts = stage.facts(stage.merge_field("BDAY", 1, type=MergeType.BIRTHDAY))
    wrong = FieldMatch(tag="BDAY", attribute="city", type=MergeType.BIRTHDAY)
    right = FieldMatch(tag="BDAY", attribute="joined", type=MergeType.BIRTHDAY)

    assert _found(connected, facts, fields=(wrong,)) == [("fields.BDAY", "wrong_attribute_type")]
    assert _found(connected, facts, fields=(right,)) == []


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        (WHOLE_ADDRESS, []),
        ((*WHOLE_ADDRESS, ("addr2", "")), []),
        ((), ["missing_key"]),
        (WHOLE_ADDRESS[:3], ["missing_key"]),
        ((*WHOLE_ADDRESS[:3], ("zip", "joined")), ["wrong_attribute_type"]),
        ((*WHOLE_ADDRESS, ("planet", "city")), ["unknown_key"]),
    ],
)
def test_an_address_takes_its_required_parts(
    connected: Connection, parts: tuple[tuple[str, str], ...], codes: list[str]
) -> None:
    match = FieldMatch(tag="HOME", attribute="", type=MergeType.ADDRESS, parts=parts)

    assert _found(connected, stage.facts(STREET), fields=(match,)) == [
        ("fields.HOME", code) for code in codes
    ]


def test_an_inactive_or_undeclared_segment_is_refused(connected: Connection) -> None:
    Segment.objects.filter(name="vip").update(is_active=False)
    assert _found(connected) == [("segments.vip", "inactive_segment")]

    Segment.objects.filter(name="vip").update(is_active=True, removed_at=START)
    assert _found(connected) == [("segments.vip", "unknown_segment")]


def test_a_name_is_taken_whatever_its_capitals(bob: Person, connected: Connection) -> None:
    stage.export(bob, connected)

    assert ("name", "export_name_taken") in _found(connected, name="vip  newsletter")


def test_an_export_does_not_stand_in_its_own_way(bob: Person, connected: Connection) -> None:
    export = stage.export(bob, connected)
    draft = stage.draft(connected, fields=(FieldMatch(tag="FNAME", attribute="city"),))

    assert mistakes_in(draft, stage.facts(), known=export) == []


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        (
            {"fields": (FieldMatch(tag="FNAME", attribute="city"),)},
            ("fields.FNAME", "field_conflict"),
        ),
        ({"newest_by": "joined"}, ("newest_by", "winner_conflict")),
        ({"segments": (SegmentTag(segment="vip", tag="Vip"),)}, ("segments.vip", "tag_conflict")),
        (
            {"fields": (FieldMatch(tag="LNAME", attribute="last_name"),), "newest_by": "joined"},
            None,
        ),
        ({"segments": (SegmentTag(segment="newcomers", tag="New"),)}, None),
    ],
)
def test_exports_of_one_audience_do_not_undo_each_others_work(
    bob: Person, connected: Connection, changes: dict[str, Any], mistake: tuple[str, str] | None
) -> None:
    stage.export(bob, connected, name="Other")

    assert _found(connected, **changes) == ([mistake] if mistake else [])


def test_exports_of_one_audience_use_one_email_attribute(
    bob: Person, alice: Person, tmp_path: Path
) -> None:
    text = stage.DEFINITION.replace(
        "    city:", "    work: {column: email, type: email, label: Work}\n    city:"
    )
    stage.declared(stage.data_folder(tmp_path), text=text)
    connected = stage.connection(alice)
    stage.export(bob, connected, name="Other")

    (mistake,) = mistakes_in(
        stage.draft(connected, email_attribute="work"), stage.facts(), known=None
    )

    assert (mistake.path, mistake.code) == ("email_attribute", "email_conflict")
    assert mistake.message == (
        "Export `Other` fills the same audience by the e-mail attribute `E-mail`."
    )


def test_another_connection_to_the_same_account_fills_the_same_audience(
    alice: Person, connected: Connection
) -> None:
    stage.export(alice, connected, name="Other")
    twin = stage.connection(alice, name="Second key")

    changes: dict[str, Any] = {"fields": (FieldMatch(tag="FNAME", attribute="city"),)}
    assert _found(twin, **changes) == [("fields.FNAME", "field_conflict")]


@pytest.mark.parametrize("end", [operations.detach, operations.remove])
def test_what_does_not_run_stands_in_nobodys_way(
    end: Any, bob: Person, connected: Connection
) -> None:
    other = stage.export(bob, connected, name="Other")
    end(exports=[other], actor=bob, now=START)

    assert _found(connected, fields=(FieldMatch(tag="FNAME", attribute="city"),)) == []


def test_a_conflict_names_what_the_other_export_does(bob: Person, connected: Connection) -> None:
    facts = stage.facts(STREET)
    match = FieldMatch(tag="HOME", attribute="", type=MergeType.ADDRESS, parts=WHOLE_ADDRESS)
    operations.add(
        draft=stage.draft(connected, name="Other", fields=(match,)),
        facts=facts,
        actor=bob,
        now=START,
    )
    parts = (*WHOLE_ADDRESS[:3], ("zip", "first_name"))
    wanted = FieldMatch(tag="HOME", attribute="", type=MergeType.ADDRESS, parts=parts)

    (mistake,) = mistakes_in(stage.draft(connected, fields=(wanted,)), facts, known=None)

    assert mistake.message == (
        "Export `Other` writes `city`, `city`, `city`, `city` into HOME of the same audience."
    )


def test_mistakes_are_told_in_the_readers_language(connected: Connection) -> None:
    (mistake,) = mistakes_in(
        stage.draft(connected, email_attribute="city"), stage.facts(), known=None
    )

    message, action = (in_language(text, "fr") for text in (mistake.message, mistake.action))
    assert message == "L’attribut city est de type texte et ne convient pas ici."
    assert action == "Choisissez un attribut de type\u00a0: adresse e-mail."
