"""The migrations make the tables that the models describe."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db


def test_no_model_is_ahead_of_its_migrations() -> None:
    told = StringIO()

    call_command("makemigrations", check_changes=True, dry_run=True, stdout=told)

    assert told.getvalue().strip() == "No changes detected"


@pytest.mark.django_db(transaction=True)
def test_no_connection_from_before_is_trusted_to_honour_status_if_new() -> None:
    before, after = (
        [("connections", "0001_initial")],
        [("connections", "0002_safe_status_if_new")],
    )
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    try:
        old = executor.loader.project_state(before).apps.get_model("connections", "Connection")
        old.objects.create(
            display_name="Newsletter account",
            honours_status_if_new=True,
            created_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        )
        executor = MigrationExecutor(connection)
        executor.migrate(after)
        new = executor.loader.project_state(after).apps.get_model("connections", "Connection")
        honours = list(new.objects.values_list("honours_status_if_new", flat=True))
    finally:  # whatever tests come next find the tables as they are today
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())

    assert honours == [False]
