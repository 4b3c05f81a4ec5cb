"""How long Segue waits for a file that another program holds locked. The one table of it."""

from __future__ import annotations

from segue.core.bounds import Bound

JOURNAL_S = 10
"""Seconds for the journal of an audience; a run that waits can be canceled only afterwards."""
DATABASE_S = 20
"""Seconds for the control database where it is SQLite: pages and workers write in turn."""
COPY_S = 30
"""Seconds for a database or journal that a backup copies."""

_KEPT = "what was finished is kept, and the next run takes up the rest"

BOUNDS: tuple[Bound, ...] = (
    Bound(
        name="wait for the journal of an audience",
        value=JOURNAL_S,
        unit="seconds",
        beyond=f"the run ends, and the file is named (`database_busy`); {_KEPT}",
    ),
    Bound(
        name="wait for the SQLite database of an installation",
        value=DATABASE_S,
        unit="seconds",
        beyond=f"a page says so (503, `database_busy`), a worker tries again by itself; {_KEPT}",
    ),
    Bound(
        name="wait of a backup for a database or journal that it copies",
        value=COPY_S,
        unit="seconds",
        beyond="the backup ends without a file (`database_busy`)",
    ),
    Bound(
        name="wait for another run of the same Mailchimp account, or for whoever reads the data sources",
        value=0,
        unit="seconds",
        beyond="a command ends at once and names the process (`already_running`); a worker tries again by itself",
    ),
)
