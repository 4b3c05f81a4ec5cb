"""A form that asks once more before something runs more often than anybody would mean to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segue.control.recurrence import Recurrence, checked, is_oftener_than
from segue.core.errors import ConfigurationProblem
from segue.web.forms import SegueForm

ASKED_BELOW = timedelta(minutes=15)
"""Two runs nearer to each other than this are asked about."""


class OftenForm(SegueForm):
    """A form with a recurrence. `is_often` after it was checked: it comes round more often than every 15 minutes."""

    often = forms.BooleanField(
        label=gettext_lazy("Yes, more often than every 15 minutes"), required=False
    )
    is_often = False

    def recurrence(self) -> Recurrence | None:
        """Return what was entered, None for nothing of its own. For a valid form only."""
        return None

    def clean(self) -> dict[str, Any]:
        """Ask where it comes round so often and nobody said yes; what cannot be read at all is told elsewhere."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        self.is_often = _is_often(self.recurrence())
        if self.is_often and not cleaned.get("often"):
            self.add_error(
                "often", _("This comes round more often than every 15 minutes. Is it meant?")
            )
        return cleaned


def _is_often(recurrence: Recurrence | None) -> bool:
    try:
        return recurrence is not None and is_oftener_than(checked(recurrence), ASKED_BELOW)
    except ConfigurationProblem:
        return False
