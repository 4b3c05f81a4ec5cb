"""Walk from the observation to a plan: evaluate, compare, count. Everything is materialised once and read from there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

import ibis
import ibis.expr.types as ir
import msgspec

from segue.core.errors import ConfigurationProblem
from segue.profiles.schema import ProfileSchema
from segue.sync import tables
from segue.sync.bars import find_bars, with_bars
from segue.sync.brakes import SegmentChange, SourceAge, Volumes, tripped
from segue.sync.changes import Scope, change_groups
from segue.sync.desired import FlaggedProfiles, desired_state, key_type
from segue.sync.diff import Rules, differences
from segue.sync.export import Export, FieldMatch
from segue.sync.fields import RenderedField, mapping_version, render_fields
from segue.sync.kinds import REMOVALS, WRITES, Kind, Skip
from segue.sync.moves import find_moves, with_moves
from segue.sync.observe import Observation
from segue.sync.plan import Misfit, Plan
from segue.sync.ports import MergeField, Writing
from segue.sync.store import GroupWork, Store
from segue.sync.tags import TagBit, folded, masks, word_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a plan is made from, besides the store: the flagged profiles and how old their sources are.

    `definition` names the profiles' snapshot and every definition that `flagged` was made from, with the day it is
    meant for: the same text means the same flagged profiles.
    """

    export: Export
    schema: ProfileSchema
    flagged: FlaggedProfiles
    sources: Sequence[SourceAge]
    definition: str


class Planner:
    """Makes the plan of one export over one store. `prepare` may be called once `make` has been."""

    def __init__(
        self, inputs: Inputs, store: Store, destination: Writing, *, full: bool = False
    ) -> None:
        self._inputs = inputs
        self._export = inputs.export
        self._store = store
        self._destination = destination
        self._full = full
        self._bits = store.register_tags([chosen.tag for chosen in inputs.export.segments])
        self._words = word_count(store.tag_bits())
        self._key_type = key_type(inputs.schema)
        self._rendered: tuple[RenderedField, ...] = ()
        self._is_idle = False

    def make(self, observation: Observation, *, now: datetime, recall: bool = False) -> Plan:
        """Evaluate, compare and count. Raises ConfigurationProblem when the audience lacks a merge field it needs.

        With `recall` a plan that found nothing to do is taken from memory when it was made from exactly the same.
        """
        to_create = missing_fields(self._export, observation.merge_fields.fields)
        key = self._key(observation, now)
        if recall and not self._full and (kept := self._store.recall(key)) is not None:
            self._is_idle = True
            return replace(msgspec.json.decode(kept, type=Plan), made_at=now)
        self._evaluate(observation, now)
        plan = self._counted(observation, to_create, now)
        if (
            plan.is_empty
            and not plan.stops
            and not self._count_of("noted") + self._count_of("released")
        ):
            self._store.remember(key, msgspec.json.encode(plan))
        return plan

    def _key(self, observation: Observation, now: datetime) -> str:
        """Name everything that the plan depends on."""
        parts = (
            self._inputs.definition,
            self._export,
            self._inputs.sources,
            now.date(),
            self._destination.honours_status_if_new,
            observation.account.contacts,
            observation.audience.name,
            observation.merge_fields,
            self._present(observation),
            self._store.state(now=now),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

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
            clears=self._sums("clear"),
            noted=self._count_of("noted"),
            released=self._count_of("released"),
        )
        return change_groups(scope, self._inputs.flagged.table, self._rendered, self._destination)

    @property
    def claimed(self) -> Sequence[TagBit]:
        """Return the bits that this export writes."""
        return tuple(dict.fromkeys(self._bits.values()))

    def _evaluate(self, observation: Observation, now: datetime) -> None:
        flagged, export = self._inputs.flagged, self._export
        bits = {chosen.segment: self._bits[chosen.tag] for chosen in export.segments}
        merge_fields = observation.merge_fields.fields
        self._rendered = render_fields(flagged.table, export, self._inputs.schema, merge_fields)
        has_protected = self._store.load(words=self._words, now=now)
        desired = desired_state(
            flagged, export, bits=bits, words=self._words, rendered=self._rendered
        )
        self._store.materialise("desired", desired)
        rules = Rules(
            words=self._words,
            present=self._present(observation),
            full=self._full,
            tell_known=not self._destination.honours_status_if_new,
            has_protected=has_protected,
        )
        self._store.materialise("differences", differences(self._desired(), rules))
        self._look_again(rules)

    def _look_again(self, rules: Rules) -> None:
        """Leave out whom an earlier address bars, and tell moves from additions."""
        has_ledger = self._one(tables.ledger(self._words).limit(1).count())
        if not has_ledger or not sum(self._counts().get(kind, 0) for kind in WRITES):
            return
        if self._store.materialise("bars", find_bars(self._words, self._key_type)):
            self._store.materialise("differences", with_bars(self._words, self._key_type))
        if not self._counts().get(Kind.ADD, 0):
            return
        if self._store.materialise("moves", find_moves(self._words, self._key_type, rules.present)):
            self._store.materialise("differences", with_moves(self._words, self._key_type))

    def _present(self, observation: Observation) -> tuple[int, ...]:
        """Return the tags that the audience still holds; what somebody deleted there is not acknowledged any more."""
        held = {folded(tag.name) for tag in observation.tags}
        return masks(
            (bit for bit in self._store.tag_bits() if folded(bit.name) in held), words=self._words
        )

    def _desired(self) -> tables.Table:
        return tables.desired(self._words, self._key_type)

    def _differences(self) -> tables.Table:
        return tables.differences(self._words, self._key_type)

    def _counted(self, observation: Observation, to_create: Sequence[str], now: datetime) -> Plan:
        counts, segments = self._counts(), self._segments()
        members, wanted, misfits = self._people()
        acknowledged = self._acknowledged()
        volumes = Volumes(
            wanted=wanted,
            acknowledged=acknowledged,
            adds=counts.get(Kind.ADD, 0),
            losing=self._losing(),
            segments=segments,
            contacts=observation.account.contacts,
            sources=self._inputs.sources,
            begun=self._begun(),
        )
        clears = self._sums("clear")
        return Plan(
            export=self._export.name,
            audience_id=self._export.audience_id,
            audience_name=observation.audience.name,
            made_at=now,
            digest=self._digest(to_create),
            members=members,
            wanted=wanted,
            acknowledged=acknowledged,
            counts=counts,
            skips=self._skips(),
            segments=segments,
            tags_removed=sum(clears.values()),
            misfits=misfits,
            fields_to_create=to_create,
            stops=tripped(self._export, volumes, now=now),
            calls=self._calls(counts, clears) + len(to_create),
            contacts_before=observation.account.contacts,
            contacts_limit=self._export.contact_limit,
        )

    def _calls(self, counts: Mapping[Kind, int], clears: Mapping[int, int]) -> int:
        size = self._destination.batch_size
        written = sum(counts.get(kind, 0) for kind in WRITES)
        moved = counts.get(Kind.MOVE, 0)
        return (
            ceil(written / size)
            + moved
            + ceil(moved / size)
            + sum(ceil(n / size) for n in clears.values())
        )

    def _digest(self, to_create: Sequence[str]) -> str:
        """Name the plan: export, audience, mapping, tags and every single change, whatever their order."""
        tag_names = [f"{bit.position}={bit.name}" for bit in self._store.tag_bits()]
        parts = [
            self._export.name,
            self._export.audience_id,
            self._export.new_status.value,
            mapping_version(self._export),
            *tag_names,
            *to_create,
            self._store.fingerprint("differences"),
        ]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    def _counts(self) -> dict[Kind, int]:
        found = self._differences()
        return {
            Kind(kind): n
            for kind, n in self._store.rows(found.group_by("kind").agg(n=found.count()))
        }

    def _skips(self) -> dict[Skip, int]:
        found = self._differences()
        found = found.filter(found.kind == int(Kind.SKIP))
        return {
            Skip(skip): n
            for skip, n in self._store.rows(found.group_by("skip").agg(n=found.count()))
        }

    def _people(self) -> tuple[int, int, list[Misfit]]:
        desired = self._desired()
        wanted = desired.state == 0
        checked = [
            (n, field.tag) for n, field in enumerate(self._rendered) if field.fits is not None
        ]
        misfits = {f"x{n}": bit_count(desired.misfits, 1 << n, where=wanted) for n, _ in checked}
        row = self._store.rows(
            desired.aggregate(
                members=desired.count(), wanted=desired.count(where=wanted), **misfits
            )
        )[0]
        told = [
            Misfit(tag=tag, people=n) for (_, tag), n in zip(checked, row[2:], strict=True) if n
        ]
        return row[0], row[1], told

    def _acknowledged(self) -> int:
        ledger = tables.ledger(self._words)
        carries = tables.any_bit([ledger[name] for name in tables.mask_columns("l_m", self._words)])
        return self._one(ledger.count(where=carries & ledger.l_ph.notnull()))

    def _segments(self) -> list[SegmentChange]:
        ledger, desired = tables.ledger(self._words), self._desired()
        before = self._bit_counts(ledger, "l_m", ledger.l_ph.notnull())
        after = self._bit_counts(desired, "m", desired.state == 0)
        adds, removes = self._sums("set"), self._sums("clear")
        return [
            SegmentChange(
                segment=chosen.segment,
                tag=chosen.tag,
                before=before[bit.position],
                after=after[bit.position],
                adds=adds[bit.position],
                removes=removes[bit.position],
            )
            for chosen in self._export.segments
            for bit in [self._bits[chosen.tag]]
        ]

    def _sums(self, prefix: str) -> dict[int, int]:
        found = self._differences()
        return self._bit_counts(found, prefix, found.kind != int(Kind.SKIP))

    def _bit_counts(
        self, table: tables.Table, prefix: str, where: ir.BooleanValue | None
    ) -> dict[int, int]:
        bits = self._store.tag_bits()
        counts = {
            f"b{b.position}": bit_count(table[f"{prefix}{b.word}"], b.value, where=where)
            for b in bits
        }
        row = self._store.rows(table.aggregate(**counts))[0] if bits else ()
        return {bit.position: n for bit, n in zip(bits, row, strict=True)}

    def _losing(self) -> int:
        """Count acknowledged people who lose tags and gain nothing."""
        found = self._differences()
        removals = found.kind.isin([int(kind) for kind in sorted(REMOVALS)])
        return self._one(found.count(where=removals & found.is_acknowledged))

    def _begun(self) -> int:
        """Count additions that the ledger knows as perhaps written: an earlier plan was not carried out to its end."""
        found = self._differences()
        return self._one(
            found.count(where=(found.kind == int(Kind.ADD)) & found.l_address.notnull())
        )

    def _count_of(self, what: str) -> int:
        found = self._differences()
        if what == "noted":
            return self._one(found.count(where=found.noted))
        rel = tables.any_bit([found[name] for name in tables.mask_columns("rel", self._words)])
        return self._one(found.count(where=rel & (found.kind != int(Kind.SKIP))))

    def _one(self, scalar: ir.IntegerScalar) -> int:
        return int(self._store.rows(scalar.as_table())[0][0])


def bit_count(mask: ir.Value, value: int, *, where: ir.BooleanValue | None) -> ir.IntegerScalar:
    """Count the rows whose mask column has the bit, among those that `where` chooses (None: all)."""
    is_set = (mask & ibis.literal(value, type="int64")) != 0
    return is_set.count(where=is_set if where is None else is_set & where)


def missing_fields(export: Export, found: Sequence[MergeField]) -> list[str]:
    """Return the merge fields that the plan creates.

    Raises: ConfigurationProblem for a field that is missing and may not be created, is of another type, or is
    required by the audience and not fed: Mailchimp would refuse every single contact. Source: FACTS.md §7.
    """
    present = {field.tag: field for field in found}
    fed = {match.tag for match in export.fields}
    for field in found:
        if field.required and field.tag not in fed:
            raise _field_problem(
                export,
                field.tag,
                "merge_field_required",
                f"The audience {export.audience_id} requires the merge field {field.tag}, which the data matching does not feed.",
                f"Match {field.tag} to an attribute, or make it optional in Mailchimp.",
            )
    return [match.tag for match in export.fields if _is_to_create(export, match, present)]


def _is_to_create(export: Export, match: FieldMatch, present: Mapping[str, MergeField]) -> bool:
    field = present.get(match.tag)
    if field is None and not match.create:
        raise _field_problem(
            export,
            match.tag,
            "merge_field_missing",
            f"The audience {export.audience_id} has no merge field {match.tag}; it has {', '.join(sorted(present))}.",
            f"Create it in Mailchimp, or set 'create: true' for {match.tag} in the data matching.",
        )
    if field is not None and field.type is not match.type:
        raise _field_problem(
            export,
            match.tag,
            "merge_field_type",
            f"The merge field {match.tag} of audience {export.audience_id} is of type {field.type}, not {match.type}.",
            f"Set 'type: {field.type}' for {match.tag} in the data matching, or match another merge field.",
        )
    return field is None


def _field_problem(
    export: Export, tag: str, code: str, message: str, action: str
) -> ConfigurationProblem:
    context = {"export": export.name, "audience": export.audience_id, "merge_field": tag}
    return ConfigurationProblem(message, action=action, code=code, context=context)
