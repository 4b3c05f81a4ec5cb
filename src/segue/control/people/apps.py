"""Tell Django about the app `people`."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app `people`: who signs in, with which role."""

    name = "segue.control.people"
    label = "people"
