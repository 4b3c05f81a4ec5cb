"""A tag is renamed in Mailchimp, in the ledger and in its export at once: nobody loses it, and the next run has nothing to do."""

from __future__ import annotations

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.exports.draft import AudienceFacts
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.control.statuses import Status
from segue.core.errors import ConfigurationProblem, NotAllowed, TryLater
from segue.service.locks import only_one
from segue.service.places import account_lock
from segue.service.renaming import rename_tag
from segue.web.exports.audience_state import as_kept
from tests.worker.shop import Shop, facts_of


def _rename(shop: Shop, export: Export, name: str, *, actor: Person | None = None) -> None:
    known = Export.objects.get(pk=export.pk)
    facts = as_kept(known).facts
    assert isinstance(facts, AudienceFacts)
    rename_tag(
        export=known,
        segment=Segment.objects.get(name="newcomers"),
        name=name,
        facts=facts,
        actor=actor or shop.alice,
        now=shop.now(),
    )


def _run(shop: Shop, export: Export) -> list[tuple[str, str]]:
    runs = shop.run(Export.objects.get(pk=export.pk))
    shop.settle(shop.worker())
    return facts_of(runs)


def test_whoever_carries_a_tag_keeps_it_under_its_new_name(shop: Shop) -> None:
    export = shop.export()
    _run(shop, export)
    before = len(shop.sandbox.writes)

    _rename(shop, export, " Nouveaux  clients ")
    renamed = shop.tagged(export)
    written = len(shop.sandbox.writes) - before
    again = _run(shop, export)

    assert (renamed, written) == ({"Nouveaux  clients": 10}, 1)
    assert again == [(Status.SUCCESSFUL, "")]
    assert shop.tagged(export) == {"Nouveaux  clients": 10}
    assert len(shop.sandbox.writes) - before == 1
    entry = Entry.objects.filter(action=Action.EXPORT_EDITED).latest("id")
    assert (
        "segment newcomers=Newcomers" in entry.details["before"],
        "segment newcomers=Nouveaux  clients" in entry.details["after"],
    ) == (True, True)


def test_who_joins_and_who_leaves_afterwards_is_told_by_the_new_name(shop: Shop) -> None:
    export = shop.export()
    _run(shop, export)
    _rename(shop, export, "Gold")
    shop.people(12)

    assert _run(shop, export) == [(Status.SUCCESSFUL, "")]
    assert shop.tagged(export) == {"Gold": 12}


def test_a_name_that_another_tag_of_the_audience_has_is_refused_and_nothing_changes(
    shop: Shop,
) -> None:
    export = shop.export()
    _run(shop, export)
    shop.sandbox.add_tag(export.audience_id, "p000001@shop.example", "Theirs")

    with pytest.raises(ConfigurationProblem) as refused:
        _rename(shop, export, "theirs")

    assert refused.value.code == "tag_name_taken"
    assert shop.tagged(export)["Newcomers"] == 10
    assert Export.objects.get(pk=export.pk).segments.get().tag == "Newcomers"


def test_while_a_run_of_the_account_goes_on_nothing_is_renamed(shop: Shop) -> None:
    export = shop.export()
    _run(shop, export)
    export.refresh_from_db()

    with (
        only_one(account_lock(shop.home, export.account_id), what="the audience"),
        pytest.raises(TryLater),
    ):
        _rename(shop, export, "Gold")

    assert shop.tagged(export) == {"Newcomers": 10}


def test_what_failed_half_way_is_done_by_trying_again(shop: Shop) -> None:
    export = shop.export()
    _run(shop, export)
    shop.sandbox.rename_tag(export.audience_id, "Newcomers", "Gold")

    _rename(shop, export, "Gold")

    assert _run(shop, export) == [(Status.SUCCESSFUL, "")]
    assert shop.tagged(export) == {"Gold": 10}


def test_a_tag_of_an_export_that_never_ran_is_only_called_otherwise(shop: Shop) -> None:
    export = shop.export()

    _rename(shop, export, "Gold")

    assert Export.objects.get(pk=export.pk).segments.get().tag == "Gold"
    assert shop.sandbox.writes == []


def test_viewers_rename_nothing_and_a_shared_tag_stays(shop: Shop, vera: Person) -> None:
    export = shop.export()
    other = shop.export(2)
    Export.objects.filter(pk=other.pk).update(audience_id=export.audience_id)

    with pytest.raises(NotAllowed):
        _rename(shop, export, "Gold", actor=vera)
    with pytest.raises(ConfigurationProblem):
        _rename(shop, export, "Gold")

    assert Export.objects.get(pk=export.pk).segments.get().tag == "Newcomers"
