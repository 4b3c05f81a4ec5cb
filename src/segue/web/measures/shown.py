"""How a measure is shown: its row in the list, and how it lies over the customers, as a drawing and as the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from segue.control.exports.measure_uses import users_by_name
from segue.control.segments.models import Measure
from segue.core.errors import ConfigurationProblem
from segue.profiles.schema import ProfileSchema
from segue.segments.describe import describe_measure
from segue.segments.measures import measures_of
from segue.service.building import declared_schema
from segue.service.distribution import Preview
from segue.service.words import type_words
from segue.shown.masking import shown_value
from segue.web import formats
from segue.web.charts import histogram
from segue.web.segments.members import value_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A measure in words. `sentence` "": it does not fit what is declared now. `users` are the names of what uses it."""

    measure: Measure
    sentence: str
    type: str
    users: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the range of values: its ends, how many people have a value in it, and their share of all who have one."""

    first: str
    end: str
    people: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A preview in words; `chart` is "" where there is nothing to draw."""

    sentence: str
    profiles: int
    people: int
    figures: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    chart: SafeString
    samples: Sequence[tuple[str, str]]
    taken_at: datetime
    is_personal: bool


def rows_of(measures: Sequence[Measure], language: str) -> Sequence[Row]:
    """Return measures in words; their sentences are "" while nothing is declared."""
    schema, users = _schema(), users_by_name()
    known = measures_of(schema) if schema is not None else {}

    def row(one: Measure) -> Row:
        meant, used = known.get(one.name), users.get(one.name, ())
        if schema is None or meant is None:
            return Row(measure=one, sentence="", type="", users=used)
        sentence = describe_measure(meant, schema, language)
        kind = type_words(str(meant.attribute.type))
        return Row(measure=one, sentence=sentence, type=kind, users=used)

    return [row(one) for one in measures]


def _schema() -> ProfileSchema | None:
    try:
        return declared_schema()
    except ConfigurationProblem:
        return None


def shown(found: Preview, sentence: str) -> Shown:
    """Return a preview in words; values that are personal data are masked."""
    figures = ((_("Least"), found.least), (_("Median"), found.median), (_("Most"), found.most))
    parts = [
        Part(
            first=_text(bar.first, found),
            end=_text(bar.end, found),
            people=bar.people,
            share=bar.people / (found.people or 1),
        )
        for bar in found.bars
    ]
    return Shown(
        sentence=sentence,
        profiles=found.profiles,
        people=found.people,
        figures=[(label, _text(value, found)) for label, value in figures],
        parts=parts,
        chart=_chart(parts),
        samples=[(key, _text(value, found)) for key, value in found.samples],
        taken_at=found.taken_at,
        is_personal=found.is_personal,
    )


def _chart(parts: Sequence[Part]) -> SafeString:
    if not parts:
        return SafeString("")
    words = _("%(first)s to %(end)s: %(people)s")
    counts = [
        (
            formats.filled(words, first=one.first, end=one.end, people=formats.number(one.people)),
            one.people,
        )
        for one in parts
    ]
    title = _("How many people have which value")
    return histogram(counts, ends=(parts[0].first, parts[-1].end), title=title)


def _text(value: object, found: Preview) -> str:
    if found.is_personal:
        return shown_value(value, personal=True) or "–"
    if isinstance(value, int) and not isinstance(value, bool):
        return formats.number(value)
    return value_text(value)
