"""Addresses of the area `home`."""

from __future__ import annotations

from django.urls import path

from segue.web.home import views

urlpatterns = [
    path("", views.home, name="home"),
]
