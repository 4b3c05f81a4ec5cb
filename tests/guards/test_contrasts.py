"""Rings of the focus, edges of fields and colours of charts stand out from every ground, light and dark (WCAG 2.2, 1.4.11)."""

from __future__ import annotations

import re

import pytest

from tests.guards.tree import ROOT

STYLES = ROOT / "src" / "segue" / "web" / "static" / "segue" / "segue.css"
LEAST = 3.0
"""Of the contrast of what is no text. Source: WCAG 2.2, 1.4.11."""

_COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6})\b")
_SHAPES = ("accent", "line-strong", *(f"chart-{number}" for number in range(1, 6)))
_STATES = ("good", "warn", "bad", "busy")


def _colours(*, dark: bool) -> dict[str, str]:
    light, _between, rest = STYLES.read_text(encoding="utf-8").partition(
        "prefers-color-scheme: dark"
    )
    return dict(_COLOUR.findall(light)) | (
        dict(_COLOUR.findall(rest.partition("}")[0])) if dark else {}
    )


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(share * one for share, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_shapes_stand_out_from_every_ground(dark: bool) -> None:
    colours = _colours(dark=dark)
    pairs = [(shape, ground) for shape in (*_SHAPES, *_STATES) for ground in ("card", "ground")]
    pairs += [
        ("bar-ink", "bar"),
        ("accent", "accent-soft"),
        *((one, f"{one}-soft") for one in _STATES),
    ]

    faint = {
        f"{shape} on {ground}": round(_contrast(colours[shape], colours[ground]), 2)
        for shape, ground in pairs
        if _contrast(colours[shape], colours[ground]) < LEAST
    }

    assert faint == {}
    assert round(_contrast("#000000", "#ffffff"), 2) == 21.0
