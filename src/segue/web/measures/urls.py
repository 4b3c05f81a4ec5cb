"""Addresses of the area `measures`."""

from __future__ import annotations

from django.urls import path

from segue.web.measures import owning, views

urlpatterns = [
    path("", views.measures, name="measures"),
    # No name of a measure has a hyphen.
    path("new-measure/", views.new, name="measure-new"),
    path("<str:name>/", views.measure, name="measure"),
    path("<str:name>/edit/", views.edit, name="measure-edit"),
    path("<str:name>/preview/", views.preview, name="measure-preview"),
    path("<str:name>/adopt/", owning.adopt, name="measure-adopt"),
    path("<str:name>/remove/", owning.remove, name="measure-remove"),
]
