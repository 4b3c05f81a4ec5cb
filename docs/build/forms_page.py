"""Write docs/reference/forms.md: every form of values and files that is understood or refused, from the tables of its tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import pyarrow as pa

from docs.build.cell_forms import ALL_CELLS, CellForms
from docs.build.error_page import written_texts
from docs.build.file_forms import ALL_FILES, FileForm, FileForms
from docs.build.value_forms import ALL, Form, Forms
from segue.profiles.problems import explanation

_HEAD = """\
# Forms of values and files: what is read, and what is refused

Generated from the tables that `test_value_forms.py`, `test_file_forms.py` and `test_cell_forms.py` (in
`tests/integration/engines`) run through a real refresh; `make docs` writes this page. First the values of attributes, then
[the files and tables](#csv-encodings-type-csv) that they are read from. A refused value is left empty and reported (`segue profiles --problems`): it is never guessed. `␣` is a no-break or
thin blank, `␊`, `␍` and `␉` are ends of lines and tabs, `¦` a bar. The options are those of an [attribute](configuration.md#profiles); `segue init` proposes them where a sample of the
values decides.
"""
_BLANKS = "\u00a0\u202f\u2009"


def forms_page() -> str:
    """Return the page."""
    sections = [
        *map(_section, ALL),
        *map(_files, ALL_FILES),
        *map(_cells, ALL_CELLS),
    ]
    return _HEAD + "".join("\n" + "\n".join(lines) + "\n" for lines in sections)


def _files(forms: FileForms) -> Iterator[str]:
    """Write the forms of one part of a kind of file: what becomes of each, and which are refused as a whole."""
    yield f"## {forms.title} (`type: {forms.type}`)"
    yield ""
    yield forms.words
    yield ""
    yield "| file | with | rows that are read | reported |"
    yield "|---|---|---|---|"
    for form in forms.forms:
        if not form.refused:
            kinds = "<br>".join(_told(kind) for kind in dict.fromkeys(form.reported))
            yield f"| {_file(form)} | {_listed(form.options)} | {_rows(form)} | {kinds} |"
    yield from _refused_files([form for form in forms.forms if form.refused])


def _refused_files(refused: list[FileForm]) -> Iterator[str]:
    if refused:
        yield ""
        yield from _REFUSED
    for form in refused:
        yield f"| {_file(form)} | {_listed(form.options)} | {_because(form.refused)} |"


def _cells(forms: CellForms) -> Iterator[str]:
    """Write what the cells of one type of source become, and what is refused as a whole."""
    yield f"## {forms.title} (`type: {forms.type}`)"
    yield ""
    yield forms.words
    yield ""
    yield "| cell | holds | text that attributes read | reported |"
    yield "|---|---|---|---|"
    for form in forms.forms:
        read = _shown(form.becomes) if form.becomes else "no value"
        yield f"| {form.words} | {_value(form.value)} | {read} | {_told(form.reported)} |"
    if forms.refused:
        yield ""
        yield from _REFUSED
    for words, code in forms.refused:
        yield f"| {words} |  | {_because(code)} |"


_REFUSED = ("| refused | with | because | what to do |", "|---|---|---|---|")
_MOST_SHOWN = 90


def _file(form: FileForm) -> str:
    text = form.content.decode("utf-8", errors="replace")
    return form.words or _shown(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…")


def _rows(form: FileForm) -> str:
    return " · ".join(_shown(f"{key}: {name or ''}".strip()) for key, name in form.people) or "none"


def _told(kind: str) -> str:
    return f"`{kind}`: {explanation(kind).meaning}" if kind else ""


def _because(code: str) -> str:
    text = written_texts()[code]
    return f"[`{code}`](errors.md): {text.meaning} | {text.fix}"


def _value(value: Any) -> str:
    """Show a cell's value; of a Parquet column its type."""
    if isinstance(value, pa.ChunkedArray | pa.Array):
        return _code(str(value.type))
    if value is None or value == "":
        return ""
    return _shown(repr(value) if isinstance(value, bytes) else str(value))


def _shown(text: str) -> str:
    """Write a text as code, with signs for what a table cannot hold; backquotes do not occur."""
    for sign, shown in (("\r\n", "␍␊"), ("\n", "␊"), ("\r", "␍"), ("\t", "␉"), ("\u200b", "")):
        text = text.replace(sign, shown)
    return _code(text)


def _listed(options: Mapping[str, object]) -> str:
    said = (
        f"{option}: {json.dumps(value, ensure_ascii=False)}" for option, value in options.items()
    )
    return ", ".join(f"`{one}`" for one in said)


def _section(forms: Forms) -> Iterator[str]:
    yield f"## {forms.title} (`type: {forms.type}`)"
    yield ""
    yield forms.words
    yield ""
    yield "| written | with | becomes |"
    yield "|---|---|---|"
    for (becomes, _), group in groupby((f for f in forms.forms if f.becomes), _outcome):
        same = list(group)
        yield f"| {_written(same)} | {_options(same[0])} | {_code(becomes)} |"
    yield from _refusals(forms)


def _refusals(forms: Forms) -> Iterator[str]:
    refused = [form for form in forms.forms if form.refused]
    if not refused:
        return
    yield ""
    yield "| refused or told | with | because | what to do |"
    yield "|---|---|---|---|"
    for (kind, _), group in groupby(refused, lambda form: (form.refused, _said(form))):
        same = list(group)
        told = explanation(kind)
        yield f"| {_written(same)} | {_options(same[0])} | `{kind}`: {told.meaning} | {told.action} |"


def _outcome(form: Form) -> tuple[str, str]:
    return form.becomes, _said(form)


def _said(form: Form) -> str:
    return json.dumps(form.options)


def _written(forms: list[Form]) -> str:
    return " · ".join(_code(form.written) for form in forms)


def _options(form: Form) -> str:
    return _listed(form.options)


def _code(text: str) -> str:
    return f"`{text.translate(dict.fromkeys(map(ord, _BLANKS), '␣')).replace('|', '¦')}`"
