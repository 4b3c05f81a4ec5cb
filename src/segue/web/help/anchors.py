"""THE anchors of headings, as the usual renderers of Markdown write them."""

from __future__ import annotations

import re


def slug(heading: str) -> str:
    """Return the anchor of a heading that is given as Markdown."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
