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


BEFORE_ORIGINS = [
    ("segments", "0002_say_rules_when_they_are_shown"),
    ("exports", "0003_read_with_problems"),
    ("connections", "0003_counts_with_their_age"),
    ("sources", "0002_read_with_problems"),
]
ORIGINS = [
    ("segments", "0003_who_owns_a_segment"),
    ("exports", "0005_from_files"),
    ("connections", "0004_from_files"),
    ("sources", "0003_how_a_text_came_in"),
]


@pytest.mark.django_db(transaction=True)
def test_segments_of_before_come_from_files_and_everything_else_from_the_pages() -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE_ORIGINS)
    try:
        old = executor.loader.project_state(BEFORE_ORIGINS).apps
        old.get_model("segments", "Segment").objects.create(name="vip", label="VIP", rule={})
        old.get_model("connections", "Connection").objects.create(
            display_name="Newsletter account", created_at=at
        )
        old.get_model("exports", "Export").objects.create(
            name="News",
            key="news",
            audience_id="a1",
            email_attribute="email",
            created_at=at,
            updated_at=at,
        )
        old.get_model("sources", "Definition").objects.create(
            text="", digest="d", folder="/srv", time_zone="UTC", origin="page", applied_at=at
        )
        executor = MigrationExecutor(connection)
        executor.migrate(ORIGINS)
        new = executor.loader.project_state(ORIGINS).apps
        found = [
            new.get_model(app, model).objects.values_list("origin", flat=True).get()
            for app, model in (
                ("segments", "Segment"),
                ("connections", "Connection"),
                ("exports", "Export"),
            )
        ]
        arrival = new.get_model("sources", "Definition").objects.get().arrival
        new.get_model("connections", "Connection").objects.update(
            saved_at=at, credential_kind="api_key", secret_reference={"env": "SHOP_KEY"}
        )
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE_ORIGINS)
        back = executor.loader.project_state(BEFORE_ORIGINS).apps
        unfinished = back.get_model("connections", "Connection").objects.get()
    finally:  # whatever tests come next find the tables as they are today
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())

    assert found == ["file", "page", "page"]
    assert arrival == "page"
    assert (unfinished.saved_at, unfinished.credential_kind) == (None, "")
