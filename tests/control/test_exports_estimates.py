"""The sizes foretold while an export is set up are those that a real plan on the sandbox finds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from segue.control.connections.models import Connection
from segue.control.exports.draft import AudienceFacts, draft_of
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.core.errors import TryLater
from segue.engines.duckdb.audience.glances import glancing
from segue.engines.duckdb.session import session
from segue.service.accounts import audience_facts
from segue.service.configured import configured, workspace
from segue.service.installed_journals import journals_here
from segue.service.previews import Foretold, Unknown, foretell, samples
from segue.sync.export import FieldMatch, MergeType, SegmentTag
from segue.sync.kinds import Kind, Skip
from segue.sync.permission import Permission
from segue.sync.plan import Plan
from tests.cast import CONTACTS
from tests.control import stage
from tests.fakes.clocks import START

HEAD = "id,email,first_name,last_name,city,joined,opted_in"
PEOPLE = """\
1,nadia@shop.example,Nadia,Haddad,Lyon,2026-01-05,true
2,omar@shop.example,Omar,Benali,Lyon,2025-06-01,true
3,pia@shop.example,Pia,Lindqvist,Lyon,2026-02-01,true
4,quentin@shop.example,Quentin,Marchal,Lyon,2025-06-01,true
5,rosa@shop.example,Rosa,Iglesias,Lyon,2025-06-01,true
6,emile@shop.example,Émile,Château-Renard,Lyon,2025-06-01,true
7,  NADIA@shop.example,Nadia,Twice,Lyon,2026-01-06,true
8,,Nobody,Missing,Lyon,2025-06-01,true
9,no-at-sign,Nobody,Invalid,Lyon,2025-06-01,true
10,refused@shop.example,Refused,Consent,Lyon,2025-06-01,false
11,silent@shop.example,Silent,Consent,Paris,2026-02-02,
12,new@shop.example,New,Comer,Paris,2026-02-02,true
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve an audience that holds the cast."""
    with Sandbox.in_thread(switches=Switches(stats_cache_s=0)) as running:
        running.add_audience(stage.AUDIENCE_ID, name="Newsletter")
        for contact in CONTACTS:
            names = {"FNAME": contact.first_name, "LNAME": contact.last_name}
            running.add_contact(
                stage.AUDIENCE_ID, contact.email, status=contact.status, merge_fields=names
            )
        yield running


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """Give the installation a home and the twelve people."""
    settings.SEGUE_HOME = tmp_path / "home"
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "customers.csv").write_text(f"{HEAD}\n{PEOPLE}", encoding="utf-8")
    return folder


@pytest.fixture
def connected(alice: Person, sandbox: Sandbox, home: Path) -> Connection:
    """Declare the people and connect the sandbox's account."""
    stage.declared(home)
    return stage.connection(
        alice, base_url=sandbox.base_url, secret=sandbox.api_key, account_id=_account_of(sandbox)
    )


def _account_of(sandbox: Sandbox) -> str:
    from segue.service.accounts import granted_by_key

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.SEGUE_MAILCHIMP_API_URL", sandbox.base_url)
        return granted_by_key(sandbox.api_key).credential.account.account_id


def _both_segments(alice: Person, connected: Connection, **changes: Any) -> Export:
    chosen = (SegmentTag(segment="vip", tag="VIP"), SegmentTag(segment="newcomers", tag="New"))
    return stage.export(alice, connected, segments=chosen, **changes)


def _foretold(export: Export) -> Foretold:
    assert export.connection is not None
    facts = audience_facts(export.connection, export.audience_id)
    is_empty = facts.audience.contacts == 0
    return foretell(draft_of(export), facts, known=export, now=START, is_empty=is_empty)


def _planned(export: Export) -> Plan:
    at_work = workspace(export)
    snapshot = at_work.refresh().snapshot
    return asyncio.run(at_work.plan(export.key, snapshot)).plan


def _run(export: Export) -> None:
    at_work = workspace(export)
    snapshot = at_work.refresh().snapshot
    report = asyncio.run(at_work.run(export.key, snapshot, permission=Permission(first_run=True)))
    assert report.outcomes.accepted


@pytest.mark.one_database
def test_the_people_left_out_are_those_that_a_plan_leaves_out(
    alice: Person, connected: Connection
) -> None:
    export = _both_segments(alice, connected)
    plan = _planned(export)

    estimate = _foretold(export).estimate

    assert estimate is not None
    assert plan.skips == {
        Skip.DUPLICATE: 1,
        Skip.MISSING_ADDRESS: 1,
        Skip.INVALID_ADDRESS: 1,
        Skip.NO_CONSENT: 2,
        Skip.UNSUBSCRIBED: 1,
        Skip.CLEANED: 1,
        Skip.ARCHIVED: 1,
    }
    assert estimate.skips == plan.skips
    assert (estimate.members, estimate.wanted) == (plan.members, plan.wanted) == (12, 7)
    assert estimate.unwritten == plan.counts[Kind.ADD] == 4
    assert (estimate.duplicates, estimate.unusable, estimate.unconsenting) == (1, 2, 2)
    assert (estimate.suppressed, estimate.contacts) == (3, 4)
    assert estimate.opt_outs_are_known


@pytest.mark.one_database
def test_every_segment_has_its_size_before_and_after(alice: Person, connected: Connection) -> None:
    export = _both_segments(alice, connected)
    plan = _planned(export)

    estimate = _foretold(export).estimate

    assert estimate is not None
    sizes = {one.segment: (one.members, one.wanted) for one in estimate.segments}
    assert sizes == {"vip": (10, 6), "newcomers": (5, 3)}
    assert {one.segment: one.after for one in plan.segments} == {"vip": 6, "newcomers": 3}
    assert workspace(export).segment_counts(workspace(export).refresh().snapshot) == {
        "vip": 10,
        "newcomers": 5,
    }


@pytest.mark.one_database
def test_after_a_run_only_those_who_came_since_are_unwritten(
    alice: Person, connected: Connection, home: Path
) -> None:
    export = _both_segments(alice, connected)
    _run(export)
    before = _foretold(export).estimate
    with (home / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("13,late@shop.example,Late,Comer,Lyon,2026-02-02,true\n")
    workspace(export).refresh()

    after = _foretold(export).estimate

    assert before is not None
    assert after is not None
    assert (before.unwritten, before.has_written) == (0, True)
    assert (before.suppressed, before.contacts) == (3, 4), "nobody whom the run put there is gone"
    assert (after.unwritten, after.contacts) == (1, before.contacts + 1)
    assert _planned(export).counts[Kind.ADD] == 1


def test_a_foretelling_leaves_no_trace_and_waits_for_nobody(
    alice: Person, connected: Connection, settings: Any
) -> None:
    export = _both_segments(alice, connected)
    _run(export)
    facts = audience_facts(connected, stage.AUDIENCE_ID)
    other_tag = stage.draft(connected, segments=(SegmentTag(segment="vip", tag="Never seen"),))
    (folder,) = settings.SEGUE_HOME.glob("audiences/*")
    before = _kept(settings.SEGUE_HOME)

    with closing(journals_here().open(folder)) as run_in_progress, run_in_progress.together():
        estimate = foretell(other_tag, facts, known=export, now=START).estimate

    assert estimate is not None
    assert estimate.wanted == 6
    assert _kept(settings.SEGUE_HOME) == before


def _kept(home: Path) -> dict[str, bytes]:
    """Return every file of an installation but the readers' marks on the journal."""
    files = (path for path in home.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files if not path.name.endswith("-shm")}


@pytest.mark.one_database
def test_before_the_audience_was_read_nobody_is_said_to_have_unsubscribed(
    alice: Person, connected: Connection
) -> None:
    export = _both_segments(alice, connected)
    workspace(export).refresh()

    estimate = _foretold(export).estimate

    assert estimate is not None
    assert not estimate.opt_outs_are_known
    assert (estimate.suppressed, estimate.contacts, estimate.wanted) == (0, 7, 7)
    assert estimate.new is None


@pytest.mark.one_database
def test_all_are_new_to_an_audience_that_holds_nobody(
    alice: Person, connected: Connection, sandbox: Sandbox
) -> None:
    sandbox.add_audience("empty00001", name="Empty")
    export = _both_segments(alice, connected, audience_id="empty00001")
    workspace(export).refresh()

    estimate = _foretold(export).estimate

    assert estimate is not None
    assert estimate.new == estimate.contacts == 7


@pytest.mark.one_database
@pytest.mark.parametrize("honours", [True, False])
def test_who_is_new_is_known_where_every_contact_was_read(
    alice: Person, connected: Connection, honours: bool
) -> None:
    Connection.objects.update(honours_status_if_new=honours)
    connected.refresh_from_db()
    export = _both_segments(alice, connected)
    _planned(export)

    estimate = _foretold(export).estimate

    assert estimate is not None
    assert (estimate.contacts, estimate.unwritten, estimate.new) == (4, 4, 1)


@pytest.mark.one_database
def test_the_limit_counts_people_after_duplicates_addresses_and_consent(
    alice: Person, connected: Connection
) -> None:
    export = _both_segments(alice, connected, profile_limit=5)
    plan = _planned(export)

    estimate = _foretold(export).estimate

    assert estimate is not None
    assert estimate.over_limit == 2
    assert [(stop.count, stop.threshold) for stop in plan.refusals] == [(7, 5)]


def test_what_is_not_sound_yet_is_left_out(alice: Person, connected: Connection) -> None:
    export = _both_segments(alice, connected)
    workspace(export).refresh()
    facts = audience_facts(connected, stage.AUDIENCE_ID)
    half = stage.draft(
        connected,
        fields=(
            FieldMatch(tag="FNAME", attribute=""),
            FieldMatch(tag="LNAME", attribute="no_such"),
            FieldMatch(tag="NONE", attribute="city"),
        ),
        segments=(SegmentTag(segment="vip", tag=""), SegmentTag(segment="gone", tag="Gone")),
        consent_attribute="",
        brakes={"removal_share": "nonsense"},
    )

    estimate = foretell(half, facts, known=None, now=START).estimate

    assert estimate is not None
    assert (estimate.members, estimate.wanted) == (10, 7)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "unknown"),
    [({"segments": ()}, Unknown.NO_SEGMENT), ({"email_attribute": ""}, Unknown.NO_EMAIL)],
)
def test_what_is_missing_for_an_estimate_is_named(
    alice: Person, connected: Connection, changes: dict[str, Any], unknown: Unknown
) -> None:
    configured_workspace = workspace()
    configured_workspace.refresh()

    found = foretell(stage.draft(connected, **changes), None, known=None, now=START)

    assert found == Foretold(unknown=unknown)


def test_nothing_is_known_before_the_first_refresh(alice: Person, connected: Connection) -> None:
    assert foretell(stage.draft(connected), None, known=None, now=START) == Foretold(
        unknown=Unknown.NEVER_REFRESHED
    )


def test_nothing_is_known_before_a_definition(alice: Person, home: Path) -> None:
    assert foretell(stage.draft(None), None, known=None, now=START) == Foretold(
        unknown=Unknown.NO_DEFINITION
    )


def test_a_definition_with_a_new_attribute_asks_for_a_refresh(
    alice: Person, connected: Connection, home: Path
) -> None:
    workspace().refresh()
    more = stage.DEFINITION.replace(
        "    city:", "    nickname: {column: first_name, type: text}\n    city:"
    )
    stage.declared(home, text=more)
    facts = stage.facts()
    draft = stage.draft(connected, fields=(FieldMatch(tag="FNAME", attribute="nickname"),))

    assert foretell(draft, facts, known=None, now=START).unknown is Unknown.REFRESH_NEEDED
    assert samples(draft, facts) == {}


@pytest.mark.one_database
def test_samples_are_what_mailchimp_will_get(alice: Person, connected: Connection) -> None:
    workspace().refresh()
    fields = (
        stage.merge_field("FNAME", 1),
        stage.merge_field("JOINED", 2, type=MergeType.DATE),
        stage.merge_field("BDAY", 3, type=MergeType.BIRTHDAY),
        stage.merge_field("AGREED", 4),
        stage.merge_field("ZIP", 5, type=MergeType.ZIP),
        stage.merge_field("HOME", 6, type=MergeType.ADDRESS),
    )
    parts = tuple((part, "city") for part in ("addr1", "city", "state", "zip"))
    matched = (
        FieldMatch(tag="FNAME", attribute="first_name"),
        FieldMatch(tag="JOINED", attribute="joined", type=MergeType.DATE),
        FieldMatch(tag="BDAY", attribute="joined", type=MergeType.BIRTHDAY),
        FieldMatch(tag="AGREED", attribute="opted_in"),
        FieldMatch(tag="ZIP", attribute="city", type=MergeType.ZIP),
        FieldMatch(tag="HOME", attribute="", type=MergeType.ADDRESS, parts=parts),
    )

    found = samples(stage.draft(connected, fields=matched), stage.facts(*fields))

    assert found == {
        "FNAME": ["Nadia", "Refused", "Silent"],
        "JOINED": ["2026-01-05", "2025-06-01", "2026-02-02"],
        "BDAY": ["01/05", "06/01", "02/02"],
        "AGREED": ["true", "false"],
        "ZIP": [],
        "HOME": ["Lyon, Lyon, Lyon, Lyon", "Paris, Paris, Paris, Paris"],
    }


def test_an_estimate_is_remembered_until_something_changes(
    alice: Person, connected: Connection, home: Path
) -> None:
    export = _both_segments(alice, connected)
    workspace(export).refresh()
    facts: AudienceFacts = audience_facts(connected, stage.AUDIENCE_ID)
    first = foretell(draft_of(export), facts, known=export, now=START).estimate

    again = foretell(draft_of(export), facts, known=export, now=START).estimate
    _planned(export)
    changed = foretell(draft_of(export), facts, known=export, now=START).estimate

    assert again is first
    assert changed != first
    assert configured().segments


@pytest.mark.one_database
@pytest.mark.parametrize("kept", ["contacts", "ledger/*"])
def test_a_lost_file_of_the_state_folder_is_said_in_place_of_sizes(
    alice: Person, connected: Connection, settings: Any, kept: str
) -> None:
    export = _both_segments(alice, connected)
    _run(export)
    (lost,) = settings.SEGUE_HOME.glob(f"audiences/*/{kept}/*.parquet")
    lost.unlink()

    assert _foretold(export) == Foretold(unknown=Unknown.STATE_LOST)


@pytest.mark.one_database
def test_a_file_that_a_run_swaps_away_asks_to_look_again(
    alice: Person, connected: Connection, settings: Any
) -> None:
    export = _both_segments(alice, connected)
    _run(export)
    (folder,) = settings.SEGUE_HOME.glob("audiences/*")
    (contacts,) = folder.glob("contacts/*.parquet")

    with (
        session(settings.SEGUE_HOME / "spill") as engine,
        pytest.raises(TryLater) as changing,
        glancing(folder, export.key, engine, journals=journals_here()) as store,
    ):
        contacts.unlink()
        store.count_contacts()

    assert changing.value.code == "state_changing"
