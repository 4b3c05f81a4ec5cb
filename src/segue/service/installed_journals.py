"""The journals of the installation that Django's settings describe."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection

from segue.service.databases import Server
from segue.service.journals import BESIDE, Journals, RunLease
from segue.service.shared_state import journals_of


def journals_here(lease: RunLease | None = None) -> Journals:
    """Return where the journals of this installation are; `lease` as in `journals_in`."""
    if connection.vendor != "postgresql":
        return BESIDE
    known: dict[str, Any] = connection.settings_dict
    places = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    reached = {ours: known[theirs] for ours, theirs in places.items() if known.get(theirs)}
    if known.get("PORT"):
        reached["port"] = int(known["PORT"])
    options = {name: value for name, value in known["OPTIONS"].items() if name != "pool"}
    reached_by = {**reached, **options}
    return journals_of(Server(reached_by), settings.SEGUE_HOME, settings.SEGUE_STATE, lease=lease)
