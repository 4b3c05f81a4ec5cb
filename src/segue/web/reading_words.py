"""Say what could not be read of the data in the reader's language: to plans, segments and data sources. As `cli.reading_text`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from segue.configuration import Configuration
from segue.control.sources.models import label_of
from segue.core.errors import ConfigurationProblem
from segue.profiles.reading import Fact, FormChange, Loss
from segue.service.declared import declared
from segue.service.words import name_of
from segue.shown.names import Names
from segue.shown.readings import loss_words, use_words
from segue.sync.grounds import Unread
from segue.web import formats
from segue.web.sayings import reads
from segue.web.sources.problem_words import problem_words
from segue.words.brakes import form_words

_CHANGES: Mapping[Fact, Promise] = {
    Fact.ENCODING: gettext_lazy(
        "Changed since the refresh before: it was written in %(before)s and is written in %(after)s now."
    ),
    Fact.SEPARATOR: gettext_lazy(
        "Changed since the refresh before: its values were separated by %(before)s and are separated by %(after)s now."
    ),
    Fact.COLUMNS: gettext_lazy(
        "Changed since the refresh before: its columns (gone: %(before)s; new: %(after)s)."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LossLine:
    """What was lost at one place: the sentence, what it is for ("" where nobody asks), why, and what was written there."""

    words: str
    use: str
    why: Sequence[str]
    samples: Sequence[str]
    source: str


def place_words(label: str) -> str:
    """Return what people call the place of a loss: the attribute's label, with its table's; a column as it is written."""
    table, _dot, name = label.rpartition(".")
    configuration = _declared()
    if configuration is None:
        return label
    schema = configuration.schema
    found = schema.related.get(table) if table else schema.profiles
    attributes = {one.name: name_of(one) for one in found.attributes} if found else {}
    if name not in attributes:
        return f"{label_of(table)} · {name}" if table else label
    called = attributes[name]
    return f"{name_of(found)} · {called}" if table and found else called


def _declared() -> Configuration | None:
    """Return what is declared; None where this version of Segue reads it no longer, which is told elsewhere."""
    try:
        return declared()
    except ConfigurationProblem:
        return None


def names(segments: Mapping[str, str], exports: Mapping[str, str] | None = None) -> Names:
    """Return names by which people know what is declared; `segments` and `exports` are labels by name."""
    return Names(segments=segments, exports=exports or {}, place=place_words)


def unread_lines(unread: Sequence[Unread], called: Names) -> Iterator[LossLine]:
    """Yield what was lost of what an export stands on."""
    for one in unread:
        yield loss_line(one.loss, use=use_words(one, reads(), called))


def loss_line(loss: Loss, *, use: str = "") -> LossLine:
    """Return what was lost at one place."""
    return LossLine(
        words=loss_words(loss, reads(), names({})),
        use=use,
        why=[_why(kind, count) for kind, count in loss.kinds.items()],
        samples=loss.samples,
        source=loss.source,
    )


def change_words(change: FormChange) -> str:
    """Return what changed in the form of a source's files."""
    return str(_CHANGES[change.fact]) % {
        "before": form_words(", ".join(change.before)),
        "after": form_words(", ".join(change.after)),
    }


def _why(kind: str, count: int) -> str:
    return f"{problem_words(kind).meaning} ({formats.number(count)})"
