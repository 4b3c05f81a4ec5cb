"""What pages show of people before and after a run, from files and without asking Mailchimp: sizes foretold, members, the rejected."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from segue.configuration import Configuration
from segue.control.exports.draft import UNSAVED, AudienceFacts, Draft, drafted
from segue.control.exports.models import Export
from segue.control.refreshes.lately import looked_again_at
from segue.control.refreshes.models import Run
from segue.control.segments.models import Segment
from segue.core.errors import ConfigurationProblem
from segue.profiles.ports import Snapshot
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema
from segue.service.configured import configured, workspace
from segue.service.engines import profile_engine
from segue.service.exports import Workspace, open_workspace
from segue.service.installed_journals import journals_here
from segue.service.kept_members import attested_for
from segue.service.membership import check_usable
from segue.service.places import SCRATCH, audience_folder
from segue.service.readings import fitting_snapshot
from segue.sync import export as engine
from segue.sync.constants import constant_fault
from segue.sync.estimate import Estimate
from segue.sync.matching import FITTING
from segue.sync.ports import MergeField, MergeFields

if TYPE_CHECKING:
    from segue.sync.people import RejectedContact

KEPT = 32
"""Estimates remembered, each as long as nothing that it was made from changes."""


class Unknown(StrEnum):
    """Why sizes are not known."""

    NO_DEFINITION = "no_definition"
    NEVER_REFRESHED = "never_refreshed"
    REFRESH_NEEDED = "refresh_needed"
    STATE_LOST = "state_lost"
    NO_EMAIL = "no_email"
    NO_SEGMENT = "no_segment"


_UNKNOWN_BY_CODE = {
    "snapshot_of_earlier_definition": Unknown.REFRESH_NEEDED,
    "state_file_missing": Unknown.STATE_LOST,
    "state_file_damaged": Unknown.STATE_LOST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """An estimate and the time its profiles were read; `estimate` None: `unknown` says why there is none.

    `looked_at` is when a refresh last looked whether there is anything new to read, None when none did after `as_of`.
    """

    estimate: Estimate | None = None
    as_of: datetime | None = None
    looked_at: datetime | None = None
    unknown: Unknown | None = None


def foretell(
    draft: Draft,
    facts: AudienceFacts | None,
    *,
    known: Export | None,
    now: datetime,
    is_empty: bool = False,
) -> Foretold:
    """Return the sizes of a draft as far as it is sound; `known` is the export that it will replace.

    `facts` None: the audience was not checked yet, so that nothing is known of its contacts. `is_empty`: it was, and
    holds nobody.
    Raises: TryLater when a run is changing what is kept of the audience.
    """
    looked = _look()
    if isinstance(looked, Unknown):
        return Foretold(unknown=looked)
    configuration, snapshot = looked
    today = now.date()
    wanted = _sound(draft, facts, configuration, known=known, today=today)
    if isinstance(wanted, Unknown):
        return Foretold(unknown=wanted)
    try:
        question = _Question(configuration, snapshot, wanted, draft, facts, today, is_empty)
        estimate = _ESTIMATES.of(question)
    except ConfigurationProblem as problem:
        unknown = _UNKNOWN_BY_CODE.get(problem.code)
        if unknown is None:
            raise
        return Foretold(unknown=unknown)
    read_at = snapshot.taken_at
    return Foretold(estimate=estimate, as_of=read_at, looked_at=looked_again_at(read_at))


def samples(draft: Draft, facts: AudienceFacts) -> Mapping[str, Sequence[str]]:
    """Return a few values of each matched merge field, by tag, as Mailchimp will get them; {} while they are not known.

    Personal data.
    """
    looked = _look()
    if isinstance(looked, Unknown):
        return {}
    configuration, snapshot = looked
    export = replace(
        drafted(replace(draft, brakes={}), attested_by="", today=date.min),
        fields=_fitting(draft.fields, facts.merge_fields, configuration.schema),
    )
    with _ONE_AT_A_TIME:
        try:
            return _workspace(configuration, export).field_samples(
                export.name, snapshot, facts.merge_fields
            )
        except ConfigurationProblem:
            return {}


@dataclass(frozen=True, slots=True)
class _Question:
    configuration: Configuration
    snapshot: Snapshot
    wanted: engine.Export
    draft: Draft
    facts: AudienceFacts | None
    today: date
    is_empty: bool

    @property
    def account_id(self) -> str:
        return self.draft.connection.account_id if self.draft.connection else ""

    def key(self) -> str:
        """Name everything that the answer depends on, what is kept of the audience included."""
        home, known = self.configuration.home, self.configuration
        folder = audience_folder(home, self.account_id, self.wanted.audience_id)
        kept = journals_here().mark(folder)
        fields = self.facts.merge_fields if self.facts else None
        rules = (known.schema, known.schema.measures, known.segments)
        meant = (self.snapshot.profiles, *rules, known.time_zone, self.today)
        return repr((*meant, self.wanted, self.account_id, self.is_empty, fields, kept))

    def answer(self) -> Estimate:
        """Ask the engine."""
        fed = {match.tag for match in self.wanted.fields}
        offered = self.facts.merge_fields.fields if self.facts else ()
        return _workspace(self.configuration, self.wanted).estimate(
            self.wanted.name,
            self.snapshot,
            account_id=self.account_id,
            is_empty=self.is_empty,
            merge_fields=MergeFields(fields=tuple(f for f in offered if f.tag in fed), limit=None),
        )


class _Remembered:
    """The last estimates of this process. One is made at a time: each takes the memory of a whole plan."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Estimate] = OrderedDict()

    def of(self, question: _Question) -> Estimate:
        """Return the answer, from memory where nothing changed."""
        with _ONE_AT_A_TIME:
            key = question.key()
            answer = self._answers.get(key) or question.answer()
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        return answer


_ONE_AT_A_TIME = threading.Lock()
_ESTIMATES = _Remembered()


def _look() -> tuple[Configuration, Snapshot] | Unknown:
    try:
        configuration = configured()
        snapshot = profile_engine(
            configuration.home, configuration.engine, shared=journals_here().shared
        ).current()
    except ConfigurationProblem as problem:
        missing = problem.code == "definition_missing"
        return Unknown.NO_DEFINITION if missing else Unknown.REFRESH_NEEDED
    return Unknown.NEVER_REFRESHED if snapshot is None else (configuration, snapshot)


def _sound(
    draft: Draft,
    facts: AudienceFacts | None,
    configuration: Configuration,
    *,
    known: Export | None,
    today: date,
) -> engine.Export | Unknown:
    """Return what of a draft can be evaluated; what is wrong with the rest is said beside its fields."""
    schema = configuration.schema
    if not _is_of(schema, draft.email_attribute, AttributeType.EMAIL):
        return Unknown.NO_EMAIL
    active = configuration.segments
    segments = tuple(
        engine.SegmentTag(segment=one.segment, tag=one.tag.strip() or one.segment)
        for one in draft.segments
        if one.segment in active and active[one.segment].active
    )
    if not segments:
        return Unknown.NO_SEGMENT
    consented = _is_of(schema, draft.consent_attribute, AttributeType.BOOLEAN)
    wanted = drafted(
        replace(
            draft,
            consent_attribute=draft.consent_attribute if consented else "",
            newest_by=draft.newest_by if schema.attribute(draft.newest_by) else "",
            brakes={},
        ),
        attested_by="",
        today=today,
        name=known.key if known is not None else UNSAVED,
    )
    offered = facts.merge_fields if facts else MergeFields(fields=(), limit=None)
    return replace(
        wanted,
        audience_id=facts.audience.audience_id if facts else "",
        segments=segments,
        fields=_fitting(draft.fields, offered, schema),
    )


def _fitting(
    fields: Sequence[engine.FieldMatch], offered: MergeFields, schema: ProfileSchema
) -> tuple[engine.FieldMatch, ...]:
    """Return the lines of the data matching that can be rendered."""
    found = {field.tag: field for field in offered.fields}
    return tuple(
        match
        for match in fields
        if match.tag in found
        and found[match.tag].type is match.type
        and _is_fed(match, found[match.tag], schema)
    )


def _is_fed(match: engine.FieldMatch, field: MergeField, schema: ProfileSchema) -> bool:
    if match.value is not None:
        return constant_fault(match, field) is None
    return all(
        _is_of(schema, name, *FITTING[match.type])
        for name in ([name for _part, name in match.parts] or [match.attribute])
    ) and (match.type is not engine.MergeType.ADDRESS or _has_required(match))


def _has_required(match: engine.FieldMatch) -> bool:
    return {"addr1", "city", "state", "zip"} <= {part for part, name in match.parts if name}


def _is_of(schema: ProfileSchema, name: str, *types: AttributeType) -> bool:
    attribute = schema.attribute(name)
    return attribute is not None and attribute.type in types


def _workspace(configuration: Configuration, export: engine.Export) -> Workspace:
    only = replace(configuration, exports={export.name: export})
    # Without secrets: nothing is asked of Mailchimp.
    told = {name: value for name, value in os.environ.items() if name == SCRATCH}
    return open_workspace(only, told, journals=journals_here(), attested=attested_for(only))


SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The first members by key: `keys` and `rows` belong together, the values of a row to `attributes`.

    These are what is stored and the measures that were asked for; `measures` are all that can be.
    """

    taken_at: datetime
    attributes: Sequence[Attribute]
    measures: Sequence[Attribute]
    keys: Sequence[object]
    rows: Sequence[Sequence[object]]


def first_members(segment: Segment, *, matching: str = "", columns: Sequence[str] = ()) -> Members:
    """Return up to `SHOWN` members, of those whose key or one of whose values holds `matching`, whatever its capitals.

    Measures are computed where they are among the `columns`.
    Raises: ConfigurationProblem when nothing fitting was read yet, or the rule does not fit the profiles any more.
    """
    snapshot, work = fitting_snapshot(), workspace()
    check_usable(work, [segment])
    schema = work.configuration.schema
    measures = [one.attribute for one in schema.measures.values()]
    asked = [one for one in measures if one.name in columns]
    _columns, found = work.segment_sample(
        segment.name,
        snapshot,
        limit=SHOWN,
        matching=matching,
        measures=[one.name for one in asked],
    )
    return Members(
        taken_at=snapshot.taken_at,
        attributes=(*schema.profiles.attributes, *asked),
        measures=measures,
        keys=[row[0] for row in found],
        rows=[row[1:] for row in found],
    )


def rejected_contacts(run: Run) -> Iterator[RejectedContact]:
    """Return the contacts that Mailchimp rejected in a run, read one by one. Personal data.

    Raises: ConfigurationProblem `rejected_not_kept` or `run_unknown` when the run is too old.
    """
    if not run.engine_run_id:
        return iter(())
    return workspace().rejected(run.engine_run_id)
