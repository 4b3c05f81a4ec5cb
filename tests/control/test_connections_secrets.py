"""Secrets at rest: cipher text in the column, opened only where they are read, rotated, and nowhere else to be found."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection as database
from pytest_django import Settings

from segue.control.audit.models import Entry
from segue.control.connections.models import Connection
from segue.control.encryption import CipherText, new_key, rotated
from segue.control.people.models import Person
from segue.core.errors import ConfigurationProblem
from tests.control import stage

SECRET = "hush-hush-us1"


def column(connection: Connection) -> str:
    """Read what the database itself holds."""
    with database.cursor() as cursor:
        cursor.execute("SELECT secret FROM connections_connection WHERE id = %s", [connection.pk])
        held: str = cursor.fetchone()[0]
    return held


def test_the_column_holds_cipher_text_only(alice: Person) -> None:
    connection = stage.connection(alice, secret=SECRET)

    held = column(connection)

    assert SECRET not in held
    assert held.startswith("gAAAA")
    assert Connection.objects.get(pk=connection.pk).secret == SECRET


def test_two_equal_secrets_do_not_look_alike(alice: Person) -> None:
    first = stage.connection(alice, name="One", secret=SECRET)
    second = stage.connection(alice, name="Two", secret=SECRET)

    assert column(first) != column(second)


def test_a_secret_is_nowhere_in_a_representation_or_the_audit(alice: Person) -> None:
    connection = stage.connection(alice, secret=SECRET)

    told = [
        repr(connection),
        str(connection),
        json.dumps(list(Entry.objects.values()), default=str),
    ]

    assert [text for text in told if SECRET in text] == []


def test_a_connection_is_read_and_saved_without_opening_its_secret(
    alice: Person, settings: Settings
) -> None:
    connection = stage.connection(alice, secret=SECRET)
    before, good_keys = column(connection), settings.SEGUE_KEYS
    settings.SEGUE_KEYS = (new_key(),)

    read = Connection.objects.get(pk=connection.pk)
    read.account_plan = "free"
    read.save()
    with pytest.raises(ConfigurationProblem) as refused:
        _ = read.secret

    assert refused.value.code == "key_missing"
    assert column(connection) == before
    settings.SEGUE_KEYS = good_keys
    assert Connection.objects.get(pk=connection.pk).secret == SECRET


def test_a_secret_can_be_replaced_after_its_key_was_lost(alice: Person, settings: Settings) -> None:
    connection = stage.connection(alice, secret=SECRET)
    settings.SEGUE_KEYS = (new_key(),)

    read = Connection.objects.get(pk=connection.pk)
    read.secret = "another-us1"
    read.save()

    assert Connection.objects.get(pk=connection.pk).secret == "another-us1"


def test_one_cipher_text_rotates_by_itself(settings: Settings, alice: Person) -> None:
    connection = stage.connection(alice, secret=SECRET)
    newest = new_key()
    settings.SEGUE_KEYS = (newest, *settings.SEGUE_KEYS)

    cipher = rotated(column(connection))

    settings.SEGUE_KEYS = (newest,)
    Connection.objects.filter(pk=connection.pk).update(secret=CipherText(cipher))
    assert Connection.objects.get(pk=connection.pk).secret == SECRET


def test_a_complete_connection_without_a_secret_cannot_be_stored(alice: Person) -> None:
    from django.db import IntegrityError, transaction

    values: dict[str, Any] = {"display_name": "Hollow", "created_at": stage.START}

    with pytest.raises(IntegrityError), transaction.atomic():
        Connection.objects.create(**values, saved_at=stage.START)
