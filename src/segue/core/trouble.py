"""Say what the machine lacks or refuses, for whatever foreign error tells of it. Every edge asks here, nothing else does."""

from __future__ import annotations

import errno
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from segue.core import trouble_signs as signs
from segue.core.errors import ContextValue, MachineTrouble, Problem
from segue.core.sentences import said
from segue.core.waits import JOURNAL_S

_IN_QUOTES = re.compile(
    r"""(?P<mark>\\?["'])(?P<place>/[^\\\n]+?)(?P=mark)(?=[\s:;,.)}\]"'\\]|$)"""
)
"""A path as the engine writes it into its messages, marks in it unescaped: no word goes on behind the one that ends it."""

_FAMILIES = ("sqlite3", "_duckdb", "django.db", "psycopg", "adbc_driver_manager")
"""Modules whose errors may hide the one in whose handling they were raised, such as a failed ROLLBACK."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What is told of a trouble: `at` is `message` with the place where it was met; '' when no place matters."""

    code: str
    message: str
    action: str
    at: str = ""


_AGAIN = said("then run again: what was finished is kept.")

SAYINGS: tuple[Saying, ...] = (
    Saying(
        code="disk_full",
        message="A disk is full: that of the state folder, of its database, of temporary files or of what is printed.",
        at="The disk that holds %(place)s is full.",
        action=said(
            "Make room on it, or name a state folder on another disk with --home; %(again)s",
            again=_AGAIN,
        ),
    ),
    Saying(
        code="file_size_limited",
        message="The system does not let a file grow any more.",
        at="The system does not let the file %(place)s grow any more.",
        action=said(
            "Raise the largest size of a file for the user that runs Segue (ulimit -f); %(again)s",
            again=_AGAIN,
        ),
    ),
    Saying(
        code="place_read_only",
        message="The disk of the state folder can only be read.",
        at="The disk that holds %(place)s can only be read.",
        action=said(
            "Mount it for writing, or name a state folder on another disk with --home; %(again)s",
            again=_AGAIN,
        ),
    ),
    Saying(
        code="place_not_permitted",
        message="The user that runs Segue has not the right to do what it must.",
        at="The user that runs Segue has no right to use %(place)s as it must.",
        action=said(
            "Give this user the right to read and write there, or name another folder; %(again)s",
            again=_AGAIN,
        ),
    ),
    Saying(
        code="place_unusable",
        message="A file or folder that Segue needs is not there, or something else stands in its place.",
        at="%(place)s cannot be used: it is not there, or something else stands in its place.",
        action=said(
            "Put it right, or name another state folder with --home; %(again)s", again=_AGAIN
        ),
    ),
    Saying(
        code="disk_failing",
        message="The disk answers with errors, or a file on it may not grow any more.",
        at="The disk that holds %(place)s answers with errors.",
        action=said("Check the disk and the room on it; %(again)s", again=_AGAIN),
    ),
    Saying(
        code="memory_short",
        message="There is not enough memory for this.",
        action=said(
            "Give Segue more memory, or end other programs of this machine; %(again)s", again=_AGAIN
        ),
    ),
    Saying(
        code="spill_full",
        message="Sorting needs more room on the disk than Segue may take for it.",
        at="Sorting the data source '%(place)s' needs more room on the disk than Segue may take for it.",
        action=said(
            "Make room on the disk of the state folder, and look for a data source that grew; %(again)s",
            again=_AGAIN,
        ),
    ),
    Saying(
        code="files_exhausted",
        message="The system does not let Segue open any more files.",
        action=said(
            "Raise the number of open files for the user that runs Segue (ulimit -n); %(again)s",
            again=_AGAIN,
        ),
    ),
    Saying(
        code="threads_exhausted",
        message="The system does not let Segue begin any more threads or processes.",
        action=said(
            "Raise their number for the user that runs Segue (ulimit -u), or give it more memory; %(again)s",
            again=_AGAIN,
        ),
    ),
    Saying(
        code="stored_file_damaged",
        message="A file of the state folder is damaged.",
        at="The file %(place)s is damaged.",
        action="Refresh the profiles (segue profiles --force), or restore the state folder from a backup.",
    ),
    Saying(
        code="database_busy",
        message="Another program holds a database of Segue locked for longer than Segue waits.",
        at="Another program holds %(place)s locked; Segue waited %(seconds)s seconds.",
        action="Wait until it is done, a backup perhaps; then run again: what was finished is kept.",
    ),
    Saying(
        code="database_lost",
        message="A database of Segue cannot be opened, or does not answer any more.",
        action=said(
            "Check that it is there, runs and lets this user in, and that files can be opened; %(again)s",
            again=_AGAIN,
        ),
    ),
    Saying(
        code="database_read_only",
        message="A database of Segue can only be read.",
        action=said(
            "Give the user that runs Segue the right to write its file and folder; %(again)s",
            again=_AGAIN,
        ),
    ),
    Saying(
        code="database_damaged",
        message="A database of Segue is damaged.",
        action="Restore the state folder from a backup, as a whole; of an audience: segue manage repair.",
    ),
    Saying(
        code="database_empty",
        message="The database of Segue lacks its tables: something removed or replaced it, or it is of another version.",
        action=said(
            "Put it back, or bring it up to date with: segue manage migrate; %(again)s",
            again=_AGAIN,
        ),
    ),
)
_BY_CODE: Mapping[str, Saying] = {saying.code: saying for saying in SAYINGS}


def trouble_of(error: BaseException, *, tells_place: bool = True) -> MachineTrouble | None:
    """Return the trouble that an error tells of, None when it is none of the machine's.

    The path of a file or folder is in the words only where `tells_place`: a stranger is told none.
    """
    for one in _chain(error):
        if isinstance(one, MachineTrouble):
            return one
        if (code := signs.meaning_of(one)) is not None:
            return _trouble(code, one, place=_place(one) if tells_place else "")
    return None


def trouble_at(code: str, place: str, error: BaseException) -> MachineTrouble:
    """Return a trouble whose place is known where it is met: a file, or the data source that brings it about."""
    return _trouble(code, error, place=place)


def raise_trouble(
    error: BaseException, *, but: Collection[str] = (), only: Collection[str] = tuple(_BY_CODE)
) -> None:
    """Raise the trouble that an error tells of; return when it is none, or its code in `but` or not in `only`."""
    trouble = trouble_of(error)
    if trouble is not None and trouble.code in only and trouble.code not in but:
        raise trouble from error


def _trouble(code: str, error: BaseException, *, place: str) -> MachineTrouble:
    saying = _BY_CODE[code]
    message = (
        said(saying.at, place=place, seconds=JOURNAL_S) if place and saying.at else saying.message
    )
    return MachineTrouble(
        message, action=saying.action, code=saying.code, context={"cause": _cause(error)}
    )


def _cause(error: BaseException) -> ContextValue:
    """Return the foreign name of the trouble, for whoever looks after the machine."""
    if isinstance(error, OSError) and error.errno:
        return errno.errorcode.get(error.errno, type(error).__name__)
    named = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return str(named or type(error).__name__)


def _place(error: BaseException) -> str:
    if isinstance(error, OSError):
        named = error.filename2 or error.filename
        return str(named) if isinstance(named, str) else ""
    if not type(error).__module__.startswith("_duckdb"):
        return ""
    found = _IN_QUOTES.search(str(error))
    return found["place"] if found else ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, the members of a group, and what it was raised from."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
        if (before := _before(one)) is not None:
            waiting.append(before)


def _before(error: BaseException) -> BaseException | None:
    """Return what an error was raised from; a bug in the handling of an error stays a bug, and so does a problem."""
    if isinstance(error, Problem):
        return None
    if error.__cause__ is not None:
        return error.__cause__
    return error.__context__ if type(error).__module__.startswith(_FAMILIES) else None
