"""Which addresses are pages that an administrator can look at. No expectations."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.web.doors import Door, doors
from tests.web.world import World


def addresses(page: Page, world: World) -> Iterator[str]:
    """Go through the pages that an administrator reads; files and parts of pages are not looked at."""
    read = (door for rows in doors().values() for door in rows if door.get is not None)
    for path in dict.fromkeys(door.path(world) for door in read if _opens(door)):
        answer = page.request.get(path)
        if answer.headers["content-type"].startswith("text/html") and _is_whole(answer.text()):
            yield path


def _is_whole(page: str) -> bool:
    """Tell a page from a part of one that changes while it is looked at."""
    return page.lstrip().lower().startswith("<!doctype html")


def _opens(door: Door) -> bool:
    return door.get is not None and door.get.administrator == 200
