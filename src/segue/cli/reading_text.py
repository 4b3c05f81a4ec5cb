"""Say what could not be read of the data: to plans and runs, of profiles and of segments. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from segue.cli.invocation import Language
from segue.cli.messages import say
from segue.profiles.reading import FormChange, Loss, is_unmatched
from segue.shown.readings import loss_amounts, loss_words, use_words
from segue.sync.grounds import Unread
from segue.sync.plan import Plan
from segue.words.amounts import number
from segue.words.brakes import form_words

if TYPE_CHECKING:
    from segue.profiles.ports import Snapshot


def reading_lines(plan: Plan, language: Language) -> Iterator[str]:
    """Yield what was not read of what the export stands on, then how much else there is; nothing where all was read."""
    if plan.unread_told:
        yield say(language, "reading_title")
        for one in plan.unread_told:
            yield f"  • {unread_sentence(one, language)}"
        yield say(language, "reading_more")
    if plan.unread_elsewhere:
        count = number(plan.unread_elsewhere, language)
        yield say(language, "reading_elsewhere", count=count)


def unread_sentence(one: Unread, language: Language) -> str:
    """Return what was lost at one place, what it is for, and what was written there."""
    line = _loss(one.loss, language, use_words(one, language))
    if not one.loss.samples:
        return line
    return say(language, "reading_samples", line=line, samples=", ".join(one.loss.samples))


def segment_lines(losses: Mapping[str, Sequence[Loss]], language: Language) -> Iterator[str]:
    """Yield what was not read of what each segment's rules stand on."""
    for segment, found in losses.items():
        for loss in found:
            line = loss_words(loss, language)
            yield say(language, "reading_segment", segment=segment, line=line)


def change_sentence(change: FormChange, language: Language) -> str:
    """Return what changed in the form of a source's files."""
    return say(
        language,
        f"reading_change_{change.fact}",
        source=change.source,
        before=form_words(", ".join(change.before)),
        after=form_words(", ".join(change.after)),
    )


def kinds_of(loss: Loss, language: Language) -> str:
    """Return the kinds of problems in words, with their numbers."""
    return ", ".join(
        say(
            language,
            "reading_kind",
            kind=say(language, f"problem_{kind}"),
            count=number(count, language),
        )
        for kind, count in loss.kinds.items()
    )


def _loss(loss: Loss, language: Language, use: str) -> str:
    key = "reading_values" if loss.lost else "reading_rows"
    if is_unmatched(loss):
        key = "reading_joins"
    kinds = kinds_of(loss, language)
    return say(language, key, use=use, kinds=kinds, **loss_amounts(loss, language))


def unchanged_lines(snapshot: Snapshot, language: Language) -> Iterator[str]:
    """Yield since when which sources are unchanged: those that the last refresh did not read."""
    for source, at in snapshot.source_read_at.items():
        if at != snapshot.taken_at:
            yield say(language, "profiles_unchanged", source=source, time=_instant(at))


def rising_lines(snapshot: Snapshot, language: Language) -> Iterator[str]:
    """Yield of which sources only what is new was read, and what that does not tell."""
    for source, kept in snapshot.source_kept.items():
        if kept.full_at != snapshot.taken_at:
            yield say(language, "profiles_rising", source=source, time=_instant(kept.full_at))


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
