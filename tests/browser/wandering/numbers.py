"""Whether places that tell the same number tell the same: home, the lists, and the pages of exports, runs and segments.

Read in English by somebody who sees everything. What happens meanwhile may change a number between two looks: what
differs is looked at again, and only what differs twice in the same way is a contradiction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page

LABELS = ("Accepted", "Skipped", "Rejected")
_ROWS = """(rows) => [...document.querySelectorAll(rows)].map(row => ({
  href: row.querySelector('th a')?.getAttribute('href') || '',
  run: row.querySelector('.state a')?.getAttribute('href') || '',
  status: row.querySelector('.state')?.innerText.trim().split('\\n')[0] || '',
  name: row.querySelector('th')?.innerText.trim() || '',
  cells: Object.fromEntries([...row.querySelectorAll('td[data-label]')].map(td => [td.dataset.label, td.innerText.trim()])),
}))"""
_PAIRS = """(rows) => [...document.querySelectorAll(rows)].filter(row => row.children[1]).map(
  row => [row.children[0].innerText.trim(), row.children[1].innerText.trim()])"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: where it leads, which run it speaks of, and its cells by label."""

    href: str
    run: str
    status: str
    name: str
    cells: dict[str, str]

    def number(self, label: str) -> int:
        """Return the number of a cell; 0 where it says that there is none."""
        return number(self.cells.get(label, ""))


def contradictions(page: Page, url: str) -> list[str]:
    """Go through the places twice, and return which numbers differed both times."""
    _speak_english(page, url)
    first = _differences(page, url)
    return [one for one in _differences(page, url) if one in first] if first else []


def number(text: str) -> int:
    """Return the number in a text; 0: there is none."""
    return int(re.sub(r"\D", "", text) or "0")


def _speak_english(page: Page, url: str) -> None:
    page.goto(f"{url}/")
    if page.locator("html").get_attribute("lang") != "en":
        page.locator(".language button[lang=en]").click()
        page.wait_for_function("document.documentElement.lang === 'en'")


def _differences(page: Page, url: str) -> list[str]:
    results = _read(page, f"{url}/", "section[aria-labelledby=last-results] > table > tbody > tr")
    audiences = _rows(page, "section[aria-labelledby=audiences] > table > tbody > tr")
    listed = _read(page, f"{url}/exports/", "main .list tbody tr")
    runs = {row.href: row.run for row in listed}
    found = [*_of_audiences(listed, audiences), *_of_statuses(listed, results)]
    for row in results:
        if row.run and runs.get(row.href) == row.run:
            found += [*_of_export(page, url, row), *_of_run(page, url, row)]
    return [*found, *_of_segments(page, url), *_of_bell(page, url)]


def _of_audiences(listed: list[Row], audiences: list[Row]) -> list[str]:
    told = {row.name: row.number("Contacts") for row in audiences}
    return [
        f"{row.cells['Audience']}: {row.number('Contacts')} contacts in the list of exports, {told[row.cells['Audience']]} at home"
        for row in listed
        if row.number("Contacts") != told.get(row.cells["Audience"], row.number("Contacts"))
    ]


def _of_statuses(listed: list[Row], results: list[Row]) -> list[str]:
    told = {row.run: row.status for row in listed if row.run}
    return [
        f"{row.run}: “{row.status}” at home, “{told[row.run]}” in the list of exports"
        for row in results
        if told.get(row.run, row.status) != row.status
    ]


def _of_export(page: Page, url: str, row: Row) -> list[str]:
    """Compare what home says of a run with the page of its export."""
    at_home = [row.number(label) for label in LABELS]
    of_export = _read(page, url + row.href, "section[aria-labelledby=runs] tbody tr")
    told = [[one.number(label) for label in LABELS] for one in of_export if one.href == row.run]
    return [
        f"{row.run}, {LABELS}: {at_home} at home, {one} on the page of {row.href}"
        for one in told
        if one != at_home
    ]


def _of_run(page: Page, url: str, row: Row) -> list[str]:
    """Compare what home says of a run with the run's own page; one that failed has no outcome to compare."""
    at_home = [row.number(label) for label in LABELS]
    page.goto(url + row.run)
    outcome = {label: number(people) for label, people in _pairs(page, ".outcome .counts tbody tr")}
    told = [outcome.get(label, 0) for label in LABELS]
    has_earlier_attempts = page.get_by_text("Accepted before", exact=True).count()
    if not outcome or has_earlier_attempts or told == at_home:
        return []
    return [f"{row.run}, {LABELS}: {at_home} at home, {told} on its own page"]


def _of_segments(page: Page, url: str) -> list[str]:
    """Compare the members of each segment in the list with those on its own page."""
    found = []
    for row in _read(page, f"{url}/segments/", "main .list tbody tr"):
        page.goto(url + row.href)
        told = number(page.locator("[aria-labelledby=facts] .figures dd").inner_text())
        if told != row.number("Members"):
            found.append(f"{row.href}: {row.number('Members')} members in the list, {told} there")
    return found


def _of_bell(page: Page, url: str) -> list[str]:
    """Compare the number beside the bell with the notices that are open."""
    page.goto(f"{url}/notices/")
    bell = page.locator(".tool .count")
    counted = number(bell.first.inner_text()) if bell.count() else 0
    told = page.locator(".status", has_text=re.compile("^Open$")).count()
    if page.locator("nav.pages").count() or counted == told:
        return []
    return [f"the bell counts {counted} notices, the list {told}"]


def _read(page: Page, address: str, rows: str) -> list[Row]:
    page.goto(address)
    return _rows(page, rows)


def _rows(page: Page, rows: str) -> list[Row]:
    return [Row(**row) for row in page.evaluate(_ROWS, rows)]


def _pairs(page: Page, rows: str) -> list[tuple[str, str]]:
    return [(label, text) for label, text in page.evaluate(_PAIRS, rows)]
