"""Write docs/reference/limits.md: what is taken in from outside, and what happens beyond, from the tables of the code.

A part of the product that has bounds adds its table to `SECTIONS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segue.backups.reading import BOUNDS as OF_BACKUPS
from segue.control.notices.replies import BOUNDS as OF_MESSAGES
from segue.core import names, waits
from segue.core.bounds import Bound
from segue.mailchimp import limits
from segue.profiles import pasted, source_sizes
from segue.segments.editing.bounds import BOUNDS as OF_DRAFTS
from segue.sync import observe, paging
from segue.web.limits import BOUNDS as OF_PAGES

_HEAD = """\
<!-- Written by `make docs` from the bounds in the source; change them there instead. -->

# Limits

How much of what comes from outside Segue takes in, and what happens beyond. Every problem that ends something names the next
step; its code is among the [error codes](errors.md). What Mailchimp itself allows: [Mailchimp's limits](mailchimp-limits.md).
"""

_NAMES = (
    Bound(
        name="names of files and folders",
        value=names.LONGEST_BYTES,
        unit="bytes of UTF-8, without slashes, control characters or a dot in front",
        beyond="nothing is read or written under the name (`name_unsafe`)",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The bounds of one door; `words` say what comes in by it."""

    title: str
    words: str
    bounds: Sequence[Bound]


SECTIONS = (
    Section(
        title="Replies from Mailchimp",
        words=(
            "Every reply, those of its sign-in included, for runs, pages and commands alike. A reply is read no further than "
            "its bounds, and what is kept of it is clipped and cleaned before anything else sees it."
        ),
        bounds=limits.BOUNDS,
    ),
    Section(
        title="Lists of contacts",
        words="What a run reads of an audience before its first write.",
        bounds=(*paging.BOUNDS, *observe.BOUNDS),
    ),
    Section(
        title="Backups",
        words=(
            "What `segue restore` reads: the file may be cut, changed or made by somebody else. Only plain files are taken, and "
            "none for which the disk has no room."
        ),
        bounds=OF_BACKUPS,
    ),
    Section(
        title="Data sources",
        words=(
            "Every file and table that profiles and related tables are read from. A poison row or value is left out, counted and "
            "[told like the others](sources.md#where-reports-are-kept), and the rest is read; what is beyond a bound as a whole "
            "is refused by name, before it takes memory or disk. [Settings](settings.md) tells how each is set."
        ),
        bounds=(*source_sizes.BOUNDS, pasted.MOST_ADDRESSES),
    ),
    Section(
        title="Files that another program holds",
        words=(
            "How long Segue waits where somebody else writes: another run, a backup, or a program of a person's own. What "
            "waited in vain says so, names what is held and the next step, and nothing is lost."
        ),
        bounds=waits.BOUNDS,
    ),
    Section(
        title="Messages",
        words="What is read of whoever serves a notification channel.",
        bounds=OF_MESSAGES,
    ),
    Section(
        title="Names",
        words="Whatever becomes the name of a file or folder of the state folder, wherever it comes from.",
        bounds=_NAMES,
    ),
    Section(
        title="Segments in the builder",
        words="What a draft of a segment holds while somebody makes it in the pages.",
        bounds=OF_DRAFTS,
    ),
    Section(
        title="Pages",
        words="What anybody may ask of the pages. [Settings](settings.md) tells how each is set.",
        bounds=OF_PAGES,
    ),
)


def limits_page() -> str:
    """Return the page."""
    return _HEAD + "".join(_section(section) for section in SECTIONS)


def _section(section: Section) -> str:
    rows = "".join(_row(bound) for bound in section.bounds)
    return (
        f"\n## {section.title}\n\n{section.words}\n\n"
        f"| what | at most | beyond | can be set by |\n|---|---|---|---|\n{rows}"
    )


def _row(bound: Bound) -> str:
    set_by = f"`{bound.set_by}`" if bound.set_by else "–"
    return f"| {bound.name} | {bound.value:,} {bound.unit} | {bound.beyond} | {set_by} |\n"
