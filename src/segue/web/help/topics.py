"""Which document helps with which page: where the question mark in the top bar leads."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

_BY_AREA: Mapping[str, str] = {
    "connections": "howto/connect-mailchimp",
    "exports": "howto/set-up-an-export",
    "runs": "howto/watch-and-approve-runs",
    "sources": "howto/declare-data-sources",
    "segments": "howto/manage-segments",
    "customers": "howto/look-up-a-customer",
    "notices": "howto/get-notified",
    "system": "howto/schedule-refreshes",
    "permissions": "howto/manage-people",
}
_BY_NAME: Mapping[str, str] = {
    "export-schedule": "howto/schedule-refreshes",
    "installation": "howto/which-installation-is-real",
    "audit": "explanation/personal-data",
}


def help_address(path: str, name: str) -> str:
    """Return the help for the page at a path, whose address has this name."""
    area = path.strip("/").partition("/")[0]
    topic = _BY_NAME.get(name) or _BY_AREA.get(area)
    return reverse("help-page", kwargs={"name": topic}) if topic else reverse("help")
