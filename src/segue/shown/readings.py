"""What could not be read of the data, in words: how much at one place, and what an export or a segment needs it for."""

from __future__ import annotations

from collections.abc import Mapping

from segue.core.sentences import phrase
from segue.profiles.reading import Loss, is_unmatched
from segue.shown.names import AS_THEY_ARE, Names
from segue.sync.grounds import Ground, Unread
from segue.words.amounts import number, share
from segue.words.counting import put_in

_GROUNDS: Mapping[Ground, str] = {
    Ground.RULES: phrase("asked for by the segments %(segments)s"),
    Ground.MATCHING: phrase("sent to Mailchimp"),
    Ground.CONSENT: phrase("the consent, where what was not read is no yes"),
    Ground.WINNER: phrase(
        "decides which row or profile counts where there are several of one person"
    ),
    Ground.KEY: phrase("tells whose row it is"),
    Ground.JOIN: phrase("joins the data sources"),
}

_VALUES = phrase(
    "%(lost)s of %(written)s written {written:value|values} of %(place)s {lost:was|were} not read (%(share)s)."
)
_UNMATCHED = phrase(
    "%(lost)s of %(written)s {written:row|rows} found nothing to join by %(place)s (%(share)s)."
)
_ROWS = phrase("%(left)s {left:row|rows} of %(place)s {left:was|were} left out.")


def loss_words(loss: Loss, language: str, names: Names = AS_THEY_ARE) -> str:
    """Return how much was lost at one place."""
    text = _UNMATCHED if is_unmatched(loss) else _VALUES if loss.lost else _ROWS
    return put_in(text, language, **loss_amounts(loss, language, names))


def loss_amounts(loss: Loss, language: str, names: Names = AS_THEY_ARE) -> Mapping[str, str]:
    """Return what a sentence about a loss names, as it is written: the place, the numbers, the share."""
    return {
        "place": names.place(loss.label),
        "lost": number(loss.lost, language),
        "left": number(loss.left_out, language),
        "written": number(loss.written, language),
        "share": share(loss.share, language),
    }


def use_words(one: Unread, language: str, names: Names = AS_THEY_ARE) -> str:
    """Return what an export needs for, that was not read."""
    segments = ", ".join(names.segment(name) for name in one.segments)
    return ", ".join(
        put_in(_GROUNDS[ground], language, segments=segments) for ground in one.grounds
    )
