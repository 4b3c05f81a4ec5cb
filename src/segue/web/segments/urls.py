"""Addresses of the area `segments`."""

from __future__ import annotations

from django.urls import path

from segue.web.segments import (
    about,
    clean_up,
    exports,
    keeping,
    mailchimp_tags,
    members,
    overlap,
    owning,
    quick,
    schedule,
    together,
    views,
)
from segue.web.segments.builder import counted
from segue.web.segments.builder import views as builder

urlpatterns = [
    path("", views.segments, name="segments"),
    # No name of a segment has a hyphen, and none is a number.
    path("chosen-activate/", together.activate, name="segments-activate"),
    path("chosen-deactivate/", together.deactivate, name="segments-deactivate"),
    path("chosen-remove/", together.remove, name="segments-remove"),
    path("chosen-tag/", together.tag, name="segments-tag"),
    path("quick-segment/", quick.quick, name="segments-quick"),
    path("new-list/", keeping.new_list, name="segments-new-list"),
    path("clean-up/", clean_up.clean_up, name="segments-clean-up"),
    path("overlap-of-two/", overlap.overlap, name="segments-overlap"),
    path("chosen-refresh/", together.refresh, name="segments-refresh"),
    path("new-segment/", builder.new, name="segment-new"),
    path("builder/<int:pk>/", builder.draft, name="draft"),
    path("builder/<int:pk>/count/", counted.counted, name="draft-count"),
    path("builder/<int:pk>/save/", builder.save, name="draft-save"),
    path("builder/<int:pk>/discard/", builder.discard, name="draft-discard"),
    path("<str:name>/edit/", builder.edit, name="segment-edit"),
    path("<str:name>/", views.segment, name="segment"),
    path("<str:name>/about/", about.about, name="segment-about"),
    path("<str:name>/schedule/", schedule.segment_schedule, name="segment-schedule"),
    path("<str:name>/tags/", mailchimp_tags.mailchimp_tags, name="segment-tags"),
    path("<str:name>/kind/", keeping.kind, name="segment-kind"),
    path("<str:name>/addresses/", keeping.addresses, name="segment-addresses"),
    path("<str:name>/exports/", exports.exports, name="segment-exports"),
    path("<str:name>/switch/", views.switch, name="segment-switch"),
    path("<str:name>/adopt/", owning.adopt, name="segment-adopt"),
    path("<str:name>/duplicate/", owning.duplicate, name="segment-duplicate"),
    path("<str:name>/remove/", owning.remove, name="segment-remove"),
    path("<str:name>/members/", members.members, name="segment-members"),
]
