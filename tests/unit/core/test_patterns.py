"""Patterns of file names begin where names end that exist: folders may hold the signs of patterns in their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.core.patterns import divided, fitting

pytestmark = pytest.mark.any_day

ODD = ["segue", "deux mots", "L'été à Besançon", "plan [1] (copie)", "what? * [a-z]"]


@pytest.mark.parametrize("name", ODD)
def test_the_name_of_a_folder_that_exists_is_no_pattern(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "orders"
    folder.mkdir(parents=True)
    for file in ("1.csv", "2.csv", "notes.txt"):
        (folder / file).write_text("id\n", encoding="utf-8")

    beginning, pattern = divided(folder / "*.csv")

    assert (beginning, pattern) == (folder, Path("*.csv"))
    assert sorted(file.name for file in fitting(beginning, Path("*.csv"))) == ["1.csv", "2.csv"]


def test_a_path_without_signs_and_a_file_that_is_called_so_have_no_pattern(tmp_path: Path) -> None:
    odd = tmp_path / "orders[1].csv"
    odd.write_text("id\n", encoding="utf-8")

    assert divided(tmp_path / "none.csv") == (tmp_path / "none.csv", None)
    assert divided(odd) == (odd, None)


def test_two_stars_look_into_folders_of_folders(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "1.csv").touch()

    beginning, pattern = divided(tmp_path / "**" / "*.csv")

    assert (beginning, pattern) == (tmp_path, Path("**/*.csv"))
    assert [*fitting(beginning, Path("**/*.csv"))] == [tmp_path / "a" / "b" / "1.csv"]
