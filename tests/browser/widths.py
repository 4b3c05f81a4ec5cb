"""Ask a page whether everything on it has room. No expectations."""

from __future__ import annotations

from playwright.sync_api import Page

_CRAMPED = """() => {
  const root = document.documentElement;
  const wide = root.scrollWidth > root.clientWidth ? ["wider than the screen"] : [];
  const out = [...document.querySelectorAll(".list > table")].filter(table => table.offsetWidth > table.parentElement.clientWidth);
  const cards = [...document.querySelectorAll(".cards-when-narrow")].filter(table => getComputedStyle(table).display === "block");
  const said = (what, cell) => `${what}: ${cell.innerText.slice(0, 40)}`;
  const cells = cards.flatMap(table => [...table.querySelectorAll("tbody tr > *")]).filter(cell => cell.getClientRects().length);
  const cut = cells.filter(cell => cell.getBoundingClientRect().right > cell.parentElement.getBoundingClientRect().right + 1);
  const indented = cells.filter(cell => cell.matches(":first-child:not([data-label])") && parseFloat(getComputedStyle(cell).paddingLeft) > 0);
  const strayed = [...cut.map(cell => said("cut off on its card", cell)), ...indented.map(cell => said("out of line on its card", cell))];
  const rows = bar => new Set([...bar.children].filter(one => one.getClientRects().length).map(one => Math.round(one.getBoundingClientRect().top / 20))).size;
  const wrapped = root.clientWidth < 1200 ? [] : [...document.querySelectorAll(".commands")].filter(bar => rows(bar) > 1).map(() => "a bar of commands wraps");
  const narrow = [...document.querySelectorAll(".facts > dd")].filter(one => one.getClientRects().length && one.clientWidth < 96).map(one => said("has no room beside its label", one));
  return [...wide, ...narrow, ...wrapped, ...strayed, ...out.map(table => `a table is wider than its list: ${table.tHead ? table.tHead.innerText.slice(0, 60) : ""}`)];
}"""


def cramped(page: Page) -> list[str]:
    """Return what is wider than the screen, or than the card that it stands on, or begins out of line there."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(_CRAMPED)
    return found
