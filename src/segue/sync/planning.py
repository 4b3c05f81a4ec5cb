"""Walk from the observation to a plan: evaluate, compare, look closer, count. Everything is materialised once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import msgspec

from segue.profiles.ports import FlaggedProfiles
from segue.profiles.schema import ProfileSchema
from segue.sync import tables
from segue.sync.audience_fields import check_new_contacts, missing_fields
from segue.sync.bars import find_bars, with_bars
from segue.sync.brakes import (
    OF_READING,
    SegmentChange,
    SourceAge,
    Stop,
    StopKind,
    Volumes,
    is_large_move,
    tripped,
)
from segue.sync.candidates import evaluate
from segue.sync.changed_fields import PlacedField, find_changes, placed, unbarred, with_changes
from segue.sync.changes import Scope, calls_of, change_groups, left_out, payload_of
from segue.sync.counts import NOBODY, NOTHING_KEPT, Counts
from segue.sync.desired import key_type
from segue.sync.diff import Rules, differences
from segue.sync.export import Export
from segue.sync.field_counts import FieldCounts
from segue.sync.fields import RenderedField, mapping_version, render_fields
from segue.sync.guard_counts import count_guards
from segue.sync.guards import Guards
from segue.sync.kinds import WRITES, Kind
from segue.sync.known_reading import ReadData, accepted_of, changed_forms, to_keep
from segue.sync.moves import find_moves, with_moves
from segue.sync.observe import Observation
from segue.sync.plan import (
    Drift,
    DriftKind,
    FoundTag,
    Misfit,
    Plan,
    with_confirmations,
    with_stamp,
)
from segue.sync.ports import Writing
from segue.sync.store import GroupWork, Placement, Store
from segue.sync.tag_changes import TagChanges, tag_changes
from segue.sync.tags import TagBit, masks, word_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a plan is made from, besides the store: the flagged profiles and how old their sources are.

    `definition` names the profiles' snapshot and every definition that `flagged` was made from, with the day it is
    meant for: the same text means the same flagged profiles. `data` says how the data were read; of the `guards` the
    profiles are flagged as well.
    """

    export: Export
    schema: ProfileSchema
    flagged: FlaggedProfiles
    sources: Sequence[SourceAge]
    definition: str
    data: ReadData = field(default_factory=ReadData)
    guards: Guards = field(default_factory=Guards)


class Planner:
    """Makes the plan of one export over one store. `prepare` may be called once `make` has been.

    For estimates only: `tell_known` False: the audience was never read in full, `tell_gone` False: not since the last run.
    """

    def __init__(
        self,
        inputs: Inputs,
        store: Store,
        destination: Writing,
        *,
        full: bool = False,
        tell_known: bool = True,
        tell_gone: bool = True,
        retry_held: bool = False,
    ) -> None:
        self._inputs = inputs
        self._export = inputs.export
        self._store = store
        self._destination = destination
        self._full = full
        self._tell_known, self._tell_gone = tell_known, tell_known and tell_gone
        self._retry_held = retry_held or full
        self._bits = store.register_tags([chosen.tag for chosen in inputs.export.segments])
        self._key_type = key_type(inputs.schema)
        self._counts = Counts(
            store=store, words=word_count(store.tag_bits()), key_type=self._key_type
        )
        self._rendered: tuple[RenderedField, ...] = ()
        self._placed: tuple[PlacedField, ...] = ()
        self._kept, self._tally = NOTHING_KEPT, NOBODY
        self._tags = TagChanges()
        self._guarded: Mapping[str, int] = {}
        self._large_move = 0
        self._has_changes = False
        self._is_idle = False
        self._accepted = accepted_of(store.kept_reading())

    def make(self, observation: Observation, *, now: datetime, recall: bool = False) -> Plan:
        """Evaluate, compare and count. Raises ConfigurationProblem when the audience does not fit the export.

        With `recall` a plan that found nothing to do is taken from memory when it was made from exactly the same.
        """
        if self._export.segments:
            check_new_contacts(self._export, observation.audience)
        offered = observation.merge_fields.fields
        to_create = missing_fields(self._export, offered) if self._export.segments else []
        placements = self._place(observation)
        key = self._key(observation, placements, now)
        if recall and not self._retry_held and (kept := self._store.recall(key)) is not None:
            self._is_idle = True
            return replace(msgspec.json.decode(kept, type=Plan), made_at=now)
        self._evaluate(observation, placements, now)
        plan = self._counted(observation, to_create, now)
        plan = replace(
            plan,
            leftovers=tuple(self._store.leftovers(self._present(observation))),
            found_tags=self._found_tags(),
            segments=[*plan.segments, *self._other_tags()],
        )
        is_quiet = plan.is_empty and not plan.stops and not plan.drift and not self._tally.silent
        if is_quiet and not self._retry_held:
            self._store.remember(key, msgspec.json.encode(plan))
        return plan

    def prepare(self, plan: Plan) -> Sequence[GroupWork]:
        """Return the plan's changes as groups to store."""
        if self._is_idle:
            return ()
        scope = Scope(
            export=self._export,
            words=self._words,
            key_type=self._key_type,
            bits=self._store.tag_bits(),
            counts=plan.counts,
            clears=self._tags.clears,
            noted=self._tally.noted,
            released=self._tally.released,
            settling=self._tally.settling,
            archives=plan.archives,
            known=self._tally.known,
        )
        return change_groups(scope, self._inputs.flagged.unflagged, self._placed, self._destination)

    def reading_to_keep(self, plan: Plan) -> str:
        """Return what a run of this plan keeps of the reading that it stands on."""
        return to_keep(self._inputs.data, self._accepted, plan.stops, plan.guards)

    def gone(self, people: int) -> Sequence[str]:
        """Return the hashes of up to so many people whom the plan leaves out for being gone from the audience."""
        return self._counts.gone(people)

    def left_out(self) -> tables.Table | None:
        """Return whom the plan leaves out although they could be written to; None: as when the plan was remembered."""
        if self._is_idle:
            return None
        profiles = self._inputs.flagged.unflagged
        return left_out(profiles, self._export, words=self._words, key_type=self._key_type)

    @property
    def claimed(self) -> Sequence[TagBit]:
        """Return the bits that this export writes."""
        return tuple(dict.fromkeys(self._bits.values()))

    def _other_tags(self) -> Sequence[SegmentChange]:
        """Return what the plan takes away of tags that stand for no chosen segment (any more)."""
        before = self._store.carriers() if self._tags.removed else {}
        return self._tags.others(self._store.tag_bits(), self.claimed, before)

    def _found_tags(self) -> tuple[FoundTag, ...]:
        """Return tags of the export that the audience carried before any run of ours that is known of."""
        people = self._store.foreign_counts()
        new = [bit for bit in self.claimed if not bit.claimed and people.get(bit.position)]
        return tuple(FoundTag(tag=bit.name, people=people[bit.position]) for bit in new)

    @property
    def _words(self) -> int:
        return self._counts.words

    def _place(self, observation: Observation) -> Sequence[Placement]:
        ids = {field.tag: field.merge_id for field in observation.merge_fields.fields}
        wanted = [(match.tag, ids.get(match.tag)) for match in self._export.fields]
        return self._store.place_fields(wanted, observed=ids)

    def _key(self, observation: Observation, placements: Sequence[Placement], now: datetime) -> str:
        """Name everything that the plan depends on."""
        parts = (
            self._inputs.definition,
            self._export,
            self._inputs.sources,
            self._accepted,
            now.date(),
            self._destination.honours_status_if_new,
            observation.account.contacts,
            observation.audience.name,
            observation.audience.double_opt_in,
            observation.merge_fields,
            placements,
            observation.drift,
            observation.clock_gap is None,
            observation.judged,
            self._present(observation),
            self._store.state(now=now),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _evaluate(
        self, observation: Observation, placements: Sequence[Placement], now: datetime
    ) -> None:
        flagged, export = self._inputs.flagged, self._export
        bits = {chosen.segment: self._bits[chosen.tag] for chosen in export.segments}
        merge_fields = observation.merge_fields.fields
        render = partial(render_fields, export=export, schema=self._inputs.schema)
        self._rendered = render(flagged.table, merge_fields=merge_fields)
        self._placed = placed(render(flagged.unflagged, merge_fields=merge_fields), placements)
        positions = [field.position for field in self._placed]
        has_protected = self._store.load(
            words=self._words, positions=positions, now=now, retry_held=self._retry_held
        )
        self._guarded = evaluate(
            self._store, self._inputs, self._rendered, bits=bits, words=self._words
        )
        rules = Rules(
            words=self._words,
            present=self._present(observation),
            full=self._full,
            tell_known=self._tell_known,
            tell_gone=self._tell_gone,
            has_protected=has_protected,
            has_renamed=self._tell_gone and self._counts.one(tables.renamed().count()) > 0,
        )
        self._store.materialise("differences", differences(self._counts.desired, rules))
        self._kept, self._tally = self._counts.kept(), self._counts.tally()
        self._look_again(rules)

    def _look_again(self, rules: Rules) -> None:
        """Leave out what changes no field and whom an earlier address bars, and tell moves from additions."""
        kinds = self._tally.kinds
        if not self._kept.rows or not sum(kinds.get(kind, 0) for kind in WRITES):
            return
        if kinds.get(Kind.UPDATE, 0):
            self._compare_fields()
        bars = find_bars(self._words, self._key_type, tell_gone=rules.tell_gone)
        if self._store.materialise("bars", bars):
            self._store.materialise("differences", with_bars(self._words, self._key_type))
            if self._has_changes:
                left = unbarred(len(self._placed))
                self._has_changes = self._store.materialise("field_changes", left) > 0
            kinds = self._counts.tally().kinds
        if kinds.get(Kind.ADD, 0):
            self._tell_moves(rules)
        self._tally = self._counts.tally()

    def _compare_fields(self) -> None:
        found = find_changes(self._words, self._key_type, self._payload(), self._placed)
        self._has_changes = self._store.materialise("field_changes", found) > 0
        if self._has_changes and not self._full:
            changed = with_changes(self._words, self._key_type, len(self._placed))
            self._store.materialise("differences", changed)

    def _tell_moves(self, rules: Rules) -> None:
        """Rename contacts whose address changed, unless so many did that a mistake is likelier: those leave and are added."""
        moves = self._store.materialise(
            "moves", find_moves(self._words, self._key_type, rules.present)
        )
        if moves and is_large_move(self._export.brakes, moves, self._reachable()):
            self._large_move = moves
        elif moves:
            self._store.materialise("differences", with_moves(self._words, self._key_type))

    def _reachable(self) -> int:
        return self._counts.one(self._counts.reachable.count())

    def _payload(self) -> tables.Table:
        rendered = [field.rendered for field in self._placed]
        return payload_of(self._inputs.flagged.unflagged, self._export, rendered)

    def _present(self, observation: Observation) -> tuple[int, ...]:
        """Return the tags that the audience still holds; what somebody deleted there is not acknowledged any more."""
        return masks(
            (bit for bit in self._store.tag_bits() if bit.position in observation.present),
            words=self._words,
        )

    def _counted(self, observation: Observation, to_create: Sequence[str], now: datetime) -> Plan:
        export, tally, counts = self._export, self._tally, self._tally.kinds
        self._tags = tags = tag_changes(self._counts, has_releases=tally.released > 0)
        people = self._counts.people(self._rendered)
        fields = FieldCounts(counts=self._counts, payload=self._payload, fields=self._placed)
        volumes = self._volumes(observation, people.wanted, fields)
        stops = (*observation.judged.stops, *tripped(export, volumes, now=now))
        known = tally.known if self._tell_known else 0
        changes = fields.changes(people.cuts, compared=self._has_changes, adopted=known > 0)
        plan = Plan(
            export=export.name,
            audience_id=export.audience_id,
            audience_name=observation.audience.name,
            made_at=now,
            digest=self._digest(to_create, stops, asks=observation.audience.double_opt_in),
            members=people.members,
            wanted=people.wanted,
            acknowledged=volumes.acknowledged,
            counts=counts,
            skips=tally.skips,
            segments=volumes.segments,
            tags_removed=tags.removed,
            misfits=[Misfit(tag=tag, people=n) for tag, n in people.misfits.items()],
            fields_to_create=to_create,
            stops=stops,
            calls=calls_of(counts, tags.clears, size=self._destination.batch_size) + len(to_create),
            contacts_before=observation.account.contacts,
            contacts_limit=export.contact_limit,
            fields=changes,
            archives=tally.archives,
            known=known,
            is_first=volumes.is_first,
            drift=self._drift(observation),
            unread=self._inputs.data.unread,
            unread_elsewhere=self._inputs.data.elsewhere,
            guards=volumes.guards,
        )
        stamped = with_stamp(plan, observation.judged.stamp)
        asks = observation.audience.double_opt_in
        return with_confirmations(stamped, status=export.new_status, asks=asks)

    def _volumes(self, observation: Observation, wanted: int, fields: FieldCounts) -> Volumes:
        """Count what the brakes look at."""
        tally, acknowledged = self._tally, self._kept.acknowledged
        known = tally.known if self._tell_known else 0
        segments = self._tags.chosen(self._counts, self._export.segments, self._bits)
        least = self._export.brakes.growth_least
        return Volumes(
            wanted=wanted,
            acknowledged=acknowledged,
            adds=tally.kinds.get(Kind.ADD, 0),
            known=known,
            losing=tally.losing,
            segments=segments,
            entering=self._tags.entering(self._counts, segments, self._bits, least),
            reachable=self._reachable() if tally.losing or self._large_move else None,
            reached=self._tags.reached(self._counts, self._bits),
            contacts=observation.account.contacts,
            sources=self._inputs.sources,
            begun=tally.begun,
            is_first=not self._kept.begun,
            moves=self._large_move,
            fields=fields.volumes(compared=self._has_changes, adopted=known),
            unread=self._inputs.data.unread,
            accepted=self._accepted.unread if self._accepted else {},
            forms=changed_forms(self._inputs.data, self._accepted),
            guards=count_guards(
                self._counts,
                self._inputs.guards.counted,
                self._guarded,
                known=self._accepted.guards if self._accepted else {},
                bits={one.segment: self._bits[one.tag] for one in self._export.segments},
            ),
            clock=observation.clock_gap,
        )

    def _drift(self, observation: Observation) -> Sequence[Drift]:
        """Return what was found, and what only the comparison tells: who is gone."""
        gone = self._tally.gone if self._tell_gone else 0
        return [*observation.drift, *([Drift(kind=DriftKind.GONE, people=gone)] if gone else [])]

    def _digest(self, to_create: Sequence[str], stops: Sequence[Stop], *, asks: bool) -> str:
        """Name the plan: export, audience, mapping, tags and every single change, whatever their order.

        What could not be read is part of it where that holds the plan: it may change and the changes be the same. So is
        that the clock is wrong, or that the audience `asks` to confirm: whoever approved did not know. The stamp changes nobody.
        """
        parts = [
            self._export.name,
            self._export.audience_id,
            self._export.new_status.value,
            mapping_version(self._export),
            *(f"{bit.position}={bit.name}" for bit in self._store.tag_bits()),
            *to_create,
            self._store.fingerprint("differences"),
            *(repr(stop) for stop in stops if stop.kind in OF_READING),
            *(stop.kind.value for stop in stops if stop.kind is StopKind.CLOCK_DIFFERS),
            *(["double_opt_in"] if asks and self._tally.kinds.get(Kind.ADD) else []),
        ]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
