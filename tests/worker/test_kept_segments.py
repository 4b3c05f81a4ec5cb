"""Lists and static segments in runs: their members are tagged as any segment's, and whoever leaves loses the tag."""

from __future__ import annotations

from datetime import timedelta

from segue.control.segments.models import Segment
from segue.control.segments.operations import adopt
from segue.control.statuses import Status
from segue.service.freezing import freeze
from segue.service.lists import add_list, change_list
from segue.sync.export import SegmentTag
from tests.worker.shop import Shop, facts_of


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
