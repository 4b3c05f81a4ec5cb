"""pip-audit itself, held against locks of a project: a program of its own for each look."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.fakes.audited import HASH, advised, advisory, project
from tools.audit import advisories


@pytest.mark.parametrize("packed", [False, True])
def test_a_vulnerable_version_is_told_with_what_puts_it_right(tmp_path: Path, packed: bool) -> None:
    given = advised(tmp_path / "given", advisory(1), advisory(2, withdrawn="2026-01-01T00:00:00Z"))
    if packed:
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            for path in given.iterdir():
                archive.write(path, path.name)
        given = tmp_path / "all.zip"

    found = advisories.look(project(tmp_path, f"shop-kit==1.5 {HASH}"), str(given))

    assert found.looked
    assert found.said == [
        "Held against 1 advisories for PyPI; the newest is of 2026-02-01.",
        "pip-audit looked at 2 packages.",
    ]
    assert found.faults == ["shop-kit 1.5: PYSEC-2026-1, put right in 2.0"]


def test_a_mirror_that_does_not_answer_is_no_look(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = advisories.look(
        project(tmp_path, f"shop-kit==1.5 {HASH}"), "http://127.0.0.1:9/v1/query"
    )

    assert (found.looked, found.faults) == (False, ["pip-audit could not look: see above"])
    assert capsys.readouterr().err
