"""Which pages the project has, and which of them are generated."""

from __future__ import annotations

from pathlib import Path

from docs.build.command_page import command_page
from docs.build.error_page import error_page
from docs.build.forms_page import forms_page
from docs.build.limits_page import limits_page
from docs.build.news_page import news_page
from docs.build.records_page import records_page
from docs.build.screenshot_page import screenshot_page

ROOT = Path(__file__).resolve().parents[2]
_FOLDERS = ("docs", "changes", "examples", "bench", "tests")


def pages() -> list[Path]:
    """List every page of the project, those at its top first."""
    inner = [page for folder in _FOLDERS for page in sorted((ROOT / folder).rglob("*.md"))]
    return [*sorted(ROOT.glob("*.md")), *inner]


def generated_pages() -> dict[str, str]:
    """Return the text of every generated page by its path in the project."""
    return {
        "docs/reference/cli.md": command_page(),
        "docs/reference/errors.md": error_page(),
        "docs/reference/forms.md": forms_page(),
        "docs/reference/limits.md": limits_page(),
        "docs/reference/pages.md": screenshot_page(),
        "docs/reference/records.md": records_page(),
        "docs/unreleased.md": news_page(ROOT),
    }
