"""The doors of the area `connections`: for everybody but administrators there is nothing.

What needs a Mailchimp that answers stands in `test_connections_sign_in` and `test_connections_steps`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segue.control.connections.models import Connection
from tests.fixtures.people import PASSWORD
from tests.web.doors import Door, administrators
from tests.web.world import World

SEEN = administrators(200)
DONE = administrators(302)
REFUSED = administrators(422)


def _begun(world: World) -> Mapping[str, Any]:
    return {"pk": world.begun.pk}


def _complete(world: World) -> Mapping[str, Any]:
    return {"pk": world.shared.pk}


def _unshared(world: World) -> Mapping[str, Any]:
    return {"pk": world.unshared.pk}


def _fates(world: World) -> Mapping[str, Any]:
    return {f"fate-{export.pk}": "detach" for export in world.shared.exports.all()}


def _of_file(world: World) -> Mapping[str, Any]:
    Connection.objects.filter(pk=world.shared.pk).update(
        origin="file", declared_name="main", secret_reference={"env": "SHOP_KEY"}
    )
    return {"pk": world.shared.pk}


DOORS = [
    Door(name="connections", get=SEEN),
    Door(
        name="connection-add",
        get=SEEN,
        post=DONE,
        data=lambda world: {"kind": "mailchimp", "display_name": "Third account", "agrees": "on"},
    ),
    Door(name="connection-add", case="sent empty", get=SEEN, post=REFUSED),
    Door(name="connection-returned", case="from nowhere", get=DONE),
    Door(
        name="connection",
        kwargs=_complete,
        get=SEEN,
        post=DONE,
        data=lambda world: {"display_name": "Renamed", "honours_status_if_new": "on"},
    ),
    Door(
        name="connection",
        case="not complete",
        kwargs=_begun,
        get=SEEN,
        post=REFUSED,
        data=lambda world: {"display_name": "Renamed", "honours_status_if_new": "on"},
    ),
    Door(
        name="connection-authenticate",
        case="not registered at Mailchimp",
        kwargs=_begun,
        post=REFUSED,
    ),
    Door(name="connection-api-key", case="sent empty", kwargs=_begun, post=REFUSED),
    Door(
        name="connection-export-user",
        kwargs=_complete,
        post=DONE,
        data=lambda world: {"password": PASSWORD},
    ),
    Door(name="connection-export-user", case="sent empty", kwargs=_complete, post=REFUSED),
    Door(name="connection-share", case="not any more", kwargs=_complete, get=SEEN, post=DONE),
    Door(
        name="connection-share",
        kwargs=_unshared,
        get=SEEN,
        post=DONE,
        data=lambda world: {"contributors": "on", "password": PASSWORD},
    ),
    Door(
        name="connection-share",
        case="not complete",
        kwargs=_begun,
        get=SEEN,
        post=DONE,
        data=lambda world: {"contributors": "on"},
    ),
    Door(
        name="connection",
        case="shared from now on",
        kwargs=_unshared,
        get=SEEN,
        post=DONE,
        data=lambda world: {
            "display_name": "Renamed",
            "contributors": "on",
            "own_password": PASSWORD,
        },
    ),
    Door(name="connection-check", case="nothing to check", kwargs=_begun, post=DONE),
    Door(name="connection-remove", case="without exports", kwargs=_begun, get=SEEN, post=DONE),
    Door(
        name="connection-remove",
        kwargs=_complete,
        get=SEEN,
        post=DONE,
        data=_fates,
    ),
    Door(name="connection-remove", case="nothing chosen", kwargs=_complete, get=SEEN, post=REFUSED),
    Door(name="connection-adopt", case="of the pages", kwargs=_complete, get=SEEN, post=REFUSED),
    Door(name="connection-adopt", case="from a file", kwargs=_of_file, get=SEEN, post=DONE),
    Door(
        name="connection",
        case="from a file",
        kwargs=_of_file,
        get=SEEN,
        post=DONE,
        data=lambda world: {"display_name": "Renamed", "honours_status_if_new": "on"},
    ),
]
