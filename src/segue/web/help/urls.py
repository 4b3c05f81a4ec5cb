"""Addresses of the area `help`."""

from __future__ import annotations

from django.urls import path

from segue.web.help import views

urlpatterns = [
    path("", views.help_page, name="help"),
    path("pictures/<path:place>", views.picture, name="help-picture"),
    path("<path:name>/", views.document_page, name="help-page"),
]
