"""Check a draft against the other exports that fill the same audience: none may undo another's work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from segue.control.exports import queries
from segue.control.exports.draft import Draft, drafted, engine_export
from segue.control.exports.models import Export
from segue.sync.export_conflicts import conflict_faults
from segue.sync.faults import Fault


def faults_beside_others(
    draft: Draft, audience_id: str, *, known: Export | None
) -> Iterator[Fault]:
    """Yield on what the draft disagrees with attached exports of its audience; `known` is the export that it replaces.

    A detached export does not run, and is checked itself when a connection is attached again.
    """
    if draft.connection is None:
        return
    wanted = drafted(replace(draft, brakes={}), attested_by="", today=date.min)
    others = queries.on_audience(draft.connection.account_id, audience_id)
    others = others.filter(connection__isnull=False)
    if known is not None:
        others = others.exclude(pk=known.pk)
    for other in others.prefetch_related("segments__segment", "fields"):
        yield from conflict_faults(engine_export(other), wanted, called=other.name)
