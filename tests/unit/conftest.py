"""What tests of this tier do without: no part below the installation knows Django, and pytest's plugin for it prepares it for every test."""

from __future__ import annotations

import pytest

_OF_DJANGO = (
    "_dj_autoclear_mailbox",
    "_django_clear_site_cache",
    "_django_db_marker",
    "_django_isolate_apps",
    "_django_set_urlconf",
    "_django_setup_unittest",
    "_fail_for_invalid_template_variable",
    "_live_server_helper",
    "_template_string_if_invalid_marker",
)
"""What the plugin does around each test: a third of what an empty one takes. The database stays out of reach without it."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Spare a test what is Django's."""
    names: list[str] = item.fixturenames  # type: ignore[attr-defined]
    names[:] = [name for name in names if name not in _OF_DJANGO]
