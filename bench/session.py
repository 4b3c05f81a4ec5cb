"""Somebody at the builder of segments, as far as the engine sees them: rules are counted whole, in a thread that gives way."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RULES: dict[str, dict[str, Any]] = {
    "ranked": {"top": {"number": 1000, "related": "orders", "sum": "total"}},
    "compared": {"related": "orders", "sum": "total", "at_least": 200},
}


def give_way() -> None:
    """Let this thread give way as the one that counts in the web process does."""
    from segue.engines.duckdb.profiles.glances import NICE

    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def counted_once(workspace: Any, folder: Path) -> dict[str, float]:
    """Return the seconds that it takes to count each rule: everybody, those with an address, and those who consented."""
    from segue.core.permit import Permit
    from segue.engines.duckdb.profiles.glances import glancing
    from segue.segments.compile import with_flags
    from segue.segments.parse import parse_rule
    from segue.segments.rules import All, Compare, Comparison, Segment

    configuration, snapshot = workspace.configuration, workspace.snapshot()
    schema = configuration.schema
    has_address = Compare(attribute="email", comparison=Comparison.IS_BLANK, values=(False,))
    consented = Compare(attribute="opted_in", comparison=Comparison.IS, values=(True,))
    found = {}
    for name, written in RULES.items():
        rule, _none = parse_rule(written, schema, "rules", ())
        assert rule is not None, "the rules are right"
        reached = All(rules=(rule, has_address))
        asked = {"all": rule, "reached": reached, "consented": All(rules=(reached, consented))}
        began = time.perf_counter()
        flagged = with_flags(
            [Segment(name=one, rule=of) for one, of in asked.items()],
            schema,
            as_of=datetime.now(UTC),
            time_zone="UTC",
            all_segments=configuration.segments,
        )
        with glancing(folder, snapshot, schema, permit=Permit()) as profiles:
            profiles.counts(flagged)
        found[name] = time.perf_counter() - began
    return found
