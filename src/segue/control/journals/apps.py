"""Tell Django about the app `journals`."""

from __future__ import annotations

from django.apps import AppConfig


class JournalsConfig(AppConfig):
    """The app `journals`: tables that nothing in control reads or writes."""

    name = "segue.control.journals"
    label = "journals"
