"""Which objects of which stores somebody may read who may not read everything. Values only, no requests.

A bucket is allowed together with its endpoint: the same name on another server is another bucket, and a request to a server
that nobody allowed is what must not be made at all.
"""

from __future__ import annotations

import glob
from dataclasses import dataclass, replace

from segue.profiles.object_stores import AddressFault, Objects, endpoint_of, objects_at


@dataclass(frozen=True, slots=True)
class AllowedObjects:
    """All that lies in a bucket, or in a folder of it; `place` says of which store and endpoint."""

    place: Objects

    def allows(self, objects: Objects) -> bool:
        """Tell whether everything that an address names lies there. Signs of patterns stand for parts of names, never for folders above."""
        if _without_key(objects) != _without_key(self.place):
            return False
        return not self.place.key or objects.key.startswith(self.place.key)


def allowed_objects(written: str) -> AllowedObjects:
    """Return what an installation allows: an address of a bucket or folder, and behind a blank an endpoint of its own.

    Raises: ValueError, when it is none of these.
    """
    address, _, server = written.partition(" ")
    found = objects_at(address)
    endpoint = endpoint_of(server.strip()) if server.strip() else ""
    if isinstance(found, AddressFault) or endpoint is None or glob.has_magic(found.key):
        raise ValueError(written)
    key = f"{found.key.rstrip('/')}/" if found.key else ""
    return AllowedObjects(replace(found, key=key, endpoint=endpoint))


def is_same_place(one: Objects, other: Objects) -> bool:
    """Tell whether two name the same objects of the same server."""
    return one.key == other.key and _without_key(one) == _without_key(other)


def _without_key(objects: Objects) -> tuple[str, str, str, str]:
    return (objects.store, objects.bucket, objects.account, objects.endpoint)
