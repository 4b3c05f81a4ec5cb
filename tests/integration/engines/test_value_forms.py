"""Every form that docs/reference/forms.md promises, through a real refresh."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from docs.build.value_forms import ALL, Form, Forms
from segue.engines.duckdb.profiles.snapshot_problems import list_problems
from segue.profiles.ports import Snapshot
from segue.profiles.schema import Attribute, address_column
from segue.profiles.shown_values import shown_row
from tests.integration.engines.small_refresh import (
    attribute,
    csv_source,
    rows,
    run,
    schema,
    table,
)

pytestmark = pytest.mark.any_day


def _declared(forms: Forms) -> dict[Attribute, list[Form]]:
    """Return an attribute for each set of options, with the forms that are written in it."""
    found: dict[str, tuple[Attribute, list[Form]]] = {}
    for form in forms.forms:
        options = {k: tuple(v) if isinstance(v, list) else v for k, v in form.options.items()}
        one = attribute(f"a{len(found)}", forms.type, **options)
        found.setdefault(repr(form.options), (one, []))[1].append(form)
    return dict(found.values())


def _csv(declared: dict[Attribute, list[Form]]) -> str:
    rows = [
        [form.written if one is other else "" for other in declared]
        for one, forms in declared.items()
        for form in forms
    ]
    lines = [
        ",".join([str(number), *(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row)])
        for number, row in enumerate(rows)
    ]
    return "\n".join([",".join(["id", *(one.name for one in declared)]), *lines, ""])


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("forms", ALL, ids=lambda forms: forms.type)
def test_every_form_becomes_what_the_page_says(tmp_path: Path, forms: Forms) -> None:
    declared = _declared(forms)
    source = csv_source(tmp_path, _csv(declared))

    snapshot = run(tmp_path, schema(table(*declared)), source).snapshot

    expected = [form for several in declared.values() for form in several]
    assert _found(snapshot, declared, forms) == [
        (form.written, form.becomes, form.refused) for form in expected
    ]


def _found(
    snapshot: Snapshot, declared: dict[Attribute, list[Form]], forms: Forms
) -> list[tuple[str, str, str]]:
    is_email = forms.type == "email"
    names = [address_column(one.name) if is_email else one.name for one in declared]
    found = rows(snapshot, columns=", ".join(["profile_key", *names]))
    shown = {int(row[0]): shown_row(row[1:], list(declared)) for row in found}
    kinds = {int(one.key or ""): one.kind for one in list_problems(snapshot, 1_000)}
    written = [(one, form) for one, several in declared.items() for form in several]
    places = list(declared)
    return [
        (form.written, _text(shown[n][places.index(one)]), kinds.get(n, ""))
        for n, (one, form) in enumerate(written)
    ]
