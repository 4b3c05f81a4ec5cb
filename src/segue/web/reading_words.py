"""Say what could not be read of the data in the reader's language: to plans, segments and data sources. As `cli.reading_text`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from segue.configuration import Configuration
from segue.control.sources.models import label_of
from segue.core.errors import ConfigurationProblem
from segue.profiles.reading import Fact, FormChange, Loss, is_unmatched
from segue.service.declared import declared
from segue.service.words import name_of
from segue.sync.grounds import Ground, Unread
from segue.web import formats
from segue.web.sources.problem_words import problem_words
from segue.web.words import form_words

_GROUNDS: Mapping[Ground, Promise] = {
    Ground.RULES: gettext_lazy("asked for by the segments %(segments)s"),
    Ground.MATCHING: gettext_lazy("sent to Mailchimp"),
    Ground.CONSENT: gettext_lazy("the consent, where what was not read is no yes"),
    Ground.WINNER: gettext_lazy(
        "decides which row or profile counts where there are several of one person"
    ),
    Ground.KEY: gettext_lazy("tells whose row it is"),
    Ground.JOIN: gettext_lazy("joins the data sources"),
}

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


def unread_lines(unread: Sequence[Unread], labels: Mapping[str, str]) -> Iterator[LossLine]:
    """Yield what was lost of what an export stands on; `labels` are what its segments are called."""
    for one in unread:
        names = ", ".join(labels.get(name, name) for name in one.segments)
        use = ", ".join(str(_GROUNDS[ground]) % {"segments": names} for ground in one.grounds)
        yield loss_line(one.loss, use=use)


def loss_line(loss: Loss, *, use: str = "") -> LossLine:
    """Return what was lost at one place."""
    return LossLine(
        words=loss_words(loss),
        use=use,
        why=[_why(kind, count) for kind, count in loss.kinds.items()],
        samples=loss.samples,
        source=loss.source,
    )


def loss_words(loss: Loss) -> str:
    """Return how much was lost at one place."""
    if not loss.lost:
        words = ngettext(
            "%(left)s row of %(place)s was left out.",
            "%(left)s rows of %(place)s were left out.",
            loss.left_out,
        )
        return words % {"left": formats.number(loss.left_out), "place": place_words(loss.label)}
    words = _(
        "%(lost)s of %(written)s written {written:value|values} of %(place)s {lost:was|were} not read (%(share)s)."
    )
    if is_unmatched(loss):
        words = _(
            "%(lost)s of %(written)s {written:row|rows} found nothing to join by %(place)s (%(share)s)."
        )
    return formats.filled(
        words,
        lost=formats.number(loss.lost),
        written=formats.number(loss.written),
        place=place_words(loss.label),
        share=formats.share(loss.share),
    )


def change_words(change: FormChange) -> str:
    """Return what changed in the form of a source's files."""
    return str(_CHANGES[change.fact]) % {
        "before": form_words(", ".join(change.before)),
        "after": form_words(", ".join(change.after)),
    }


def _why(kind: str, count: int) -> str:
    return f"{problem_words(kind).meaning} ({formats.number(count)})"
