"""A definition finds its data again when the folder of the installation is moved or copied with them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from segue.control.sources.models import Definition
from segue.control.sources.queries import current_definition
from segue.service.declared import declared
from tests.control import stage

pytestmark = pytest.mark.django_db


def _place(settings: Any) -> Path:
    found = current_definition()
    assert found is not None
    read = declared()
    assert read is not None
    (source,) = read.sources.values()
    return Path(source.path)


@pytest.mark.parametrize("act", [shutil.move, shutil.copytree], ids=["moved", "copied"])
def test_the_data_beside_a_state_folder_are_found_where_both_are_now(
    tmp_path: Path, settings: Any, act: Any
) -> None:
    shop, elsewhere = tmp_path / "shop", tmp_path / "elsewhere"
    (shop / ".segue").mkdir(parents=True)
    settings.SEGUE_HOME = shop / ".segue"
    stage.declared(stage.data_folder(shop))
    before = _place(settings)

    act(shop, elsewhere)
    settings.SEGUE_HOME = elsewhere / ".segue"

    assert (before, _place(settings)) == (shop / "customers.csv", elsewhere / "customers.csv")


def test_data_that_lie_elsewhere_stay_there_when_the_state_folder_is_moved(
    tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "data").mkdir()
    settings.SEGUE_HOME = tmp_path / "state" / "home"
    stage.declared(stage.data_folder(tmp_path / "data"))

    settings.SEGUE_HOME = tmp_path / "another" / "home"

    assert _place(settings) == tmp_path / "data" / "customers.csv"


def test_a_folder_that_was_kept_as_it_is_is_still_read(tmp_path: Path, settings: Any) -> None:
    settings.SEGUE_HOME = tmp_path / ".segue"
    stage.declared(stage.data_folder(tmp_path))
    with connection.cursor() as cursor:
        cursor.execute("SELECT folder FROM sources_definition")
        kept = cursor.fetchone()[0]
        cursor.execute("UPDATE sources_definition SET folder = %s", [str(tmp_path)])

    assert (kept, Definition.objects.get().folder) == ("..", str(tmp_path))
