"""Use the control database from threads that live long: connections are given back after each use, and broken ones replaced."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connections

Result = TypeVar("Result")

TRIES = 5
WAIT_S = 0.2


@contextmanager
def database() -> Iterator[None]:
    """Open the database for a moment. Inside of a transaction nothing is opened or closed: it is somebody else's."""
    if _is_in_transaction():
        yield
        return
    close_old_connections()
    try:
        yield
    finally:
        connections.close_all()


def kept(write: Callable[[], Result]) -> Result:
    """Do what must not be lost, again when the database is away for a moment. Raises: what the last try raised."""
    for tries_left in reversed(range(TRIES)):
        try:
            with database():
                return write()
        except (OperationalError, InterfaceError):
            if not tries_left:
                raise
            time.sleep(WAIT_S)
    raise AssertionError("there is at least one try")


def _is_in_transaction() -> bool:
    return any(one.in_atomic_block for one in connections.all(initialized_only=True))
