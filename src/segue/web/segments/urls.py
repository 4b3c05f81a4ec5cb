"""Addresses of the area `segments`."""

from __future__ import annotations

from django.urls import path

from segue.web.segments import (
    about,
    clean_up,
    exports,
    members,
    overlap,
    owning,
    quick,
    together,
    views,
)

urlpatterns = [
    path("", views.segments, name="segments"),
    # No segment's name holds a hyphen, so that none is hidden by these.
    path("chosen-activate/", together.activate, name="segments-activate"),
    path("chosen-deactivate/", together.deactivate, name="segments-deactivate"),
    path("chosen-remove/", together.remove, name="segments-remove"),
    path("chosen-tag/", together.tag, name="segments-tag"),
    path("quick-segment/", quick.quick, name="segments-quick"),
    path("clean-up/", clean_up.clean_up, name="segments-clean-up"),
    path("overlap-of-two/", overlap.overlap, name="segments-overlap"),
    path("chosen-refresh/", together.refresh, name="segments-refresh"),
    path("<str:name>/", views.segment, name="segment"),
    path("<str:name>/about/", about.about, name="segment-about"),
    path("<str:name>/exports/", exports.exports, name="segment-exports"),
    path("<str:name>/switch/", views.switch, name="segment-switch"),
    path("<str:name>/adopt/", owning.adopt, name="segment-adopt"),
    path("<str:name>/duplicate/", owning.duplicate, name="segment-duplicate"),
    path("<str:name>/remove/", owning.remove, name="segment-remove"),
    path("<str:name>/members/", members.members, name="segment-members"),
]
