"""Addresses of the area `connections`."""

from __future__ import annotations

from django.urls import path

from segue.web.connections import owning, set_up, views

urlpatterns = [
    path("", views.connections, name="connections"),
    path("add/", set_up.add, name="connection-add"),
    path("mailchimp/", set_up.returned, name="connection-returned"),
    path("<int:pk>/", set_up.connection, name="connection"),
    path("<int:pk>/authenticate/", set_up.authenticate, name="connection-authenticate"),
    path("<int:pk>/api-key/", set_up.api_key, name="connection-api-key"),
    path("<int:pk>/export-user/", set_up.export_user, name="connection-export-user"),
    path("<int:pk>/share/", views.share, name="connection-share"),
    path("<int:pk>/check/", views.check, name="connection-check"),
    path("<int:pk>/adopt/", owning.adopt, name="connection-adopt"),
    path("<int:pk>/remove/", views.remove, name="connection-remove"),
]
