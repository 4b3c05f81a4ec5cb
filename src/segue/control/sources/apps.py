"""Tell Django about the app `sources`."""

from __future__ import annotations

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """The app `sources`: the data sources that profiles are read from."""

    name = "segue.control.sources"
    label = "sources"
