"""No text becomes the name of a file or folder unless it names just one, in the folder that it was meant for."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.core.errors import ConfigurationProblem
from segue.core.names import is_identifier, path_below, path_name
from segue.service.places import account_lock, audience_folder, audience_folders

UNSAFE = [
    "",
    ".",
    "..",
    ".hidden",
    "a/b",
    "/a",
    "../a",
    "a\\b",
    "a\0b",
    "a\nb",
    "a\x1bb",
    "é" * 101,
]
SAFE = ["a", "20260302T090000000-newsletter", "Lettre d’été", "a" * 200, "a..b", "[1] *?"]


@pytest.mark.parametrize("text", UNSAFE)
def test_a_text_that_names_no_single_file_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        path_name(text, what="name of the run")

    assert (caught.value.code, caught.value.context) == ("name_unsafe", {"what": "name of the run"})
    assert "name of the run" in caught.value.message


@pytest.mark.parametrize("text", SAFE)
def test_an_ordinary_name_stays_as_it_is(text: str) -> None:
    assert path_name(text, what="name") == text


def test_a_path_is_made_of_names() -> None:
    assert path_below("ledger/newsletter/3.parquet", what="file") == "ledger/newsletter/3.parquet"
    for path in ("../x", "/etc/passwd", "a//b", "a/../b", "a/"):
        with pytest.raises(ConfigurationProblem):
            path_below(path, what="file")


@pytest.mark.parametrize("text", ["", "-a", "a b", "a.b", "ä", "a\n", "a" * 41, "*"])
def test_an_identifier_has_plain_signs_only(text: str) -> None:
    assert not is_identifier(text, longest=40)


def test_ids_lead_to_folders_of_the_home_only(tmp_path: Path) -> None:
    assert audience_folder(tmp_path, "acc", "aud") == tmp_path / "audiences" / "acc-aud"
    assert account_lock(tmp_path, "acc") == tmp_path / "locks" / "account-acc.lock"
    for account, audience in (
        ("/any/where", "a"),
        ("x/../../y", "a"),
        ("a", "/b"),
        ("a" * 5_000, "b"),
    ):
        with pytest.raises(ConfigurationProblem):
            audience_folder(tmp_path, account, audience)
    for account in ("/any/where", "x/../../y", "a\0b", "a" * 5_000):
        with pytest.raises(ConfigurationProblem):
            account_lock(tmp_path, account)


def test_an_audience_is_found_by_its_id_and_not_by_a_pattern(tmp_path: Path) -> None:
    folder = tmp_path / "audiences" / "acc-a1"
    folder.mkdir(parents=True)
    (tmp_path / "secret-a1").mkdir()

    assert audience_folders(tmp_path, "a1") == [folder]
    for pattern in ("*", "?1", "[a]1", "../secret-a1", "", "a1/runs", "**"):
        assert audience_folders(tmp_path, pattern) == []
    assert audience_folders(tmp_path / "nowhere", "a1") == []
