"""Ask axe what is wrong with a page, and nothing else: what it finds in order is far more to send. No expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_ASK = """async rules => {
  const found = await axe.run({ resultTypes: ["violations"], rules });
  return found.violations.map(one => [one.id, one.nodes.map(node => node.html)]);
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A rule that is broken, and the markup that breaks it."""

    rule: str
    places: tuple[str, ...]


def violations(
    page: Page, *, rules: Mapping[str, Mapping[str, bool]] | None = None
) -> list[Violation]:
    """Return what breaks axe's rules; `rules` switches some of them off or on."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{Axe().axe_script};0")
    found = page.evaluate(_ASK, dict(rules or {}))
    return [Violation(rule=rule, places=tuple(places)) for rule, places in found]
