"""Fixtures of the tests of pages."""

from __future__ import annotations

from tests.web.world import world

__all__ = ["world"]
