"""Addresses of the area `sources`. A source may have any name, so that its address has a folder of its own."""

from __future__ import annotations

from django.urls import path

from segue.web.sources import definition_views, views

urlpatterns = [
    path("", views.sources, name="sources"),
    path("refresh/", views.refresh, name="sources-refresh"),
    path("named/<str:name>/", views.source, name="source"),
    path("definition/", definition_views.definition, name="definition"),
    path("definition/plan/", definition_views.plan, name="definition-plan"),
    path("definition/discard/", definition_views.discard, name="definition-discard"),
    path("definition/<int:pk>/", definition_views.text, name="definition-text"),
    path("definition/<int:pk>/download/", definition_views.download, name="definition-download"),
    path("definition/<int:pk>/again/", definition_views.again, name="definition-again"),
]
