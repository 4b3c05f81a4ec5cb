"""Somebody builds a rule in the builder of segments, by the mouse or by keys alone. No expectations.

Who has keys alone goes by Tab and by the keys that the page tells of: nothing is focused for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from playwright.sync_api import Locator, Page, expect

from segue.segments.editing.nodes import CONTAINERS
from segue.segments.operators import PERIODS, SEVERAL_VALUES
from segue.segments.parse_related import FUNCTION_KEYS
from segue.segments.parse_values import COMPARISON_KEYS, IGNORE_CASE
from tests.patience import PATIENCE_MS

COMFORTABLE = 12
"""How often somebody presses Tab, at most, from what they have filled in to what comes next."""

_SEVERAL = {str(one) for one in SEVERAL_VALUES}


@dataclass
class Builder:
    """A person at the page of a draft. `with_keys`: they have no mouse."""

    page: Page
    with_keys: bool = False

    def build(self, rule: Mapping[str, Any], into: str = "", table: str = "") -> None:
        """Add a rule to the place that is named, which is about a related table; "" for wherever it goes, and profiles."""
        negated = "not" in rule or rule.get("exists") is False
        inner = rule.get("not", rule)
        kind = next((one for one in CONTAINERS if one in inner), "")
        if kind:
            made = self._added("group", into)
            self._choose(f"{made}-join", kind)
            for part in inner[kind]:
                self.build(part, made, table)
        else:
            made = self._leaf(inner, into, table)
        if negated:
            self._press(made, "negate")

    def call_it(self, name: str) -> None:
        """Give the segment a name."""
        if self.with_keys:
            self.page.keyboard.press("F2")
        self._fill(self.page.locator("#builder-label"), name)

    def save(self) -> None:
        """Save and run."""
        if self.with_keys:
            self.page.keyboard.press("Control+S")
        else:
            self.page.locator(".builder-bar button.primary").click()

    def yaml(self) -> Any:
        """Return the rule that the page shows as YAML."""
        return yaml.safe_load(self.page.locator("#builder-yaml").input_value())["rules"]

    def _leaf(self, rule: Mapping[str, Any], into: str, table: str) -> str:
        if "segment" in rule:
            return self._added(f"segment:{rule['segment']}", into)
        if "related" in rule:
            return self._related(rule, into)
        what = f"rows:{table}:{rule['attribute']}" if table else f"attribute:{rule['attribute']}"
        made = self._added(what, into)
        self._compare(made, rule)
        return made

    def _related(self, rule: Mapping[str, Any], into: str) -> str:
        made = self._added(f"rows:{rule['related']}", into)
        function = next(key for key in FUNCTION_KEYS if key in rule)
        if function != "exists":
            self._choose(f"{made}-function", function)
            if isinstance(rule[function], str):
                self._choose(f"{made}-of", rule[function])
            if "by" in rule:
                self._choose(f"{made}-by", rule["by"])
            self._compare(made, rule)
        if "where" in rule:
            self.build(rule["where"], made, rule["related"])
        return made

    def _compare(self, made: str, rule: Mapping[str, Any]) -> None:
        key = next(one for one in COMPARISON_KEYS if one in rule)
        value = rule[key]
        shown = "is_not_blank" if key == "is_blank" and not value else key
        self._choose(f"{made}-compare", shown)
        if key in PERIODS:
            [(unit, amount)] = value.items()
            self._choose(f"{made}-unit", unit)
            self._fill(self.page.locator(f"[name={made}-amount]"), str(amount))
        elif key in _SEVERAL:
            for one in value:
                self._one_more(made, str(one))
        elif key == "between":
            for at, one in enumerate(value):
                self._fill(self.page.locator(f"[name={made}-value]").nth(at), str(one))
        elif isinstance(value, bool) and key != "is_blank":
            self._choose(f"{made}-value", str(value).lower())
        elif key != "is_blank":
            self._fill(self.page.locator(f"[name={made}-value]"), str(value))
        if IGNORE_CASE in rule:
            self._choose(f"{made}-case", str(rule[IGNORE_CASE]).lower())

    def _one_more(self, made: str, value: str) -> None:
        """Tick a value on offer, or type one that is not."""
        offered = self.page.locator(f"input[type=checkbox][name={made}-value][value='{value}']")
        if not offered.count():
            typed = self.page.locator(f"input:not([type=checkbox])[name={made}-value]").last
            return self._fill(typed, value)
        menu = offered.locator("xpath=ancestor::details")
        if menu.get_attribute("open") is None:
            self._activate(menu.locator("summary"))
        search = menu.locator("input[type=search]")
        if self.with_keys and search.count():
            tab_to(search)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(value)
        with Step(self.page):
            self._activate(offered, key="Space")
        return None

    def _added(self, what: str, into: str) -> str:
        """Add something and return the id of its outermost new node."""
        before = self._ids()
        if self.with_keys:
            self._go_into(into)
            with Step(self.page):
                self._find(what)
        else:
            if into:
                self.page.locator(f"input[name=into][value={into}]").click()
            with Step(self.page):
                self.page.locator(f"button[name=do][value='add:{what}']").click()
        new = [one for one in self._ids() if one not in before]
        return min(new, key=lambda one: int(one[1:]))

    def _go_into(self, into: str) -> None:
        """Go back from rule to rule to the one that is to hold more."""
        while into and self.page.evaluate(_RULE) != into:
            self.page.keyboard.press("Alt+PageUp")

    def _find(self, what: str) -> None:
        """Add what is searched for by its words, from where the focus is."""
        if what == "group":
            return self.page.keyboard.press("Alt+G")
        self.page.keyboard.press("Alt+A")
        button = self.page.locator(f"#offers button[value='add:{what}']")
        self.page.keyboard.type(" ".join(re.findall(r"\w+", button.inner_text())))
        at = self.page.locator("#offers li:not([hidden]) button").evaluate_all(
            _PLACE, f"add:{what}"
        )
        for _down in range(at + 1 if at else 0):
            self.page.keyboard.press("ArrowDown")
        return self.page.keyboard.press("Enter")

    def _ids(self) -> Sequence[str]:
        found: list[str] = self.page.locator("[data-rule]").evaluate_all(
            "all => all.map(one => one.id)"
        )
        return found

    def _press(self, made: str, deed: str) -> None:
        button = self.page.locator(f"button[value='{deed}:{made}']")
        if self.with_keys:
            self._go_into(made)
            with Step(self.page):
                self.page.keyboard.press(str(button.get_attribute("aria-keyshortcuts")))
            return
        self.page.locator(f"#{made}-actions").click()
        with Step(self.page):
            button.click()

    def _choose(self, field: str, value: str) -> None:
        select = self.page.locator(f"select[name='{field}']")
        if select.input_value() == value:
            return
        with Step(self.page):
            if self.with_keys:
                self._arrow_to(select, value)
            else:
                select.select_option(value)
        expect(select).to_have_value(value)

    def _arrow_to(self, select: Locator, value: str) -> None:
        """Go to a choice by arrows, one after the other."""
        values: list[str] = select.locator("option").evaluate_all(
            "all => all.map(one => one.value)"
        )
        steps = values.index(value) - values.index(select.input_value())
        tab_to(select)
        for _step in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    def _fill(self, field: Locator, text: str) -> None:
        with Step(self.page):
            if not self.with_keys:
                field.fill(text)
                field.blur()
                return
            tab_to(field)
            if field.get_attribute("type") == "date":
                self.page.keyboard.type(f"{date.fromisoformat(text):%m%d%Y}")
            else:
                self.page.keyboard.press("Control+A")
                self.page.keyboard.type(text)
            self.page.keyboard.press("Tab")

    def _activate(self, control: Locator, *, key: str = "Enter") -> None:
        if self.with_keys:
            tab_to(control)
            self.page.keyboard.press(key)
        else:
            control.click()


class Step:
    """What is done inside is one step: at the end the page shows it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._shown = page.locator("#builder input[name=shown]")

    def __enter__(self) -> None:
        self._before = self._shown.input_value()

    def __exit__(self, problem: object, *_more: object) -> None:
        if problem is None:
            self._page.evaluate(_CHANGED, [self._before, PATIENCE_MS])


_RULE = "() => document.activeElement.closest('[data-rule]')?.id ?? ''"

_PLACE = "(buttons, value) => buttons.findIndex(one => one.value === value)"

_WAY = """one => {
  const here = document.activeElement;
  if (here === one) return "";
  return here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING ? "Shift+Tab" : "Tab";
}"""

_CHANGED = """([before, patience]) => new Promise((done, fail) => {
  const isNew = () => document.querySelector("#builder input[name=shown]").value !== before;
  if (isNew()) return done();
  setTimeout(() => fail(new Error("the page does not show the step")), patience);
  new MutationObserver((_, seen) => { if (isNew()) { seen.disconnect(); done(); } }).observe(document.body, { childList: true, subtree: true });
})"""


def tab_to(control: Locator) -> None:
    """Press Tab, or Shift+Tab, until the focus is there."""
    for _tab in range(COMFORTABLE + 1):
        way = control.evaluate(_WAY)
        if not way:
            return
        control.page.keyboard.press(way)
    raise AssertionError(f"{COMFORTABLE} times Tab do not lead to {control}")


def told(page: Page, text: str) -> None:
    """Wait until the page says something."""
    expect(page.get_by_role("status").filter(has_text=re.compile(re.escape(text)))).to_be_visible()
