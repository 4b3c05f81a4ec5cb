"""Tell Django about the app `notices`."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The app `notices`: who is told what."""

    name = "segue.control.notices"
    label = "notices"
