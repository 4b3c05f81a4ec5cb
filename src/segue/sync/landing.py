"""What an export needs of the profiles where these are kept by another engine: the columns that leave it, and no others. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis

from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import PROFILE_KEY, address_column, address_problem_column
from segue.sync.export import Export
from segue.sync.guards import Guards, counted_flags

LANDED = "landed_profiles"
"""The table of the profiles that left their engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """The profiles that leave their engine for an export: members of the `asked` segments, and who shares their address.

    `counted` are the flags that are counted over all profiles where these are.
    """

    asked: FlaggedProfiles
    counted: FlaggedProfiles
    columns: tuple[str, ...]
    sharing: str

    @property
    def landed(self) -> FlaggedProfiles:
        """Return the same flagged profiles over the table of those that left."""
        names = [PROFILE_KEY, *self.asked.flags.values(), *self.columns]
        of_all = self.asked.table.schema()
        table = ibis.table({name: of_all[name] for name in names}, name=LANDED)
        kept = {name: flag for name, flag in self.asked.flags.items() if flag in names}
        of_columns = {name: flag for name, flag in self.counted.flags.items() if flag in names}
        return FlaggedProfiles(table=table, flags={**of_columns, **kept})


def landing_of(
    export: Export, flagged: FlaggedProfiles, guards: Guards, *, beside: Sequence[str] = ()
) -> Landing:
    """Return what leaves the engine: of the attributes those that the export names, and `beside` them."""
    chosen = {one.segment for one in export.segments}
    counted = counted_flags(guards.counted)
    others = {name: flag for name, flag in flagged.flags.items() if name not in chosen}
    told = [flag for name, flag in others.items() if name not in counted]
    named = dict.fromkeys([*columns_of(export), *beside])
    columns = [*named, *_flags_of_values(flagged), *told]
    return Landing(
        asked=_only(flagged, {name: flagged.flags[name] for name in chosen}),
        counted=_only(flagged, others),
        columns=tuple(columns),
        sharing=address_column(export.email_attribute),
    )


def _only(flagged: FlaggedProfiles, flags: Mapping[str, str]) -> FlaggedProfiles:
    return FlaggedProfiles(table=flagged.table, flags=flags)


def columns_of(export: Export) -> Iterator[str]:
    """Yield the columns of the profiles that an export names, measures among them."""
    email = export.email_attribute
    yield from (email, address_column(email), address_problem_column(email))
    if export.consent is not None and export.consent.attribute:
        yield export.consent.attribute
    if export.winner.newest_by:
        yield export.winner.newest_by
    for match in export.fields:
        yield from (attribute for _, attribute in match.parts)
        if match.attribute:
            yield match.attribute


def _flags_of_values(flagged: FlaggedProfiles) -> Sequence[str]:
    """Return the columns that say of attributes where a value could not be read, or who said no."""
    endings = ("__unread", "__refused")
    flags = set(flagged.flags.values())
    return [name for name in flagged.table.columns if name.endswith(endings) and name not in flags]
