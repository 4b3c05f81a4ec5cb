"""Read pages in tests: what a person sees of them, with one kind of space. No expectations."""

from __future__ import annotations

import re
from html import unescape

from django.http import HttpResponse

_HIDDEN = re.compile(r"<(script|style|head)\b.*?</\1>", re.DOTALL)
_UNSEEN = re.compile(r'<span class="unseen">.*?</span>')
_TAG = re.compile(r"<[^>]+>")


def seen(response: HttpResponse) -> str:
    """Return the words of a page as they are read, one blank between them."""
    html = _UNSEEN.sub("", _HIDDEN.sub(" ", response.content.decode()))
    return re.sub(r"\s+", " ", unescape(_TAG.sub(" ", html))).strip()
