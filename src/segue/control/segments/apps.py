"""Tell Django about the app `segments`."""

from __future__ import annotations

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    """The app `segments`: segments, their sizes over time."""

    name = "segue.control.segments"
    label = "segments"
