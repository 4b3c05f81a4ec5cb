"""Addresses of the area `exports`."""

from __future__ import annotations

from django.urls import path

from segue.web.exports import actions, confirmations, listing, owning, pages, schedules, setting_up

urlpatterns = [
    path("", listing.exports, name="exports"),
    path("live/", listing.statuses, name="exports-live"),
    path("run/", actions.run, name="exports-run"),
    path("run-all/", actions.run_all, name="exports-run-all"),
    path("duplicate/", actions.duplicate, name="exports-duplicate"),
    path("schedule/", schedules.schedule, name="exports-schedule"),
    path("schedule/next/", schedules.next_runs, name="exports-schedule-next"),
    path("detach/", confirmations.detach, name="exports-detach"),
    path("remove/", confirmations.remove, name="exports-remove"),
    path("add/", setting_up.add, name="export-add"),
    path("audience/", setting_up.audience, name="export-audience"),
    path("estimate/", setting_up.estimate, name="export-estimate"),
    path("<int:pk>/", pages.export, name="export"),
    path("<int:pk>/edit/", setting_up.edit, name="export-edit"),
    path("<int:pk>/adopt/", owning.adopt, name="export-adopt"),
    path("<int:pk>/plan/", actions.plan, name="export-plan"),
]
