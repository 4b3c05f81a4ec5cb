"""Setting a connection up: the steps, in their order, and everything that is refused on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from segue.control.audit.models import Entry
from segue.control.connections import operations, privacy_text, queries
from segue.control.connections.models import (
    Agreement,
    Connection,
    CredentialKind,
    Health,
)
from segue.control.connections.operations import Credential, Settings
from segue.control.connections.queries import Step, Unusable
from segue.control.people.models import Person, Role
from segue.control.people.operations import change_role, deactivate
from segue.core.errors import ConfigurationProblem, NotAllowed, NotVisible
from tests.control import stage
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD

LATER = START + timedelta(hours=1)


def begun(actor: Person, **changes: Any) -> Connection:
    """Return a connection after "Connect"."""
    values: dict[str, Any] = {
        "display_name": "Newsletter account",
        "is_shared": False,
        "agrees": True,
        "language": "en",
    }
    return operations.begin(**{**values, **changes}, actor=actor, now=START)


def credential(**of_account: Any) -> Credential:
    """Return what Mailchimp granted."""
    return Credential(
        kind=CredentialKind.ACCESS_TOKEN,
        secret="t0p-secret",
        base_url="https://us1.api.mailchimp.com/3.0",
        account=stage.account(**of_account),
    )


def settings(**changes: Any) -> Settings:
    """Return what the pane shows of a fresh connection."""
    base = Settings(
        display_name="Newsletter account",
        is_shared=False,
        contact_limit=None,
        honours_status_if_new=False,
        agrees=False,
        language="en",
    )
    return replace(base, **changes)


def fresh(connection: Connection) -> Connection:
    """Read a connection again."""
    return Connection.objects.get(pk=connection.pk)


def actions(connection: Connection) -> list[str]:
    """List what the audit log says was done to a connection, oldest first."""
    entries = Entry.objects.filter(subject_kind="connection", subject_id=str(connection.pk))
    return list(entries.order_by("id").values_list("action", flat=True))


def test_the_steps_follow_each_other_and_only_the_last_makes_it_usable(alice: Person) -> None:
    connection = begun(alice)
    missing = [list(queries.missing_steps(connection))]

    operations.authenticate(connection=connection, credential=credential(), actor=alice, now=START)
    missing.append(list(queries.missing_steps(fresh(connection))))
    operations.add_export_user(connection=connection, password=PASSWORD, actor=alice, now=START)
    missing.append(list(queries.missing_steps(fresh(connection))))
    usable_before = queries.usable_by(alice)
    operations.save(connection=connection, actor=alice, now=LATER)

    assert missing == [
        [Step.AUTHENTICATE, Step.EXPORT_USER, Step.SAVE],
        [Step.EXPORT_USER, Step.SAVE],
        [Step.SAVE],
    ]
    assert list(usable_before) == []
    assert list(queries.usable_by(alice)) == [connection]
    assert fresh(connection).saved_at == LATER
    assert actions(connection) == [
        "connection.added",
        "connection.consent_given",
        "connection.authenticated",
        "connection.export_user_set",
        "connection.saved",
    ]


def test_the_agreement_keeps_who_agreed_when_to_which_words(alice: Person) -> None:
    connection = begun(alice, language="fr")

    kept = Agreement.objects.get()
    assert (kept.connection, kept.person, kept.person_name) == (connection, alice, "Alice")
    assert (kept.version, kept.language, kept.agreed_at) == (privacy_text.VERSION, "fr", START)
    assert kept.text == "\n\n".join(privacy_text.paragraphs("fr"))
    consent = Entry.objects.get(action="connection.consent_given")
    assert consent.details == {"version": privacy_text.VERSION, "language": "fr"}


def test_nothing_is_begun_without_the_agreement(alice: Person) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        begun(alice, agrees=False)

    assert refused.value.code == "consent_not_given"
    assert not Connection.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "connection_name"),
        ("   ", "connection_name"),
        ("x" * 121, "connection_name"),
        ("\u200b", "connection_name"),
        ("NEWSLETTER  account", "connection_name_taken"),
        ("newsletter\u200b account", "connection_name_taken"),
    ],
)
def test_a_connection_needs_a_name_of_its_own(alice: Person, name: str, code: str) -> None:
    begun(alice)

    with pytest.raises(ConfigurationProblem) as refused:
        begun(alice, display_name=name)

    assert refused.value.code == code
    assert Connection.objects.count() == 1


def test_capitals_with_accents_make_no_other_name(alice: Person) -> None:
    begun(alice, display_name="Été à Nîmes")

    with pytest.raises(ConfigurationProblem) as refused:
        begun(alice, display_name="ÉTÉ À NÎMES")
    begun(alice, display_name="Ete a Nimes")

    assert refused.value.code == "connection_name_taken"


def test_credentials_are_not_kept_before_the_agreement_that_counts(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = begun(alice)
    monkeypatch.setattr(privacy_text, "VERSION", "2027-01")

    with pytest.raises(ConfigurationProblem) as refused:
        operations.authenticate(
            connection=connection, credential=credential(), actor=alice, now=START
        )

    assert refused.value.code == "consent_not_given"
    assert not fresh(connection).is_authenticated


def test_a_changed_text_is_asked_again_and_both_agreements_stay(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = stage.connection(alice)
    monkeypatch.setattr(privacy_text, "VERSION", "2027-01")
    needed = queries.missing_steps(connection)
    with pytest.raises(ConfigurationProblem) as refused:
        operations.finish(connection=connection, settings=settings(), actor=alice, now=LATER)

    operations.finish(connection=connection, settings=settings(agrees=True), actor=alice, now=LATER)

    assert (list(needed), refused.value.code) == ([Step.AGREE], "consent_not_given")
    assert list(queries.missing_steps(connection)) == []
    versions = list(Agreement.objects.values_list("version", flat=True))
    assert versions == ["2027-01", "2026-11"]


def test_exports_go_on_while_a_changed_text_waits_for_its_agreement(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = stage.connection(alice)

    monkeypatch.setattr(privacy_text, "VERSION", "2027-01")

    assert queries.why_unusable(connection) is None


def test_the_export_user_gives_their_own_password(alice: Person) -> None:
    connection = begun(alice)
    operations.authenticate(connection=connection, credential=credential(), actor=alice, now=START)

    with pytest.raises(NotAllowed) as refused:
        operations.add_export_user(connection=connection, password="wrong", actor=alice, now=START)

    assert refused.value.code == "password_wrong"
    assert fresh(connection).export_user is None


def test_the_export_user_comes_after_authentication(alice: Person) -> None:
    connection = begun(alice)

    with pytest.raises(ConfigurationProblem) as refused:
        operations.add_export_user(connection=connection, password=PASSWORD, actor=alice, now=START)

    assert refused.value.code == "connection_not_authenticated"


def test_saving_names_the_first_step_that_is_missing(alice: Person) -> None:
    connection = begun(alice)

    with pytest.raises(ConfigurationProblem) as refused:
        operations.finish(
            connection=connection, settings=settings(display_name="Other"), actor=alice, now=LATER
        )

    assert refused.value.code == "connection_incomplete"
    assert refused.value.action == "Authenticate with Mailchimp first."
    assert fresh(connection).display_name == "Newsletter account"
    assert fresh(connection).saved_at is None


@pytest.mark.parametrize("password", ["", "wrong"])
@pytest.mark.parametrize("way", ["share", "edit", "finish"])
def test_contributors_are_let_in_by_whoever_signs_in_again_for_it(
    alice: Person, way: str, password: str
) -> None:
    connection, wanted = stage.connection(alice, is_shared=False), {"is_shared": True}

    def act(given: str, **changes: bool) -> None:
        if way == "share":
            operations.share(
                connection=connection, password=given, actor=alice, now=LATER, **changes
            )
        else:
            kept = settings(display_name="Renamed", password=given, **changes)
            getattr(operations, way)(connection=connection, settings=kept, actor=alice, now=LATER)

    with pytest.raises(NotAllowed) as refused:
        act(password, **wanted)
    after = fresh(connection)
    assert (refused.value.code, after.is_shared) == ("password_wrong", False)
    assert after.display_name == "Newsletter account"

    act(PASSWORD, **wanted)
    assert fresh(connection).is_shared
    act("", **wanted)
    act("", is_shared=False)
    assert not fresh(connection).is_shared


def test_before_a_connection_is_complete_nobody_is_let_in_by_sharing_it(alice: Person) -> None:
    connection = begun(alice)

    operations.share(connection=connection, is_shared=True, actor=alice, now=LATER)

    assert fresh(connection).is_shared


def test_an_edit_tells_the_audit_what_was_and_what_is(alice: Person) -> None:
    connection = stage.connection(alice, is_shared=False)

    operations.edit(
        connection=connection,
        settings=settings(
            display_name="  Loyalty   account ",
            is_shared=True,
            contact_limit=50_000,
            honours_status_if_new=True,
            password=PASSWORD,
        ),
        actor=alice,
        now=LATER,
    )

    after = fresh(connection)
    assert (after.display_name, after.contact_limit) == ("Loyalty account", 50_000)
    assert (after.honours_status_if_new, after.is_shared) == (True, True)
    assert actions(connection)[-2:] == ["connection.edited", "connection.shared"]
    assert Entry.objects.get(action="connection.edited").details == {
        "before": [
            "name=Newsletter account",
            "contact limit=None",
            "honours status_if_new=False",
        ],
        "after": [
            "name=Loyalty account",
            "contact limit=50000",
            "honours status_if_new=True",
        ],
    }


def test_an_edit_that_changes_nothing_is_no_event(alice: Person) -> None:
    connection = stage.connection(alice, is_shared=False)
    before = actions(connection)

    operations.edit(connection=connection, settings=settings(), actor=alice, now=LATER)

    assert actions(connection) == before


def test_an_edit_never_brings_old_credentials_back(alice: Person) -> None:
    stale = stage.connection(alice)
    operations.authenticate(connection=stale, credential=credential(), actor=alice, now=LATER)

    operations.edit(
        connection=stale, settings=settings(display_name="Renamed"), actor=alice, now=LATER
    )

    assert fresh(stale).secret == "t0p-secret"


def test_a_connection_keeps_its_own_name_when_it_is_edited(alice: Person) -> None:
    connection = stage.connection(alice, name="Newsletter account")
    stage.connection(alice, name="Loyalty")

    operations.edit(
        connection=connection,
        settings=settings(display_name="NEWSLETTER account"),
        actor=alice,
        now=LATER,
    )
    with pytest.raises(ConfigurationProblem) as refused:
        operations.edit(
            connection=connection,
            settings=settings(display_name="loyalty"),
            actor=alice,
            now=LATER,
        )

    assert refused.value.code == "connection_name_taken"
    assert fresh(connection).display_name == "NEWSLETTER account"


def test_sharing_changes_at_any_time_and_decides_who_may_use_it(
    alice: Person, bob: Person, vera: Person
) -> None:
    connection = stage.connection(alice, is_shared=True)
    shared = [list(queries.usable_by(person)) for person in (alice, bob, vera)]

    operations.share(connection=connection, is_shared=False, actor=alice, now=LATER)
    operations.share(connection=connection, is_shared=False, actor=alice, now=LATER)

    assert shared == [[connection], [connection], []]
    kept = [list(queries.usable_by(person)) for person in (alice, bob, vera)]
    assert kept == [[connection], [], []]
    assert actions(connection).count("connection.unshared") == 1


def test_a_complete_connection_refuses_another_account(alice: Person) -> None:
    connection = stage.connection(alice, account_id="acc1")

    with pytest.raises(ConfigurationProblem) as refused:
        operations.authenticate(
            connection=connection,
            credential=credential(account_id="acc2", name="Other shop"),
            actor=alice,
            now=LATER,
        )

    assert refused.value.code == "connection_other_account"
    assert "Other shop" in refused.value.message and "Shop" in refused.value.message
    assert fresh(connection).account_id == "acc1"


def test_an_unfinished_connection_may_still_change_its_account(alice: Person) -> None:
    connection = begun(alice)
    operations.authenticate(connection=connection, credential=credential(), actor=alice, now=START)

    operations.authenticate(
        connection=connection,
        credential=credential(account_id="acc2", name="Other shop"),
        actor=alice,
        now=LATER,
    )

    assert (fresh(connection).account_id, fresh(connection).account_name) == ("acc2", "Other shop")


def test_reconnecting_heals(alice: Person) -> None:
    connection = stage.connection(alice)
    operations.record_health(
        connection=connection, health=Health.REVOKED, code="mailchimp_key_refused", now=LATER
    )
    before = queries.why_unusable(fresh(connection))

    operations.authenticate(connection=connection, credential=credential(), actor=alice, now=LATER)

    assert before is Unusable.REVOKED
    healed = fresh(connection)
    assert (healed.health, healed.health_code, healed.health_since) == (Health.HEALTHY, "", LATER)
    assert queries.why_unusable(healed) is None


@pytest.mark.parametrize("role", ["viewer", "Author"])
def test_a_mailchimp_user_who_may_not_change_contacts_is_refused(alice: Person, role: str) -> None:
    """Assumption: these two roles. Source: FACTS.md §4 #19."""
    connection = begun(alice)

    with pytest.raises(ConfigurationProblem) as refused:
        operations.authenticate(
            connection=connection, credential=credential(role=role), actor=alice, now=START
        )

    assert refused.value.code == "connection_role_too_low"
    assert not fresh(connection).is_authenticated


@pytest.mark.parametrize("role", ["owner", "admin", "manager", "", "of-the-future"])
def test_any_other_role_is_taken(alice: Person, role: str) -> None:
    connection = begun(alice)

    operations.authenticate(
        connection=connection, credential=credential(role=role), actor=alice, now=START
    )

    assert fresh(connection).account_role == role


def test_an_export_user_who_leaves_or_loses_the_role_stops_the_connection(
    alice: Person, bob: Person
) -> None:
    change_role(password=PASSWORD, person=bob, role=Role.ADMINISTRATOR, actor=alice, now=START)
    bob.refresh_from_db()
    connection = stage.connection(bob)
    reasons = [queries.why_unusable(fresh(connection))]

    change_role(password=PASSWORD, person=bob, role=Role.CONTRIBUTOR, actor=alice, now=LATER)
    reasons.append(queries.why_unusable(fresh(connection)))
    deactivate(person=bob, actor=alice, now=LATER)
    reasons.append(queries.why_unusable(fresh(connection)))
    missing = list(queries.missing_steps(fresh(connection)))
    operations.add_export_user(connection=connection, password=PASSWORD, actor=alice, now=LATER)
    reasons.append(queries.why_unusable(fresh(connection)))

    assert reasons == [None, Unusable.EXPORT_USER_ROLE, Unusable.EXPORT_USER_GONE, None]
    assert missing == [Step.EXPORT_USER]


def test_every_way_of_being_unusable_is_told_apart(alice: Person) -> None:
    connection = stage.connection(alice)
    found = {}

    for health in Health:
        Connection.objects.filter(pk=connection.pk).update(health=health)
        found[health] = queries.why_unusable(fresh(connection))
    Connection.objects.filter(pk=connection.pk).update(saved_at=None)

    assert found == {
        Health.UNKNOWN: None,
        Health.HEALTHY: None,
        Health.UNREACHABLE: None,
        Health.REVOKED: Unusable.REVOKED,
        Health.ROLE_TOO_LOW: Unusable.ROLE_TOO_LOW,
        Health.CLOSED: Unusable.CLOSED,
        Health.UNREADABLE: Unusable.UNREADABLE,
        Health.SECRET_MISSING: Unusable.SECRET_MISSING,
    }
    assert queries.why_unusable(fresh(connection)) is Unusable.NOT_FINISHED


def test_removing_deletes_the_credentials_and_keeps_the_agreement(alice: Person) -> None:
    connection = stage.connection(alice)
    pk = connection.pk

    operations.remove(connection=connection, actor=alice, now=LATER)

    assert not Connection.objects.exists()
    kept = Agreement.objects.get()
    assert (kept.connection, kept.connection_name) == (None, "Newsletter account")
    last = Entry.objects.first()
    assert last is not None
    assert (last.action, last.subject_id) == ("connection.removed", str(pk))


OPERATIONS: dict[str, Callable[[Connection, Person], object]] = {
    "begin": lambda connection, actor: begun(actor, display_name="Other"),
    "edit": lambda connection, actor: operations.edit(
        connection=connection, settings=settings(), actor=actor, now=LATER
    ),
    "finish": lambda connection, actor: operations.finish(
        connection=connection, settings=settings(), actor=actor, now=LATER
    ),
    "share": lambda connection, actor: operations.share(
        connection=connection, is_shared=False, actor=actor, now=LATER
    ),
    "authenticate": lambda connection, actor: operations.authenticate(
        connection=connection, credential=credential(), actor=actor, now=LATER
    ),
    "export user": lambda connection, actor: operations.add_export_user(
        connection=connection, password=PASSWORD, actor=actor, now=LATER
    ),
    "save": lambda connection, actor: operations.save(
        connection=connection, actor=actor, now=LATER
    ),
    "remove": lambda connection, actor: operations.remove(
        connection=connection, actor=actor, now=LATER
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("who", ["bob", "vera"])
def test_only_administrators_do_any_of_it(
    alice: Person, bob: Person, vera: Person, name: str, who: str
) -> None:
    connection = stage.connection(alice, is_shared=True)
    before = Entry.objects.count()

    with pytest.raises(NotVisible):
        OPERATIONS[name](connection, {"bob": bob, "vera": vera}[who])

    assert Connection.objects.filter(pk=connection.pk, is_shared=True).exists()
    assert Entry.objects.count() == before


@pytest.mark.parametrize("name", ["edit", "finish", "authenticate", "export user", "save"])
def test_a_connection_that_was_removed_meanwhile_is_gone(alice: Person, name: str) -> None:
    connection = stage.connection(alice)
    operations.remove(connection=fresh(connection), actor=alice, now=START)

    with pytest.raises(NotVisible):
        OPERATIONS[name](connection, alice)
