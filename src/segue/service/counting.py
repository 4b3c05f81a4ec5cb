"""Count a draft of a segment while it is built: everybody and each rule of it in one query, beside pages that are served.

One count at a time, in a thread of low priority: a run at work and the pages go first. A newer count of the same draft
breaks an older one off.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from segue.configuration import Configuration
from segue.core.errors import BrokenOff
from segue.core.permit import Permit
from segue.profiles.engines import OnThisMachine
from segue.profiles.personal import key_is_personal, personal_attributes
from segue.profiles.schema import Attribute, AttributeType, ProfileSchema
from segue.profiles.shown_values import shown_row
from segue.segments.editing.checking import Checked, rules_of_nodes
from segue.segments.rules import All, Compare, Comparison, RelatedTo, Rule, Segment, Top
from segue.segments.walk import leaves, reachable
from segue.service.configured import configured
from segue.service.engines import profile_engine
from segue.service.readings import fitting_snapshot
from segue.shown.masking import shown_key, shown_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segue.profiles.ports import FlaggedProfiles, Profiles, Snapshot, TopValue

Result = TypeVar("Result")

LARGE = 300_000
"""Profiles above which every twentieth is counted first. Source: DESIGN.md §9."""

PART = 20
SHOWN = 10
"""Members that are shown as examples."""

COLUMNS = 4
"""Attributes that are shown of them."""

MOST_CONSENTS = 3
"""Attributes by which it is told how many consented: an installation has one, or one a brand."""

MOST_VALUES = 200
"""An attribute with fewer values than this offers them. Source: PRODUCT.md §3."""

ALL, REACHABLE, CONSENTED, NODE = (
    "draft__all",
    "draft__reachable",
    "draft__consented_",
    "draft__node_",
)
"""Names of what is counted; no segment's name has two underscores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """A few members, masked: `heads` are the attributes, `rows` hold key and values of each."""

    attributes: Sequence[Attribute]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many profiles a draft selects, of how many; `by_node` says it of each of its rules.

    `reachable` are those with an e-mail address, None where profiles have no such attribute. `consented` are those of them
    who consented, by each attribute that says it. `is_rough`: counted in every twentieth profile, the exact number is to be
    asked for. `examples` None: they were not asked for.
    """

    people: int
    reachable: int | None
    consented: Sequence[tuple[Attribute, int]]
    profiles: int
    by_node: Mapping[str, int]
    is_rough: bool
    taken_at: datetime
    examples: Examples | None


def count(
    draft: int,
    checked: Checked,
    known: Sequence[str],
    *,
    consents: Sequence[str] = (),
    exactly: bool,
    now: datetime,
) -> Counted:
    """Count a draft, which its key names; `known` are the segments that it may refer to. Of many profiles a part at first.

    `consents` are the attributes that say who consented; what is none of the profiles' yes/no attributes is left out.

    Raises: ConfigurationProblem when nothing fitting was read yet; BrokenOff when a newer count of the draft has begun.
    """
    work = _work(checked, known, consents=consents, exactly=exactly, now=now)
    with newest(draft) as permit:
        return _aside(partial(work.counted, permit))


def examples_of(draft: int, checked: Checked, known: Sequence[str], *, now: datetime) -> Examples:
    """Return a few members of a draft, where its count does not hold them. Raises: as `count`."""
    work = _work(checked, known, exactly=True, now=now)
    with newest(draft) as permit:
        return _aside(partial(work.shown, permit))


def values_of(table: str, attribute: str) -> Sequence[TopValue]:
    """Return every value of an attribute with its number of profiles, or of rows of the related table `table`, most first.

    None is offered of personal data, of what has too many values or is compared otherwise, and while nothing was read.
    Raises: ConfigurationProblem: as `count`.
    """
    configuration, snapshot = configured(), fitting_snapshot()
    schema = configuration.schema
    declared = schema.related.get(table) if table else schema.profiles
    found = declared.attribute(attribute) if declared is not None else None
    if declared is None or found is None or attribute in personal_attributes(schema, declared):
        return ()
    if found.type not in (AttributeType.TEXT, AttributeType.LIST, AttributeType.INTEGER):
        return ()
    return _kept_values(
        _Place(configuration=configuration, snapshot=snapshot, table=table), attribute
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where values are looked for; equal while it is the same snapshot."""

    configuration: Configuration
    snapshot: Snapshot
    table: str

    def __hash__(self) -> int:
        return hash((self.snapshot.id, self.table))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Place) and self._key() == other._key()

    def _key(self) -> tuple[object, ...]:
        return (self.snapshot.id, self.snapshot.profiles, self.table, self.configuration.schema)

    def values(self, attribute: str) -> Sequence[TopValue]:
        """Ask the engine."""
        with _looking(self.configuration, self.snapshot, Permit()) as profiles:
            return profiles.top_values(attribute, limit=MOST_VALUES, rows_of=self.table)


@lru_cache(maxsize=256)
def _kept_values(place: _Place, attribute: str) -> Sequence[TopValue]:
    found = _aside(partial(place.values, attribute))
    return found if len(found) < MOST_VALUES else ()


@contextmanager
def _looking(
    configuration: Configuration, snapshot: Snapshot, permit: Permit, *, part: int = 1
) -> Iterator[Profiles]:
    """Open a snapshot for one look, on this machine at every `part`-th profile with its rows."""
    schema = configuration.schema
    if not isinstance(configuration.engine, OnThisMachine):
        engine = profile_engine(
            settings.SEGUE_HOME, configuration.engine, scratch=settings.SEGUE_SCRATCH
        )
        with engine.opened(snapshot, schema, permit=permit) as profiles:
            yield profiles
        return
    from segue.engines.duckdb.profiles.glances import glancing

    with glancing(settings.SEGUE_HOME, snapshot, schema, permit=permit, part=part) as glance:
        yield glance


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One count: everything that is asked of the control database is known before the engine is asked."""

    configuration: Configuration
    snapshot: Snapshot
    rules: Mapping[str, Rule]
    consents: Sequence[Attribute]
    part: int
    with_examples: bool
    now: datetime

    def counted(self, permit: Permit) -> Counted:
        """Ask the engine. Raises: BrokenOff."""
        flagged = self._flagged(self.rules)
        with _looking(self.configuration, self.snapshot, permit, part=self.part) as profiles:
            found = {name: n * self.part for name, n in profiles.counts(flagged).items()}
            examples = self._examples(profiles, flagged) if self.with_examples else None
        return Counted(
            people=found[ALL],
            reachable=found.get(REACHABLE),
            consented=[(one, found[f"{CONSENTED}{one.name}"]) for one in self.consents],
            profiles=self.snapshot.counts["profiles"].kept,
            by_node={
                name.removeprefix(NODE): n for name, n in found.items() if name.startswith(NODE)
            },
            is_rough=self.part > 1,
            taken_at=self.snapshot.taken_at,
            examples=examples,
        )

    def shown(self, permit: Permit) -> Examples:
        """Ask the engine for members alone. Raises: BrokenOff."""
        flagged = self._flagged([ALL])
        with _looking(self.configuration, self.snapshot, permit) as profiles:
            return self._examples(profiles, flagged)

    def _flagged(self, names: Iterable[str]) -> FlaggedProfiles:
        from segue.segments.compile import with_flags

        return with_flags(
            [Segment(name=name, rule=self.rules[name]) for name in names],
            self.configuration.schema,
            as_of=self.now,
            time_zone=self.configuration.time_zone,
            all_segments=self.configuration.segments,
        )

    def _examples(self, profiles: Profiles, flagged: FlaggedProfiles) -> Examples:
        schema = self.configuration.schema
        attributes = sorted(
            schema.profiles.attributes, key=lambda one: one.type is not AttributeType.EMAIL
        )[:COLUMNS]
        personal, key_is_hidden = (
            personal_attributes(schema, schema.profiles),
            key_is_personal(schema),
        )
        names = [one.name for one in attributes]
        rows = []
        for found in profiles.sample(flagged, ALL, limit=SHOWN, columns=names):
            key, *values = shown_row(found, (None, *attributes))
            masked = [
                shown_value(value, personal=one.name in personal or one.type is AttributeType.EMAIL)
                for one, value in zip(attributes, values, strict=True)
            ]
            rows.append([shown_key(str(key), personal=key_is_hidden, in_full=False), *masked])
        return Examples(attributes=attributes, rows=rows)


def _work(
    checked: Checked,
    known: Sequence[str],
    *,
    consents: Sequence[str] = (),
    exactly: bool,
    now: datetime,
) -> _Work:
    snapshot, configuration = fitting_snapshot(), configured()
    usable = [name for name in known if name in configuration.segments]
    of_nodes = rules_of_nodes(checked, configuration.schema, usable)
    whole = checked.rule
    assert whole is not None, "there is something to count"
    rules = {ALL: whole, **{f"{NODE}{id}": rule for id, rule in of_nodes.items()}}
    rules |= _reached(whole, configuration.schema)
    agreed = _consenting(consents, configuration.schema)
    reached = rules.get(REACHABLE, whole)
    rules |= {f"{CONSENTED}{one.name}": All(rules=(reached, _is_yes(one))) for one in agreed}
    is_here = isinstance(configuration.engine, OnThisMachine)
    is_large = is_here and snapshot.counts["profiles"].kept > LARGE
    asked = [Segment(name=name, rule=rule) for name, rule in rules.items()]
    is_rough = is_large and not exactly and _is_better_first_in_part(asked, configuration)
    return _Work(
        configuration=configuration,
        snapshot=snapshot,
        rules=rules,
        consents=agreed,
        part=PART if is_rough else 1,
        with_examples=is_rough or not is_large,
        now=now,
    )


def _reached(whole: Rule, schema: ProfileSchema) -> Mapping[str, Rule]:
    """Return the rule of those who have an address; none where profiles have no attribute for one."""
    emails = [one.name for one in schema.profiles.attributes if one.type is AttributeType.EMAIL]
    if not emails:
        return {}
    has_one = Compare(attribute=emails[0], comparison=Comparison.IS_BLANK, values=(False,))
    return {REACHABLE: All(rules=(whole, has_one))}


def _consenting(names: Sequence[str], schema: ProfileSchema) -> Sequence[Attribute]:
    found = [schema.profiles.attribute(name) for name in names[:MOST_CONSENTS]]
    return [one for one in found if one is not None and one.type is AttributeType.BOOLEAN]


def _is_yes(attribute: Attribute) -> Rule:
    return Compare(attribute=attribute.name, comparison=Comparison.IS, values=(True,))


def _is_better_first_in_part(asked: Sequence[Segment], configuration: Configuration) -> bool:
    """Tell whether a part says about as much, and sooner: related rows are what takes time.

    Not where a rule ranks people: the first hundred of a part are none of everybody's.
    """
    reached = reachable(asked, configuration.segments).values()
    found = [leaf for one in reached for leaf in leaves(one.rule)]
    ranks = any(isinstance(leaf, Top) for leaf in found)
    return not ranks and any(isinstance(leaf, RelatedTo) for leaf in found)


_counting: dict[int, Permit] = {}
_lock = threading.Lock()


@contextmanager
def newest(draft: int) -> Iterator[Permit]:
    """Give the permit to count a draft, and take it from whoever counts it now."""
    permit = Permit()
    with _lock:
        older, _counting[draft] = _counting.get(draft), permit
    if older is not None:
        older.revoke(
            BrokenOff(
                _("The draft has changed while it was counted."),
                action=_("The newer one is counted instead."),
                code="count_outdated",
            )
        )
    try:
        yield permit
    finally:
        with _lock:
            if _counting.get(draft) is permit:
                del _counting[draft]


def _give_way() -> None:
    from segue.engines.duckdb.profiles.glances import NICE

    with suppress(AttributeError, OSError):  # not every system knows priorities of threads
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="counting", initializer=_give_way)


def _aside(ask: Callable[[], Result]) -> Result:
    return _THREAD.submit(ask).result()
