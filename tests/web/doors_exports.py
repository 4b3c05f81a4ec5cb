"""The doors of the area `exports`: everybody reads, whoever may use the connection changes; without one, any contributor.

What needs a Mailchimp that answers stands in `test_exports_set_up`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from segue.control.exports.models import Export
from tests.web.doors import Answers, Door, Values, administrators, contributors, people
from tests.web.world import World

SEEN = people(200)
SEEN_BY_CONTRIBUTORS = contributors(200)
DONE = contributors(302)
REFUSED = contributors(422)
GONE = contributors(404, viewer=404)

Which = Callable[[World], Export]


def _on(which: Which) -> Values:
    return lambda world: {"pk": which(world).pk}


def _picks(*which: Which, **more: str) -> Values:
    return lambda world: {"pick": [one(world).pk for one in which], **more}


def _shared(world: World) -> Export:
    return world.export


def _unshared(world: World) -> Export:
    return world.unshared_export


def _detached(world: World) -> Export:
    return world.detached_export


def _removed(world: World) -> Export:
    return world.removed_export


def _of_file(world: World) -> Export:
    Export.objects.filter(pk=world.export.pk).update(origin="file", declared_name="news")
    return world.export


def _filled(world: World) -> Mapping[str, Any]:
    """Return what a browser sends of a whole form; Mailchimp does not answer."""
    return {
        "name": "Another newsletter",
        "connection": world.shared.pk,
        "audience_id": "e1b2c3d4e5",
        "email_attribute": "email",
        "segment": ["vip"],
        "tag-vip": "VIP",
        "consent_kind": "attribute",
        "consent_attribute": "opted_in",
        "new_status": "subscribed",
    }


_CONFIRMED = {"confirmed": "1"}
_DAILY = {"is_on": "on", "scope": "define", "every": "daily", "times": "06:30", "time_zone": "UTC"}


def _for_picked(
    name: str, *, done: Answers = DONE, get: Answers | None = None, **sent: str
) -> list[Door]:
    """Return the rows of an address that does something to the exports that are picked."""
    named: dict[str, Any] = {"name": name, "get": get}
    return [
        Door(**named, post=done, data=_picks(_shared, **sent)),
        Door(**named, case="without a pick", post=DONE),
        Door(**named, case="of several", post=DONE, data=_picks(_shared, _detached, **sent)),
        Door(
            **named,
            case="on an unshared connection",
            post=administrators(done.administrator, others=403),
            data=_picks(_shared, _unshared, **sent),
        ),
        Door(**named, case="detached", post=done, data=_picks(_detached, **sent)),
        Door(**named, case="removed", post=GONE, data=_picks(_shared, _removed, **sent)),
        Door(**named, case="not a number", post=GONE, data=lambda world: {"pick": "x"}),
        Door(**named, case="far too large", post=GONE, data=lambda world: {"pick": "1" * 30}),
    ]  # fmt: skip


def _for_one(name: str, *, get: bool, post: Answers | None, detached: Answers | None) -> list[Door]:
    """Return the rows of an address that changes one export; `post` on a shared connection, with nothing sent."""

    def seen(answers: Answers) -> Answers | None:
        return answers if get else None

    apart = administrators(200, others=403)
    return [
        Door(name=name, kwargs=_on(_shared), get=seen(SEEN_BY_CONTRIBUTORS), post=post),
        Door(
            name=name,
            case="on an unshared connection",
            kwargs=_on(_unshared),
            get=seen(apart),
            post=administrators(post.administrator, others=403) if post else None,
        ),
        Door(
            name=name,
            case="detached",
            kwargs=_on(_detached),
            get=seen(SEEN_BY_CONTRIBUTORS),
            post=detached,
        ),
        Door(
            name=name,
            case="removed",
            kwargs=_on(_removed),
            get=seen(GONE),
            post=GONE if post else None,
        ),
    ]


DOORS = [
    Door(name="exports", get=SEEN),
    Door(name="exports-live", get=SEEN),
    *_for_picked("exports-run"),
    Door(name="exports-run-all", get=SEEN_BY_CONTRIBUTORS, post=SEEN_BY_CONTRIBUTORS),
    *_for_picked("exports-duplicate"),
    *_for_picked("exports-schedule", get=DONE, **_DAILY),
    Door(
        name="exports-schedule",
        case="shown",
        get=DONE,
        post=SEEN_BY_CONTRIBUTORS,
        data=_picks(_shared),
    ),
    Door(
        name="exports-schedule",
        case="at no time",
        get=DONE,
        post=REFUSED,
        data=_picks(_shared, **{**_DAILY, "times": "soon"}),
    ),
    Door(
        name="exports-schedule-next",
        post=SEEN_BY_CONTRIBUTORS,
        data=_picks(_shared, **_DAILY),
    ),
    Door(
        name="exports-schedule-next",
        case="on an unshared connection",
        post=administrators(200, others=403),
        data=_picks(_unshared, **_DAILY),
    ),
    *_for_picked("exports-detach", get=DONE, **_CONFIRMED),
    Door(
        name="exports-detach",
        case="asked first",
        get=DONE,
        post=SEEN_BY_CONTRIBUTORS,
        data=_picks(_shared),
    ),
    *_for_picked("exports-remove", get=DONE, **_CONFIRMED),
    Door(
        name="exports-remove",
        case="asked first",
        get=DONE,
        post=SEEN_BY_CONTRIBUTORS,
        data=_picks(_shared),
    ),
    Door(name="export-add", get=SEEN_BY_CONTRIBUTORS, post=REFUSED, data=_filled),
    Door(name="export-add", case="sent empty", get=SEEN_BY_CONTRIBUTORS, post=REFUSED),
    *[
        row
        for name in ("export-audience", "export-estimate")
        for row in (
            Door(name=name, post=SEEN_BY_CONTRIBUTORS),
            Door(name=name, case="filled in", post=SEEN_BY_CONTRIBUTORS, data=_filled),
            Door(
                name=name,
                case="on an unshared connection",
                post=Answers(viewer=403, contributor=404, administrator=200),
                data=lambda world: {"connection": world.unshared.pk},
            ),
            Door(
                name=name,
                case="on no connection",
                post=contributors(404),
                data=lambda world: {"connection": "x"},
            ),
            Door(
                name=name,
                case="of an export on an unshared connection",
                post=administrators(200, others=403),
                data=lambda world: {"export": world.unshared_export.pk},
            ),
            Door(
                name=name,
                case="of a removed export",
                post=contributors(404),
                data=lambda world: {"export": world.removed_export.pk},
            ),
            Door(
                name=name,
                case="of no export",
                post=contributors(404),
                data=lambda world: {"export": "x"},
            ),
        )
    ],
    Door(name="export", kwargs=_on(_shared), get=SEEN),
    Door(name="export", case="on an unshared connection", kwargs=_on(_unshared), get=SEEN),
    Door(name="export", case="detached", kwargs=_on(_detached), get=SEEN),
    Door(name="export", case="removed", kwargs=_on(_removed), get=people(404)),
    *_for_one("export-edit", get=True, post=REFUSED, detached=REFUSED),
    Door(
        name="export-edit",
        case="filled in",
        kwargs=_on(_shared),
        get=SEEN_BY_CONTRIBUTORS,
        post=REFUSED,
        data=_filled,
    ),
    Door(
        name="export-edit",
        case="from a file",
        kwargs=_on(_of_file),
        get=contributors(302),
        post=contributors(302),
        data=_filled,
    ),
    Door(
        name="export-adopt",
        case="of the pages",
        kwargs=_on(_shared),
        get=administrators(200, others=403),
        post=administrators(422, others=403),
    ),
    Door(
        name="export-adopt",
        case="from a file",
        kwargs=_on(_of_file),
        get=administrators(200, others=403),
        post=administrators(302, others=403),
    ),
    *_for_one("export-plan", get=False, post=DONE, detached=DONE),
]
