"""Connections and exports of a file that is applied on the server: rows that the file owns, and never those of the pages."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.connections import operations as connections
from segue.control.connections.models import Connection, Health
from segue.control.connections.queries import Step, missing_steps, why_unusable
from segue.control.exports import operations as exports
from segue.control.exports.draft import draft_of, engine_export
from segue.control.exports.keeping import new_key
from segue.control.exports.models import Export, FirstRun
from segue.control.exports.queries import exports as living
from segue.control.origins import Origin
from segue.control.people.models import Person
from segue.core.errors import ConfigurationProblem, NotAllowed, NotVisible
from segue.service.accounts import check
from segue.service.configured import configured, workspace
from segue.service.definitions import read_definition, read_uploaded
from segue.service.differences import PlanOfChanges, plan_of_changes
from segue.sync import export as engine
from tests.control.stage import DEFINITION, connection, declared, export, facts
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD

LATER = START + timedelta(hours=1)
CONNECTIONS = """\
connections:
  main: {type: mailchimp, label: Newsletter account, api_key: {env: SHOP_KEY}, contact_limit: 5000}
"""
EXPORTS = """\
exports:
  news:
    label: Weekly news
    connection: main
    audience: a1b2c3d4e5
    match: {email: email, fields: {FNAME: {attribute: first_name, create: true}}}
    segments: [vip, {segment: newcomers, tag: New}]
    consent: {attested_by: Ada, attested_on: 2026-01-31, statement: They asked for it.}
    brakes: {removal_share: 0.5}
"""
FILE = DEFINITION + CONNECTIONS + EXPORTS
LETTER = """\
  letter:
    connection: main
    audience: b1b2c3d4e5
    match: {email: email}
    segments: [vip]
    consent: {attribute: opted_in}
    new_contacts: pending
"""


def _plan(folder: Path, text: str) -> PlanOfChanges:
    return plan_of_changes(read_definition(text, folder=folder, file_name="segue.yaml"))


def _told(plan: PlanOfChanges) -> list[tuple[str, str]]:
    return [(one.kind, one.name) for one in (*plan.connections, *plan.exports)]


@pytest.fixture
def folder(db: None, tmp_path: Path) -> Path:
    """Return the folder of an installation to which a file with a connection and an export was applied."""
    declared(tmp_path, text=FILE)
    return tmp_path


def _news() -> Export:
    return living().get(declared_name="news")


def test_an_export_of_a_file_is_a_row_that_says_what_the_file_says(folder: Path) -> None:
    row = _news()
    of_file = read_definition(FILE, folder=folder, file_name="segue.yaml").declared.exports["news"]

    kept = engine_export(row)

    assert (row.name, row.key, row.origin) == ("Weekly news", "news", Origin.FILE)
    assert (row.attested_by_name, str(row.attested_on)) == ("Ada", "2026-01-31")
    assert row.brakes == {"removal_share": 0.5}
    differs = {
        name
        for name in engine.Export.__dataclass_fields__
        if getattr(kept, name) != getattr(of_file, name)
    }
    assert differs == {"connection", "label"}
    assert kept.new_status_said is False


def test_nothing_of_a_file_runs_before_an_administrator_agreed_and_is_the_export_user(
    folder: Path, alice: Person, bob: Person
) -> None:
    row = Connection.objects.get()

    assert (row.origin, row.is_shared, row.secret) == (Origin.FILE, False, "")
    assert row.secret_reference == {"env": "SHOP_KEY"}
    assert missing_steps(row) == [Step.AGREE, Step.EXPORT_USER, Step.SAVE]
    assert str(why_unusable(row)) == "connection_not_finished"
    assert _news().first_run == FirstRun.APPROVE
    assert _news().last_run_id is None


def _finished(alice: Person) -> Connection:
    row = Connection.objects.get(declared_name="main")
    settings = connections.Settings(
        display_name=row.display_name,
        is_shared=False,
        contact_limit=row.contact_limit,
        honours_status_if_new=False,
        agrees=True,
        language="en",
    )
    connections.edit(connection=row, settings=settings, actor=alice, now=START)
    connections.add_export_user(connection=row, password=PASSWORD, actor=alice, now=START)
    connections.save(connection=row, actor=alice, now=START)
    return Connection.objects.get(pk=row.pk)


def test_an_administrator_completes_it_and_the_secret_is_looked_up_when_it_is_needed(
    folder: Path, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = _finished(alice)
    work = workspace(_news())

    assert why_unusable(row) is None
    with pytest.raises(ConfigurationProblem) as refused:
        asyncio.run(work.account(engine_export(_news()).connection))
    assert (refused.value.code, "SHOP_KEY" in str(refused.value.message)) == (
        "secret_missing",
        True,
    )
    assert configured(_news()).exports["news"].contact_limit == 5000
    seen = check(row, LATER)
    assert (seen.look.health, seen.look.code) == (Health.SECRET_MISSING, "secret_missing")
    assert str(why_unusable(Connection.objects.get())) == "connection_secret_missing"


def test_the_same_file_changes_nothing_and_another_one_its_own_alone(
    folder: Path, alice: Person
) -> None:
    mine = connection(alice, name="Board account")
    export(alice, mine, name="Board news", audience_id="c1b2c3d4e5")
    other = FILE.replace("Weekly news", "Daily news").replace(
        "contact_limit: 5000", "contact_limit: 9000"
    )

    again, changed = _plan(folder, FILE), _plan(folder, other + LETTER)
    declared(folder, text=other + LETTER, now=LATER)
    gone = _plan(folder, DEFINITION)
    declared(folder, text=DEFINITION, now=LATER)

    assert again.is_same_text
    assert _told(again) == []
    assert _told(changed) == [("changed", "main"), ("changed", "news"), ("added", "letter")]
    assert _told(gone) == [("removed", "main"), ("removed", "news"), ("removed", "letter")]
    assert list(living().values_list("name", "origin")) == [("Board news", "page")]
    assert list(Connection.objects.values_list("display_name", "origin")) == [
        ("Board account", "page")
    ]


def test_what_was_removed_in_the_pages_comes_back_only_when_the_file_is_applied_again(
    folder: Path, alice: Person
) -> None:
    key, first = _news().key, _news().pk
    exports.remove(exports=[_news()], actor=alice, now=START)

    plan = _plan(folder, FILE)
    declared(folder, text=FILE, now=LATER)

    assert (plan.is_same_text, _told(plan)) == (False, [("added", "news")])
    assert (_news().pk, _news().key) == (first, key)


def test_an_export_goes_on_under_another_name(folder: Path) -> None:
    renamed = FILE.replace("  news:\n", "  journal:\n    was: news\n").replace(
        "Weekly news", "Journal"
    )

    plan = _plan(folder, renamed)
    declared(folder, text=renamed, now=LATER)

    row = living().get()
    assert _told(plan) == [("changed", "journal")]
    assert (row.declared_name, row.name, row.key) == ("journal", "Journal", "news")
    assert _told(_plan(folder, renamed)) == []


def test_an_export_of_the_pages_is_never_called_in_a_file_as_one_of_the_file(
    folder: Path, alice: Person
) -> None:
    renamed = FILE.replace("  news:\n", "  journal:\n    was: news\n")
    declared(folder, text=renamed, now=LATER)
    (copy,) = exports.duplicate(exports=[living().get()], actor=alice, now=LATER)

    Export.objects.filter(pk=copy.pk).update(key=new_key("Journal"))

    copy.refresh_from_db()
    assert copy.key == "journal_2"
    assert _told(_plan(folder, renamed)) == []


def test_exports_swap_their_labels(folder: Path) -> None:
    both = FILE + LETTER.replace("letter:", "letter:\n    label: Letter")
    declared(folder, text=both, now=LATER)
    swapped = both.replace("Weekly news", "x").replace("label: Letter", "label: Weekly news")
    swapped = swapped.replace("label: x", "label: Letter")

    declared(folder, text=swapped, now=LATER)

    assert dict(living().values_list("declared_name", "name")) == {
        "news": "Letter",
        "letter": "Weekly news",
    }


def test_a_file_uses_a_connection_of_the_pages_that_is_called_so(
    db: None, tmp_path: Path, alice: Person
) -> None:
    mine = connection(alice, name="newsletter ACCOUNT")

    declared(tmp_path, text=FILE)

    assert Connection.objects.count() == 1
    assert _news().connection == mine
    assert (_news().account_id, Connection.objects.get().origin) == ("acc1", Origin.PAGE)
    assert _told(_plan(tmp_path, FILE)) == []


def test_a_name_that_the_pages_own_is_a_mistake_at_its_line(
    db: None, tmp_path: Path, alice: Person
) -> None:
    declared(tmp_path)
    mine = connection(alice, name="Board account")
    export(alice, mine, name="WEEKLY news", audience_id="c1b2c3d4e5")
    twice = FILE + LETTER.replace("letter:", "letter:\n    label: weekly NEWS")

    with pytest.raises(ConfigurationProblem) as refused:
        read_definition(twice, folder=tmp_path, file_name="segue.yaml")

    found = sorted((one.code, one.path, one.line or 0) for one in refused.value.mistakes)
    assert found == [
        ("claimed_twice", "exports.letter", 32),
        ("claimed_twice", "exports.news", 24),
        ("label_twice", "exports.letter", 32),
    ]


def test_an_export_of_a_file_does_not_undo_the_work_of_one_of_the_pages(
    db: None, tmp_path: Path, alice: Person
) -> None:
    declared(tmp_path)
    mine = connection(alice, name="Newsletter account")
    export(alice, mine, name="Of the pages")
    other = FILE.replace("{attribute: first_name, create: true}", "last_name")

    with pytest.raises(ConfigurationProblem) as refused:
        declared(tmp_path, text=other, now=LATER)

    (mistake,) = refused.value.mistakes
    assert (mistake.code, mistake.path, mistake.line) == ("field_conflict", "exports.news", 24)
    assert [one.name for one in living()] == ["Of the pages"]


def test_what_a_file_owns_is_not_edited_in_the_pages_until_it_is_adopted(
    folder: Path, alice: Person, bob: Person
) -> None:
    row = _finished(alice)
    wanted = draft_of(_news())
    for refused in (
        lambda: exports.edit(export=_news(), draft=wanted, facts=facts(), actor=alice, now=START),
        lambda: connections.edit(
            connection=row,
            settings=connections.Settings(
                display_name="Other",
                is_shared=False,
                contact_limit=5000,
                honours_status_if_new=False,
                agrees=False,
                language="en",
            ),
            actor=alice,
            now=START,
        ),
    ):
        with pytest.raises(ConfigurationProblem) as told:
            refused()
        assert told.value.code == "owned_by_file"
    with pytest.raises(NotAllowed):
        exports.adopt(export=_news(), actor=bob, now=START)
    with pytest.raises(NotVisible):
        connections.adopt(connection=row, actor=bob, now=START)

    exports.adopt(export=_news(), actor=alice, now=START)
    connections.adopt(connection=row, actor=alice, now=START)

    kept = living().get(name="Weekly news")
    exports.edit(export=kept, draft=draft_of(kept), facts=facts(), actor=alice, now=START)
    assert (kept.origin, kept.declared_name, kept.new_status_said) == (Origin.PAGE, "", True)
    assert Connection.objects.get().origin == Origin.PAGE
    declared(folder, text=DEFINITION, now=LATER)
    assert living().get(pk=kept.pk).connection == row
    with pytest.raises(ConfigurationProblem) as claimed:
        read_definition(FILE, folder=folder, file_name="segue.yaml")
    assert [(one.code, one.path) for one in claimed.value.mistakes] == [
        ("claimed_twice", "exports.news")
    ]


def test_a_connection_that_exports_of_the_pages_use_is_not_taken_away_by_a_file(
    folder: Path, alice: Person
) -> None:
    row = _finished(alice)
    export(alice, row, name="Board news", audience_id="c1b2c3d4e5")

    plan = _plan(folder, DEFINITION)
    with pytest.raises(ConfigurationProblem) as refused:
        declared(folder, text=DEFINITION, now=LATER)

    assert [one.used_by for one in plan.connections] == [["Board news"]]
    assert refused.value.code == "connection_in_use"
    assert living().count() == 2


def test_a_copy_of_what_a_file_owns_belongs_to_the_pages(folder: Path, alice: Person) -> None:
    (copy,) = exports.duplicate(exports=[_news()], actor=alice, now=START)

    assert (copy.origin, copy.declared_name, copy.new_status_said) == (Origin.PAGE, "", False)
    assert engine_export(copy).fields == engine_export(_news()).fields


def test_an_upload_leaves_connections_and_exports_as_they_are(
    folder: Path, alice: Person, settings: object
) -> None:
    settings.SEGUE_DATA_FOLDERS = [folder]  # type: ignore[attr-defined]
    (folder / "customers.csv").write_text("id,email\n", encoding="utf-8")

    read = read_uploaded(DEFINITION)
    plan = plan_of_changes(read)
    with_exports = read_uploaded(FILE.replace("Weekly", "Daily"))

    assert _told(plan) == []
    assert list(with_exports.ignored) == ["connections", "exports"]
    assert _told(plan_of_changes(with_exports)) == []


def test_everything_that_a_file_does_is_written_down(folder: Path, alice: Person) -> None:
    before = Entry.objects.count()

    declared(folder, text=FILE.replace("Weekly", "Daily") + LETTER, now=LATER)
    exports.adopt(export=_news(), actor=alice, now=LATER)
    declared(folder, text=DEFINITION + CONNECTIONS, now=LATER)

    added = Entry.objects.order_by("id")
    assert [
        (one.action, one.subject_name) for one in added[before:] if one.subject_kind == "export"
    ] == [
        (Action.EXPORT_EDITED, "Daily news"),
        (Action.EXPORT_ADDED, "letter"),
        (Action.EXPORT_ADOPTED, "Daily news"),
        (Action.EXPORT_REMOVED, "letter"),
    ]
    assert [one.action for one in added if one.subject_kind == "connection"] == [
        Action.CONNECTION_ADDED
    ]
