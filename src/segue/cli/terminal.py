"""The terminal: where text, tables and JSON go. Rich is imported when the first text is written."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from segue.cli.streams import is_unicode

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


_PICTURES: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    **dict.fromkeys(range(128, 160), "�"),
    0x7F: "␡",
}
"""What is shown of control characters, by code point; terminals obey some of those beyond ASCII too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column of a table; numbers stand on the right."""

    text: str
    is_number: bool = False


@cache
def output() -> Console:
    """Return the console of results: standard output, as wide as needed when nobody looks at it."""
    return _console(soft_wrap=False, width=None if sys.stdout.isatty() else 160)


@cache
def errors() -> Console:
    """Return the console of errors and progress: standard error."""
    return _console(stderr=True, width=None if sys.stderr.isatty() else 160)


def _console(**options: Any) -> Console:
    from rich.console import Console

    class Plain(Console):
        """Colours nothing by itself; a reader who left is for the edge of the program, Rich would end it with code 1."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Plain(highlight=False, **options)


def print_line(text: str = "", *, style: str = "") -> None:
    """Print a line of plain text; brackets in it have no meaning."""
    from rich.text import Text

    output().print(Text(visible(text), style=style), soft_wrap=True)


def visible(text: str) -> str:
    """Return a text whose control characters but tabs and line breaks are pictures: data must not steer the terminal."""
    return text.translate(_PICTURES)


def print_table(
    headings: Sequence[Heading], rows: Iterable[Sequence[str]], *, title: str = ""
) -> None:
    """Print a table without lines round it."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        show_edge=False,
    )
    for heading in headings:
        table.add_column(
            heading.text, justify="right" if heading.is_number else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    _print_block(table)


def _print_block(table: Table) -> None:
    """Print a table after a blank line; where nobody looks on, without blanks at the ends of lines."""
    console = output()
    if console.is_terminal:
        console.print("", table, sep="\n")
        return
    with console.capture() as captured:
        console.print(table)
    lines = (line.rstrip() for line in captured.get().splitlines())
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


def print_json(value: object) -> None:
    """Print one JSON document on standard output; signs that it cannot write stand as JSON's escapes."""
    escaped = not is_unicode(sys.stdout)
    sys.stdout.write(json.dumps(value, ensure_ascii=escaped, indent=2, default=_plain) + "\n")
    sys.stdout.flush()


def is_watched() -> bool:
    """Tell whether a person can answer questions here."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _plain(value: Any) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)
