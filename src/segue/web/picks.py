"""What is done to several rows that were ticked in a list: refusals told, and the rows named."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from segue.control.audit.meanwhile import ChangedMeanwhile
from segue.web.forms import REFUSALS
from segue.web.problems import worded


def told(request: HttpRequest, operation: Callable[[], object]) -> bool:
    """Call the operation; when it refuses, tell why at the top of the next page and return False."""
    try:
        operation()
    except ChangedMeanwhile:
        raise  # the page that shows both versions answers it
    except REFUSALS as refusal:
        words = worded(refusal)
        messages.error(request, f"{words.message} {words.action}")
        return False
    return True


def listed(names: Sequence[str]) -> str:
    """Name rows, some of them when there are many."""
    quoted = [_("“%(name)s”") % {"name": name} for name in names]
    if len(quoted) <= 3:
        return ", ".join(quoted)
    return _("%(names)s and %(count)d more") % {
        "names": ", ".join(quoted[:2]),
        "count": len(quoted) - 2,
    }
