"""Say of one export which others of its audience are declared: the ledgers of the rest claim nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segue.sync.export import Leftovers
from segue.sync.neighbours import Door, Neighbours

if TYPE_CHECKING:
    from segue.configuration.values import Configuration
    from segue.sync.export import Export


def neighbours(configuration: Configuration, export: Export) -> Neighbours:
    """Return what the configuration says of the other exports of an export's audience.

    A file names all of its exports. An installation names one at a time, with the others that own nothing there.
    """
    is_file = export.name not in configuration.claimless
    declared = on_audience(configuration, export.audience_id)
    # An earlier name that is declared itself belongs to another export.
    was = export.was if export.was not in declared else ""
    return Neighbours(
        door=Door.FILE if is_file else Door.PAGES,
        claimless=frozenset(configuration.claimless.get(export.name, ())),
        living=owners(configuration, export.audience_id) if is_file else None,
        was=was,
        takes_leftovers=export.leftovers is Leftovers.REMOVE,
        closes=not export.segments,
    )


def on_audience(configuration: Configuration, audience_id: str) -> frozenset[str]:
    """Return the names of the exports that are declared for an audience; its id names it in all accounts."""
    exports = configuration.exports.values()
    return frozenset(one.name for one in exports if one.audience_id == audience_id)


def owners(configuration: Configuration, audience_id: str) -> frozenset[str]:
    """Return the names whose ledgers of an audience claim tags: its exports', and those that they had before.

    A renamed export takes its ledger along in its own next run. Until then nobody else may take it for left over.
    """
    exports = configuration.exports.values()
    earlier = {one.was for one in exports if one.audience_id == audience_id and one.was}
    return on_audience(configuration, audience_id) | earlier
