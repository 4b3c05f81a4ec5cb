"""Tell Django about the app `audit`."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The app `audit`: who did what and when."""

    name = "segue.control.audit"
    label = "audit"
