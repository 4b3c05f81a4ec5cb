"""Foretell an export's sizes without asking its destination: the plan, as far as what is kept here can tell.

It is the engine's own planner over the kept ledger, contacts and holds, so that it decides nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from segue.sync import tables
from segue.sync.counts import bit_count
from segue.sync.desired import key_type
from segue.sync.export import NewStatus
from segue.sync.kinds import Kind, Skip
from segue.sync.observe import OPT_OUTS, Observation
from segue.sync.plan import Misfit, Plan
from segue.sync.planning import Inputs, Planner
from segue.sync.ports import (
    Account,
    Audience,
    ContactStatus,
    MergeFields,
    Node,
    Tag,
    Template,
    WriteMode,
)
from segue.sync.store import Store
from segue.sync.tags import word_count

UNCONSENTING = frozenset({Skip.NO_CONSENT, Skip.UNREAD, Skip.OTHER_PROFILE_LEFT_OUT})
UNUSABLE = frozenset({Skip.MISSING_ADDRESS, Skip.INVALID_ADDRESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSize:
    """One chosen segment: its members, and those of them who are wanted in the audience."""

    segment: str
    members: int
    wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a run would find. Counts are people; a profile that is in two segments counts once.

    `wanted` are left after duplicates, addresses and consent: the profile limit counts them. `opt_outs_are_known`
    False: the audience was never read, so that nobody is left out for having unsubscribed. `unwritten` are those that
    this export has not written yet, `new` those whom the audience does not hold, None when that is not known.
    """

    members: int
    skips: Mapping[Skip, int]
    wanted: int
    segments: Sequence[SegmentSize]
    misfits: Sequence[Misfit]
    limit: int
    opt_outs_are_known: bool
    unwritten: int
    has_written: bool
    new: int | None

    @property
    def duplicates(self) -> int:
        """Return how many profiles yield to another one with the same address."""
        return self.skips.get(Skip.DUPLICATE, 0)

    @property
    def unusable(self) -> int:
        """Return how many have no address or none that can be used."""
        return sum(self.skips.get(skip, 0) for skip in UNUSABLE)

    @property
    def unconsenting(self) -> int:
        """Return how many have not consented, or said no in another profile, or may have in a way that could not be read."""
        return sum(self.skips.get(skip, 0) for skip in UNCONSENTING)

    @property
    def suppressed(self) -> int:
        """Return how many are wanted and must not be written."""
        return self.members - self.duplicates - self.unusable - self.unconsenting - self.contacts

    @property
    def contacts(self) -> int:
        """Return how many contacts the export would keep in the audience."""
        return self.members - sum(self.skips.values())

    @property
    def over_limit(self) -> int:
        """Return by how many people the limit is exceeded; 0 when it is not."""
        return max(0, self.wanted - self.limit)


def estimate(
    inputs: Inputs,
    store: Store,
    *,
    is_empty: bool,
    merge_fields: MergeFields,
    now: datetime,
) -> Estimate:
    """Foretell what a run would find; `is_empty`: the audience is known to hold nobody. Writes to the store's tables only."""
    observed = store.marks().since
    tell_known = ContactStatus.SUBSCRIBED in observed
    planner = Planner(inputs, store, _Unasked(), tell_known=tell_known, tell_gone=False)
    plan = planner.make(_as_kept(store, merge_fields), now=now)
    words, key = word_count(store.tag_bits()), key_type(inputs.schema)
    found = tables.differences(words, key)
    added = found.kind == int(Kind.ADD)
    unwritten, unknown = store.rows(
        found.aggregate(
            unwritten=found.count(where=added), unknown=found.count(where=added & ~found.is_known)
        )
    )[0]
    return Estimate(
        members=plan.members,
        skips=plan.skips,
        wanted=plan.wanted,
        segments=_sizes(inputs, store, plan),
        misfits=plan.misfits,
        limit=inputs.export.profile_limit,
        opt_outs_are_known=all(status in observed for status in OPT_OUTS),
        unwritten=unwritten,
        has_written=plan.acknowledged > 0,
        new=unwritten if is_empty else unknown if tell_known else None,
    )


def _sizes(inputs: Inputs, store: Store, plan: Plan) -> Sequence[SegmentSize]:
    tags = {chosen.segment: chosen.tag for chosen in inputs.export.segments}
    bits = store.register_tags(list(tags.values()))
    desired = tables.desired(word_count(store.tag_bits()), key_type(inputs.schema))
    counts = {
        f"s{place}": bit_count(desired[f"m{bits[tag].word}"], bits[tag].value, where=None)
        for place, tag in enumerate(tags.values())
    }
    row = store.rows(desired.aggregate(**counts))[0]
    return [
        SegmentSize(segment=change.segment, members=members, wanted=change.after)
        for change, members in zip((s for s in plan.segments if s.segment), row, strict=True)
    ]


def _as_kept(store: Store, merge_fields: MergeFields) -> Observation:
    """Return the audience as it is known without a call: it still holds every tag that we know of."""
    return Observation(
        account=Account(account_id="", name="", role="", plan="", contacts=None),
        audience=Audience(audience_id="", name="", double_opt_in=False, contacts=0),
        merge_fields=merge_fields,
        tags=[Tag(tag_id=0, name=bit.name, active_members=0) for bit in store.tag_bits()],
        totals={},
        contacts_read=0,
        present=frozenset(bit.position for bit in store.tag_bits()),
    )


class _Unasked:
    """A destination that is not called."""

    batch_size = 1
    honours_status_if_new = False

    def template(
        self, *, fields: Sequence[tuple[str, Template]], mode: WriteMode, new_status: NewStatus
    ) -> Template:
        """Return nothing to send."""
        return Node(())
