"""All addresses of the pages, area by area."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

handler400 = "segue.web.errors.missing"
handler404 = "segue.web.errors.missing"
handler500 = "segue.web.errors.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("segue.web.home.urls")),
    path("", include("segue.web.notices.urls")),
    path("", include("segue.web.people.urls")),
    path("help/", include("segue.web.help.urls")),
    path("customers/", include("segue.web.customers.urls")),
    path("connections/", include("segue.web.connections.urls")),
    path("exports/", include("segue.web.exports.urls")),
    path("runs/", include("segue.web.runs.urls")),
    path("sources/", include("segue.web.sources.urls")),
    path("segments/", include("segue.web.segments.urls")),
    path("measures/", include("segue.web.measures.urls")),
    path("system/", include("segue.web.system.urls")),
]
