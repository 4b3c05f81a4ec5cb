"""Segments built in a real browser: what is clicked, or typed by keys alone, is what their definition says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from segue.configuration.document import parse
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.control.sources.models import Arrival
from segue.segments.parse import parse_rule
from segue.segments.printing import print_rule
from segue.service.building import declared_schema
from segue.service.configured import workspace
from segue.service.definitions import apply, read_definition
from tests.browser.axe import violations
from tests.browser.building import Builder, Step, tab_to, told
from tests.browser.people import key_of, page_of
from tests.browser.widths import cramped
from tests.fakes.clocks import START
from tests.fixtures.shared import own_copy

pytestmark = [
    pytest.mark.browser,
    pytest.mark.shared_data,
    pytest.mark.django_db(transaction=True),
]

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def installed(
    request: pytest.FixtureRequest,
    shared_folder: Path,
    tmp_path: Path,
    settings: Any,
    alice: Person,
) -> Iterator[dict[str, Any]]:
    """Return the written segments of an example, whose data were read; they are of the pages."""
    settings.SEGUE_HOME = tmp_path / "home"
    folder = tmp_path / "checkout" / "examples" / request.param
    folder.mkdir(parents=True)
    own_copy(shared_folder / "data", tmp_path / "shared" / "data")
    text = (EXAMPLES / request.param / "segue.yaml").read_text(encoding="utf-8")
    text = text[: text.index("\nconnections:")].replace("home: .segue\n", "")
    read = read_definition(text, folder=folder, file_name="segue.yaml")
    apply(read, arrival=Arrival.COMMAND_LINE, actor=None, now=START)
    workspace().refresh()
    yield {
        name: _printed(one["rules"], list(parse(text).value["segments"]))  # type: ignore[call-overload,index]
        for name, one in parse(text).value["segments"].items()  # type: ignore[call-overload,index,union-attr]
    }


def _printed(rule: object, names: list[str]) -> dict[str, Any]:
    found, mistakes = parse_rule(rule, declared_schema(), "rules", names)
    assert found is not None, mistakes
    return dict(print_rule(found))


@pytest.fixture
def at_the_builder(
    installed: dict[str, Any], chromium: Browser, live_server: object, alice: Person
) -> Iterator[tuple[Page, dict[str, Any]]]:
    """Return a page that begins a segment again and again; at the end nothing was wrong on the console."""
    page = page_of(chromium, live_server, _KEYS.pop())
    faults: list[str] = []
    page.on("console", lambda message: faults.extend(_told(message)))
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page, installed
    page.context.close()
    assert faults == []


_KEYS: list[str] = []


@pytest.fixture(autouse=True)
def _signed_in(alice: Person) -> None:
    _KEYS.append(key_of(alice))


def _told(message: ConsoleMessage) -> list[str]:
    return [message.text] if message.type in ("error", "warning") else []


def _begun(page: Page, *, with_keys: bool = False) -> None:
    page.goto("/segments/")
    if with_keys:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # to the content
        tab_to(page.get_by_role("button", name="New segment"))
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name="New segment").click()
    expect(page.locator("#builder")).to_be_visible()
    page.wait_for_load_state()  # keys that are pressed before the scripts have come are nobody's


ONE_OF_SAKILA = ["paid_in_february"]
"""With Chinook's nine it makes ten; the others are left to the long tests."""

WAYS = [
    pytest.param("chinook", [], id="chinook"),
    pytest.param("sakila", ONE_OF_SAKILA, id="one of sakila"),
    pytest.param("sakila", [], id="sakila", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("installed", "names"), WAYS, indirect=["installed"])
@pytest.mark.parametrize("with_keys", [False, True], ids=["clicked", "by keys"])
def test_every_segment_of_the_examples_is_built_saved_and_counted(
    at_the_builder: tuple[Page, dict[str, Any]], names: list[str], with_keys: bool
) -> None:
    page, written = at_the_builder
    wanted = {name: written[name] for name in names or written}
    members = workspace().segment_counts(workspace().snapshot(), names=list(wanted))

    for name, rule in wanted.items():
        _begun(page, with_keys=with_keys)
        builder = Builder(page, with_keys=with_keys)
        builder.build(rule)
        builder.call_it(f"Built {name}")
        builder.save()
        told(page, f"“Built {name}” was saved and counted: {members[name]} member")

    built = Segment.objects.filter(name__startswith="built_")
    assert dict(built.values_list("name", "rule")) == {
        f"built_{name}": yaml.safe_load(yaml.safe_dump(rule)) for name, rule in wanted.items()
    }


@pytest.mark.parametrize("installed", ["chinook"], indirect=True)
def test_six_clicks_from_the_first_page_make_a_segment_over_related_rows(
    at_the_builder: tuple[Page, dict[str, Any]],
) -> None:
    """As the how-to guide tells it."""
    page, _written = at_the_builder
    page.goto("/")

    page.get_by_role("link", name="Segments", exact=True).click()
    page.get_by_role("button", name="New segment").click()
    with Step(page):
        page.locator("#offers").get_by_role("button", name="Purchases › Genre").click()
    page.locator("[name$=-value]").click()
    page.keyboard.type("Jazz")
    page.get_by_label("Name").click()
    page.keyboard.type("Jazz buyers")
    page.get_by_role("button", name="Save and run").click()

    told(page, "“Jazz buyers” was saved and counted: ")
    rule = {"related": "purchases", "exists": True, "where": {"attribute": "genre", "is": "Jazz"}}
    assert Segment.objects.get(name="jazz_buyers").rule == rule


@pytest.mark.parametrize("installed", ["chinook"], indirect=True)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_builder_is_accessible_and_fits_with_every_kind_of_row(
    at_the_builder: tuple[Page, dict[str, Any]], alice: Person, language: str
) -> None:
    page, wanted = at_the_builder
    _begun(page)
    builder = Builder(page)
    for name in ("french_speaking", "last_invoice_large", "rock_but_no_jazz", "recent_2025"):
        builder.build(wanted[name])
    Builder(page).build({"attribute": "country", "any_of": ["Brazil"]})
    page.locator("button[value='add:top']").click()
    page.locator("button[value='add:sample']").click()
    expect(page.locator("select[name$='-share']")).to_be_visible()
    Person.objects.filter(pk=alice.pk).update(language=language)
    page.reload()
    expect(page.locator("#count dd").first).to_be_visible()

    faults = []
    for width in (1440, 1100, 901, 900, 768, 360):
        page.set_viewport_size({"width": width, "height": 900})
        faults += [f"{width}: {one}" for one in cramped(page)]
        if width in (1440, 360):
            faults += [f"{width}: {one}" for one in violations(page)]

    assert faults == []
