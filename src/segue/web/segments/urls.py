"""Addresses of the area `segments`."""

from __future__ import annotations

from django.urls import path

from segue.web.segments import members, owning, views

urlpatterns = [
    path("", views.segments, name="segments"),
    path("<str:name>/", views.segment, name="segment"),
    path("<str:name>/switch/", views.switch, name="segment-switch"),
    path("<str:name>/adopt/", owning.adopt, name="segment-adopt"),
    path("<str:name>/duplicate/", owning.duplicate, name="segment-duplicate"),
    path("<str:name>/remove/", owning.remove, name="segment-remove"),
    path("<str:name>/members/", members.members, name="segment-members"),
]
