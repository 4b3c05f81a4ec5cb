"""Write the page that shows every page and pane of the product, from tools/screenshots/places.toml."""

from __future__ import annotations

from tools.screenshots.places import NARROW, WIDE, Look, Place, parts

_HEAD = """\
<!-- Written by `make docs` from tools/screenshots/places.toml; the pictures are taken by `make screenshots`. -->

# Every page, in pictures

The demonstration (`make demo`) as its people see it: in English and light, in French and dark, the main pages on a phone too.
`make screenshots` takes all of them again; it fails when a page complains on its console or is wider than its screen.

Whoever is named under a picture has the role that sees it: Alice is an administrator, Bob a contributor, Vera a viewer.
"""
_FOLDER = "pages"
_LANGUAGES = {"en": "English", "fr": "French"}


def screenshot_page() -> str:
    """Return the page, a heading for each part and a table of pictures for each place."""
    sections = [
        "\n".join([f"\n## {part.title}", *(_shown(place) for place in part.places)])
        for part in parts()
    ]
    return "\n".join([_HEAD.rstrip(), *sections, ""])


def _shown(place: Place) -> str:
    who = "nobody is signed in" if place.who == "nobody" else f"seen by {place.who}"
    lines = [f"\n### {place.title}\n", f"{place.words} *({who})*", _row(place, WIDE)]
    if place.main:
        lines.append(_row(place, NARROW))
    return "\n".join(lines)


def _row(place: Place, looks: tuple[Look, ...]) -> str:
    heads = [f"{_LANGUAGES[look.language]}, {look.scheme}" for look in looks]
    pictures = [
        f"![{place.title}, {head}]({_FOLDER}/{place.file_name(look)})"
        for head, look in zip(heads, looks, strict=True)
    ]
    width = " | ".join("---" for _ in looks)
    return f"\n| {' | '.join(heads)} |\n| {width} |\n| {' | '.join(pictures)} |"
