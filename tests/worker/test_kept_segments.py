"""Lists and static segments in runs: their members are tagged as any segment's, and whoever leaves loses the tag."""

from __future__ import annotations

import csv
from datetime import timedelta

from segue.control.refreshes.models import Run
from segue.control.segments.models import Segment
from segue.control.segments.operations import adopt
from segue.control.statuses import Status
from segue.service.freezing import freeze
from segue.service.lists import add_list, change_list
from segue.service.plan_files import plans_folder
from segue.sync.export import SegmentTag
from tests.worker.shop import Shop, facts_of


def plan_rows(run: Run) -> list[dict[str, str]]:
    """Return the people of a run's plan as its file tells them."""
    with (plans_folder() / f"{run.pk}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_who_is_on_a_list_is_tagged_and_who_is_taken_off_loses_the_tag(shop: Shop) -> None:
    some = [f"p{number:06}@shop.example" for number in range(4)]
    made = add_list(
        label="Fair", addresses=[*some, "nobody@shop.example"], actor=shop.alice, now=shop.now()
    )
    export = shop.export(segments=(SegmentTag(segment=made.name, tag="Fair"),))
    first = shop.run(export)
    shop.settle(shop.worker())
    tagged = shop.tagged(export)

    change_list(segment=made, add=[], take=some[:1], actor=shop.alice, now=shop.now())
    second = shop.run(export)
    shop.settle(shop.worker())

    assert facts_of([*first, *second]) == [(Status.SUCCESSFUL, "")] * 2
    assert (tagged, shop.tagged(export)) == ({"Fair": 4}, {"Fair": 3})
    assert shop.statuses(export) == {"subscribed": 4}


def test_a_static_segment_keeps_its_tags_whatever_the_data_say(shop: Shop) -> None:
    shop.run(shop.export(9))
    shop.settle(shop.worker())
    adopt(segment=Segment.objects.get(name="newcomers"), actor=shop.alice, now=shop.now())
    newcomers = Segment.objects.get(name="newcomers")
    freeze(segment=newcomers, actor=shop.alice, now=shop.now() + timedelta(seconds=1))
    export = shop.export(1)
    first = shop.run(export)
    shop.settle(shop.worker())
    shop.people(14)

    second = shop.run(export)
    shop.settle(shop.worker())

    assert facts_of([*first, *second]) == [(Status.SUCCESSFUL, "")] * 2
    assert shop.tagged(export) == {"Newcomers": 10}
    assert Segment.objects.get(name="newcomers").members == 10


def test_an_export_whose_kept_members_are_lost_does_not_run_and_untags_nobody(shop: Shop) -> None:
    shop.run(shop.export(9))
    shop.settle(shop.worker())
    adopt(segment=Segment.objects.get(name="newcomers"), actor=shop.alice, now=shop.now())
    freeze(segment=Segment.objects.get(name="newcomers"), actor=shop.alice, now=shop.now())
    export = shop.export(1)
    shop.run(export)
    shop.settle(shop.worker())
    for file in (shop.home / "kept").iterdir():
        file.unlink()

    (run,) = shop.run(export)
    shop.settle(shop.worker())

    assert facts_of([run])[0][0] in (Status.FAILED, Status.SKIPPED)
    assert shop.tagged(export) == {"Newcomers": 10}


def test_who_has_no_profile_is_exported_by_an_attested_consent_and_nobody_else(shop: Shop) -> None:
    known, olga, omar, peter = (
        "p000000@shop.example",
        "olga@fair.example",
        "omar@fair.example",
        "peter@fair.example",
    )
    made = add_list(
        label="Fair",
        addresses=[known, olga, omar],
        statement="ticked the box at the stand",
        actor=shop.alice,
        now=shop.now(),
    )
    change_list(segment=made, add=[peter], take=[], actor=shop.alice, now=shop.now())
    export = shop.export(segments=(SegmentTag(segment=made.name, tag="Fair"),))
    shop.sandbox.add_contact(export.audience_id, omar, status="unsubscribed")

    runs = shop.run(export)
    shop.settle(shop.worker())

    held = {
        one.email: (one.status, set(one.tags)) for one in shop.sandbox.members(export.audience_id)
    }
    assert facts_of(runs) == [(Status.SUCCESSFUL_WITH_SKIPS, "")]
    assert held == {
        known: ("subscribed", {"Fair"}),
        olga: ("subscribed", {"Fair"}),
        omar: ("unsubscribed", set()),
    }
    row = Segment.objects.get(name=made.name)
    assert (row.members, row.own, row.left_out) == (3, 2, 1)
    lines = plan_rows(runs[0])
    assert [(one["address"], one["change"], bool(one["profile_key"])) for one in lines] == [
        (known, "add", True),
        (olga, "add", False),
        (omar, "skip", False),
    ]


def test_an_attestation_that_is_given_later_exports_and_who_is_taken_off_loses_the_tag(
    shop: Shop,
) -> None:
    olga, peter = "olga@fair.example", "peter@fair.example"
    made = add_list(label="Fair", addresses=[olga, peter], actor=shop.alice, now=shop.now())
    export = shop.export(segments=(SegmentTag(segment=made.name, tag="Fair"),))
    first = shop.run(export)
    shop.settle(shop.worker())
    before = shop.statuses(export)

    words = "signed the form of 2 May"
    both = [olga, peter]
    change_list(segment=made, add=both, take=[], statement=words, actor=shop.alice, now=shop.now())
    second = shop.run(export)
    shop.settle(shop.worker())
    tagged = shop.tagged(export)
    change_list(segment=made, add=[], take=[olga], actor=shop.alice, now=shop.now())
    third = shop.run(export)
    shop.settle(shop.worker())

    assert [status for status, _ in facts_of([*first, *second, *third])] == [Status.SUCCESSFUL] * 3
    assert (before, tagged, shop.tagged(export)) == ({}, {"Fair": 2}, {"Fair": 1})
    assert shop.statuses(export) == {"subscribed": 2}
