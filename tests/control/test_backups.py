"""What backups say by the names of tables is what the models say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from axes.models import AccessAttempt, AccessAttemptExpiration
from django.db import connection

from segue.backups.passing import PASSING, interrupted, left_out
from segue.control.people.models import FailedSignIns, Invitation, Session
from segue.control.refreshes.models import Worker
from segue.control.sources.models import ProposedDefinition
from segue.control.statuses import ENDED, Status

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_what_passes_are_tables_of_ours() -> None:
    passing = (
        *(AccessAttemptExpiration, AccessAttempt, FailedSignIns, Session, Invitation),
        *(ProposedDefinition, Worker),
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


def test_nothing_that_could_still_be_done_is_left_by_a_restore() -> None:
    statement = interrupted(["refreshes_run"], now=NOW, later="")[0]

    waiting = set(Status) - ENDED - {Status.NOT_STARTED}
    assert {
        status for status in Status if f"'{status}'" in statement.partition("WHERE")[2]
    } == waiting
