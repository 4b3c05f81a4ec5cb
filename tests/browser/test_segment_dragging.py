"""Rules of the builder are dragged by a mouse or a finger, and what the reader was at outlives every step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from segue.control.people.models import Person
from segue.control.segments import drafts
from segue.control.segments.models import SegmentDraft
from segue.segments.editing.documents import draft_of
from tests.browser.building import Step
from tests.browser.people import key_of, page_of
from tests.control.stage import data_folder, declared, read
from tests.fakes.clocks import START

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULE = {
    "all": [
        {"attribute": "city", "is": "Lyon"},
        {"any": [{"attribute": "city", "is": "Paris"}, {"attribute": "city", "is": "Nice"}]},
    ]
}
"""n1 holds Lyon (n2) and n3, which holds Paris (n4) and Nice (n5)."""


@pytest.fixture
def place(
    request: pytest.FixtureRequest, tmp_path: Path, settings: Any, alice: Person
) -> tuple[str, str]:
    """Return the address of Alice's draft, and her session."""
    settings.SEGUE_HOME = tmp_path / "home"
    declared(data_folder(tmp_path, people=4), now=START)
    read(tmp_path)
    draft = drafts.begin(segment=None, actor=alice, now=START)
    drafts.step(draft=draft, label="Towns", tree=draft_of(RULE), actor=alice, now=START)
    return f"/segments/builder/{draft.pk}/", key_of(alice)


@pytest.fixture
def builder(place: tuple[str, str], chromium: Browser, live_server: object) -> Iterator[Page]:
    """Return the page of the draft; at the end nothing was wrong."""
    size: Any = {"width": 1280, "height": 1200}  # so that nothing has to be scrolled to
    page = page_of(chromium, live_server, place[1], has_touch=True, viewport=size)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(place[0])
    expect(page.locator("#members-n5")).to_have_text(re.compile("member"))
    yield page
    page.context.close()
    assert faults == []


def _order(page: Page) -> Sequence[str]:
    found: list[str] = page.locator("[data-rule]").evaluate_all("all => all.map(one => one.id)")
    return found


def _middle(place: Locator) -> tuple[float, float]:
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _grip(page: Page, id: str) -> tuple[float, float]:
    return _middle(page.locator(f"#{id} > .build-line [data-grip]"))


def _above(page: Page, id: str) -> tuple[float, float]:
    x, y = _middle(page.locator(f"#{id} > .build-line"))
    box = page.locator(f"#{id} > .build-line").bounding_box()
    assert box is not None
    return x, y - box["height"] / 2 + 2


def _pull(page: Page, id: str, to: tuple[float, float]) -> None:
    page.mouse.move(*_grip(page, id))
    page.mouse.down()
    page.mouse.move(*to, steps=4)


def test_a_condition_is_dragged_to_another_place_and_that_is_undone(builder: Page) -> None:
    _pull(builder, "n5", _above(builder, "n2"))
    expect(builder.locator(".drop-line")).to_be_visible()
    with Step(builder):
        builder.mouse.up()

    assert _order(builder) == ["n1", "n5", "n2", "n3", "n4"]
    expect(builder.locator("#n5-attribute")).to_be_focused()
    with Step(builder):
        builder.locator("button[value=undo]").click()
    assert _order(builder) == ["n1", "n2", "n3", "n4", "n5"]


def test_a_group_is_dragged_with_what_it_holds(builder: Page) -> None:
    _pull(builder, "n3", _above(builder, "n2"))
    with Step(builder):
        builder.mouse.up()

    assert _order(builder) == ["n1", "n3", "n4", "n5", "n2"]


def test_a_condition_is_dropped_into_a_group(builder: Page) -> None:
    _pull(builder, "n2", _middle(builder.locator("#n3 > .build-line")))
    expect(builder.locator("#n3")).to_have_class("build-group build-target")
    with Step(builder):
        builder.mouse.up()

    assert _order(builder) == ["n1", "n3", "n4", "n5", "n2"]


def test_what_is_typed_before_dragging_is_kept(builder: Page) -> None:
    builder.locator("#n2-value-1").fill("Lille")
    _pull(builder, "n2", _middle(builder.locator("#n3 > .build-line")))
    with Step(builder):
        builder.mouse.up()

    assert _order(builder) == ["n1", "n3", "n4", "n5", "n2"]
    expect(builder.locator("#n2-value-1")).to_have_value("Lille")


def test_escape_and_places_outside_the_tree_leave_everything(builder: Page) -> None:
    _pull(builder, "n5", _above(builder, "n2"))
    builder.keyboard.press("Escape")
    expect(builder.locator(".drop-line")).to_be_hidden()
    builder.mouse.up()
    _pull(builder, "n5", _middle(builder.locator("#builder-label")))
    builder.mouse.up()
    _pull(builder, "n3", _middle(builder.locator("#n4 > .build-line")))
    builder.mouse.up()

    builder.reload()
    assert _order(builder) == ["n1", "n2", "n3", "n4", "n5"]
    assert SegmentDraft.objects.get().position == 1


def test_a_finger_drags_too(builder: Page) -> None:
    finger = builder.context.new_cdp_session(builder)
    start, to = _grip(builder, "n5"), _above(builder, "n2")

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    with Step(builder):
        touch("touchStart", start)
        touch("touchMove", (start[0], start[1] - 20))
        touch("touchMove", to)
        touch("touchEnd")

    assert _order(builder) == ["n1", "n5", "n2", "n3", "n4"]


def test_yaml_that_is_refused_or_not_taken_yet_stays(builder: Page) -> None:
    builder.locator("#as-yaml summary").click()
    text = builder.locator("#builder-yaml")
    text.fill("{attribute: town, is: Lyon}")
    builder.locator("button[value=paste]").click()
    expect(builder.get_by_role("status").get_by_text("Line 1")).to_be_visible()
    expect(text).to_have_value("{attribute: town, is: Lyon}")

    builder.locator("#builder-label").fill("Elsewhere")
    text.fill("{attribute: city, is: Lille}")
    builder.locator("button[value=paste]").click()

    expect(text).to_have_value("rules:\n  attribute: city\n  is: Lille\n")
    expect(builder.locator("#builder-label")).to_have_value("Elsewhere")


def test_buttons_that_are_pressed_in_haste_are_steps_each(builder: Page) -> None:
    builder.evaluate(
        "for (const id of ['n2', 'n4', 'n5']) document.querySelector(`[value='mute:${id}']`).click()"
    )

    expect(builder.locator(".build-muted")).to_have_count(3)
    assert SegmentDraft.objects.get().position == 4


def test_a_step_leaves_caret_search_and_open_parts_as_they_were(builder: Page) -> None:
    builder.locator("#as-yaml summary").click()
    builder.locator("#offers-search").fill("ci ty")
    label = builder.locator("#builder-label")
    label.click()
    for _letter in "wns":
        builder.keyboard.press("ArrowLeft")
    caret = label.evaluate("one => one.selectionStart")

    with Step(builder):
        builder.evaluate("document.querySelector('#n2-value-1').value = 'Lille'")
        builder.evaluate(
            "document.querySelector('#n2-value-1').dispatchEvent(new Event('change', {bubbles: true}))"
        )

    expect(label).to_be_focused()
    assert label.evaluate("one => one.selectionStart") == caret
    expect(builder.locator("#builder-yaml")).to_be_visible()
    expect(builder.locator("#offers-search")).to_have_value("ci ty")
    expect(builder.locator("#offers li:not([hidden])")).to_have_count(1)
