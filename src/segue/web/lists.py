"""Lists that sort by any column, search and turn pages, with their whole state in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

ROWS = 50
"""Rows a page. Source: UI.md §3."""

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """By which column a list is sorted; `text` as it stands in the address."""

    name: str
    descending: bool

    @property
    def text(self) -> str:
        """Return the sort as a parameter."""
        return f"-{self.name}" if self.descending else self.name


def sort_of(request: HttpRequest, columns: Mapping[str, str], *, default: str) -> Sort:
    """Return the asked sort when its column is one of the list's, else the default."""
    asked = request.GET.get("sort", default)
    if asked.removeprefix("-") not in columns:
        asked = default
    return Sort(name=asked.removeprefix("-"), descending=asked.startswith("-"))


def sorted_rows(
    rows: QuerySet[Row], request: HttpRequest, columns: Mapping[str, str], *, default: str
) -> tuple[QuerySet[Row], Sort]:
    """Sort rows by the asked column; `columns` maps names in the address to model lookups. The key breaks ties."""
    sort = sort_of(request, columns, default=default)
    return rows.order_by(("-" if sort.descending else "") + columns[sort.name], "pk"), sort


def page_of(rows: QuerySet[Row], request: HttpRequest, *, size: int = ROWS) -> Page[Row]:
    """Return the asked page of rows; beyond the end the last one."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def search_of(request: HttpRequest) -> str:
    """Return what is searched for."""
    return request.GET.get("search", "").strip()[:100]
