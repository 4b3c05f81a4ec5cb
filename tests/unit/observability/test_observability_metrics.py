"""Totals and levels of this process."""

from __future__ import annotations

import pytest

from segue.observability.metrics import Metrics, Sample


def test_totals_add_up_by_their_labels() -> None:
    metrics = Metrics()

    metrics.add("segue_contacts_total", 500, outcome="accepted")
    metrics.add("segue_contacts_total", 3, outcome="rejected")
    metrics.add("segue_contacts_total", 500, outcome="accepted")
    metrics.set("segue_connections", 9)
    metrics.set("segue_connections", 8)

    assert metrics.snapshot() == (
        Sample(name="segue_connections", labels=(), value=8),
        Sample(name="segue_contacts_total", labels=(("outcome", "accepted"),), value=1000),
        Sample(name="segue_contacts_total", labels=(("outcome", "rejected"),), value=3),
    )


def test_the_text_format_escapes_labels() -> None:
    metrics = Metrics()

    metrics.add("segue_runs_total", export='say "hi"\n', status="ok")

    assert metrics.as_text() == ('segue_runs_total{export="say \\"hi\\"\\n",status="ok"} 1\n')


def test_a_total_never_shrinks() -> None:
    with pytest.raises(ValueError, match="cannot shrink"):
        Metrics().add("segue_runs_total", -1)
