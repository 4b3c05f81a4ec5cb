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
_QUOTES = "\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What a text holds: canonical addresses, each once, in the order of writing.

    `problems` maps lines (from 1) that hold no address to the reason. `doubled` counts lines whose address an earlier one
    has, `header` whether the first line was left out as the heading of a column.
    """

    addresses: tuple[str, ...]
    problems: Mapping[int, AddressProblem]
    doubled: int
    header: bool


def pasted(text: str) -> Pasted:
    """Read a text line by line. Of a line with several cells the first that holds an @ counts; empty lines are none."""
    found: dict[str, int] = {}
    problems: dict[int, AddressProblem] = {}
    doubled, header = 0, False
    for line, cells in enumerate(map(_cells, text.lstrip("\ufeff").splitlines()), start=1):
        if not cells:
            continue
        read = canonical(next((cell for cell in cells if "@" in cell), cells[0]))
        if read.address is None and line == 1 and not any("@" in cell for cell in cells):
            header = True
        elif read.address is None:
            problems[line] = read.problem or AddressProblem.MISSING
        elif read.address in found:
            doubled += 1
        else:
            found[read.address] = line
    return Pasted(addresses=tuple(found), problems=problems, doubled=doubled, header=header)


def _cells(line: str) -> Sequence[str]:
    """Return the cells of a line that hold something, without quotes; of `Name <address>` the address."""
    cells = (cell.strip().strip(_QUOTES).strip() for cell in _PARTS.split(line))
    return [_bare(cell) for cell in cells if cell]


def _bare(cell: str) -> str:
    inside = _IN_BRACKETS.search(cell)
    return inside[1] if inside else cell
