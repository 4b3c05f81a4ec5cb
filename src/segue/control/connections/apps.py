"""Tell Django about the app `connections`."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    """The app `connections`: links to Mailchimp accounts."""

    name = "segue.control.connections"
    label = "connections"
