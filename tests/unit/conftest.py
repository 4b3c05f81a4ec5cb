"""What tests of this tier do without: no part below the installation knows Django, its pages or its database.

Pytest's plugin for Django prepares it for every test, and so do our own fixtures for pages and rows.
"""

from __future__ import annotations

import pytest

_ABOVE = frozenset(
    {
        "_dj_autoclear_mailbox",
        "_django_clear_site_cache",
        "_django_db_marker",
        "_django_isolate_apps",
        "_django_set_urlconf",
        "_django_setup_unittest",
        "_fail_for_invalid_template_variable",
        "_live_server_helper",
        "_template_string_if_invalid_marker",
        "clients_without_a_loop",
        "django_db_blocker",
        "django_test_environment",
        "no_journal_outlives_its_test",
        "still_clock",
    }
)
"""What is done around each test for those above: half of what an empty one takes. The database stays out of reach without it."""

_THEIRS = frozenset({"monkeypatch", "request"})
"""What only those ask for, where the test itself does not."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Spare a test what is done for others."""
    names: list[str] = item.fixturenames  # type: ignore[attr-defined]
    own = item._fixtureinfo.initialnames  # type: ignore[attr-defined]
    names[:] = [
        name for name in names if name not in _ABOVE and (name in own or name not in _THEIRS)
    ]
