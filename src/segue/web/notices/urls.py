"""Addresses of the area `notices`."""

from __future__ import annotations

from django.urls import path

from segue.web.notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("system/notifications/", views.notifications, name="notifications"),
    path("system/notifications/add/", views.channel_add, name="channel-add"),
    path("system/notifications/<int:pk>/", views.channel, name="channel"),
    path("system/notifications/<int:pk>/switch/", views.channel_switch, name="channel-switch"),
    path("system/notifications/<int:pk>/test/", views.channel_test, name="channel-test"),
    path("system/notifications/<int:pk>/remove/", views.channel_remove, name="channel-remove"),
]
