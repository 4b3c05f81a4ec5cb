"""Addresses of the area `customers`. A customer's own holds no key: it is encrypted, and what is searched for is posted."""

from __future__ import annotations

from django.urls import path

from segue.web.customers import views

urlpatterns = [
    path("", views.customers, name="customers"),
    path("<str:reference>/", views.customer, name="customer"),
]
