"""Somebody at a browser: a page that is signed in as a person. No expectations."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from segue.control.people.models import Person
from tests.patience import PATIENCE_MS


def key_of(person: Person) -> str:
    """Sign a person in and return the session's key. Only before the browser runs: its driver keeps the database away."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return str(client.session.session_key)


def page_of(browser: Browser, server: object, key: str, **options: Any) -> Page:
    """Return a page of the person whose session it is; `options` as a browser context takes them."""
    context = browser.new_context(base_url=str(server), **options)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": str(server)}
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page
