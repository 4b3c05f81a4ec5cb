"""What is done on a page before it is photographed: fields that are filled in, rows that are ticked, tabs that are opened.

Each function takes the page of a browser; places.toml names it. None of them saves anything but a draft.
"""

from __future__ import annotations

from playwright.sync_api import Page

LETTERS = "f00dca5e03"
"""The audience of the demonstration that no export fills."""

_MISTAKES = """\
version: 1
sources:
  customers: {type: csv, path: customers.csv, seperator: ";"}
profiles:
  source: customers
  key: id
  attributes:
    email: {column: email, type: mail}
segments:
  young: {rules: {attribute: age, at_most: 30}}
"""


_RULE = """\
all:
  - {attribute: country, any_of: [France, Belgium]}
  - any:
      - {related: orders, sum: total, at_least: 150}
      - {related: orders, exists: true, where: {attribute: placed_at, within_last: {days: 60}}}
  - not: {segment: asleep}
"""


_ROWS = """\
all:
  - {attribute: placed_at, within_last: {months: 12}}
  - any:
      - {attribute: category, is: books}
      - {attribute: total, at_least: 50}
"""


def find_customers(page: Page) -> None:
    """Search for everybody of a name."""
    page.fill("#who", "chloe")
    page.press("#who", "Enter")
    page.locator("main table a").first.wait_for()


def open_a_customer(page: Page) -> None:
    """Follow the first one that is found, and open why they are in the first segment."""
    find_customers(page)
    page.locator("main table a").first.click()
    page.locator("details.verdict summary").first.click()


def build_a_segment(page: Page) -> None:
    """Begin a segment and give it rules of every kind; the draft that another picture left goes on."""
    begun = page.locator("a[href^='/segments/builder/']")
    if begun.count():
        page.goto(page.url.partition("/segments/")[0] + str(begun.first.get_attribute("href")))
    else:
        with page.expect_navigation():
            page.locator("form[action='/segments/new-segment/'] button").first.click()
    if not page.locator("[data-rule]").count():
        page.locator("#builder-label").fill("Welcome back")
        page.locator("#as-yaml summary").click()
        page.locator("#builder-yaml").fill(_RULE)
        page.locator("button[value=paste]").click()
    page.locator("#count dd").first.wait_for()


def fill_measure(page: Page) -> None:
    """Fill a new measure in, with conditions on its rows."""
    page.fill("[name=label]", "Spent on books lately")
    page.select_option("[name=function]", "sum")
    page.select_option("[name=of]", "orders.total")
    page.locator("#as-yaml summary").click()
    page.locator("#id_where").fill(_ROWS)
    page.locator("button[value=paste]").click()
    page.locator("#builder [data-rule]").first.wait_for()
    page.locator("#as-yaml summary").click()
    page.evaluate("window.scrollTo(0, 0)")


def tick_values(page: Page) -> None:
    """Choose a field of the quick segment and tick the two values that most people have."""
    page.locator("#attribute").select_option(value="country")
    page.locator("button[name=look]").first.click()
    boxes = page.locator("#quick-form input[type=checkbox]")
    boxes.first.wait_for()
    for box in boxes.all()[:2]:
        box.check()
    page.locator("button[name=look]").last.click()
    page.wait_for_load_state()


def upload_mistakes(page: Page) -> None:
    """Upload a definition that holds mistakes."""
    page.fill("[name=text]", _MISTAKES)
    page.click("form[enctype] button.primary")
    page.wait_for_selector("#mistakes")


def scroll_to_next_step(page: Page) -> None:
    """Show the next step of a connection that is set up half-way."""
    page.locator("#pane [data-next]").scroll_into_view_if_needed()


def pick_two(page: Page) -> None:
    """Tick two exports."""
    for box in page.locator("input[type=checkbox][name=pick]").all()[:2]:
        box.check()


def open_menu(page: Page) -> None:
    """Open the menu of the first row."""
    page.locator("tbody summary").first.click()


def fill_export(page: Page) -> None:
    """Fill the set-up of an export in, so that the sizes of its segments show."""
    form = page.locator("#export-form")
    form.locator("[name=connection]").select_option(index=1)
    form.locator("[name=name]").fill("Loyalty letters")
    form.locator("[name=audience_id]").fill(LETTERS)
    form.locator("[name=audience_id]").press("Tab")
    form.locator(".note-success").wait_for()
    for tag in ("FNAME", "LNAME"):
        form.locator("#audience-part details.menu summary").click()
        form.locator(f"button[name=add][value={tag}]").click()
        form.locator(f"input[name=field][value={tag}]").wait_for(state="attached")
    for segment in ("regulars", "good_customers"):
        form.locator(f"[name=segment][value={segment}]").check()
    form.locator("[name=consent_attribute]").select_option(value="newsletter")
    form.locator(".sizes").first.wait_for()
    page.wait_for_load_state("networkidle")
    form.locator("#part-matching").evaluate("element => element.scrollIntoView()")


def fill_wrongly(page: Page) -> None:
    """Save an export with a wrong audience and nothing else."""
    form = page.locator("#export-form")
    form.locator("[name=connection]").select_option(index=1)
    form.locator("[name=audience_id]").fill("abc123")
    form.locator("[name=audience_id]").press("Tab")
    form.locator("#audience-part .wrong").wait_for()
    form.locator(".save-bar .primary").click()
    form.locator(".field-wrong").first.wait_for()
    page.locator("#pane .pane-body").evaluate("element => element.scrollTo(0, 0)")


def edit_as_page(page: Page) -> None:
    """Open the set-up of an export as a page of its own."""
    href = page.locator("a[href$='/edit/']").first.get_attribute("href")
    page.goto(page.url.partition("/exports/")[0] + str(href))
    page.wait_for_load_state("networkidle")


def schedule_several(page: Page) -> None:
    """Schedule all exports of the list together."""
    for box in page.locator("input[type=checkbox][name=pick]").all():
        box.check()
    page.click("[formaction='/exports/schedule/']")
    pane = page.locator("#pane")
    pane.locator("[name=scope][value=define]").check()
    pane.locator("[name=every]").select_option(value="weekly")
    page.wait_for_load_state("networkidle")


def watch_a_run(page: Page) -> None:
    """Run the export and look while it is at work."""
    with page.expect_navigation():
        page.click("[formaction='/exports/run/']")
    page.locator(".icon-working").first.wait_for()


def tab_of_rejected(page: Page) -> None:
    """Open the rejected people of the run that had most of them."""
    rows = page.locator("#last-results ~ tbody tr").all()
    worst = max(rows, key=lambda row: int(row.locator("td").nth(3).inner_text().split()[-1]))
    origin = page.url.rstrip("/")
    page.goto(f"{origin}{worst.locator('.state a').get_attribute('href')}?tab=rejected")


def tab_of_calls(page: Page) -> None:
    """Open the calls of the run."""
    page.goto(f"{page.url}?tab=calls")


def tab_of_log(page: Page) -> None:
    """Open the log of the run."""
    page.goto(f"{page.url}?tab=log")
