"""The page that says what this installation is. No secret, and paths for administrators only."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render

from segue import __version__
from segue.control.people.policy import is_administrator, is_person, require
from segue.web.requests import PersonRequest, door

_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@door("GET")
def about(request: PersonRequest) -> HttpResponse:
    """Show version, environment and what is set up."""
    require(request.user, is_person)
    shown = {
        "version": __version__,
        "environment": settings.SEGUE_ENVIRONMENT_NAME,
        "address": settings.SEGUE_URL,
        "database": _DATABASES.get(connection.vendor, connection.vendor),
        "keys": len(settings.SEGUE_KEYS),
        "sends_mail": "smtp" in settings.EMAIL_BACKEND,
        "is_registered": bool(
            settings.SEGUE_MAILCHIMP_CLIENT_ID and settings.SEGUE_MAILCHIMP_CLIENT_SECRET
        ),
        "home": settings.SEGUE_HOME if is_administrator.test(request.user) else None,
    }
    return render(request, "segue/system/about.html", shown)
