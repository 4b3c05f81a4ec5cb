"""Backups of an installation whose database is PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.backups import postgres
from segue.control.refreshes import workers
from tests.cli.installed import ended, eventually, in_installation, up
from tests.cli.test_backup import comes_back_as_it_should, made_installation


@pytest.fixture
def urls(postgres_dsn: str) -> Iterator[tuple[str, str]]:
    """Return the addresses of two empty databases of the private server."""
    import psycopg

    base, _, _ = postgres_dsn.rpartition("/")
    names = ("backed_up", "restored_to")
    with psycopg.connect(postgres_dsn, autocommit=True) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}".encode())
        yield tuple(f"{base}/{name}" for name in names)  # type: ignore[misc]
        for name in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _rows(url: str, query: str) -> list[Any]:
    import psycopg

    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_a_worker_of_another_host_is_heard_and_one_that_was_killed_is_not(
    urls: tuple[str, str],
) -> None:
    import psycopg

    url, _ = urls

    def works(name: str) -> bool:
        def wait(_seconds: float) -> None:
            server.execute("UPDATE refreshes_worker SET signs = signs + 1 WHERE name = %s", [name])

        return postgres.is_at_work({"conninfo": url}, wait=wait)

    with psycopg.connect(url, autocommit=True) as server:
        empty = works("one")
        server.execute("CREATE TABLE refreshes_worker (name text, signs bigint)")
        nobody = works("one")
        server.execute("INSERT INTO refreshes_worker VALUES ('one', 7), ('killed', 9)")

        assert (empty, nobody, works("nobody"), works("one")) == (False, False, False, True)

    assert postgres.HEARD_WITHIN_S >= 2 * workers.SIGN_EVERY_S


def test_a_restore_beside_a_worker_that_is_at_work_changes_nothing(
    urls: tuple[str, str], tmp_path: Path
) -> None:
    url, _ = urls
    home, file = tmp_path / "home", tmp_path / "kept.tar.gz"
    made_installation(home, DATABASE_URL=url)
    assert (
        ended("backup", str(file), "--home", str(home), cwd=tmp_path, DATABASE_URL=url).returncode
        == 0
    )
    other = {"DATABASE_URL": url, "SEGUE_SCRATCH": str(tmp_path / "another host")}
    with up(home, "--worker-only", **other):
        eventually(lambda: _rows(url, "SELECT * FROM refreshes_worker"), "a sign of the worker")
        refused = ended(
            *("restore", str(file), "--home", str(home), "--replace"),
            cwd=tmp_path,
            DATABASE_URL=url,
        )

    assert refused.returncode == 2
    assert "(restore_in_use)" in refused.stderr
    assert "all hosts" in refused.stderr
    assert not list(tmp_path.glob("home.before*"))
    assert not _rows(url, "SELECT 1 FROM pg_namespace WHERE nspname LIKE 'before_restore%'")


def test_a_backup_of_a_server_comes_back_and_sets_aside_what_is_there(
    urls: tuple[str, str], tmp_path: Path
) -> None:
    first, second = urls
    home, new = tmp_path / "home", tmp_path / "new"
    token = made_installation(home, DATABASE_URL=first)
    file, secret = tmp_path / "kept.tar.gz", tmp_path / "secret"
    secret.write_text("a long passphrase", encoding="utf-8")
    with_secret = ("--passphrase-file", str(secret))
    restore = ("restore", str(file), "--home", str(new), *with_secret)

    made = ended(
        *("backup", str(file), "--home", str(home), *with_secret), cwd=tmp_path, DATABASE_URL=first
    )
    kind = ended(*restore, cwd=tmp_path)
    full = ended(*restore, cwd=tmp_path, DATABASE_URL=first)
    back = ended(*restore, cwd=tmp_path, DATABASE_URL=second)

    assert made.returncode == 0, made.stderr
    assert "PostgreSQL" in made.stdout
    assert "(backup_database_differs)" in kind.stderr
    assert "(restore_not_empty)" in full.stderr
    assert back.returncode == 0, back.stderr
    comes_back_as_it_should(new, token, DATABASE_URL=second)

    again = ended(*restore, "--replace", cwd=tmp_path, DATABASE_URL=second)

    assert again.returncode == 0, again.stderr
    (schema,) = _rows(
        second, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore_%'"
    )[0]
    assert schema in again.stdout
    assert _rows(second, f"SELECT count(*) FROM {schema}.refreshes_worker") == [(1,)]
    comes_back_as_it_should(new, token, DATABASE_URL=second)
    people = "from segue.control.people.models import Person\nprint(Person.objects.get().name)"
    assert in_installation(new, people, DATABASE_URL=second) == "Alice"


JOURNAL = """
from django.conf import settings
from segue.service.installed_journals import journals_here

folder = settings.SEGUE_HOME / "audiences" / "acc1-a1b2c3d4e5"
before = sorted(path.name for path in folder.glob("*"))
journal = journals_here().open(folder)
kept = [bit.name for bit in journal.tags()]
journal.register_tags(["VIP"])
journal.close()
print(before, kept, sorted(path.name for path in folder.glob("*")))
"""
"""Registers a tag in the journal of an audience, and says what lay there and was known before, and what lies there after."""


def test_a_journal_of_the_database_is_in_a_backup_as_a_file_and_comes_into_the_next_database(
    urls: tuple[str, str], tmp_path: Path
) -> None:
    first, second = urls
    home, new, file = tmp_path / "home", tmp_path / "new", tmp_path / "kept.tar.gz"
    made_installation(home, DATABASE_URL=first)
    in_database = "['journal.in-database']"

    made = in_installation(home, JOURNAL, DATABASE_URL=first)
    backed_up = ended("backup", str(file), "--home", str(home), cwd=tmp_path, DATABASE_URL=first)
    restored = ended("restore", str(file), "--home", str(new), cwd=tmp_path, DATABASE_URL=second)
    (new / "segue.keys").write_bytes((home / "segue.keys").read_bytes())
    rows = _rows(second, "SELECT count(*) FROM journals_audience")
    found = in_installation(new, JOURNAL, DATABASE_URL=second)

    assert (backed_up.returncode, restored.returncode) == (0, 0), restored.stderr
    assert made == f"[] [] {in_database}"
    assert rows == [(0,)]
    assert found == f"['journal.sqlite'] ['VIP'] {in_database}"
    assert _rows(second, "SELECT name FROM journals_tag") == [("VIP",)]


def test_a_restore_that_fails_leaves_the_server_as_it_was(
    urls: tuple[str, str], tmp_path: Path
) -> None:
    import gzip

    first, second = urls
    made_installation(tmp_path / "home", DATABASE_URL=first)
    file = tmp_path / "kept.tar.gz"
    ended("backup", str(file), "--home", str(tmp_path / "home"), cwd=tmp_path, DATABASE_URL=first)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(gzip.compress(gzip.decompress(file.read_bytes())[:-15_000]))

    done = ended(
        *("restore", str(cut), "--home", str(tmp_path / "new"), "--replace"),
        cwd=tmp_path,
        DATABASE_URL=second,
    )

    assert done.returncode == 2
    assert "(backup_damaged)" in done.stderr
    assert _rows(second, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    assert not (tmp_path / "new").exists()


def test_no_new_keys_are_made_beside_a_server_that_needs_the_old(
    urls: tuple[str, str], tmp_path: Path
) -> None:
    first, second = urls
    home = tmp_path / "home"
    made_installation(home, DATABASE_URL=first)
    (home / "segue.keys").unlink()

    stopped = ended(
        "up", "--home", str(home), "--make-keys", "--port", "0", cwd=tmp_path, DATABASE_URL=first
    )
    silent = ended(
        *("up", "--home", str(home), "--make-keys", "--port", "0"),
        cwd=tmp_path,
        DATABASE_URL=f"{second}_that_is_not_there",
    )

    assert (stopped.returncode, silent.returncode) == (2, 2)
    assert "(keys_lost)" in stopped.stderr
    assert "(keys_not_checked)" in silent.stderr
    assert not (home / "segue.keys").exists()
