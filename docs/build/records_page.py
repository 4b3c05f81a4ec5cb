"""Write docs/reference/records.md: what is kept where, about whom and for how long, from the list of records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segue.service.records import FILES, TABLES, Record

_HEAD = """\
<!-- Written by `make docs` from segue/service/records.py; change it there instead. -->

# Records

Every place where Segue keeps something, what it tells and about whom, for how long it stays, and who reads it. A test runs an
installation with people of its own and finds them nowhere else. How they are protected: [personal data](../explanation/personal-data.md).
"""


def records_page() -> str:
    """Return the text of the page."""
    return "\n".join(
        [
            _HEAD,
            "## Files of the state folder\n",
            "The first row that fits tells what a file is; `*` stands for slashes too.\n",
            *_table("path", FILES),
            "\n## Tables of the control database\n",
            *_table("table", TABLES),
            "",
        ]
    )


def _table(place: str, records: Sequence[Record]) -> Iterator[str]:
    yield f"| {place} | what | about | kept | read by |\n|---|---|---|---|---|"
    for one in records:
        yield f"| `{one.place}` | {one.what} | {one.about} | {one.kept} | {one.read_by} |"
