"""Find what the source says to a person outside of pages and letters: sentences, problems and their next steps.

A text is one when it is given to `said`, `said_many` or `phrase`, or written as it is where a problem or a mistake is made.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

SAID = ("said", "said_many")
PLACE_OF_MESSAGE: Mapping[str, int | None] = {
    **dict.fromkeys(
        ("Problem", "ConfigurationProblem", "NotAllowed", "NotVisible", "UnsafePlan", "ContactRejected", "TryLater",
         "MachineTrouble", "ConnectionLost", "BrokenOff", "NotALiteralError"), 0
    ),
    "report": 1,
    "add": 1,
    **dict.fromkeys(("Mistake", "RunEnd", "TaskEnd", "SourceReading", "Fault", "Saying", "Explanation", "Sentence",
         "Wording"), None
    ),
}  # fmt: skip
"""What is told to people, by the name of what is called: where its message stands without its name, None: it has one."""
ALL_OF = ("Row", "phrase")
"""What holds nothing but texts."""
NAMED = ("message", "action", "at", "meaning", "detailed")


def texts_said(path: Path) -> Iterator[tuple[int, str | tuple[str, str]]]:
    """Yield line and text of everything that a module says; a pair is one text for one thing and one for several."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, text) for text in _said_by(node))


def _said_by(call: ast.Call) -> Iterator[str | tuple[str, str]]:
    name = called(call)
    if name in SAID:
        texts = [str(a.value) for a in call.args if isinstance(a, ast.Constant)]
        if len(texts) == SAID.index(name) + 1:
            yield (texts[0], texts[1]) if name == "said_many" else texts[0]
    elif name in ALL_OF:
        for part in call.args:
            yield from _constants(part)
    elif name in PLACE_OF_MESSAGE:
        for part in told_by(call):
            yield from _constants(part)


def told_by(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call gives as message and next step."""
    place = PLACE_OF_MESSAGE[called(call)]
    if place is not None and len(call.args) > place:
        yield call.args[place]
    yield from (keyword.value for keyword in call.keywords if keyword.arg in NAMED)


def called(call: ast.Call) -> str:
    """Return the last name of what is called."""
    of = call.func
    return of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""


def _constants(part: ast.expr) -> Iterator[str]:
    match part:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from (*_constants(one), *_constants(other))
        case ast.BoolOp(values=values):
            for value in values:
                yield from _constants(value)
