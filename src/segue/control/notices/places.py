"""Name what notices are about, and say where people look at it. A test holds the paths to the pages' addresses."""

from __future__ import annotations

REFRESH = "refresh"
"""The data part of refreshes: there is one notice about it, whichever refresh failed."""

WORKERS = "workers"
"""All workers together: that none is left."""

SYSTEM_PATH = "/system/"
"""Where it is seen how everything stands."""

_EXPORT, _CONNECTION = "export:", "connection:"


def export_key(pk: int) -> str:
    """Return how a notice names an export."""
    return f"{_EXPORT}{pk}"


def connection_key(pk: int) -> str:
    """Return how a notice names a connection."""
    return f"{_CONNECTION}{pk}"


def export_of(key: str) -> int | None:
    """Return the export that a key names, None when it names something else."""
    return _number(key, _EXPORT)


def connection_of(key: str) -> int | None:
    """Return the connection that a key names, None when it names something else."""
    return _number(key, _CONNECTION)


def run_path(pk: int) -> str:
    """Return where a run is looked at."""
    return f"/runs/{pk}/"


def export_path(pk: int) -> str:
    """Return where an export is looked at."""
    return f"/exports/{pk}/"


def connection_path(pk: int) -> str:
    """Return where a connection is looked at."""
    return f"/connections/{pk}/"


def refresh_path(pk: int) -> str:
    """Return where a refresh is looked at."""
    return f"/system/refreshes/{pk}/"


def _number(key: str, prefix: str) -> int | None:
    return int(key.removeprefix(prefix)) if key.startswith(prefix) else None
