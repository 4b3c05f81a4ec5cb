"""Addresses of the area `runs`."""

from __future__ import annotations

from django.urls import path

from segue.web.runs import files, views

urlpatterns = [
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/live/", views.run_live, name="run-live"),
    path("<int:pk>/events/", views.run_events, name="run-events"),
    path("<int:pk>/people/", views.run_people, name="run-people"),
    path("<int:pk>/approve/", views.run_approve, name="run-approve"),
    path("<int:pk>/discard/", views.run_discard, name="run-discard"),
    path("<int:pk>/cancel/", views.run_cancel, name="run-cancel"),
    path("<int:pk>/plan.csv", files.run_plan_csv, name="run-plan-csv"),
    path("<int:pk>/rejected.csv", files.run_rejected_csv, name="run-rejected-csv"),
]
