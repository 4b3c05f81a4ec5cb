"""Say of one export which others of its audience are declared: the ledgers of the rest claim nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segue.sync.export import Leftovers

if TYPE_CHECKING:
    from segue.configuration.values import Configuration
    from segue.engines.duckdb.neighbours import Neighbours
    from segue.sync.export import Export


def neighbours(configuration: Configuration, export: Export) -> Neighbours:
    """Return what the configuration says of the other exports of an export's audience.

    A file names all of its exports. An installation names one at a time, with the others that own nothing there.
    """
    from segue.engines.duckdb.neighbours import Door, Neighbours

    is_file = export.name not in configuration.claimless
    living = on_audience(configuration, export.audience_id)
    was = (
        export.was if export.was not in living else ""
    )  # that one is declared: it is another export
    return Neighbours(
        door=Door.FILE if is_file else Door.PAGES,
        claimless=frozenset(configuration.claimless.get(export.name, ())),
        living=living if is_file else None,
        was=was,
        takes_leftovers=export.leftovers is Leftovers.REMOVE,
        closes=not export.segments,
    )


def on_audience(configuration: Configuration, audience_id: str) -> frozenset[str]:
    """Return the names of the exports that are declared for an audience; its id names it in all accounts."""
    exports = configuration.exports.values()
    return frozenset(one.name for one in exports if one.audience_id == audience_id)
