"""A tag belongs to the exports that there are: one that was removed, or that fills another audience, claims nothing any more."""

from __future__ import annotations

import pytest

from segue.control.exports import operations as exports
from segue.control.exports.draft import draft_of
from segue.control.exports.models import Export
from segue.control.statuses import Status
from segue.worker.worker import Worker
from tests.control import stage
from tests.worker.shop import Shop, facts_of, fresh


def _run(shop: Shop, worker: Worker, *ones: Export) -> list[tuple[str, str]]:
    runs = shop.run(*[fresh(one) for one in ones])
    shop.settle(worker)
    return facts_of(runs)


def _alike(shop: Shop, one: Export) -> Export:
    """Return a second export that marks the same people in the same audience with the same tag."""
    return shop.export(2, audience_id=one.audience_id, name="Made anew")


def test_leavers_lose_the_tag_of_an_export_that_was_made_anew(shop: Shop) -> None:
    first, worker = shop.export(), shop.worker()
    _run(shop, worker, first)
    exports.remove(exports=[first], actor=shop.alice, now=shop.now())
    anew = _alike(shop, first)
    _run(shop, worker, anew)
    shop.people(8)

    ended = _run(shop, worker, anew)

    assert ended == [(Status.SUCCESSFUL, "")]
    assert shop.tagged(anew) == {"Newcomers": 8}


@pytest.mark.one_database
def test_leavers_keep_a_tag_that_another_export_still_gives_them(shop: Shop) -> None:
    first, worker = shop.export(), shop.worker()
    other = _alike(shop, first)
    _run(shop, worker, first)
    _run(shop, worker, other)
    shop.people(8)

    _run(shop, worker, first)
    between = shop.tagged(first)
    _run(shop, worker, other)

    assert (between, shop.tagged(first)) == ({"Newcomers": 10}, {"Newcomers": 8})


@pytest.mark.one_database
def test_leavers_keep_a_tag_of_an_export_that_only_waits_for_a_connection(shop: Shop) -> None:
    first, worker = shop.export(), shop.worker()
    other = _alike(shop, first)
    _run(shop, worker, first)
    _run(shop, worker, other)
    exports.detach(exports=[first], actor=shop.alice, now=shop.now())
    shop.people(8)

    _run(shop, worker, other)

    assert shop.tagged(other) == {"Newcomers": 10}


@pytest.mark.one_database
def test_an_export_that_went_to_another_audience_holds_nothing_in_the_old_one(shop: Shop) -> None:
    first, worker = shop.export(), shop.worker()
    other = _alike(shop, first)
    _run(shop, worker, first)
    _run(shop, worker, other)
    shop.sandbox.add_audience("elsewhere1")
    gone = fresh(first)
    exports.edit(
        export=gone,
        draft=draft_of(gone),
        facts=stage.facts(audience_id="elsewhere1"),
        actor=shop.alice,
        now=shop.now(),
    )
    shop.people(8)

    _run(shop, worker, other)

    assert shop.tagged(other) == {"Newcomers": 8}
