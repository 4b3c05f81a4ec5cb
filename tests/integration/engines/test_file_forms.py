"""Every form of a file that docs/reference/forms.md promises, through a real refresh."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from docs.build.file_forms import ALL_FILES, FileForm, FileForms
from segue.core.errors import ConfigurationProblem
from segue.profiles.sources import CsvSource, JsonLinesSource, Source
from tests.integration.engines.small_refresh import attribute, listed, rows, run, schema, table

pytestmark = pytest.mark.any_day

FORMS = [(forms, form) for forms in ALL_FILES for form in forms.forms]
PEOPLE = schema(table(attribute("name")))


def _source(folder: Path, forms: FileForms, form: FileForm) -> Source:
    path = folder / f"people.{forms.ending}"
    path.write_bytes(form.content)
    options: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in form.options.items()
    }
    kind = CsvSource if forms.type == "csv" else JsonLinesSource
    return kind(name="people", path=path, **options)


@pytest.mark.parametrize(("forms", "form"), FORMS)
def test_every_file_gives_what_the_page_says(
    tmp_path: Path, forms: FileForms, form: FileForm
) -> None:
    source = _source(tmp_path, forms, form)

    if form.refused:
        with pytest.raises(ConfigurationProblem) as raised:
            run(tmp_path / "home", PEOPLE, source)
        assert raised.value.code == form.refused
        return
    snapshot = run(tmp_path / "home", PEOPLE, source).snapshot

    assert rows(snapshot) == list(form.people)
    assert tuple(kind for _, _, kind, _ in listed(snapshot)) == form.reported
