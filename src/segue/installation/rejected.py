"""Read the rejected contacts of a run from the engine's files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from segue.control.refreshes.models import Run
from segue.installation.configured import workspace

if TYPE_CHECKING:
    from segue.engines.duckdb.rejected import RejectedContact


def rejected_contacts(run: Run) -> Iterator[RejectedContact]:
    """Return the contacts that Mailchimp rejected in a run, read one by one. Personal data.

    Raises: ConfigurationProblem `rejected_not_kept` or `run_unknown` when the run is too old.
    """
    if not run.engine_run_id:
        return iter(())
    return workspace().rejected(run.engine_run_id)
