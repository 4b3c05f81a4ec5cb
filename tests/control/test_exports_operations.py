"""Adding, editing, duplicating, detaching and removing exports: who may, what stays, what is recorded."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.connections import operations as connections
from segue.control.connections.models import Connection
from segue.control.exports import operations, queries
from segue.control.exports.draft import draft_of
from segue.control.exports.keeping import fill
from segue.control.exports.models import Export, ScheduleMode
from segue.control.people.models import Person
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes.models import Refresh, Run
from segue.control.segments.models import Segment
from segue.control.statuses import Status
from segue.core.errors import ConfigurationProblem, NotAllowed, NotVisible
from segue.sync.export import FieldMatch, SegmentTag
from tests.control import stage
from tests.fakes.clocks import START

LATER = START + timedelta(days=1)
MORNINGS = Recurrence(every=Every.DAY, time_zone="Europe/Paris", times=(time(8),))


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Declare data and return a shared connection."""
    stage.declared(stage.data_folder(tmp_path))
    return stage.connection(alice)


def _entries() -> list[tuple[str, str, str]]:
    """Return who did what to which export since the stage was set."""
    rows = Entry.objects.filter(subject_kind="export").order_by("id")
    return [(row.actor_name, row.action, row.subject_name) for row in rows]


def _kept(export: Export) -> Export:
    return Export.objects.get(pk=export.pk)


def test_a_contributor_adds_an_export_on_a_shared_connection(
    bob: Person, connected: Connection
) -> None:
    export = stage.export(bob, connected, name="  VIP   newsletter ")

    kept = _kept(export)
    assert (kept.name, kept.key, kept.connection) == ("VIP newsletter", "vip_newsletter", connected)
    assert (kept.account_id, kept.audience_id, kept.audience_name) == (
        "acc1",
        stage.AUDIENCE_ID,
        "Newsletter",
    )
    assert draft_of(kept) == stage.draft(connected)
    assert _entries() == [("Bob", Action.EXPORT_ADDED, "VIP newsletter")]


def test_saving_runs_nothing(bob: Person, connected: Connection) -> None:
    export = stage.export(bob, connected)
    operations.edit(
        export=export,
        draft=stage.draft(connected, name="Other"),
        facts=stage.facts(),
        actor=bob,
        now=LATER,
    )

    assert (Refresh.objects.count(), Run.objects.count()) == (0, 0)
    assert _kept(export).last_status == Status.NOT_STARTED


def test_a_new_export_runs_with_every_scheduled_refresh(bob: Person, connected: Connection) -> None:
    export = _kept(stage.export(bob, connected))

    assert (export.schedule_is_on, export.schedule_mode, export.next_run_at) == (
        True,
        ScheduleMode.EVERY_REFRESH,
        None,
    )
    assert list(queries.with_every_refresh()) == [export]


def test_a_viewer_adds_nothing(vera: Person, connected: Connection) -> None:
    with pytest.raises(NotAllowed):
        stage.export(vera, connected)

    assert not Export.objects.exists()


def test_a_contributor_uses_no_connection_that_is_not_shared(
    alice: Person, bob: Person, connected: Connection
) -> None:
    connections.share(connection=connected, is_shared=False, actor=alice, now=START)

    with pytest.raises(NotAllowed):
        stage.export(bob, connected)

    assert not Export.objects.exists()


def test_an_export_stays_when_its_connection_is_no_longer_shared(
    alice: Person, bob: Person, vera: Person, connected: Connection
) -> None:
    export = stage.export(bob, connected)
    connections.share(connection=connected, is_shared=False, actor=alice, now=START)

    for person, allowed in ((alice, True), (bob, False), (vera, False)):
        assert (queries.editable(person, list(queries.exports())) == [export]) is allowed
    with pytest.raises(NotAllowed):
        operations.edit(
            export=export, draft=stage.draft(connected), facts=stage.facts(), actor=bob, now=LATER
        )
    assert _kept(export).connection == connected


@pytest.mark.parametrize(
    "act",
    [
        lambda e, p: operations.edit(
            export=e, draft=stage.draft(e.connection), facts=stage.facts(), actor=p, now=LATER
        ),
        lambda e, p: operations.duplicate(exports=[e], actor=p, now=LATER),
        lambda e, p: operations.switch_schedules(exports=[e], is_on=False, actor=p, now=LATER),
        lambda e, p: operations.define_schedules(
            exports=[e], is_on=True, recurrence=MORNINGS, actor=p, now=LATER
        ),
        lambda e, p: operations.detach(exports=[e], actor=p, now=LATER),
        lambda e, p: operations.remove(exports=[e], actor=p, now=LATER),
    ],
    ids=["edit", "duplicate", "switch", "define", "detach", "remove"],
)
def test_a_viewer_changes_nothing_and_nobody_changes_what_is_removed(
    act: Any, alice: Person, vera: Person, connected: Connection
) -> None:
    export = stage.export(alice, connected)
    as_seen_before = _kept(export)
    before = Entry.objects.count()

    with pytest.raises(NotAllowed):
        act(export, vera)
    assert Entry.objects.count() == before

    operations.remove(exports=[export], actor=alice, now=START)
    with pytest.raises(ConfigurationProblem) as refused:
        act(as_seen_before, alice)
    assert refused.value.code == "export_gone"
    assert _kept(export).removed_at == START


def test_a_deactivated_person_sees_nothing(bob: Person, connected: Connection) -> None:
    export = stage.export(bob, connected)
    bob.is_active = False

    with pytest.raises(NotVisible):
        operations.detach(exports=[export], actor=bob, now=LATER)


def test_editing_leaves_alone_how_the_last_run_stands(bob: Person, connected: Connection) -> None:
    export = stage.export(bob, connected)
    told = {
        "last_run_id": 7,
        "last_status": Status.PROCESSING,
        "last_status_at": LATER,
        "refreshed_at": LATER,
    }
    opened_before = _kept(export)
    Export.objects.filter(pk=export.pk).update(**told)

    operations.edit(
        export=opened_before,
        draft=stage.draft(connected, name="Renamed"),
        facts=stage.facts(),
        actor=bob,
        now=LATER,
    )

    kept = _kept(export)
    assert {name: getattr(kept, name) for name in told} == told
    assert (kept.name, kept.key) == ("Renamed", "vip_newsletter")


def test_an_edit_is_recorded_with_before_and_after(bob: Person, connected: Connection) -> None:
    export = stage.export(bob, connected)

    operations.edit(
        export=export,
        draft=stage.draft(connected, profile_limit=5_000),
        facts=stage.facts(),
        actor=bob,
        now=LATER,
    )

    entry = Entry.objects.get(action=Action.EXPORT_EDITED)
    before, after = set(entry.details["before"]), set(entry.details["after"])
    assert (before - after, after - before) == ({"limit=1000000"}, {"limit=5000"})


def test_saving_without_a_change_records_nothing(bob: Person, connected: Connection) -> None:
    export = stage.export(bob, connected)

    operations.edit(
        export=export, draft=draft_of(export), facts=stage.facts(), actor=bob, now=LATER
    )

    assert _entries() == [("Bob", Action.EXPORT_ADDED, "VIP newsletter")]


def test_attaching_a_connection_again_revives_an_export(bob: Person, connected: Connection) -> None:
    export = stage.export(bob, connected)
    operations.define_schedules(
        exports=[export], is_on=True, recurrence=MORNINGS, actor=bob, now=START
    )
    operations.detach(exports=[export], actor=bob, now=START)
    months_later = START + timedelta(days=90)

    operations.edit(
        export=export,
        draft=stage.draft(connected),
        facts=stage.facts(),
        actor=bob,
        now=months_later,
    )

    kept = _kept(export)
    assert kept.connection == connected
    assert kept.next_run_at is not None
    assert kept.next_run_at > months_later
    assert list(queries.due(months_later)) == []


def test_editing_does_not_swallow_a_run_that_is_due(bob: Person, connected: Connection) -> None:
    export = stage.export(bob, connected)
    operations.define_schedules(
        exports=[export], is_on=True, recurrence=MORNINGS, actor=bob, now=START
    )
    due_at = _kept(export).next_run_at
    assert due_at is not None

    operations.edit(
        export=export,
        draft=stage.draft(connected, profile_limit=9),
        facts=stage.facts(),
        actor=bob,
        now=due_at + timedelta(seconds=5),
    )

    assert _kept(export).next_run_at == due_at


def test_a_copy_has_another_name_and_key_and_its_schedule_off(
    alice: Person, bob: Person, connected: Connection
) -> None:
    export = stage.export(
        alice,
        connected,
        consent_attribute="",
        attestation="They signed at the counter.",
        segments=(SegmentTag(segment="vip", tag="A"), SegmentTag(segment="newcomers", tag="B")),
        brakes={"removal_share": 0.5},
    )
    Export.objects.update(last_run_id=3, last_status=Status.FAILED, refreshed_at=START)

    first = operations.duplicate(exports=[export], actor=bob, now=LATER)[0]
    (second,) = operations.duplicate(exports=[first], actor=bob, now=LATER)

    names = [(one.name, one.key) for one in (first, second)]
    assert names == [
        ("VIP newsletter (2)", "vip_newsletter_2"),
        ("VIP newsletter (3)", "vip_newsletter_3"),
    ]
    copy = _kept(first)
    assert (copy.schedule_is_on, copy.last_status, copy.last_run_id, copy.refreshed_at) == (
        False,
        Status.NOT_STARTED,
        None,
        None,
    )
    assert copy.attested_by_name == "Alice"
    assert draft_of(copy) == stage.draft(
        connected,
        name="VIP newsletter (2)",
        consent_attribute="",
        attestation="They signed at the counter.",
        segments=(SegmentTag(segment="vip", tag="A"), SegmentTag(segment="newcomers", tag="B")),
        brakes={"removal_share": 0.5},
    )
    assert _entries()[-2:] == [
        ("Bob", Action.EXPORT_DUPLICATED, "VIP newsletter (2)"),
        ("Bob", Action.EXPORT_DUPLICATED, "VIP newsletter (3)"),
    ]


def test_a_copy_of_the_longest_name_has_a_name_of_its_own(
    bob: Person, connected: Connection
) -> None:
    export = stage.export(bob, connected, name="x" * 120)

    copies = [operations.duplicate(exports=[export], actor=bob, now=LATER)[0] for _ in range(2)]

    assert [one.name for one in copies] == ["x" * 116 + " (2)", "x" * 116 + " (3)"]


def test_several_are_duplicated_or_none(alice: Person, bob: Person, connected: Connection) -> None:
    mine = stage.export(bob, connected)
    kept_back = stage.connection(alice, name="Private", is_shared=False, account_id="acc2")
    foreign = stage.export(alice, kept_back, name="Foreign")

    with pytest.raises(NotAllowed):
        operations.duplicate(exports=[mine, foreign], actor=bob, now=LATER)

    assert queries.exports().count() == 2


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Été à Lyon", "ete_a_lyon"),
        ("2026", "export_2026"),
        ("Здравствуй", "export"),
        ("draft", "draft"),
    ],
)
def test_a_key_is_the_name_in_plain_letters(
    name: str, key: str, bob: Person, connected: Connection
) -> None:
    assert stage.export(bob, connected, name=name).key == key


def test_a_removed_name_is_free_again_and_its_key_is_not(
    bob: Person, connected: Connection
) -> None:
    operations.remove(exports=[stage.export(bob, connected)], actor=bob, now=START)

    again = stage.export(bob, connected)

    assert (again.name, again.key) == ("VIP newsletter", "vip_newsletter_2")


def test_a_detached_export_is_kept_and_does_not_run(bob: Person, connected: Connection) -> None:
    export = stage.export(bob, connected)

    operations.detach(exports=[export], actor=bob, now=LATER)
    operations.detach(exports=[export], actor=bob, now=LATER)

    assert list(queries.exports()) == [export]
    assert list(queries.with_every_refresh()) == []
    assert queries.why_not_runnable(_kept(export)) == "export_detached"
    assert _entries()[1:] == [("Bob", Action.EXPORT_DETACHED, "VIP newsletter")]
    assert Entry.objects.get(action=Action.EXPORT_DETACHED).details == {"connection": connected.pk}


def test_a_removed_export_leaves_the_lists_and_stays_on_record(
    bob: Person, connected: Connection
) -> None:
    export = stage.export(bob, connected)

    operations.remove(exports=[export], actor=bob, now=LATER)

    assert list(queries.exports()) == []
    assert queries.why_not_runnable(_kept(export)) == "export_removed"
    assert _entries()[1:] == [("Bob", Action.EXPORT_REMOVED, "VIP newsletter")]


def test_an_attestation_carries_who_wrote_it_and_when(
    alice: Person, bob: Person, connected: Connection
) -> None:
    words = {"consent_attribute": "", "attestation": " They signed at the counter. "}
    export = stage.export(alice, connected, **words)

    operations.edit(
        export=export,
        draft=stage.draft(connected, name="Renamed", **words),
        facts=stage.facts(),
        actor=bob,
        now=LATER,
    )

    kept = _kept(export)
    assert (kept.attestation, kept.attested_by, kept.attested_by_name, kept.attested_on) == (
        "They signed at the counter.",
        alice,
        "Alice",
        date(2026, 3, 2),
    )
    (entry,) = Entry.objects.filter(action=Action.CONSENT_ATTESTED)
    assert (entry.actor_name, entry.details) == (
        "Alice",
        {"statement": "They signed at the counter."},
    )


@pytest.mark.parametrize(
    ("changes", "audience_id"),
    [
        ({"attestation": "They signed online."}, stage.AUDIENCE_ID),
        (
            {
                "segments": (
                    SegmentTag(segment="vip", tag="VIP"),
                    SegmentTag(segment="newcomers", tag="New"),
                )
            },
            stage.AUDIENCE_ID,
        ),
        ({"audience_id": "f6f6f6f6f6"}, "f6f6f6f6f6"),
    ],
    ids=["words", "people", "audience"],
)
def test_other_words_people_or_audience_are_attested_anew(
    changes: dict[str, Any],
    audience_id: str,
    alice: Person,
    bob: Person,
    connected: Connection,
) -> None:
    words = {"consent_attribute": "", "attestation": "They signed at the counter."}
    export = stage.export(alice, connected, **words)

    operations.edit(
        export=export,
        draft=stage.draft(connected, **{**words, **changes}),
        facts=stage.facts(audience_id=audience_id),
        actor=bob,
        now=LATER,
    )

    kept = _kept(export)
    assert (kept.attested_by_name, kept.attested_on) == ("Bob", date(2026, 3, 3))
    assert Entry.objects.filter(action=Action.CONSENT_ATTESTED).count() == 2


def test_choosing_an_attribute_ends_the_attestation(bob: Person, connected: Connection) -> None:
    export = stage.export(bob, connected, consent_attribute="", attestation="They signed.")

    operations.edit(
        export=export, draft=stage.draft(connected), facts=stage.facts(), actor=bob, now=LATER
    )

    kept = _kept(export)
    assert (kept.consent_attribute, kept.attestation, kept.attested_by_name, kept.attested_on) == (
        "opted_in",
        "",
        "",
        None,
    )


def test_every_mistake_is_told_at_once_and_nothing_is_kept(
    bob: Person, connected: Connection
) -> None:
    wanted = stage.draft(
        connected,
        name="",
        email_attribute="city",
        fields=(FieldMatch(tag="NOPE", attribute="city"),),
        segments=(),
    )

    with pytest.raises(ConfigurationProblem) as refused:
        operations.add(draft=wanted, facts=stage.facts(), actor=bob, now=START)

    assert refused.value.code == "export_invalid"
    assert [(one.path, one.code) for one in refused.value.mistakes] == [
        ("name", "export_name"),
        ("email_attribute", "wrong_attribute_type"),
        ("fields.NOPE", "merge_field_missing"),
        ("segments", "empty"),
    ]
    assert not Export.objects.exists()


def test_a_name_taken_after_the_check_is_refused_beside_the_field(
    bob: Person, connected: Connection
) -> None:
    stage.export(bob, connected)
    checked_before = stage.draft(connected, name="vip NEWSLETTER")

    with pytest.raises(ConfigurationProblem) as refused:
        fill(
            Export(key="other", created_by=bob, created_at=START),
            checked_before,
            stage.facts(),
            actor=bob,
            now=START,
        )

    assert [(one.path, one.code) for one in refused.value.mistakes] == [
        ("name", "export_name_taken")
    ]


def test_a_used_connection_is_removed_when_each_export_has_a_fate(
    alice: Person, connected: Connection
) -> None:
    one = stage.export(alice, connected)
    other = stage.export(alice, connected, name="Other")

    with pytest.raises(ConfigurationProblem) as refused:
        operations.remove_connection(
            connection=connected,
            fates={one.pk: operations.Fate.REMOVE},
            actor=alice,
            now=LATER,
        )
    assert refused.value.code == "connection_in_use"

    operations.remove_connection(
        connection=connected,
        fates={one.pk: operations.Fate.REMOVE, other.pk: operations.Fate.DETACH},
        actor=alice,
        now=LATER,
    )
    assert not Connection.objects.exists()
    assert [(e.name, e.connection) for e in queries.exports()] == [("Other", None)]


def test_a_removed_segment_stays_chosen_until_it_is_taken_out(
    bob: Person, connected: Connection
) -> None:
    export = stage.export(bob, connected)
    Segment.objects.filter(name="vip").update(removed_at=START)

    assert queries.why_not_runnable(_kept(export)) == "segment_removed"
    assert [one.segment.name for one in export.segments.all()] == ["vip"]


def test_one_mistake_is_one_entry(bob: Person, connected: Connection) -> None:
    wanted = stage.draft(connected, name="")

    with pytest.raises(ConfigurationProblem, match=": 1 entry needs your attention"):
        operations.add(draft=wanted, facts=stage.facts(), actor=bob, now=START)
