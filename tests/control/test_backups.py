"""What backups say by the names of tables is what the models say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from axes.models import AccessAttempt, AccessAttemptExpiration
from django.apps import apps
from django.db import connection

from segue.backups.manifest import Head
from segue.backups.passing import AUDIT, AUDITED, PASSING, audited, interrupted, left_out
from segue.control.audit.models import Action, Entry
from segue.control.people.models import FailedSignIns, Invitation, KeptInput, SentForm, Session
from segue.control.refreshes.models import Worker
from segue.control.sources.models import ProposedDefinition
from segue.control.statuses import ENDED, Status

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_what_passes_are_tables_of_ours() -> None:
    passing = (
        *(AccessAttemptExpiration, AccessAttempt, FailedSignIns, Session, Invitation),
        *(ProposedDefinition, Worker, KeptInput, SentForm),
        *apps.get_app_config("journals").get_models(),  # a backup holds each journal as a file
    )

    assert set(PASSING) == {model._meta.db_table for model in passing}


@pytest.mark.django_db
def test_every_statement_fits_the_tables() -> None:
    tables = connection.introspection.table_names()
    later = "last_login"

    statements = [*left_out(tables), *interrupted(tables, now=NOW, later=later)]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

    assert len(statements) == len(PASSING) + 5


@pytest.mark.django_db
def test_the_audit_log_tells_of_a_restore_whatever_the_backup_says_of_itself() -> None:
    said = Head(format=1, segue="1", made_at="2026-03-01' OR", bytes=1, installation="a\0%s\\" * 99)

    with connection.cursor() as cursor:
        statement = AUDITED.replace("?", "%s")
        cursor.execute(statement, audited(said, now=NOW))

    (entry,) = Entry.objects.all()
    assert connection.introspection.table_names().count(AUDIT) == 1
    assert (entry.at, entry.action, entry.get_action_display()) == (
        NOW, Action.BACKUP_RESTORED, "restored a backup",
    )  # fmt: skip
    assert entry.details == {"backup_made_at": "2026-03-01' OR", "backup_of": ("a%s\\" * 13)[:51]}


def test_nothing_that_could_still_be_done_is_left_by_a_restore() -> None:
    statement = interrupted(["refreshes_run"], now=NOW, later="")[0]

    waiting = set(Status) - ENDED - {Status.NOT_STARTED}
    assert {
        status for status in Status if f"'{status}'" in statement.partition("WHERE")[2]
    } == waiting
