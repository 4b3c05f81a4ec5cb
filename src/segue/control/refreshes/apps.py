"""Tell Django about the app `refreshes`."""

from __future__ import annotations

from django.apps import AppConfig


class RefreshesConfig(AppConfig):
    """The app `refreshes`: refreshes and runs, and the jobs that they are."""

    name = "segue.control.refreshes"
    label = "refreshes"
