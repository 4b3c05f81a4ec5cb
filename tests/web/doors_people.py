"""The doors of the area `people`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tests.fixtures.people import PASSWORD
from tests.web.doors import Door, administrators, anybody, people
from tests.web.world import World

NEW = {"password": "purple elephant dance", "repeated": "purple elephant dance"}


def _invited_as(role: str, _world: World) -> Mapping[str, Any]:
    return {"email": "fritz@office.example", "role": role, "password": PASSWORD}


def _person_with(role: str, world: World) -> Mapping[str, Any]:
    return {"pk": world.people[role].pk}


DOORS = [
    Door(
        name="sign-in",
        is_open=True,
        get=anybody(200, signed_in=302),
        post=anybody(302),
        data=lambda world: {"username": world.dora.email, "password": PASSWORD},
    ),
    Door(
        name="sign-in",
        case="wrong",
        is_open=True,
        get=anybody(200, signed_in=302),
        post=anybody(422, signed_in=302),
        data=lambda world: {"username": world.dora.email, "password": "wrong"},
    ),
    Door(name="sign-out", post=people(302)),
    Door(name="language", is_open=True, post=anybody(302), data=lambda world: {"language": "fr"}),
    Door(name="language", case="unknown", is_open=True, post=anybody(404)),
    Door(
        name="account",
        get=people(200),
        post=people(302),
        data=lambda world: {"name": "N", "language": "fr", "time_zone": "Europe/Paris"},
    ),
    Door(
        name="password-change",
        get=people(200),
        post=people(302),
        data=lambda world: {"current": PASSWORD, **NEW},
    ),
    Door(name="sessions-end", post=people(302)),
    Door(
        name="session-end",
        case="of somebody else",
        kwargs=lambda world: {"handle": world.doras_session.handle},
        post=people(404),
        unknown=404,
    ),
    Door(
        name="password-reset",
        is_open=True,
        get=anybody(200),
        post=anybody(302),
        data=lambda world: {"email": "nobody@office.example"},
    ),
    Door(name="password-reset-sent", is_open=True, get=anybody(200)),
    Door(name="password-reset-done", is_open=True, get=anybody(200)),
    Door(
        name="password-reset-confirm",
        is_open=True,
        kwargs=lambda world: world.reset_link,
        get=anybody(302),
        post=anybody(302),
    ),
    Door(
        name="invitation",
        is_open=True,
        kwargs=lambda world: {"token": world.token},
        get=anybody(302),
    ),
    Door(name="invitation-accept", is_open=True, get=anybody(404), post=anybody(404)),
    Door(name="permissions", get=administrators(200)),
    Door(
        name="invite",
        get=administrators(200),
        post=administrators(200),
        data=lambda world: {"email": "fritz@office.example", "role": "viewer"},
    ),
    *(
        Door(
            name="invite",
            case=role,
            get=administrators(200),
            post=administrators(200),
            data=partial(_invited_as, role),
        )
        for role in ("contributor", "administrator")
    ),
    Door(
        name="invitation-withdraw",
        kwargs=lambda world: {"pk": world.invitation.pk},
        post=administrators(302),
    ),
    Door(
        name="person-role",
        kwargs=lambda world: {"pk": world.dora.pk},
        get=administrators(200),
        post=administrators(302),
        data=lambda world: {"role": "contributor", "password": PASSWORD},
    ),
    Door(
        name="person-deactivate",
        kwargs=lambda world: {"pk": world.dora.pk},
        get=administrators(200),
        post=administrators(302),
    ),
    Door(
        name="person-deactivate",
        case="last administrator",
        kwargs=lambda world: {"pk": world.people["administrator"].pk},
        get=administrators(200),
        post=administrators(403),
    ),
    Door(
        name="person-reactivate",
        kwargs=lambda world: {"pk": world.dora.pk},
        get=administrators(200),
        post=administrators(302),
    ),
    *(
        Door(
            name="person-reactivate",
            case=role,
            kwargs=partial(_person_with, role),
            get=administrators(200),
            post=administrators(302),
            data=lambda world: {"password": PASSWORD},
        )
        for role in ("contributor", "administrator")
    ),
]
