"""Addresses of the area `system`."""

from __future__ import annotations

from django.urls import path

from segue.web.system import about, audit, installation, schedule, views

urlpatterns = [
    path("", views.system, name="system"),
    path("live/", views.system_live, name="system-live"),
    path("events/", views.system_events, name="system-events"),
    path("refresh/", views.refresh_everything, name="refresh-everything"),
    path("refresh-data/", views.refresh_data, name="refresh-data"),
    path("refreshes/<int:pk>/", views.refresh, name="refresh"),
    path("refreshes/<int:pk>/live/", views.refresh_live, name="refresh-live"),
    path("refreshes/<int:pk>/events/", views.refresh_events, name="refresh-events"),
    path("refreshes/<int:pk>/cancel/", views.refresh_cancel, name="refresh-cancel"),
    path("schedule/", schedule.system_schedule, name="system-schedule"),
    path("audit/", audit.audit, name="audit"),
    path("audit.csv", audit.audit_csv, name="audit-csv"),
    path("installation/", installation.installation, name="system-installation"),
    path("about/", about.about, name="about"),
]
