"""Check that every relative link in the project's pages leads somewhere. Never asks the network."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from segue.web.help.anchors import slug

_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_ANCHOR = re.compile(r"<a (?:id|name)=\"([^\"]+)\"")


def broken_links(root: Path, pages: list[Path]) -> list[str]:
    """List `page: link` for every relative link of `pages` that leads to no file, or to no heading of it."""
    return [
        f"{page.relative_to(root)}: {link}"
        for page in pages
        for link in links_of(page.read_text(encoding="utf-8"))
        if not _leads_somewhere(root, page, link)
    ]


def links_of(text: str) -> list[str]:
    """List the link targets of a page, code left out."""
    return _LINK.findall(_CODE.sub("", _FENCE.sub("", text)))


def anchors_of(text: str) -> set[str]:
    """Return the anchors that a page's headings and marks make, as the usual renderers write them."""
    plain = _FENCE.sub("", text)
    seen: dict[str, int] = {}
    found = set(_ANCHOR.findall(plain))
    for heading in _HEADING.findall(plain):
        anchor = slug(heading)
        count = seen.get(anchor, 0)
        seen[anchor] = count + 1
        found.add(f"{anchor}-{count}" if count else anchor)
    return found


def _leads_somewhere(root: Path, page: Path, link: str) -> bool:
    if re.match(r"[a-z][a-z0-9+.-]*:", link):
        return True
    path, _, anchor = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(root):
        return False
    if not anchor or target.suffix != ".md":
        return True
    return anchor in anchors_of(target.read_text(encoding="utf-8"))
