"""One export, two doors: a file and the pages refuse the same exports, for the same reasons, at the same places."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.configuration import load
from segue.control.connections.models import Connection
from segue.control.exports import operations
from segue.control.exports.draft import Draft
from segue.control.exports.models import NewStatus
from segue.control.people.models import Person
from segue.core.errors import ConfigurationProblem
from segue.sync.contact_fields import MERGE_TYPES
from segue.sync.export import Brakes, FieldMatch, MergeType, SegmentTag
from segue.sync.export_rules import brake_bounds
from tests.control import stage
from tests.fakes.clocks import START

pytestmark = pytest.mark.one_database

SEGMENTS = """\
  sleeping:
    label: Sleeping
    active: false
    rules: {attribute: city, is: Paris}
"""
ADDRESS = tuple((part, "city") for part in ("addr1", "city", "state", "zip"))
TOO_MUCH = 10**8 + 1

Faults = frozenset[tuple[str, str]]
"""The faults that are told, each by its field in the form and its code."""


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Declare data with a segment that is inactive, and return a shared connection."""
    stage.declared(stage.data_folder(tmp_path), text=stage.DEFINITION + SEGMENTS)
    return stage.connection(alice)


def _by_page(draft: Draft, actor: Person) -> Faults:
    fields = [
        stage.merge_field(match.tag, number, type=match.type)
        for number, match in enumerate(draft.fields, start=1)
    ]
    facts = stage.facts(*(fields or [stage.merge_field("LNAME", 1)]))
    try:
        export = operations.add(draft=draft, facts=facts, actor=actor, now=START)
    except ConfigurationProblem as problem:
        return frozenset((one.path, one.code) for one in problem.mistakes)
    operations.remove(exports=[export], actor=actor, now=START)
    return frozenset()


def _by_file(draft: Draft, folder: Path) -> Faults:
    file = folder / "segue.yaml"
    connections = "connections:\n  main: {type: mailchimp, api_key: {env: KEY}}\n"
    exports = f"exports:\n  news: {_flow(_written(draft))}\n"
    file.write_text(stage.DEFINITION + SEGMENTS + connections + exports, encoding="utf-8")
    try:
        load(file, environment={})
    except ConfigurationProblem as problem:
        paths = [(one.path.removeprefix("exports.news"), one.code) for one in problem.mistakes]
        return frozenset((_field(path, code, draft), code) for path, code in paths)
    return frozenset()


def _field(path: str, code: str, draft: Draft) -> str:
    """Return the field of the form for a path below the export."""
    if code == "consent_missing":
        return "consent"
    chosen = re.match(r"\.segments\[(\d+)\]", path)
    if chosen:
        return f"segments.{draft.segments[int(chosen[1])].segment}"
    if path in (".match", ".match.email"):
        return "email_attribute"
    part, *rest = path.removeprefix(".match").removeprefix(".").split(".")
    if part == "language":
        return "fields.language"
    if part in ("fields", "brakes"):
        return f"{part}.{rest[0]}"
    return {"winner": "newest_by"}.get(part, part)


def _written(draft: Draft) -> dict[str, Any]:
    """Return a draft as a file says it; what is not given is left out."""
    attested = {
        "attested_by": "Bob, owner",
        "attested_on": "2026-01-31",
        "statement": draft.attestation,
    }
    consent = {"attribute": draft.consent_attribute} if draft.consent_attribute else {}
    return {
        "connection": "main",
        "audience": draft.audience_id,
        "match": {
            **({"email": draft.email_attribute} if draft.email_attribute else {}),
            **{match.tag: _fed(match) for match in draft.fields if _is_beside(match)},
            "fields": {match.tag: _fed(match) for match in draft.fields if not _is_beside(match)},
        },
        "segments": [{"segment": one.segment, "tag": one.tag} for one in draft.segments],
        **({"winner": {"newest_by": draft.newest_by}} if draft.newest_by else {}),
        "consent": consent | (attested if draft.attestation else {}),
        "new_contacts": draft.new_status.value,
        "profile_limit": draft.profile_limit,
        "brakes": draft.brakes,
    }


def _is_beside(match: FieldMatch) -> bool:
    """Tell whether a line feeds what a contact holds beside merge fields, whose type nobody chooses."""
    return match.type is MergeType.LANGUAGE


def _fed(match: FieldMatch) -> dict[str, Any]:
    given = {"attribute": match.attribute, "parts": dict(match.parts)}
    constant = {} if match.value is None else {"value": match.value}
    return {
        **({} if _is_beside(match) else {"type": match.type.value}),
        **{key: value for key, value in given.items() if value},
        **constant,
    }


def _flow(value: object) -> str:
    """Write a value as YAML on one line, every text in quotes and every strange sign as an escape."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(sign if 32 <= ord(sign) < 127 else f"\\U{ord(sign):08x}" for sign in text)


def _agreed(draft: Draft, actor: Person, folder: Path) -> Faults:
    """Return what both doors say of a draft."""
    page = _by_page(draft, actor)
    assert _by_file(draft, folder) == page
    return page


def _tagged(tag: str) -> Mapping[str, Any]:
    return {"segments": (SegmentTag(segment="vip", tag=tag),)}


def _fed_with(value: str | None, **changes: Any) -> Mapping[str, Any]:
    line = FieldMatch(tag="SOURCE", attribute="", value=value)
    return {"fields": (replace(line, **changes),)}


def _spoken(value: str | None = None, attribute: str = "") -> Mapping[str, Any]:
    line = FieldMatch(
        tag="language", attribute=attribute, value=value, type=MergeType.LANGUAGE, name="Language"
    )
    return {"fields": (line,)}


DRIFTED = [
    (_spoken("fr"), None),
    (_spoken("fr-FR"), None),
    (_spoken("Français"), None),
    (_spoken(" pt_PT "), None),
    (_spoken("Spanish"), ("fields.language", "constant_unfit")),
    (_spoken("xx"), ("fields.language", "constant_unfit")),
    (_spoken(" "), ("fields.language", "constant_empty")),
    (_spoken("fr", attribute="city"), ("fields.language", "fed_twice")),
    (_spoken(attribute="city"), None),
    (_spoken(attribute="joined"), ("fields.language", "wrong_attribute_type")),
    (_spoken(attribute="gone"), ("fields.language", "unknown_attribute")),
    (_spoken(), ("fields.language", "missing_key")),
    (_fed_with("Shop"), None),
    (_fed_with("Fidèles\u00a0: VIP"), None),
    (_fed_with(" "), ("fields.SOURCE", "constant_empty")),
    (_fed_with(""), ("fields.SOURCE", "constant_empty")),
    (_fed_with("a\nb"), ("fields.SOURCE", "constant_unfit")),
    (_fed_with("x" * 256), ("fields.SOURCE", "constant_unfit")),
    (_fed_with("12.5", type=MergeType.NUMBER), None),
    (_fed_with("12,5", type=MergeType.NUMBER), ("fields.SOURCE", "constant_unfit")),
    (_fed_with("2026-02-30", type=MergeType.DATE), ("fields.SOURCE", "constant_unfit")),
    (_fed_with("02/29", type=MergeType.BIRTHDAY), None),
    (_fed_with("Shop", attribute="city"), ("fields.SOURCE", "fed_twice")),
    (_fed_with("Shop", parts=ADDRESS), ("fields.SOURCE", "option_not_for_type")),
    (_fed_with("Shop", type=MergeType.ADDRESS), ("fields.SOURCE", "option_not_for_type")),
    (_fed_with(None), ("fields.SOURCE", "missing_key")),
    (_tagged("a,b"), ("segments.vip", "tag_comma")),
    (_tagged("a\nb"), ("segments.vip", "bad_tag")),
    (_tagged("a\x07b"), ("segments.vip", "bad_tag")),
    (_tagged("a\u200bb"), ("segments.vip", "bad_tag")),
    (_tagged("a\u202eb"), ("segments.vip", "bad_tag")),
    (_tagged("Fidèles\u00a0: VIP"), None),
    (_tagged("Family \U0001f468\u200d\U0001f469\u200d\U0001f467"), None),
    (_tagged("  VIP  "), None),
    (_tagged("x" * 100), None),
    (_tagged("x" * 101), ("segments.vip", "tag_too_long")),
    (_tagged(" "), ("segments.vip", "empty_tag")),
    (_tagged("SEGUE: Installation x"), ("segments.vip", "tag_reserved")),
    ({"brakes": {"removal_share": 1.5}}, ("brakes.removal_share", "out_of_range")),
    ({"brakes": {"removal_share": 1}}, None),
    ({"brakes": {"growth_share": 10}}, None),
    ({"brakes": {"growth_share": 10.5}}, ("brakes.growth_share", "out_of_range")),
    ({"brakes": {"growth_least": TOO_MUCH}}, ("brakes.growth_least", "out_of_range")),
    ({"brakes": {"growth_least": TOO_MUCH - 1}}, None),
    ({"brakes": {"stale_after_days": 3651}}, ("brakes.stale_after_days", "out_of_range")),
    ({"brakes": {"stale_after_days": 0}}, ("brakes.stale_after_days", "out_of_range")),
    ({"brakes": {"stale_after_days": 0.5}}, None),
    ({"profile_limit": TOO_MUCH}, ("profile_limit", "out_of_range")),
    ({"profile_limit": TOO_MUCH - 1}, None),
    ({"attestation": "They asked for it."}, ("consent", "consent_twice")),
    (
        {"consent_attribute": "", "attestation": "x" * 2001},
        ("consent", "too_long"),
    ),
    (
        {"segments": (SegmentTag(segment="sleeping", tag="Zzz"),)},
        ("segments.sleeping", "inactive_segment"),
    ),
]


@pytest.mark.parametrize(("changes", "fault"), DRIFTED)
def test_what_one_door_refuses_the_other_does(
    connected: Connection,
    bob: Person,
    tmp_path: Path,
    changes: Mapping[str, Any],
    fault: tuple[str, str] | None,
) -> None:
    draft = stage.draft(connected, **changes)

    assert _agreed(draft, bob, tmp_path) == frozenset([fault] if fault else [])


@pytest.mark.parametrize("name", sorted(Brakes.__slots__))
def test_every_brake_has_one_range_at_both_doors(
    connected: Connection, bob: Person, tmp_path: Path, name: str
) -> None:
    low, high = brake_bounds(name)
    step = 0 if name == "stale_after_days" else -1

    for value in (high + 1, low + step):
        draft = stage.draft(connected, brakes={name: value})
        assert _agreed(draft, bob, tmp_path) == frozenset([(f"brakes.{name}", "out_of_range")])
    assert not _agreed(stage.draft(connected, brakes={name: high}), bob, tmp_path)


ATTRIBUTES = st.sampled_from(["email", "first_name", "city", "joined", "opted_in", "gone", ""])
TAGS = st.one_of(
    st.sampled_from(["VIP", "vip ", "a,b", "", "x" * 101, "a\nb", "segue: installation 1"]),
    st.text(
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12
    ),
)
CHOSEN = st.builds(
    SegmentTag, segment=st.sampled_from(["vip", "newcomers", "sleeping", "gone"]), tag=TAGS
)
TAGS_OF_FIELDS = st.sampled_from(["FNAME", "LNAME", "EMAIL", "HOME", "BDAY"])
FED = st.builds(
    FieldMatch,
    tag=TAGS_OF_FIELDS,
    attribute=ATTRIBUTES,
    type=st.sampled_from(MERGE_TYPES),
    parts=st.sampled_from([ADDRESS, ()]),
    value=st.sampled_from([None, None, "Shop", "12.5", "2026-01-31", "", "a\nb"]),
)
PART = st.sampled_from(["city", "joined", "gone"])
WHOLE = st.fixed_dictionaries(
    {part: PART for part, _name in ADDRESS}, optional={"addr2": PART, "country": PART}
)
BROKEN = st.dictionaries(
    st.sampled_from(["addr1", "city", "state", "zip", "planet"]), st.just("city"), min_size=1
)
"""Parts that are not those of an address: what a file says in a part of them is read when they are mended."""
ADDRESSES = st.builds(
    FieldMatch,
    tag=st.sampled_from(["HOME", "WORK"]),
    attribute=st.just(""),
    type=st.just(MergeType.ADDRESS),
    parts=st.one_of(WHOLE, BROKEN).map(lambda parts: tuple(parts.items())),
)
SPOKEN = st.builds(
    FieldMatch,
    tag=st.just("language"),
    attribute=ATTRIBUTES,
    type=st.just(MergeType.LANGUAGE),
    value=st.sampled_from([None, None, "fr-CA", "xx", ""]),
)
NUMBERS = st.one_of(
    st.sampled_from([0, 1, 10, 3650, TOO_MUCH, -1, True]),
    st.integers(-5_000, 5_000).map(lambda hundredths: hundredths / 100),
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "email_attribute": ATTRIBUTES,
        "fields": st.lists(
            st.one_of(FED, ADDRESSES, SPOKEN), max_size=3, unique_by=lambda match: match.tag
        ).map(tuple),
        "segments": st.lists(CHOSEN, max_size=4).map(tuple),
        "newest_by": ATTRIBUTES,
        "consent_attribute": ATTRIBUTES,
        "attestation": st.sampled_from(["", "They asked for it.", "x" * 2001]),
        "new_status": st.sampled_from(NewStatus),
        "profile_limit": st.sampled_from([0, 1, -3, TOO_MUCH - 1, TOO_MUCH]),
        "brakes": st.dictionaries(
            st.sampled_from([*Brakes.__slots__, "speed"]), NUMBERS, max_size=3
        ),
    },
)


@given(changes=CHANGES)
def test_any_draft_has_the_same_faults_at_both_doors(
    connected: Connection, bob: Person, tmp_path: Path, changes: Mapping[str, Any]
) -> None:
    _agreed(stage.draft(connected, **changes), bob, tmp_path)
