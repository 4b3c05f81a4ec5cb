"""Write docs/reference/forms.md: every form of a value that is understood or refused, from the table that its test runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from docs.build.value_forms import ALL, Form, Forms
from segue.profiles.problems import explanation

_HEAD = """\
# Forms of values: what is read, and what is refused

Generated from the table that `tests/integration/engines/test_value_forms.py` runs through a real refresh; `make docs` writes
this page. A refused value is left empty and reported (`segue profiles --problems`): it is never guessed. `␣` is a no-break or
thin blank. The options are those of an [attribute](configuration.md#profiles); `segue init` proposes them where a sample of the
values decides.
"""
_BLANKS = "\u00a0\u202f\u2009"


def forms_page() -> str:
    """Return the page."""
    return _HEAD + "".join("\n" + "\n".join(_section(forms)) + "\n" for forms in ALL)


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
    said = (
        f"{option}: {json.dumps(value, ensure_ascii=False)}"
        for option, value in form.options.items()
    )
    return ", ".join(f"`{one}`" for one in said)


def _code(text: str) -> str:
    return f"`{text.translate(dict.fromkeys(map(ord, _BLANKS), '␣')).replace('|', '¦')}`"
