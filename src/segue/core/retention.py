"""How long what is kept about people and runs stays: every span in one place. `service/records` lists what lies where."""

from __future__ import annotations

from datetime import timedelta

KEPT_RUNS = 20
"""Folded runs of an export whose changes stay on disk at most, for reports."""

RUNS_KEPT = timedelta(days=30)
"""How long the changes of a folded run stay on disk: people are in them."""

PLANS_KEPT = timedelta(days=30)
"""How long everybody in the plan of a run can be looked up: people are in it."""

SAMPLES_KEPT = timedelta(days=30)
"""How long the few people stay that a run's page shows of its plan."""

REPORTS_KEPT = 200
"""Reports of runs that stay on disk; they hold numbers."""

MAILS_KEPT = timedelta(days=30)
"""How long a mail stays in the outbox of an installation without a mail server: some hold one-time links."""

AUDIENCE_KEPT = timedelta(days=1)
"""How long an audience is remembered after its last export was removed, so that a mistake can be made good."""

INPUT_KEPT = timedelta(minutes=15)
"""How long what was typed into a form that could not be taken waits for whoever typed it."""

INVITATION_LIFETIME = timedelta(days=7)
"""How long an invitation counts."""

PROPOSAL_KEPT = timedelta(days=7)
"""How long a proposed definition waits to be applied."""

MOVES_KEPT = timedelta(days=30)
"""How long it is told that the machine's clock moved."""
