"""Say that somebody set the clock of a worker's machine."""

from __future__ import annotations

from django.utils.translation import gettext as _

from segue.control.refreshes.models import ClockMove
from segue.web import formats


def move_words(move: ClockMove) -> str:
    """Return from when to when the clock was set."""
    return _("The clock of the worker’s machine was set from %(before)s to %(after)s.") % {
        "before": formats.exact(move.before_at),
        "after": formats.exact(move.after_at),
    }
