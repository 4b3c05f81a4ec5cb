"""The version of the definition for the form that uploads another: what counts now, and where the two texts differ."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from django.http import HttpRequest
from django.utils.translation import gettext as _

from segue.control.audit.meanwhile import Watched
from segue.control.audit.models import Action
from segue.control.sources import queries
from segue.web.sources.forms import DefinitionForm
from segue.web.typed.editing import Editing, Line

LONGEST_COMPARED = 2_000
"""Lines of a text that is compared place by place; of a longer one the first lines that differ are shown."""

MOST_SHOWN = 20
"""Places that are shown of those where two texts differ."""

Blocks = Sequence[tuple[str, str, str]]


def definition_editing(request: HttpRequest, form: DefinitionForm) -> Editing:
    """Return the form in which a definition is typed or uploaded."""
    return Editing(
        request=request,
        watched=Watched(kind="definition", ids=(), actions=(Action.DEFINITION_APPLIED,)),
        name=_("Definition"),
        mine=lambda: [Line(label=at, value=mine) for at, _theirs, mine in _blocks(form)],
        theirs=lambda: [Line(label=at, value=theirs) for at, theirs, _mine in _blocks(form)],
    )


def _blocks(form: DefinitionForm) -> Blocks:
    """Return the places in which the texts differ, each with what the one and the other says."""
    current = queries.current_definition()
    theirs = current.text.splitlines() if current else []
    mine = str(form.cleaned_data.get("text", "")).splitlines()
    if max(len(theirs), len(mine)) > LONGEST_COMPARED:
        return _one_block(theirs, mine)
    found = SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes()
    differing = [one for one in found if one[0] != "equal"][:MOST_SHOWN]
    return [
        (
            _("Line %(line)d") % {"line": a + 1},
            "\n".join(theirs[a:a_end]),
            "\n".join(mine[b:b_end]),
        )
        for _kind, a, a_end, b, b_end in differing
    ]


def _one_block(theirs: Sequence[str], mine: Sequence[str]) -> Blocks:
    """Return where two long texts differ first and last as one place, and its first lines."""
    begin = _alike(theirs, mine)
    if begin == len(theirs) == len(mine):
        return ()
    end = _alike(theirs[begin:][::-1], mine[begin:][::-1])
    label = _("From line %(line)d on") % {"line": begin + 1}
    parts = [text[begin : len(text) - end][:MOST_SHOWN] for text in (theirs, mine)]
    return [(label, "\n".join(parts[0]), "\n".join(parts[1]))]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many lines two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
