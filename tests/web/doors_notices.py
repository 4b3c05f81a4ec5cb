"""The doors of the area `notices`: everybody reads notices, only administrators see and set channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.web.doors import Door, administrators, people
from tests.web.world import World

SEEN = administrators(200, others=403)
DONE = administrators(302, others=403)
REFUSED = administrators(422, others=403)


def _chat(world: World) -> Mapping[str, Any]:
    return {"pk": world.channel.pk}


DOORS = [
    Door(name="notices", get=people(200)),
    Door(name="notifications", get=SEEN),
    Door(
        name="channel-add",
        get=SEEN,
        post=DONE,
        data=lambda world: {
            "way": "address",
            "name": "On call",
            "address": "oncall@office.example",
            "language": "fr",
        },
    ),
    Door(name="channel-add", case="sent empty", get=SEEN, post=REFUSED),
    Door(
        name="channel",
        kwargs=_chat,
        get=SEEN,
        post=DONE,
        data=lambda world: {"name": "Night chat", "language": "fr"},
    ),
    Door(name="channel", case="sent empty", kwargs=_chat, get=SEEN, post=REFUSED),
    Door(name="channel-switch", kwargs=_chat, post=DONE, data=lambda world: {"on": "0"}),
    Door(name="channel-test", kwargs=lambda world: {"pk": world.own_mail.pk}, post=DONE),
    Door(name="channel-remove", kwargs=_chat, get=SEEN, post=DONE),
]
