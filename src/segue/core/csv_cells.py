"""Cells of CSV files that spreadsheets open: no text is taken for a formula. Pure."""

from __future__ import annotations

from collections.abc import Iterable

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins with one of these may be run as a formula; see docs/reference/cli.md."""

MARK = "\ufeff"
"""Stands at the beginning of a CSV file so that spreadsheets read accents without being told the encoding."""


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: such texts get a leading apostrophe, and only once."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def harmless_row(cells: Iterable[str]) -> list[str]:
    """Return a row of such cells."""
    return [harmless(cell) for cell in cells]
