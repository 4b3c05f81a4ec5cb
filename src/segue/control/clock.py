"""The clock of the installation: the machine's, or the one that the settings name."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from segue.core.clock import Clock


@cache
def clock() -> Clock:
    """Return the clock that the setting SEGUE_CLOCK names."""
    made: Clock = import_string(settings.SEGUE_CLOCK)()
    return made
