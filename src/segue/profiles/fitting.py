"""Whether a snapshot was read by the definition that counts. Reads nothing."""

from __future__ import annotations

import hashlib

from segue.core.errors import ConfigurationProblem
from segue.profiles.ports import Snapshot
from segue.profiles.schema import ProfileSchema


def declaration_of(schema: ProfileSchema) -> str:
    """Return the digest by which snapshots of one schema are known."""
    return hashlib.sha256(repr(schema).encode()).hexdigest()


def fitting(snapshot: Snapshot | None, schema: ProfileSchema) -> Snapshot:
    """Return the snapshot when it was read by this schema.

    Raises: ConfigurationProblem when there is none, or it was read by another.
    """
    if snapshot is None:
        raise ConfigurationProblem(
            "The data sources have not been read yet.",
            action="Refresh the data first.",
            code="snapshot_missing",
        )
    if snapshot.declaration not in ("", declaration_of(schema)):
        raise ConfigurationProblem(
            "The definition changed after the data sources were read.",
            action="Run the export again: the data sources are read first.",
            code="snapshot_outdated",
        )
    return snapshot


def of_earlier_definition() -> ConfigurationProblem:
    """Say that a snapshot lacks a column of the definition: it was made by an earlier one, the next refresh brings another."""
    return ConfigurationProblem(
        "The profiles were last read by an earlier definition.",
        action="Refresh the data sources.",
        code="snapshot_of_earlier_definition",
    )
