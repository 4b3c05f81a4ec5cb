"""Rotating keys: every stored secret stays readable, whoever reads it and whenever, and old keys can go in the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection as database

from segue.control.audit.models import Entry
from segue.control.connections.models import Connection
from segue.control.encryption import current_keys, new_key
from segue.control.people.models import Person
from segue.control.refreshes.models import RunPaper
from segue.control.refreshes.operations import run_exports
from segue.core.errors import ConfigurationProblem
from segue.service.keys import make_keys, replace_keys
from segue.service.rotation import drop_old, re_encrypt, rotate
from tests.control import stage
from tests.fakes.clocks import START


@pytest.fixture
def key_file(settings: Any, tmp_path: Path) -> Path:
    """Return the key file of an installation that keeps its keys in its home."""
    file = tmp_path / "segue.keys"
    make_keys(file)
    settings.SEGUE_KEYS_ARE_IN_A_FILE, settings.SEGUE_KEYS_FILE = True, file
    settings.SEGUE_HOME = tmp_path
    return file


def _connection(actor: Person, tmp_path: Path) -> Connection:
    stage.declared(stage.data_folder(tmp_path))
    return stage.connection(actor, secret="sesame-us1")


def _stored(of: Connection) -> str:
    with database.cursor() as cursor:
        cursor.execute("SELECT secret FROM connections_connection WHERE id = %s", [of.pk])
        return str(cursor.fetchone()[0])


def _keys(file: Path) -> list[str]:
    return file.read_text(encoding="ascii").split()


def test_a_rotation_puts_a_new_key_first_and_encrypts_what_is_stored_with_it(
    alice: Person, key_file: Path, tmp_path: Path
) -> None:
    of = _connection(alice, tmp_path)
    before, cipher = _keys(key_file), _stored(of)

    done = rotate(now=START)

    fresh, *older = _keys(key_file)
    assert (done.keys, done.changed, done.unreadable) == (2, 1, 0)
    assert older == before
    assert _stored(of) != cipher
    assert Fernet(fresh).decrypt(_stored(of).encode()) == b"sesame-us1"
    assert Connection.objects.get(pk=of.pk).secret == "sesame-us1"
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_every_encrypted_column_of_every_model_takes_part(
    alice: Person, key_file: Path, tmp_path: Path
) -> None:
    of = _connection(alice, tmp_path)
    refresh = run_exports(exports=[stage.export(alice, of)], actor=alice, now=START)
    paper = RunPaper.objects.create(run=refresh.runs.get(), samples='[{"address": "nadia"}]')

    done = rotate(now=START)
    drop_old(now=START)

    paper.refresh_from_db()
    assert done.changed == 2
    assert paper.samples == '[{"address": "nadia"}]'


def test_the_old_key_can_go_afterwards_and_only_the_new_one_is_needed(
    alice: Person, key_file: Path, tmp_path: Path
) -> None:
    of = _connection(alice, tmp_path)
    rotate(now=START)
    newest = _keys(key_file)[0]

    drop_old(now=START)

    assert _keys(key_file) == [newest]
    assert Connection.objects.get(pk=of.pk).secret == "sesame-us1"


def test_what_was_stored_under_the_old_key_meanwhile_is_taken_along_before_it_goes(
    alice: Person, key_file: Path, tmp_path: Path
) -> None:
    of = _connection(alice, tmp_path)
    rotate(now=START)
    old = Fernet(_keys(key_file)[1]).encrypt(b"written-late").decode()
    with database.cursor() as cursor:
        cursor.execute("UPDATE connections_connection SET secret = %s", [old])

    done = drop_old(now=START)

    assert done.changed == 1
    assert Connection.objects.get(pk=of.pk).secret == "written-late"


def test_a_process_that_started_before_reads_and_writes_with_the_new_key(
    alice: Person, key_file: Path, tmp_path: Path
) -> None:
    of = _connection(alice, tmp_path)
    known = current_keys()

    replace_keys(key_file, [new_key(), *known])  # by another process
    re_encrypt(now=START)
    of.secret = "another"
    of.save()

    assert Fernet(_keys(key_file)[0]).decrypt(_stored(of).encode()) == b"another"


def test_a_value_that_no_key_fits_is_counted_and_left_alone(
    alice: Person, key_file: Path, tmp_path: Path
) -> None:
    of = _connection(alice, tmp_path)
    key_file.unlink()
    make_keys(key_file)
    cipher = _stored(of)

    done = rotate(now=START)

    assert (done.changed, done.unreadable) == (0, 1)
    assert _stored(of) == cipher


def test_a_rotation_is_audited_without_any_key(
    alice: Person, key_file: Path, tmp_path: Path
) -> None:
    _connection(alice, tmp_path)

    rotate(now=START)

    entry = Entry.objects.get(action="installation.keys_rotated")
    assert (entry.actor_name, entry.details) == ("", {"keys": 2, "changed": 1, "unreadable": 0})


@pytest.mark.django_db
@pytest.mark.parametrize("change", [rotate, drop_old])
def test_keys_in_the_environment_are_only_told_how_to_change(change: Any) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        change(now=START)

    assert refused.value.code == "keys_in_environment"
    assert "segue manage new-key" in refused.value.action
