"""Say YAML's syntax errors in words for the person who wrote the file. The only reader of PyYAML's texts."""

from __future__ import annotations

from typing import NamedTuple

import yaml
from yaml.reader import ReaderError

from segue.core.errors import Mistake
from segue.core.sentences import said


class _Words(NamedTuple):
    """A fragment of PyYAML's own message, and our words for it."""

    fragment: str
    code: str
    message: str
    action: str


_WORDS = (
    _Words(
        "'\\t' that cannot start",
        code="tab",
        message=said("A tab is used for indentation."),
        action=said("Indent with spaces."),
    ),
    _Words(
        "mapping values are not allowed",
        code="bad_indentation",
        message=said("A `key: value` pair stands where none can be."),
        action=said(
            "Check the indentation of this line and the one above, and quote texts that hold `: `."
        ),
    ),
    _Words(
        "expected <block end>",
        code="bad_indentation",
        message=said("This line is indented differently from its neighbours."),
        action=said("Give all keys of one block the same number of spaces."),
    ),
    _Words(
        "could not find expected ':'",
        code="missing_colon",
        message=said("A `:` is missing after a key near this line."),
        action=said("Write `key: value`, with a space after the colon."),
    ),
    _Words(
        "unexpected end of stream",
        code="unclosed_quote",
        message=said("A quote is opened here and never closed."),
        action=said("Close it with the same quote."),
    ),
    _Words(
        "unknown escape character",
        code="bad_escape",
        message=said("A double-quoted text holds an unknown `\\` sequence."),
        action=said("Use single quotes, or write `\\\\` for a backslash."),
    ),
    _Words(
        "expected ',' or '}'",
        code="unclosed_bracket",
        message=said("A `{` is not closed, or a comma is missing."),
        action=said("Close it with `}` and separate the pairs by commas."),
    ),
    _Words(
        "expected ',' or ']'",
        code="unclosed_bracket",
        message=said("A `[` is not closed, or a comma is missing."),
        action=said("Close it with `]` and separate the elements by commas."),
    ),
    _Words(
        "found undefined alias",
        code="undefined_alias",
        message=said("This alias (`*name`) refers to no anchor (`&name`)."),
        action=said("Define the anchor above, or quote the text when a `*` is meant."),
    ),
    _Words(
        "found duplicate anchor",
        code="duplicate_anchor",
        message=said("This anchor (`&name`) is defined twice."),
        action=said("Rename one of the two."),
    ),
    _Words(
        "but found another document",
        code="several_documents",
        message=said("The file holds more than one YAML document."),
        action=said("Remove the line `---`."),
    ),
    _Words(
        "expected the node content, but found",
        code="bad_indentation",
        message=said("A value is missing or begins with a special sign."),
        action=said("Give the value, or quote it."),
    ),
    _Words(
        "that cannot start any token",
        code="special_sign",
        message=said("A value begins with a sign that has a meaning in YAML."),
        action=said("Put the value in quotes."),
    ),
    _Words(
        "expected alphabetic or numeric character",
        code="special_sign",
        message=said("A value begins with `*` or `&`, which has a meaning in YAML."),
        action=said("Put the value in quotes."),
    ),
    _Words(
        "could not determine a constructor",
        code="yaml_tag",
        message=said("YAML tags (`!…`) are not allowed."),
        action=said("Remove the tag."),
    ),
    _Words(
        "found undefined tag handle",
        code="yaml_tag",
        message=said("YAML tags (`!…`) are not allowed."),
        action=said("Remove the tag."),
    ),
)
"""The first whose fragment is found is taken."""


def syntax_mistake(error: yaml.YAMLError, text: str) -> Mistake:
    """Return the mistake for a text that is no YAML. The text itself is never quoted: it may hold a secret."""
    if isinstance(error, ReaderError):
        return _control_character(error, text)
    problem = str(getattr(error, "problem", "") or "")
    context = str(getattr(error, "context", "") or "")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if "unexpected end of stream" in problem and "quoted scalar" in context:
        mark = getattr(error, "context_mark", None) or mark
    words = _words(problem)
    return Mistake(
        path="",
        message=words.message,
        action=words.action,
        code=words.code,
        line=mark.line + 1 if mark else 1,
        column=mark.column + 1 if mark else 1,
    )


def _words(problem: str) -> _Words:
    for words in _WORDS:
        if words.fragment in problem:
            return words
    return _Words(
        "",
        code="yaml_syntax",
        message=said(
            "The file is not valid YAML here: %(problem)s.", problem=problem or "unreadable"
        ),
        action=said("Correct this line."),
    )


def _control_character(error: ReaderError, text: str) -> Mistake:
    before = text[: error.position]
    return Mistake(
        path="",
        message=said(
            "The file holds a control character (U+%(code)s).",
            code=f"{ord(text[error.position]):04X}",
        ),
        action="Remove it; in quotes it can be written as an escape.",
        code="control_character",
        line=before.count("\n") + 1,
        column=error.position - (before.rfind("\n") + 1) + 1,
    )
