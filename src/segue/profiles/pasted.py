"""Addresses that somebody pastes or uploads, one a line or as CSV: the canonical ones, and what is wrong with the other lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segue.core.bounds import Bound
from segue.core.emails import AddressProblem, canonical

MOST_ADDRESSES = Bound(
    name="addresses on a list",
    value=100_000,
    unit="addresses",
    beyond="the list is not changed (`list_too_long`)",
)

_PARTS = re.compile(r"[,;\t|]")
_IN_BRACKETS = re.compile(r"<([^<>]*)>\s*$")
_NAMES = re.compile(r'"[^"]*"\s*(?=<)')
"""Names before an address in brackets, in which commas part nothing."""

_QUOTES = "\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What a text holds: canonical addresses, each once, in the order of writing.

    `problems` maps lines (from 1) that hold no address to the reason. `doubled` counts addresses that an earlier line
    has, `header` whether the first line was left out as the heading of a column.
    """

    addresses: tuple[str, ...]
    problems: Mapping[int, AddressProblem]
    doubled: int
    header: bool


def pasted(text: str) -> Pasted:
    """Read a text line by line; empty lines are none.

    All addresses of a line count where it holds nothing else, as mail programs write them. Of a line with other cells, and
    under a heading of several columns, it is the first that holds an @.
    """
    found: dict[str, int] = {}
    problems: dict[int, AddressProblem] = {}
    doubled, header, is_table = 0, False, False
    for line, cells in enumerate(map(_cells, text.lstrip("\ufeff").splitlines()), start=1):
        for cell in _meant(cells, is_table=is_table):
            read = canonical(cell)
            if read.address is None and line == 1 and not any("@" in one for one in cells):
                header, is_table = True, len(cells) > 1
            elif read.address is None:
                problems.setdefault(line, read.problem or AddressProblem.MISSING)
            elif read.address in found:
                doubled += 1
            else:
                found[read.address] = line
    return Pasted(addresses=tuple(found), problems=problems, doubled=doubled, header=header)


def _meant(cells: Sequence[str], *, is_table: bool) -> Sequence[str]:
    """Return the cells of a line that are meant as addresses; of one without any the first, for its mistake to be told."""
    held = [cell for cell in cells if "@" in cell]
    return held if held == [*cells] and not is_table else (held or [*cells])[:1]


def _cells(line: str) -> Sequence[str]:
    """Return the cells of a line that hold something, without quotes; of `Name <address>` the address."""
    parts = _PARTS.split(_NAMES.sub("", line))
    cells = (cell.strip().strip(_QUOTES).strip() for cell in parts)
    return [word for cell in cells if cell for word in _words(_bare(cell))]


def _words(cell: str) -> Sequence[str]:
    """Return the addresses of a cell that holds nothing but several, else the cell."""
    words = cell.split()
    return words if all("@" in word for word in words) else [cell]


def _bare(cell: str) -> str:
    inside = _IN_BRACKETS.search(cell)
    return inside[1] if inside else cell
