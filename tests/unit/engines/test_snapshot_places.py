"""A snapshot says where its rows are by URI, whatever the state folder is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.engines.duckdb.profiles.snapshots import file_at, open_views, uri_of
from tests.integration.engines.small_refresh import attribute, csv_source, run, schema, table
from tests.unit.sync.bare_engine import BareEngine

NAMES = ["plain", "mit Leerzeichen", "été", "100%", "%20", "a#b", "a?b", "it's", 'a"b', "a+b&c;d"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_found_again_by_its_uri(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")

    assert file_at(uri_of(Path("/home") / name / "x.parquet")) == Path("/home") / name / "x.parquet"
    assert file_at(uri_of(Path(name) / "x.parquet")) == Path("/") / name / "x.parquet"


def test_profiles_are_read_from_a_folder_of_any_name(tmp_path: Path) -> None:
    home = tmp_path / " ".join(NAMES)
    people = csv_source(tmp_path, "id,name\n1,Nadia\n")

    snapshot = run(home, schema(table(attribute("name"))), people).snapshot

    engine = BareEngine()
    open_views(engine.connection, snapshot)
    found = engine.connection.execute("SELECT profile_key, name FROM profiles").fetchall()
    assert found == [("1", "Nadia")]
    assert snapshot.profiles.startswith("file:///")
