"""Words for what the machine lacks or refuses, by code. Texts only; no path of the machine is among them."""

from __future__ import annotations

from collections.abc import Mapping

from segue.core.sentences import said
from segue.words.problem_texts import Wording

_NOTHING_LOST = said(
    "Whoever runs this installation puts it right; then try again: what was finished is kept."
)

TROUBLES: Mapping[str, Wording] = {
    "disk_full": Wording(
        message="A disk of the machine that runs Segue is full.", action=_NOTHING_LOST
    ),
    "file_size_limited": Wording(
        message="The machine that runs Segue does not let a file grow any more.",
        action=_NOTHING_LOST,
    ),
    "place_read_only": Wording(
        message="A disk of the machine that runs Segue can only be read.", action=_NOTHING_LOST
    ),
    "place_not_permitted": Wording(
        message="The user that runs Segue lacks a right on its machine.", action=_NOTHING_LOST
    ),
    "place_unusable": Wording(
        message="A file or folder that Segue needs is not there, or something else stands in its place.",
        action=_NOTHING_LOST,
    ),
    "disk_failing": Wording(
        message="A disk of the machine that runs Segue answers with errors.",
        action=_NOTHING_LOST,
    ),
    "memory_short": Wording(
        message="The machine that runs Segue has not enough memory for this.",
        action=_NOTHING_LOST,
    ),
    "spill_full": Wording(
        message="Sorting needs more room on the disk than Segue may take for it.",
        action=_NOTHING_LOST,
        detailed="Sorting the data source %(place)s needs more room on the disk than Segue may take for it.",
    ),
    "files_exhausted": Wording(
        message="The machine that runs Segue does not let it open any more files.",
        action=_NOTHING_LOST,
    ),
    "threads_exhausted": Wording(
        message="The machine that runs Segue does not let it begin any more work.",
        action=_NOTHING_LOST,
    ),
    "stored_file_damaged": Wording(
        message="A file that Segue keeps is damaged.",
        action="Refresh again and read everything again, or let the state folder be restored.",
    ),
    "database_busy": Wording(
        message="Another program holds a database of Segue locked for longer than Segue waits.",
        action="Try again in a moment; if it stays so, tell whoever runs this installation.",
    ),
    "database_lost": Wording(
        message="The database of Segue does not answer.",
        action="Try again in a moment; if it stays so, tell whoever runs this installation.",
    ),
    "database_empty": Wording(
        message="The database of Segue lacks its tables.",
        action=_NOTHING_LOST,
    ),
    "database_read_only": Wording(
        message="The database of Segue can only be read.", action=_NOTHING_LOST
    ),
    "database_damaged": Wording(
        message="The database of Segue is damaged.",
        action="Whoever runs this installation restores it from a backup.",
    ),
}
"""Told in place of the words that were raised, which speak of commands and paths."""
