"""How the system, the engine and the databases say that the machine lacks something or refuses it. The one table of it.

Foreign errors are known by their names and numbers, so that nothing has to be imported to read them. What stands in no
row is no trouble of the machine's.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

DISK_FULL = "disk_full"
FILE_SIZE_LIMITED = "file_size_limited"
PLACE_READ_ONLY = "place_read_only"
PLACE_NOT_PERMITTED = "place_not_permitted"
PLACE_UNUSABLE = "place_unusable"
DISK_FAILING = "disk_failing"
MEMORY_SHORT = "memory_short"
SPILL_FULL = "spill_full"
FILES_EXHAUSTED = "files_exhausted"
THREADS_EXHAUSTED = "threads_exhausted"
STORED_FILE_DAMAGED = "stored_file_damaged"
DATABASE_BUSY = "database_busy"
DATABASE_LOST = "database_lost"
DATABASE_READ_ONLY = "database_read_only"
DATABASE_DAMAGED = "database_damaged"
DATABASE_EMPTY = "database_empty"

OF_FILES = frozenset((STORED_FILE_DAMAGED, PLACE_UNUSABLE, PLACE_NOT_PERMITTED))
"""What says something of the file that is read, where this is not one of the state folder."""

OF_PLACES = OF_FILES | {PLACE_READ_ONLY}
"""What says something of the place that a person named for a file to be written."""

OF_DATABASES = OF_FILES | {
    DISK_FAILING, DATABASE_BUSY, DATABASE_LOST, DATABASE_READ_ONLY, DATABASE_DAMAGED
}  # fmt: skip
"""What says something of the database that is read, where this is not one of Segue's."""

OF_PROCESS = frozenset((FILES_EXHAUSTED, MEMORY_SHORT, THREADS_EXHAUSTED))
"""What this process lacks itself, whatever it was about to reach."""

ERRNO: Mapping[int, str] = {
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: DISK_FULL,
    errno.EFBIG: FILE_SIZE_LIMITED,
    errno.EROFS: PLACE_READ_ONLY,
    errno.EACCES: PLACE_NOT_PERMITTED,
    errno.EPERM: PLACE_NOT_PERMITTED,
    errno.EIO: DISK_FAILING,
    errno.ESTALE: DISK_FAILING,
    errno.ENXIO: DISK_FAILING,
    errno.ENODEV: DISK_FAILING,
    errno.ENOTCONN: DISK_FAILING,
    errno.ENOMEM: MEMORY_SHORT,
    errno.EMFILE: FILES_EXHAUSTED,
    errno.ENFILE: FILES_EXHAUSTED,
    errno.EAGAIN: THREADS_EXHAUSTED,
    errno.ENOLCK: DATABASE_BUSY,
}
"""Numbers of the system's errors."""

OF_A_PLACE: Mapping[int, str] = dict.fromkeys(
    (
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EEXIST,
        errno.ENOENT,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.ENOTEMPTY,
        errno.EBUSY,
        errno.ETXTBSY,
    ),
    PLACE_UNUSABLE,
)
"""Numbers that only say something where a file or folder is named: something else stands there, or nothing."""

SQLITE: Mapping[str, str] = {
    "SQLITE_FULL": DISK_FULL,
    "SQLITE_IOERR_NOMEM": MEMORY_SHORT,
    "SQLITE_NOMEM": MEMORY_SHORT,
    "SQLITE_IOERR": DISK_FAILING,
    "SQLITE_BUSY": DATABASE_BUSY,
    "SQLITE_LOCKED": DATABASE_BUSY,
    "SQLITE_PROTOCOL": DATABASE_BUSY,
    "SQLITE_CANTOPEN": DATABASE_LOST,
    "SQLITE_READONLY": DATABASE_READ_ONLY,
    "SQLITE_PERM": DATABASE_READ_ONLY,
    "SQLITE_CORRUPT": DATABASE_DAMAGED,
    "SQLITE_NOTADB": DATABASE_DAMAGED,
}
"""Beginnings of SQLite's names of errors, the longer ones first. Source: SQLite, "Result and Error Codes"."""

POSTGRESQL: Mapping[str, str] = {
    "53100": DISK_FULL,
    "53200": MEMORY_SHORT,
    "53": DATABASE_LOST,
    "57P": DATABASE_LOST,
    "08": DATABASE_LOST,
    "28": DATABASE_LOST,
    "3D000": DATABASE_LOST,
    "55P03": DATABASE_BUSY,
    "40": DATABASE_BUSY,
    "57014": DATABASE_BUSY,
    "25006": DATABASE_READ_ONLY,
    "42501": DATABASE_READ_ONLY,
    "42P01": DATABASE_EMPTY,
    "58": DISK_FAILING,
    "XX001": DATABASE_DAMAGED,
    "XX002": DATABASE_DAMAGED,
}
"""Beginnings of SQLSTATE, the longer ones first. Source: PostgreSQL, "Error Codes"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """An error by the beginning of its module, the name of its class or of one it inherits from, and words in it."""

    module: str
    kind: str
    words: str
    means: str


_SYSTEM_WORDS = "|".join(re.escape(os.strerror(number)) for number in ERRNO)
_DAMAGED = (
    r"Failed to read file|No magic bytes|Prefetch registered|TProtocolException|[Dd]ecompression failure|"
    r"too small to be a Parquet|Invalid Parquet|[Cc]orrupt|Out of buffer|Footer length"
)
_NO_THREADS = "can't (?:start|allocate)|Resource temporarily unavailable"

SIGNS: tuple[Sign, ...] = (
    Sign(module="_duckdb", kind="OutOfMemoryException", words="max_temp_dir", means=SPILL_FULL),
    Sign(module="_duckdb", kind="OutOfMemoryException", words="", means=MEMORY_SHORT),
    Sign(module="_duckdb", kind="Error", words="not enough memory|bad_alloc", means=MEMORY_SHORT),
    Sign(module="_duckdb", kind="Error", words=_DAMAGED, means=STORED_FILE_DAMAGED),
    Sign(module="_duckdb", kind="IOException", words="", means=PLACE_UNUSABLE),
    Sign(module="", kind="MemoryError", words="", means=MEMORY_SHORT),
    Sign(module="", kind="ImportError", words="failed to map segment|memory", means=MEMORY_SHORT),
    Sign(module="", kind="ImportError", words="Too many open files", means=FILES_EXHAUSTED),
    Sign(module="", kind="RuntimeError", words=_NO_THREADS, means=THREADS_EXHAUSTED),
    Sign(module="psycopg_pool", kind="OperationalError", words="", means=DATABASE_LOST),
    Sign(module="psycopg", kind="InterfaceError", words="", means=DATABASE_LOST),
    Sign(module="psycopg", kind="OperationalError", words="", means=DATABASE_LOST),
    Sign(module="django.db", kind="OperationalError", words="no such table", means=DATABASE_EMPTY),
    Sign(module="django.db", kind="InterfaceError", words="", means=DATABASE_LOST),
)
"""What has no number, in the order of looking; empty words fit everything of the kind."""


def meaning_of(error: BaseException) -> str | None:
    """Return what one error means, None when it is no trouble of the machine's."""
    return (
        _of_number(error)
        or _beginning(SQLITE, getattr(error, "sqlite_errorname", None))
        or _beginning(POSTGRESQL, getattr(error, "sqlstate", None))
        or _of_words(error)
    )


def _of_number(error: BaseException) -> str | None:
    if not isinstance(error, OSError):
        return None
    found = ERRNO.get(error.errno or 0)
    return found or (OF_A_PLACE.get(error.errno or 0) if error.filename is not None else None)


def _beginning(table: Mapping[str, str], name: object) -> str | None:
    if not isinstance(name, str):
        return None
    fitting = [start for start in table if name.startswith(start)]
    return table[max(fitting, key=len)] if fitting else None


def _of_words(error: BaseException) -> str | None:
    module = type(error).__module__
    repeats = module.startswith(("_duckdb", "pyarrow"))
    if repeats and (found := _of_system_words(str(error))) is not None:
        return found
    kinds = {kind.__name__ for kind in type(error).__mro__}
    for sign in SIGNS:
        is_of_kind = module.startswith(sign.module) and sign.kind in kinds
        if is_of_kind and re.search(sign.words, str(error)):
            return sign.means
    # What reads Parquet throws errors of its own, for which the engine has no class: the file is not what it should be.
    is_unclassed = module == "_duckdb" and type(error).__name__ == "Error"
    return STORED_FILE_DAMAGED if is_unclassed else None


def _of_system_words(text: str) -> str | None:
    """Return what the engine repeats of the system: it gives no number of its own."""
    found = re.search(_SYSTEM_WORDS, text)
    if found is None:
        return None
    return next(means for number, means in ERRNO.items() if os.strerror(number) == found.group())
