"""Words for what the machine lacks or refuses, by code. Texts only; no path of the machine is among them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from segue.web.problem_texts import Text

_NOTHING_LOST = _(
    "Whoever runs this installation puts it right; then try again: what was finished is kept."
)

TROUBLES: Mapping[str, Text] = {
    "disk_full": Text(
        message=_("A disk of the machine that runs Segue is full."), action=_NOTHING_LOST
    ),
    "file_size_limited": Text(
        message=_("The machine that runs Segue does not let a file grow any more."),
        action=_NOTHING_LOST,
    ),
    "place_read_only": Text(
        message=_("A disk of the machine that runs Segue can only be read."), action=_NOTHING_LOST
    ),
    "place_not_permitted": Text(
        message=_("The user that runs Segue lacks a right on its machine."), action=_NOTHING_LOST
    ),
    "place_unusable": Text(
        message=_(
            "A file or folder that Segue needs is not there, or something else stands in its place."
        ),
        action=_NOTHING_LOST,
    ),
    "disk_failing": Text(
        message=_("A disk of the machine that runs Segue answers with errors."),
        action=_NOTHING_LOST,
    ),
    "memory_short": Text(
        message=_("The machine that runs Segue has not enough memory for this."),
        action=_NOTHING_LOST,
    ),
    "spill_full": Text(
        message=_("Sorting needs more room on the disk than Segue may take for it."),
        action=_NOTHING_LOST,
        detailed=_(
            "Sorting the data source %(place)s needs more room on the disk than Segue may take for it."
        ),
    ),
    "files_exhausted": Text(
        message=_("The machine that runs Segue does not let it open any more files."),
        action=_NOTHING_LOST,
    ),
    "threads_exhausted": Text(
        message=_("The machine that runs Segue does not let it begin any more work."),
        action=_NOTHING_LOST,
    ),
    "stored_file_damaged": Text(
        message=_("A file that Segue keeps is damaged."),
        action=_("Refresh again and read everything again, or let the state folder be restored."),
    ),
    "database_busy": Text(
        message=_("Another program holds a database of Segue locked for longer than Segue waits."),
        action=_("Try again in a moment; if it stays so, tell whoever runs this installation."),
    ),
    "database_lost": Text(
        message=_("The database of Segue does not answer."),
        action=_("Try again in a moment; if it stays so, tell whoever runs this installation."),
    ),
    "database_empty": Text(
        message=_("The database of Segue lacks its tables."),
        action=_NOTHING_LOST,
    ),
    "database_read_only": Text(
        message=_("The database of Segue can only be read."), action=_NOTHING_LOST
    ),
    "database_damaged": Text(
        message=_("The database of Segue is damaged."),
        action=_("Whoever runs this installation restores it from a backup."),
    ),
}
"""Told in place of the words that were raised, which speak of commands and paths."""
