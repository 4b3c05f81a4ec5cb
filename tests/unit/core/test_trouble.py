"""Whatever says that the machine lacks or refuses something is told in one way; whatever else goes wrong stays a bug."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import pytest
from django.db import utils as django_errors
from psycopg import errors as pg_errors

from segue.cli.problem_words import words_of_problem
from segue.core.errors import ConfigurationProblem, MachineTrouble
from segue.core.sentences import said
from segue.core.trouble import SAYINGS, trouble_of
from segue.engines.duckdb.quoting import literal
from segue.words.problem_texts_trouble import TROUBLES as ON_PAGES
from tests.fixtures.shortage import largest_file

PLACE = "/srv/segue/state"


def raised(do: Callable[[], object]) -> BaseException:
    """Return what doing it raises."""
    try:
        do()
    except BaseException as error:
        return error
    raise AssertionError("it went well")


def code_of(error: BaseException) -> str | None:
    """Return the code of the trouble that an error tells of."""
    found = trouble_of(error)
    return None if found is None else found.code


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EFBIG, "file_size_limited"),
        (errno.EROFS, "place_read_only"),
        (errno.EACCES, "place_not_permitted"),
        (errno.EPERM, "place_not_permitted"),
        (errno.EIO, "disk_failing"),
        (errno.ESTALE, "disk_failing"),
        (errno.ENOMEM, "memory_short"),
        (errno.EMFILE, "files_exhausted"),
        (errno.ENFILE, "files_exhausted"),
        (errno.EAGAIN, "threads_exhausted"),
        (errno.ENOTDIR, "place_unusable"),
        (errno.ENOENT, "place_unusable"),
        (errno.ELOOP, "place_unusable"),
    ],
)
def test_an_error_of_the_system_is_told_by_its_number(number: int, code: str) -> None:
    trouble = trouble_of(OSError(number, os.strerror(number), PLACE))

    assert trouble is not None
    assert (trouble.code, trouble.exit_code, trouble.http_status) == (code, 5, 503)
    assert trouble.context == {"cause": errno.errorcode[number]}
    assert trouble.action


def test_the_place_is_told_but_never_to_a_stranger() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", PLACE)

    told, hidden = trouble_of(full), trouble_of(full, tells_place=False)

    assert told is not None
    assert told.message == f"The disk that holds {PLACE} is full."
    assert hidden is not None
    assert PLACE not in str(hidden)


@pytest.mark.parametrize(
    "error",
    [
        KeyError("nadia"),
        ValueError("No space left on device"),
        OSError("no number"),
        FileNotFoundError(errno.ENOENT, "No such file or directory"),
        ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
        RuntimeError("dictionary changed size during iteration"),
        ImportError("No module named 'segue.cli.nothing'"),
    ],
)
def test_any_other_error_is_no_trouble_of_the_machine(error: Exception) -> None:
    assert trouble_of(error) is None


def test_a_bug_in_the_handling_of_a_trouble_stays_a_bug() -> None:
    def mishandled() -> None:
        try:
            raise OSError(errno.ENOSPC, "No space left on device", PLACE)
        except OSError:
            {}["nothing"]

    assert trouble_of(raised(mishandled)) is None


def test_a_problem_stays_what_it_is() -> None:
    problem = ConfigurationProblem("What.", action="Do.", code="database_unreachable")
    problem.__cause__ = OSError(errno.EMFILE, "Too many open files")

    assert trouble_of(problem) is None


def test_a_trouble_is_found_in_a_group_and_behind_what_it_caused() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", PLACE)
    wrapped = RuntimeError("the chunk failed")
    wrapped.__cause__ = full

    assert code_of(ExceptionGroup("tasks", [ValueError("no"), wrapped])) == "disk_full"


def test_a_loop_of_causes_ends() -> None:
    first, second = RuntimeError("first"), RuntimeError("second")
    first.__cause__, second.__cause__ = second, first

    assert trouble_of(first) is None


def test_memory_and_threads_are_told_however_they_run_short() -> None:
    assert code_of(MemoryError()) == "memory_short"
    assert code_of(pa.ArrowMemoryError("malloc of size 1 failed")) == "memory_short"
    assert code_of(RuntimeError("can't start new thread")) == "threads_exhausted"
    assert code_of(ImportError("lib.so: failed to map segment from shared object")) == (
        "memory_short"
    )
    assert code_of(ImportError("lib.so: Too many open files")) == "files_exhausted"


def test_a_database_file_that_is_full_locked_or_broken_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as own:
        own.execute("CREATE TABLE t (x)")
        own.execute("PRAGMA max_page_count = 2")
        full = raised(lambda: own.execute("INSERT INTO t VALUES (zeroblob(100000))"))
        own.execute("BEGIN EXCLUSIVE")
        with closing(sqlite3.connect(file, timeout=0)) as other:
            busy = raised(lambda: other.execute("SELECT * FROM t"))
        own.execute("ROLLBACK")
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as reader:
        read_only = raised(lambda: reader.execute("INSERT INTO t VALUES (1)"))
    file.write_bytes(b"SQLite format 4\0" + bytes(5_000))
    with closing(sqlite3.connect(file)) as broken:
        damaged = raised(lambda: broken.execute("SELECT * FROM t"))
    missing = raised(lambda: sqlite3.connect(tmp_path / "no" / "b.sqlite3"))

    assert [code_of(one) for one in (full, busy, read_only, damaged, missing)] == [
        "disk_full", "database_busy", "database_read_only", "database_damaged", "database_lost",
    ]  # fmt: skip


def test_a_mistake_in_a_query_is_our_bug(tmp_path: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as database, duckdb.connect() as engine:
        errors = [
            raised(lambda: database.execute("SELECT nothing")),
            raised(lambda: engine.execute("SELECT nothing")),
            raised(lambda: engine.execute("SELECT 1 +")),
        ]

    assert [trouble_of(error) for error in errors] == [None, None, None]


def test_tables_are_missing_only_where_they_are_segue_s_own(tmp_path: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        error = raised(lambda: database.execute("SELECT 1 FROM people_person"))
    wrapped = django_errors.OperationalError(str(error))
    wrapped.__cause__ = error

    assert (trouble_of(error), code_of(wrapped)) == (None, "database_empty")


def test_arrow_is_told_by_what_it_repeats_of_the_system() -> None:
    said = "Unknown error: Failed to launch worker thread: Resource temporarily unavailable"

    assert code_of(pa.ArrowException(said)) == "threads_exhausted"
    assert trouble_of(pa.ArrowException("Unknown error: bad schema")) is None


def test_a_failed_rollback_does_not_hide_the_full_disk() -> None:
    def written() -> None:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as own:
            own.execute("CREATE TABLE t (x)")
            own.execute("PRAGMA max_page_count = 2")
            try:
                own.execute("INSERT INTO t VALUES (zeroblob(100000))")
            except sqlite3.Error:
                own.execute("ROLLBACK")

    assert code_of(raised(written)) == "disk_full"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (pg_errors.DiskFull("full"), "disk_full"),
        (pg_errors.OutOfMemory("short"), "memory_short"),
        (pg_errors.TooManyConnections("crowded"), "database_lost"),
        (pg_errors.AdminShutdown("terminating connection"), "database_lost"),
        (psycopg.OperationalError("consuming input failed"), "database_lost"),
        (psycopg.InterfaceError("the connection is closed"), "database_lost"),
        (pg_errors.LockNotAvailable("locked"), "database_busy"),
        (pg_errors.DeadlockDetected("deadlock"), "database_busy"),
        (pg_errors.ReadOnlySqlTransaction("read only"), "database_read_only"),
        (pg_errors.DataCorrupted("invalid page"), "database_damaged"),
        (pg_errors.UndefinedTable("no table"), "database_empty"),
        (pg_errors.UniqueViolation("twice"), None),
        (pg_errors.UndefinedColumn("no column"), None),
    ],
)
def test_a_database_server_is_told_by_its_state(error: Exception, code: str | None) -> None:
    wrapped = django_errors.OperationalError("as Django has it")
    wrapped.__cause__ = error

    assert (code_of(error), code_of(wrapped)) == (code, code)


def test_the_engine_is_told_by_what_it_repeats_of_the_system(tmp_path: Path) -> None:
    folder = tmp_path / "plan d'été"
    folder.mkdir()
    cut, grown_too_far = folder / "cut.parquet", folder / "grown"
    cut.write_bytes(b"PAR1" + bytes(100))
    narrow = {"memory_limit": "10MB", "temp_directory": str(tmp_path / "spill"), "threads": 1}
    rows = "SELECT md5(range::VARCHAR) FROM range(10000)"
    with duckdb.connect() as engine, duckdb.connect(config=narrow) as small:
        small.execute("SET max_temp_directory_size = '1MB'")
        with largest_file(1_000):
            grown = raised(
                lambda: engine.execute(f"COPY ({rows}) TO {literal(str(grown_too_far))}")
            )
        errors = [
            grown,
            raised(lambda: engine.execute(f"SELECT * FROM read_parquet({literal(str(cut))})")),
            raised(
                lambda: small.execute(
                    "CREATE TABLE t AS SELECT md5(range::VARCHAR) m FROM range(1000000)"
                )
            ),
        ]

    found = [trouble_of(error) for error in errors]
    assert [one and one.code for one in found] == [
        "file_size_limited", "stored_file_damaged", "spill_full",
    ]  # fmt: skip
    assert found[0] is not None
    assert found[1] is not None
    assert str(grown_too_far) in found[0].message
    assert found[1].message == f"The file {cut} is damaged."


def test_every_trouble_has_its_words_in_both_languages() -> None:
    assert set(ON_PAGES) == {saying.code for saying in SAYINGS}
    for saying in SAYINGS:
        for text in (saying.message, said(saying.at, place=PLACE, seconds=10) if saying.at else ""):
            trouble = MachineTrouble(text, action=saying.action, code=saying.code)
            french = words_of_problem(trouble, "fr")
            assert not text or french.message not in ("", text)
            assert french.action != saying.action
            assert (PLACE in text) == (PLACE in french.message), saying.code
