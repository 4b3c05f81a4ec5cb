"""Tell Django about the app `exports`."""

from __future__ import annotations

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """The app `exports`: what goes where, on which schedule."""

    name = "segue.control.exports"
    label = "exports"
