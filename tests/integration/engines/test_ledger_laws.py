"""The algebra of plan and ledger, with the whole engine: what is carried out is what is wanted, whatever was never sent."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.fakes.laboratory import Someone
from tests.integration.engines.small_audience import NOW, SmallAudience, holds, small_audience

ADDRESSES = st.sampled_from([f"a{n}@shop.example" for n in range(8)])
PEOPLE = st.lists(
    st.builds(
        Someone,
        id=st.integers(1, 9),
        email=ADDRESSES | st.sampled_from([" A1@SHOP.example", "nobody", None]),
        first_name=st.sampled_from(["", "Ana", "Bo"]),
        vip=st.booleans(),
        local=st.booleans(),
    ),
    max_size=9,
    unique_by=lambda someone: someone.id,
)

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: each example is several plans long."""


@contextmanager
def world() -> Iterator[SmallAudience]:
    folder = Path(tempfile.mkdtemp(prefix="segue-ledger-"))
    try:
        with small_audience(folder) as audience:
            yield audience
    finally:
        shutil.rmtree(folder)


@pytest.mark.slow
@settings(max_examples=5, phases=PHASES)
@given(st.lists(PEOPLE, min_size=2, max_size=2))
def test_carried_out_differences_are_what_is_wanted_and_then_nothing_differs(
    states: list[list[Someone]],
) -> None:
    with world() as audience:
        for people in states:
            audience.run(people)

            holds(audience, people)


@pytest.mark.slow
@settings(max_examples=6, phases=PHASES)
@given(before=PEOPLE, after=PEOPLE, seed=st.integers(0, 10_000))
def test_chunks_that_were_never_sent_are_made_up_for(
    before: list[Someone], after: list[Someone], seed: int
) -> None:
    dice = Random(seed)
    with world() as audience:
        audience.run(before, sent=lambda _: dice.random() < 0.5, size=1)
        audience.run(after, sent=lambda _: dice.random() < 0.5, size=2, fold=False)
        with audience.store() as store:
            for run_id in store.unfinished():
                store.fold(run_id, now=NOW)

        audience.run(after)

        holds(audience, after)
