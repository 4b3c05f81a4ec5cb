"""Tell Django about the app `people`."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from segue.control import folding


class PeopleConfig(AppConfig):
    """The app `people`: who signs in, with which role."""

    name = "segue.control.people"
    label = "people"

    def ready(self) -> None:
        """Let every database compare names as people do."""
        connection_created.connect(folding.teach, dispatch_uid=folding.__name__)
