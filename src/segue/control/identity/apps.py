"""Tell Django about the app `identity`."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The app `identity`: the mark of the database, and decisions about installations."""

    name = "segue.control.identity"
    label = "identity"
