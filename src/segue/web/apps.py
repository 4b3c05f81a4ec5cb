"""Tell Django about the pages."""

from __future__ import annotations

import logging

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, their templates and static files. No models."""

    name = "segue.web"
    label = "web"

    def ready(self) -> None:
        """Keep failed sign-ins out of the log: the audit log tells of them, without what was typed."""
        logging.getLogger("axes").setLevel(logging.CRITICAL)
