"""The doors of the area `segments`: everybody sees segments, contributors switch them and see their members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segue.control.people.models import Person
from segue.control.segments import drafts
from segue.control.segments.models import ListContents, Segment
from tests.fakes.clocks import START
from tests.web.doors import Answers, Door, administrators, contributors, people
from tests.web.world import World

SEEN = people(200)
SEEN_BY_CONTRIBUTORS = contributors(200)


def _used(world: World) -> Mapping[str, Any]:
    return {"name": world.segment}


def _unused(_world: World) -> Mapping[str, Any]:
    return {"name": "newcomers"}


def of_pages(_world: World) -> Mapping[str, Any]:
    """A copy: one that the proposed definition declares, too, would stand in its way."""
    declared = Segment.objects.get(name="newcomers")
    Segment.objects.get_or_create(
        name="of_pages", defaults={"label": declared.label, "rule": declared.rule, "origin": "page"}
    )
    return {"name": "of_pages"}


def _ticked(_world: World) -> Mapping[str, Any]:
    return {"pick": ["newcomers"]}


def a_list(_world: World) -> Mapping[str, Any]:
    """A list with an address on it."""
    row, _made = Segment.objects.get_or_create(
        name="a_list", defaults={"label": "A list", "rule": {}, "origin": "page", "kind": "list"}
    )
    ListContents.objects.get_or_create(
        segment=row,
        defaults={"addresses": "nadia@shop.example", "count": 1, "changed_at": START},
    )
    return {"name": "a_list"}


QUICK = {"attribute": "city", "shown": "city values", "tick": ["Lyon"], "label": "From Lyon"}


def _draft(world: World) -> Mapping[str, Any]:
    """An administrator's draft of a segment of the pages: nobody else sees it."""
    of_pages(world)
    alice = Person.objects.get(pk=world.people["administrator"].pk)
    segment = Segment.objects.get(name="of_pages")
    return {"pk": drafts.begin(segment=segment, actor=alice, now=START).pk}


OWN_ONLY = Answers(viewer=403, contributor=404, administrator=200)
OWN_ONLY_DONE = Answers(viewer=403, contributor=404, administrator=302)


DAILY = {
    "is_on": "on",
    "every": "daily",
    "times": ["07:30"],
    "time_zone": "Europe/Paris",
    "switch": "none",
}

DOORS = [
    Door(name="segments", get=SEEN),
    Door(name="segment-new", post=contributors(302)),
    Door(name="segment-edit", kwargs=of_pages, post=contributors(302)),
    Door(
        name="segment-edit",
        case="from a file",
        kwargs=_used,
        post=contributors(422),
    ),
    Door(
        name="draft",
        kwargs=_draft,
        get=OWN_ONLY,
        post=OWN_ONLY_DONE,
        data=lambda world: {"label": "Lyonnais"},
    ),
    Door(name="draft-count", kwargs=_draft, get=OWN_ONLY),
    Door(
        name="draft-save",
        kwargs=_draft,
        post=OWN_ONLY_DONE,
        data=lambda world: {"label": "Lyonnais"},
    ),
    Door(name="draft-discard", kwargs=_draft, get=OWN_ONLY, post=OWN_ONLY_DONE),
    Door(name="segment", kwargs=_used, get=SEEN),
    Door(
        name="segment-about",
        kwargs=of_pages,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
        data=lambda world: {
            "label": "Newer",
            "description": "Of this year.",
            "tags": "new, spring",
        },
    ),
    Door(
        name="segment-about",
        case="from a file",
        kwargs=_used,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(422),
        data=lambda world: {"label": "Newer"},
    ),
    Door(name="segments-activate", post=contributors(302), data=_ticked),
    Door(
        name="segments-deactivate",
        get=contributors(302),
        post=contributors(302),
        data=lambda world: {**_ticked(world), "confirmed": "1"},
    ),
    Door(
        name="segments-deactivate",
        case="asked first",
        get=contributors(302),
        post=contributors(200),
        data=_ticked,
    ),
    Door(
        name="segments-remove",
        get=contributors(302),
        post=contributors(302),
        data=lambda world: {"pick": [of_pages(world)["name"]], "confirmed": "1"},
    ),
    Door(
        name="segments-tag",
        get=contributors(302),
        post=contributors(302),
        data=lambda world: {"pick": [of_pages(world)["name"]], "confirmed": "1", "add": "new"},
    ),
    Door(name="segments-clean-up", get=SEEN),
    Door(
        name="segments-new-list",
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
        data=lambda world: {"label": "Fair", "addresses": "nadia@shop.example"},
    ),
    Door(
        name="segment-addresses",
        kwargs=a_list,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
        data=lambda world: {"do": "add", "addresses": "omar@shop.example"},
    ),
    Door(
        name="segment-addresses",
        case="attested",
        kwargs=a_list,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
        data=lambda world: {
            "do": "add",
            "addresses": "omar@shop.example",
            "consented": "attested",
            "statement": "asked at the counter",
        },
    ),
    Door(
        name="segment-addresses",
        case="of no list",
        kwargs=_used,
        get=contributors(404),
        post=contributors(404),
        data=lambda world: {"do": "add", "addresses": "omar@shop.example"},
    ),
    Door(
        name="segment-schedule",
        kwargs=_used,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
        data=lambda world: DAILY,
    ),
    Door(
        name="segment-schedule",
        case="one more time",
        kwargs=_used,
        get=SEEN_BY_CONTRIBUTORS,
        post=SEEN_BY_CONTRIBUTORS,
        data=lambda world: {**DAILY, "add_time": "1"},
    ),
    Door(
        name="segment-tags",
        kwargs=_used,
        get=SEEN_BY_CONTRIBUTORS,
        post=Answers(viewer=403, contributor=302, administrator=302),
        data=lambda world: {"export": str(world.export.pk), "name": "Very important"},
    ),
    Door(
        name="segment-kind",
        kwargs=of_pages,
        post=contributors(302),
        data=lambda world: {"kind": "static"},
    ),
    Door(
        name="segments-quick",
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
        data=lambda world: {**QUICK, "save": "1"},
    ),
    Door(
        name="segments-quick",
        case="looked at",
        get=SEEN_BY_CONTRIBUTORS,
        post=SEEN_BY_CONTRIBUTORS,
        data=lambda world: {**QUICK, "look": "size"},
    ),
    Door(name="segments-overlap", get=SEEN),
    Door(
        name="segment-exports",
        kwargs=_unused,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
        data=lambda world: {"in": [str(world.detached_export.pk)]},
    ),
    Door(
        name="segment-exports",
        case="used by what was not seen",
        kwargs=_used,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(409),
        data=lambda world: {},
    ),
    Door(name="segments-refresh", post=contributors(302), data=_ticked),
    Door(
        name="segment-switch",
        kwargs=_unused,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
        data=lambda world: {"active": "0"},
    ),
    Door(
        name="segment-switch",
        case="on",
        kwargs=_used,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
        data=lambda world: {"active": "1"},
    ),
    Door(
        name="segment-switch",
        case="off without having seen what stops",
        kwargs=_used,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(409),
        data=lambda world: {"active": "0"},
    ),
    Door(
        name="segment-adopt",
        kwargs=_used,
        get=administrators(200, others=403),
        post=administrators(302, others=403),
    ),
    Door(
        name="segment-remove",
        case="from a file",
        kwargs=_unused,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(422),
    ),
    Door(
        name="segment-remove",
        kwargs=of_pages,
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
    ),
    Door(name="segment-duplicate", kwargs=_used, post=contributors(302)),
    Door(
        name="segment-members",
        kwargs=_used,
        get=SEEN_BY_CONTRIBUTORS,
        post=SEEN_BY_CONTRIBUTORS,
        data=lambda world: {"search": "nadia"},
    ),
]
