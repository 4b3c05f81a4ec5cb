"""Every operation that changes something writes to the audit log: read in the source, and done one by one.

Operations stand in each app's `operations` and in whatever other module writes to the audit log. A new one is checked by
the first test at once; when it writes nothing on purpose, the reason goes to UNWRITTEN. Other modules change rows only
when they stand in UNASKED, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.audit.operations import Subject
from segue.control.connections import operations as connections
from segue.control.connections.models import Connection, CredentialKind, Health
from segue.control.exports import operations as exports
from segue.control.exports.models import Export
from segue.control.identity import operations as identity
from segue.control.people import failures, own_account
from segue.control.people import operations as people
from segue.control.people.log import note_log_downloaded
from segue.control.people.models import Invitation, Person, Role, Session
from segue.control.recurrence import Every, Recurrence
from segue.control.refreshes import operations as refreshes
from segue.control.refreshes.models import Run
from segue.control.segments import measuring
from segue.control.segments import operations as segments
from segue.control.segments.models import Measure, Segment
from segue.control.sources import operations as sources
from segue.control.statuses import Status
from tests.control import happenings, stage, stage_runs
from tests.control.operations_in_source import operations, others_that_change_rows, writing
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD

DAILY = Recurrence(every=Every.DAY, time_zone="UTC", times=(time(6),))

UNWRITTEN = {
    "audit.record": "it is what writes",
    "audit.record_each": "as audit.record",
    "people.subject_of": "only names something",
    "people.set_checked_password": "fills a person who is not stored yet; who stores them writes",
    "people.first_invitation": "the installation's own link before anybody is there; its use is written",
    "own_account.set_language": "in which language a person's own pages read changes nothing for others",
    "identity.prove_decision": "only checks; what is decided is written",
    "sources.digest_of": "only computes",
    "sources.propose_definition": "holds a text for its own author; applying it is written",
    "sources.discard_proposal": "as propose_definition",
    "sources.record_reading": "what a refresh read; the refresh keeps it",
    "declared_connections.of_files": "only reads",
    "declared_connections.of_pages": "only reads",
    "declared_exports.note_account": "what a look at Mailchimp found; nobody decided anything",
    "segments.in_use": "only words",
    "segments.built_on": "only reads",
    "kept.require_own": "only asks",
    "scheduling.schedule_of": "only reads",
    "scheduling.take_due": "follows a schedule, and setting that is written",
    "list_contents.addresses_of": "only reads; who shows them writes it",
    "list_contents.on_list": "only reads; who shows them writes it",
    "list_contents.attestations": "only reads",
    "list_contents.attested_at": "only reads, for plans and runs",
    "adding.name_of_label": "only looks for a name",
    "adding.new_name": "only looks for a name",
    "describing.label_mistakes": "only checks",
    "describing.tag_mistakes": "only checks",
    "describing.not_kept": "only words",
    "segments.label_of": "only names something",
    "segments.free_name": "only looks for a name",
    "segments.forget_counts": "part of what changes a rule, which is written",
    "drafts.watched": "only names something",
    "drafts.shown": "only reads",
    "drafts.tree_at": "only reads",
    "drafts.drafts_of": "only reads",
    "drafts.others_at": "only reads",
    "drafts.begun_by": "only reads",
    "drafts.note_seen": "as drafts.begin",
    "drafts.begin": "holds a rule for its own author; letting it count is written",
    "drafts.step": "as drafts.begin",
    "drafts.undo": "as drafts.begin",
    "drafts.redo": "as drafts.begin",
    "drafts.discard": "as drafts.begin",
    "segments.subject_of": "only names something",
    "segments.keep_declared": "part of applying a definition, which is written",
    "segments.record_counts": "what a refresh counted; the refresh keeps it",
    "segments.record_failure": "what a refresh could not count; the refresh keeps it",
    "measuring.subject_of": "only names something",
    "measuring.measures": "only reads",
    "measuring.as_written": "only reads",
    "measuring.using": "only reads",
    "measuring.uses": "only reads",
    "measuring.asked_in": "only reads",
    "measuring.in_use": "only words",
    "measuring.note_types": "follows from definitions, and changing these is written",
    "measuring.keep_declared": "part of applying a definition, which is written",
    "connections.subject_of": "only names something",
    "connections.record_account": "what a look at Mailchimp found; nobody decided anything",
    "connections.record_audience": "as record_account",
    "connections.record_reading": "as record_account",
    "connections.put_off_check": "when to look again; nobody decided anything",
    "keeping.subject_of": "only names something",
    "keeping.free_name": "only looks for a name",
    "keeping.new_key": "only looks for a key",
    "keeping.summary": "only puts an export into words",
    "keeping.keep_parts": "part of adding, editing and duplicating an export, which are written",
    "refreshes.subject_of": "only names something",
    "refreshes.enqueue_due": "follows a schedule, and setting that is written; the refresh says so",
    "refreshes.reason_of": "only words a refusal",
    "notices.subject_of": "only names something",
}
"""Operations that write nothing to the audit log, and why."""

UNASKED = {
    "audit.models": "refuses to change entries",
    "connections.counts": "what was seen of audiences; nobody decided anything",
    "identity.marks": "names the database once; nobody decided anything",
    "notices.delivery": "hands over what was observed; the notice itself says when it was sent",
    "notices.watching": "writes down what is so; nobody decided anything",
    "people.sent_forms": "remembers which forms were sent, so that none is carried out twice",
    "people.sessions": "keeps what a browser holds; beginning and ending a session is what is written",
    "people.kept_inputs": "keeps what was typed for 15 minutes; nobody decided anything until it is sent",
    "people.pauses": "puts right what a wrong clock wrote; nobody decided anything",
    "refreshes.data_work": "a worker's steps of a refresh that somebody asked for, or that is scheduled",
    "refreshes.leases": "as data_work",
    "refreshes.mending": "puts right what a wrong clock wrote; nobody decided anything",
    "refreshes.papers": "as data_work",
    "refreshes.requests": "how the operations write a wanted refresh down",
    "refreshes.states": "how others change a status",
    "refreshes.telling": "repeats the status of a run",
    "refreshes.workers": "workers say that they are there",
}
"""Modules that change rows without anybody asking, or for operations that write, and why that is not written."""

DONE_ELSEWHERE = {
    "connections.remove": "within exports.remove_connection",
    "keeping.fill": "within exports.add",
    "exports.adopt": "test_origins_files",
    "segments.remove": "test_origins_segments",
    "drafts.publish": "test_segment_drafts",
    "scheduling.schedule": "test_segments_scheduled",
    "scheduling.switch_due": "test_segments_scheduled",
    "kept.freeze": "test_segments_kept",
    "kept.thaw": "test_segments_kept",
    "list_contents.add_list": "test_segments_kept",
    "list_contents.change_list": "test_segments_kept",
    "adding.add": "test_segments_quick, of the pages",
    "describing.describe": "test_segments_managed",
    "describing.tag": "test_segments_managed",
    "connections.adopt": "test_origins_files",
    "declared_connections.keep_connections": "test_origins_files",
    "declared_connections.forget_connection": "test_origins_files",
    "declared_exports.keep_exports": "test_origins_files",
    "declared_exports.forget_connections": "test_origins_files",
    "notices.add_channel": "test_notices_channels",
    "notices.edit_channel": "test_notices_channels",
    "notices.switch_channel": "test_notices_channels",
    "notices.remove_channel": "test_notices_channels",
    "notices.send_test": "test_notices_channels",
}
"""Operations that write and are not done here, and where they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """People and things that operations are done to."""

    alice: Person
    bob: Person
    vera: Person
    connection: Connection
    export: Export
    held: Run
    folder: Path

    def invited(self) -> tuple[Invitation, str]:
        """Return an open invitation and its token."""
        return people.invite(
            email="dan@office.example", role=Role.VIEWER, actor=self.alice, now=START
        )


def _failures_an_hour_ago(s: Stage) -> None:
    begun = START - timedelta(hours=1)
    failures.record_failed_sign_in(email="nobody@office.example", pauses=False, now=begun)
    failures.tell_counted(now=START)


@pytest.fixture
def scene(alice: Person, bob: Person, vera: Person, tmp_path: Path) -> Stage:
    """Return an installation with a connection, an export and a plan that waits."""
    stage.declared(stage.data_folder(tmp_path))
    connection = stage.connection(alice)
    export = stage.export(bob, connection)
    held = happenings.run(export, Status.NEEDS_APPROVAL, now=START, digest="d1")
    return Stage(
        alice=alice,
        bob=bob,
        vera=vera,
        connection=connection,
        export=export,
        held=held,
        folder=tmp_path,
    )


def _begin(s: Stage) -> None:
    connections.begin(
        display_name="Second",
        is_shared=False,
        agrees=True,
        language="fr",
        actor=s.alice,
        now=START,
    )


def _edit_connection(s: Stage) -> None:
    connections.edit(
        connection=s.connection, settings=_renamed(is_shared=False), actor=s.alice, now=START
    )


def _renamed(*, is_shared: bool) -> connections.Settings:
    return connections.Settings(
        display_name="Renamed",
        is_shared=is_shared,
        contact_limit=None,
        honours_status_if_new=False,
        agrees=False,
        language="en",
    )


def _finish(s: Stage) -> None:
    Connection.objects.filter(pk=s.connection.pk).update(saved_at=None)
    connections.finish(
        connection=s.connection, settings=_renamed(is_shared=True), actor=s.alice, now=START
    )


def _authenticate(s: Stage) -> None:
    credential = connections.Credential(
        kind=CredentialKind.API_KEY, secret="another-key", base_url="x", account=stage.account()
    )
    connections.authenticate(
        connection=s.connection, credential=credential, actor=s.alice, now=START
    )


def _save_connection(s: Stage) -> None:
    Connection.objects.filter(pk=s.connection.pk).update(saved_at=None)
    connections.save(
        connection=Connection.objects.get(pk=s.connection.pk), actor=s.alice, now=START
    )


def _health(s: Stage) -> None:
    connections.record_health(
        connection=s.connection, health=Health.REVOKED, code="key_revoked", now=START
    )


def _remove_connection(s: Stage) -> None:
    fates = {s.export.pk: exports.Fate.DETACH}
    exports.remove_connection(connection=s.connection, fates=fates, actor=s.alice, now=START)


def _add_export(s: Stage) -> None:
    stage.export(
        s.bob, s.connection, name="Second", consent_attribute="", attestation="They asked for it."
    )


def _edit_export(s: Stage) -> None:
    exports.edit(
        export=s.export,
        draft=stage.draft(s.connection, name="Renamed"),
        facts=stage.facts(),
        actor=s.bob,
        now=START,
    )


def _schedule(s: Stage) -> None:
    exports.define_schedules(
        exports=[s.export], is_on=True, recurrence=DAILY, actor=s.bob, now=START
    )


def _add_person(s: Stage) -> None:
    people.add_person(
        name="Dan",
        email="dan@office.example",
        role=Role.VIEWER,
        password=PASSWORD,
        actor=s.alice,
        now=START,
    )


def _accept(s: Stage) -> None:
    _invitation, token = s.invited()
    people.accept_invitation(token=token, name="Dan", password=PASSWORD, now=START)


def _reactivate(s: Stage) -> None:
    Person.objects.filter(pk=s.vera.pk).update(is_active=False)
    people.reactivate(person=s.vera, actor=s.alice, now=START)


def _session(s: Stage, key: str = "k1") -> Session:
    return Session.objects.create(
        session_key=key, session_data="", expire_date=START + timedelta(days=1), person=s.vera
    )


def _end_others(s: Stage) -> None:
    _session(s, "k1")
    own_account.end_other_sessions(keep="k2", actor=s.vera, now=START)


def _edit_account(s: Stage) -> None:
    own_account.edit(name="Vera V", language="fr", time_zone="UTC", actor=s.vera, now=START)


def _personal_data(s: Stage) -> None:
    what = Subject(kind="segment", id="1", name="VIP")
    sources.note_personal_data_shown(what=what, actor=s.bob, now=START)


_CHANGED = {"description": "", "definition": {"formula": "2"}}


def _measure(s: Stage) -> Measure:
    return measuring.add(
        name="rows", label="", description="", definition={"formula": "1"}, actor=s.bob, now=START
    )


def _adopt_measure(s: Stage) -> None:
    row = Measure.objects.create(name="x", label="X", definition={}, origin="file")
    measuring.adopt(measure=row, actor=s.alice, now=START)


def _set_active(s: Stage, *, active: bool) -> None:
    segment = Segment.objects.get(name="vip")
    Segment.objects.filter(pk=segment.pk).update(is_active=not active)
    segments.set_active(segment=segment, active=active, actor=s.bob, now=START)


def _cancel_refresh(s: Stage) -> None:
    refreshes.cancel_refresh(
        refresh=happenings.refresh(Status.QUEUED, now=START, data_ready=False),
        actor=s.alice,
        now=START,
    )


def _cancel_run(s: Stage) -> None:
    run = happenings.run(s.export, Status.QUEUED, now=START)
    refreshes.cancel_run(run=run, actor=s.bob, now=START)


def _run_plan(s: Stage) -> None:
    made = stage_runs.plan()
    planned = happenings.run(s.export, Status.SUCCESSFUL, now=START, kind="plan", plan=made)
    refreshes.run_plan(run=planned, digest=made.digest, password="", actor=s.bob, now=START)


A = Action
_Done = Callable[[Stage], object]

DONE: dict[str, tuple[_Done, list[Action]]] = {
    "people.add_person": (_add_person, [A.PERSON_ADDED]),
    "people.invite": (lambda s: s.invited(), [A.PERSON_INVITED]),
    "people.invite_administrator": (
        lambda s: people.invite_administrator(now=START),
        [A.PERSON_INVITED],
    ),
    "log.note_log_downloaded": (
        lambda s: note_log_downloaded(filters={"text": "VIP"}, actor=s.alice, now=START),
        [A.LOG_EXPORTED],
    ),
    "people.accept_invitation": (
        _accept,
        [A.PERSON_INVITED, A.PERSON_ADDED, A.INVITATION_ACCEPTED],
    ),
    "people.revoke_invitation": (
        lambda s: people.revoke_invitation(invitation=s.invited()[0], actor=s.alice, now=START),
        [A.PERSON_INVITED, A.INVITATION_REVOKED],
    ),
    "people.change_role": (
        lambda s: people.change_role(
            password=PASSWORD, person=s.vera, role=Role.CONTRIBUTOR, actor=s.alice, now=START
        ),
        [A.ROLE_CHANGED],
    ),
    "people.deactivate": (
        lambda s: people.deactivate(person=s.vera, actor=s.alice, now=START),
        [A.PERSON_DEACTIVATED],
    ),
    "people.reactivate": (_reactivate, [A.PERSON_REACTIVATED]),
    "own_account.record_sign_in": (
        lambda s: own_account.record_sign_in(actor=s.vera, browser="Firefox", now=START),
        [A.SIGNED_IN],
    ),
    "failures.record_failed_sign_in": (
        lambda s: failures.record_failed_sign_in(email=s.vera.email, pauses=False, now=START),
        [A.SIGN_IN_FAILED],
    ),
    "failures.tell_counted": (_failures_an_hour_ago, [A.SIGN_IN_FAILED]),
    "own_account.record_sign_out": (
        lambda s: own_account.record_sign_out(actor=s.vera, now=START),
        [A.SIGNED_OUT],
    ),
    "own_account.edit": (_edit_account, [A.ACCOUNT_EDITED]),
    "own_account.change_password": (
        lambda s: own_account.change_password(
            password="purple elephant dance", keep="", actor=s.vera, now=START
        ),
        [A.PASSWORD_CHANGED],
    ),
    "own_account.begin_password_reset": (
        lambda s: own_account.begin_password_reset(email=s.vera.email, now=START),
        [A.PASSWORD_RESET_SENT],
    ),
    "own_account.reset_password": (
        lambda s: own_account.reset_password(
            person=s.vera, password="purple elephant dance", now=START
        ),
        [A.PASSWORD_RESET],
    ),
    "own_account.end_session": (
        lambda s: own_account.end_session(handle=_session(s).handle, actor=s.vera, now=START),
        [A.SESSION_REVOKED],
    ),
    "own_account.end_other_sessions": (_end_others, [A.SESSION_REVOKED]),
    "identity.note_decision": (
        lambda s: identity.note_decision(
            decision="this_one", before="a1", after="b2", actor=s.alice, now=START
        ),
        [A.INSTALLATION_DECIDED],
    ),
    "sources.apply_declaration": (
        lambda s: stage.declared(s.folder, text=stage.DEFINITION.replace("label: VIP", "label: V")),
        [A.DEFINITION_APPLIED],
    ),
    "sources.note_personal_data_shown": (_personal_data, [A.PERSONAL_DATA_SHOWN]),
    "segments.set_active on": (
        lambda s: _set_active(s, active=True),
        [A.SEGMENT_ACTIVATED],
    ),
    "segments.set_active off": (
        lambda s: _set_active(s, active=False),
        [A.SEGMENT_DEACTIVATED],
    ),
    "segments.adopt": (
        lambda s: segments.adopt(segment=Segment.objects.get(name="vip"), actor=s.alice, now=START),
        [A.SEGMENT_ADOPTED],
    ),
    "segments.duplicate": (
        lambda s: segments.duplicate(
            segment=Segment.objects.get(name="vip"), actor=s.bob, now=START
        ),
        [A.SEGMENT_DUPLICATED],
    ),
    "measuring.add": (_measure, [A.MEASURE_ADDED]),
    "measuring.change": (
        lambda s: measuring.change(
            measure=_measure(s), label="Rows", **_CHANGED, actor=s.bob, now=START
        ),
        [A.MEASURE_ADDED, A.MEASURE_CHANGED],
    ),
    "measuring.adopt": (_adopt_measure, [A.MEASURE_ADOPTED]),
    "measuring.remove": (
        lambda s: measuring.remove(measure=_measure(s), actor=s.bob, now=START),
        [A.MEASURE_ADDED, A.MEASURE_REMOVED],
    ),
    "connections.begin": (_begin, [A.CONNECTION_ADDED, A.CONSENT_GIVEN]),
    "connections.edit": (_edit_connection, [A.CONNECTION_EDITED, A.CONNECTION_UNSHARED]),
    "connections.share": (
        lambda s: connections.share(
            connection=s.connection, is_shared=False, actor=s.alice, now=START
        ),
        [A.CONNECTION_UNSHARED],
    ),
    "connections.authenticate": (_authenticate, [A.CONNECTION_AUTHENTICATED]),
    "connections.add_export_user": (
        lambda s: connections.add_export_user(
            connection=s.connection, password=PASSWORD, actor=s.alice, now=START
        ),
        [A.EXPORT_USER_SET],
    ),
    "connections.finish": (_finish, [A.CONNECTION_EDITED, A.CONNECTION_SAVED]),
    "connections.save": (_save_connection, [A.CONNECTION_SAVED]),
    "connections.record_health": (_health, [A.CONNECTION_HEALTH]),
    "exports.remove_connection": (
        _remove_connection,
        [A.EXPORT_DETACHED, A.CONNECTION_REMOVED],
    ),
    "exports.add": (_add_export, [A.CONSENT_ATTESTED, A.EXPORT_ADDED]),
    "exports.edit": (_edit_export, [A.EXPORT_EDITED]),
    "exports.duplicate": (
        lambda s: exports.duplicate(exports=[s.export], actor=s.bob, now=START),
        [A.EXPORT_DUPLICATED],
    ),
    "exports.switch_schedules": (
        lambda s: exports.switch_schedules(exports=[s.export], is_on=False, actor=s.bob, now=START),
        [A.EXPORT_SCHEDULED],
    ),
    "exports.define_schedules": (_schedule, [A.EXPORT_SCHEDULED]),
    "exports.detach": (
        lambda s: exports.detach(exports=[s.export], actor=s.bob, now=START),
        [A.EXPORT_DETACHED],
    ),
    "exports.remove": (
        lambda s: exports.remove(exports=[s.export], actor=s.bob, now=START),
        [A.EXPORT_REMOVED],
    ),
    "refreshes.refresh_everything": (
        lambda s: refreshes.refresh_everything(actor=s.alice, now=START),
        [A.REFRESH_REQUESTED],
    ),
    "refreshes.refresh_data": (
        lambda s: refreshes.refresh_data(actor=s.bob, now=START),
        [A.REFRESH_REQUESTED],
    ),
    "refreshes.run_exports": (
        lambda s: refreshes.run_exports(exports=[s.export], actor=s.bob, now=START),
        [A.REFRESH_REQUESTED],
    ),
    "refreshes.run_all": (
        lambda s: refreshes.run_all(actor=s.alice, now=START),
        [A.REFRESH_REQUESTED],
    ),
    "refreshes.set_system_schedule": (
        lambda s: refreshes.set_system_schedule(
            is_on=True, recurrence=DAILY, actor=s.alice, now=START
        ),
        [A.REFRESH_SCHEDULED],
    ),
    "refreshes.cancel_run": (_cancel_run, [A.RUN_CANCELED]),
    "refreshes.cancel_refresh": (_cancel_refresh, [A.REFRESH_CANCELED]),
    "refreshes.approve_plan": (
        lambda s: refreshes.approve_plan(
            run=s.held, digest="d1", password=PASSWORD, actor=s.bob, now=START
        ),
        [A.PLAN_APPROVED],
    ),
    "refreshes.run_plan": (_run_plan, [A.PLAN_APPROVED]),
    "refreshes.discard_plan": (
        lambda s: refreshes.discard_plan(run=s.held, actor=s.bob, now=START),
        [A.PLAN_DISCARDED],
    ),
}
"""What is done, and what the audit log must say of it, oldest first. The others: DONE_ELSEWHERE."""


def test_every_operation_writes_to_the_audit_log_or_has_a_reason_not_to() -> None:
    found = operations()
    public = {name for name, operation in found.items() if operation.is_public}

    silent = public - writing(found)

    assert len(public) > 60
    assert sorted(silent) == sorted(UNWRITTEN)


@pytest.mark.parametrize("name", DONE)
def test_what_is_done_is_written_down(scene: Stage, name: str) -> None:
    act, expected = DONE[name]
    before = Entry.objects.count()

    act(scene)

    new = Entry.objects.order_by("id")[before:]
    assert [entry.action for entry in new] == expected
    assert all(entry.at == START for entry in new)


def test_everything_that_is_done_here_is_an_operation_that_writes() -> None:
    done = {name.split()[0] for name in DONE}

    assert done - writing(operations()) == set()


def test_every_operation_that_writes_is_done_here_or_where_it_says() -> None:
    found = operations()
    public = {name for name in writing(found) if found[name].is_public}

    done = {name.split()[0] for name in DONE}

    assert sorted(public - done) == sorted(DONE_ELSEWHERE)


def test_rows_are_changed_by_operations_or_by_what_is_named_here() -> None:
    assert sorted(others_that_change_rows()) == sorted(UNASKED)
