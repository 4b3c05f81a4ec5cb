"""What people do to their own account: passwords, sessions, preferences, and what the audit log says of it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.contrib.auth import hashers
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.test.utils import override_settings

import segue.settings as product
from segue.control.audit.models import Action, Entry
from segue.control.people import failures, operations, own_account, queries
from segue.control.people.bearers import kept_of
from segue.control.people.hashing import PBKDF2PasswordHasher, TooManyHashings, Turns
from segue.control.people.models import FailedSignIns, Person, Role, Session
from segue.core.errors import ConfigurationProblem, NotVisible
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD
from tests.patience import PATIENCE_S

Browse = Callable[[Person | None], Client]
NEW = "purple elephant dance"


def _log() -> list[tuple[str, str, str, dict[str, object]]]:
    rows = Entry.objects.order_by("pk")
    return [(row.action, row.actor_name, row.subject_name, row.details) for row in rows]


def _key(browser: Client) -> str:
    return str(browser.session.session_key)


def _row(browser: Client) -> str:
    return kept_of(_key(browser))


def test_a_sign_in_is_recorded_with_its_browser_and_time(alice: Person) -> None:
    own_account.record_sign_in(actor=alice, browser="Firefox on Linux", now=START)

    alice.refresh_from_db()
    assert alice.last_login == START
    assert _log() == [(Action.SIGNED_IN, "Alice", "Alice", {"browser": "Firefox on Linux"})]


def test_signing_in_forgets_sessions_that_have_expired(browse: Browse, alice: Person) -> None:
    old, living = browse(alice), browse(alice)
    Session.objects.filter(pk=_row(old)).update(expire_date=START)

    own_account.record_sign_in(actor=alice, browser="", now=START)

    assert list(Session.objects.values_list("pk", flat=True)) == [_row(living)]


def _fail(email: str, *, times: int = 1, now: datetime = START) -> None:
    for _time in range(times):
        failures.record_failed_sign_in(email=email, pauses=False, now=now)


def test_a_failed_sign_in_names_who_was_tried_and_no_address(alice: Person) -> None:
    _fail(" ALICE@office.example")

    assert _log() == [(Action.SIGN_IN_FAILED, "", "Alice", {"sign_in_pauses": False})]
    assert "@" not in str(list(Entry.objects.values()))


def test_failures_of_unknown_addresses_are_one_entry_an_hour_with_their_number(
    alice: Person,
) -> None:
    for number in range(30):
        _fail(f"nobody{number}@elsewhere.example")
    kept = (Entry.objects.count(), FailedSignIns.objects.count())

    _fail("somebody@elsewhere.example", times=2, now=START + timedelta(hours=1))
    own_account.record_sign_in(actor=alice, browser="", now=START + timedelta(hours=2))

    assert kept == (0, 1)
    assert _log() == [
        (Action.SIGN_IN_FAILED, "", "", {"tries": 30}),
        (Action.SIGN_IN_FAILED, "", "", {"tries": 2}),
        (Action.SIGNED_IN, "Alice", "Alice", {"browser": ""}),
    ]
    assert "@" not in str([*Entry.objects.values(), *FailedSignIns.objects.values()])


def test_failures_of_one_person_are_told_singly_ten_times_an_hour(alice: Person) -> None:
    _fail(alice.email, times=500)
    own_account.record_sign_in(actor=alice, browser="", now=START + timedelta(minutes=59))
    before = _log()
    own_account.record_sign_in(actor=alice, browser="", now=START + timedelta(minutes=60))

    signed_in = (Action.SIGNED_IN, "Alice", "Alice", {"browser": ""})
    single = (Action.SIGN_IN_FAILED, "", "Alice", {"sign_in_pauses": False})
    assert before == [single] * 10 + [signed_in]
    assert _log()[11:] == [(Action.SIGN_IN_FAILED, "", "Alice", {"tries": 490}), signed_in]


@pytest.mark.django_db(transaction=True)
def test_failures_at_the_same_time_are_all_counted_and_told_once() -> None:
    together = threading.Barrier(2)

    def at_once(work: Callable[[], object]) -> None:
        try:
            together.wait(PATIENCE_S)
            work()
        finally:
            connections.close_all()

    def both(work: Callable[[], object]) -> None:
        with ThreadPoolExecutor(2) as strangers:
            for done in [strangers.submit(at_once, work) for _stranger in range(2)]:
                done.result(PATIENCE_S)

    both(lambda: _fail("nobody@elsewhere.example", times=5))
    both(lambda: failures.tell_counted(now=START + timedelta(hours=1)))

    assert _log() == [(Action.SIGN_IN_FAILED, "", "", {"tries": 10})]


def test_what_was_counted_of_who_is_gone_meanwhile_is_told_all_the_same(
    alice: Person, bob: Person
) -> None:
    _fail(bob.email, times=11)
    bob.delete()

    failures.tell_counted(now=START + timedelta(hours=1))

    assert _log()[-1] == (Action.SIGN_IN_FAILED, "", "", {"tries": 1})


def test_passwords_are_hashed_so_many_at_once_and_no_more_wait() -> None:
    started, go_on = threading.Semaphore(0), threading.Event()
    turns = Turns(at_once=2, waiting=1)

    def work() -> str:
        started.release()
        assert go_on.wait(PATIENCE_S)
        return "hash"

    begun = [turns.begin(work) for _person in range(3)]
    at_work = [started.acquire(timeout=PATIENCE_S) for _person in range(2)]
    with pytest.raises(TooManyHashings) as refused:
        turns.begin(work)
    is_third_at_work = started.acquire(blocking=False)
    go_on.set()

    assert (at_work, is_third_at_work) == ([True, True], False)
    assert (refused.value.code, refused.value.http_status) == ("sign_in_busy", 429)
    assert [one.result(PATIENCE_S) for one in begun] == ["hash"] * 3


def test_every_hash_comes_through_the_turns_and_is_stored_as_before(db: None) -> None:
    with override_settings(PASSWORD_HASHERS=product.PASSWORD_HASHERS):
        own = PBKDF2PasswordHasher().encode("correct horse battery", "salt", 10)

        assert own == hashers.PBKDF2PasswordHasher().encode("correct horse battery", "salt", 10)
        assert type(hashers.get_hasher()) is PBKDF2PasswordHasher


def test_an_edited_account_is_recorded_by_what_changed(alice: Person) -> None:
    wanted = {"name": " Alice  Martin ", "language": "fr", "time_zone": "UTC"}

    for _time in range(2):
        own_account.edit(**wanted, actor=alice, now=START)

    alice.refresh_from_db()
    assert (alice.name, alice.language, alice.time_zone) == ("Alice Martin", "fr", "UTC")
    changed = {"changed": ["name", "language"]}
    assert _log() == [(Action.ACCOUNT_EDITED, "Alice Martin", "Alice Martin", changed)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "   "}, "person_name"),
        ({"name": "x" * 121}, "person_name"),
        ({"time_zone": "Europe/Atlantis"}, "unknown_time_zone"),
        ({"time_zone": "../../etc/passwd"}, "unknown_time_zone"),
    ],
)
def test_a_bad_account_is_refused_as_a_whole(
    alice: Person, change: dict[str, str], code: str
) -> None:
    wanted = {"name": "A", "language": "fr", "time_zone": "UTC", **change}

    with pytest.raises(ConfigurationProblem) as refused:
        own_account.edit(**wanted, actor=alice, now=START)

    alice.refresh_from_db()
    assert (refused.value.code, alice.name, alice.language) == (code, "Alice", "en")


def test_a_changed_password_signs_the_other_browsers_out(
    browse: Browse, alice: Person, bob: Person
) -> None:
    here, phone, others = browse(alice), browse(alice), browse(bob)

    own_account.change_password(password=NEW, keep=_key(here), actor=alice, now=START)

    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert set(Session.objects.values_list("pk", flat=True)) == {_row(here), _row(others)}
    assert phone.get("/account/").status_code == 302
    assert _log() == [(Action.PASSWORD_CHANGED, "Alice", "Alice", {})]


@pytest.mark.parametrize(
    "weak",
    ["short", "1234567890123", "password123", "alice@office.example", "Alice Martin 1"],
)
def test_a_weak_password_is_refused_with_the_reason(alice: Person, weak: str) -> None:
    alice.name = "Alice Martin"

    with pytest.raises(ConfigurationProblem) as refused:
        own_account.change_password(password=weak, keep="", actor=alice, now=START)

    alice.refresh_from_db()
    assert refused.value.code == "password_too_weak"
    assert alice.check_password(PASSWORD)


def test_a_link_to_choose_a_password_is_sent_once_in_five_minutes(alice: Person) -> None:
    times = [START, START + timedelta(minutes=4, seconds=59), START + timedelta(minutes=5)]

    sent = [
        own_account.begin_password_reset(email="Alice@office.example", now=now) for now in times
    ]

    assert sent == [alice, None, alice]
    assert _log() == [(Action.PASSWORD_RESET_SENT, "", "Alice", {})] * 2


def test_nobody_and_the_deactivated_are_sent_no_link(alice: Person, bob: Person) -> None:
    operations.deactivate(person=bob, actor=alice, now=START)

    asked = ["bob@office.example", "charlie@elsewhere.example", "", "no address"]

    assert [own_account.begin_password_reset(email=one, now=START) for one in asked] == [None] * 4


def test_a_reset_password_signs_every_browser_out(browse: Browse, alice: Person) -> None:
    desk, phone = browse(alice), browse(alice)

    own_account.reset_password(person=alice, password=NEW, now=START)

    assert [one.get("/account/").status_code for one in (desk, phone)] == [302, 302]
    assert not Session.objects.exists()
    assert _log() == [(Action.PASSWORD_RESET, "Alice", "Alice", {})]


def test_who_was_deactivated_after_the_mail_does_not_reset(alice: Person, bob: Person) -> None:
    operations.deactivate(person=bob, actor=alice, now=START)
    bob.refresh_from_db()

    with pytest.raises(NotVisible):
        own_account.reset_password(person=bob, password=NEW, now=START)


def test_one_session_is_ended_by_its_handle_and_by_its_owner_alone(
    browse: Browse, alice: Person, bob: Person
) -> None:
    phone = browse(alice)
    handle = Session.objects.get(person=alice).handle

    by_bob = own_account.end_session(handle=handle, actor=bob, now=START)
    by_key = own_account.end_session(handle=_key(phone), actor=alice, now=START)
    by_alice = own_account.end_session(handle=handle, actor=alice, now=START)

    assert (by_bob, by_key, by_alice) == (False, False, True)
    assert phone.get("/account/").status_code == 302
    assert _log() == [(Action.SESSION_REVOKED, "Alice", "Alice", {})]


def test_the_other_sessions_are_ended_and_counted(
    browse: Browse, alice: Person, bob: Person
) -> None:
    here, _phone, _tablet, others = (browse(person) for person in (alice, alice, alice, bob))

    counts = [
        own_account.end_other_sessions(keep=_key(here), actor=alice, now=START) for _time in "12"
    ]

    assert counts == [2, 0]
    assert set(Session.objects.values_list("pk", flat=True)) == {_row(here), _row(others)}
    assert _log() == [(Action.SESSION_REVOKED, "Alice", "Alice", {"sessions": 2})]


def test_sessions_are_listed_newest_first_and_the_expired_not_at_all(
    browse: Browse, alice: Person
) -> None:
    keys = [_row(browse(alice)) for _session in range(4)]
    for key, hours in zip(keys[:2], (1, 2), strict=True):
        Session.objects.filter(pk=key).update(began_at=START + timedelta(hours=hours))
    Session.objects.filter(pk=keys[3]).update(expire_date=START)

    listed = [session.pk for session in queries.sessions_of(alice, START)]

    assert listed == [keys[1], keys[0], keys[2]]


def test_the_password_is_never_kept_in_words(alice: Person) -> None:
    own_account.change_password(password=NEW, keep="", actor=alice, now=START)

    assert NEW not in str(list(Person.objects.values()))


@pytest.mark.parametrize(
    "typed", ["alice@office.example", " Alice@OFFICE.Example ", "ALICE@office.example"]
)
def test_people_are_found_however_their_address_is_typed(alice: Person, typed: str) -> None:
    assert queries.person_by_address(typed) == alice
    assert Person.objects.get_by_natural_key(typed) == alice


def test_an_international_domain_finds_its_person(db: None) -> None:
    dora = operations.add_person(
        name="Dora",
        email="dora@bücher.example",
        role=Role.VIEWER,
        password=NEW,
        actor=None,
        now=START,
    )

    assert queries.person_by_address("DORA@BÜCHER.example") == dora


def test_the_database_itself_refuses_two_people_with_one_address(alice: Person) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(name="A", email="ALICE@office.example", created_at=START)


def test_people_are_searched_by_name_and_address(alice: Person, bob: Person, vera: Person) -> None:
    found = [
        [one.name for one in queries.people(text=text)] for text in ("", "ALI", "vera@", "zzz")
    ]

    assert found == [["Alice", "Bob", "Vera"], ["Alice"], ["Vera"], []]


def test_a_process_that_gives_way_already_hashes_all_the_same() -> None:
    hashing = "from segue.control.people.hashing import Turns; print(Turns().begin(lambda: 'done').result())"
    as_a_plain_user = "import os; os.nice(19); os.getuid() or os.setuid(65534); "

    ended = subprocess.run(
        [sys.executable, "-c", f"import segue.control.people.hashing; {as_a_plain_user}{hashing}"],
        capture_output=True, encoding="utf-8", check=False, timeout=PATIENCE_S,
    )  # fmt: skip

    assert (ended.stdout, ended.stderr) == ("done\n", "")
