"""What counts is read when it changes: runs, estimates and pages take it from there, and ask only what is outside anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from segue.control.people.models import Person
from segue.control.segments.operations import set_active
from segue.control.segments.queries import segments
from segue.core.errors import ConfigurationProblem
from segue.profiles.sources import PostgresSource
from segue.service.configured import configured, workspace
from segue.service.declared import declared as outline_that_counts
from segue.service.declared import reading_of
from segue.service.definitions import read_uploaded
from segue.service.previews import foretell
from tests.control.stage import DEFINITION, declared, draft, facts
from tests.fakes.clocks import START

DATABASE = """\
  orders: {type: postgresql, dsn: {env: SHOP_DSN}, table: orders}
profiles:"""


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Return the texts that the YAML library was given, in order."""
    reading_of.cache_clear()
    read: list[str] = []
    compose = yaml.compose

    def noted(text: str, Loader: Any) -> Any:
        read.append(text)
        return compose(text, Loader=Loader)

    monkeypatch.setattr(yaml, "compose", noted)
    yield read
    reading_of.cache_clear()


def test_a_definition_is_read_once_whatever_runs_and_is_shown(
    db: None, tmp_path: Path, readings: list[str], bob: Person
) -> None:
    once, changed = DEFINITION + "# read once\n", DEFINITION + "# and changed\n"
    declared(tmp_path, text=once)

    for _ in range(3):
        workspace()
        outline_that_counts()
        foretell(draft(None), facts(), known=None, now=START)
    set_active(segment=segments().get(name="vip"), active=False, actor=bob, now=START)
    configured()
    declared(tmp_path, text=changed)
    configured()

    assert readings == [once, changed]


def test_secrets_are_looked_up_each_time_without_reading_the_text_again(
    db: None, tmp_path: Path, readings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DSN", "postgresql://one.example/shop")
    text = DEFINITION.replace("profiles:", DATABASE)
    declared(tmp_path, text=text)

    found = [configured().sources["orders"]]
    monkeypatch.setenv("SHOP_DSN", "postgresql://two.example/shop")
    found += [configured().sources["orders"]]
    monkeypatch.delenv("SHOP_DSN")
    with pytest.raises(ConfigurationProblem) as refused:
        configured()

    assert [one.dsn for one in found if isinstance(one, PostgresSource)] == [
        "postgresql://one.example/shop",
        "postgresql://two.example/shop",
    ]
    (mistake,) = refused.value.mistakes
    assert (mistake.code, mistake.path, mistake.line, mistake.column) == (
        "secret_missing",
        "sources.orders.dsn",
        4,
        35,
    )
    assert readings == [text]


def test_links_are_followed_each_time_without_reading_the_text_again(
    db: None, tmp_path: Path, readings: list[str], settings: Any
) -> None:
    settings.SEGUE_DATA_FOLDERS = [tmp_path / "data"]
    (tmp_path / "data").mkdir()
    file, elsewhere = tmp_path / "data/customers.csv", tmp_path / "other.csv"
    for one in (file, elsewhere):
        one.write_text("id,email\n", encoding="utf-8")
    read_uploaded(DEFINITION, folder=tmp_path / "data")

    file.unlink()
    file.symlink_to(elsewhere)
    with pytest.raises(ConfigurationProblem) as refused:
        read_uploaded(DEFINITION, folder=tmp_path / "data")

    assert [one.code for one in refused.value.mistakes] == ["path_not_allowed"]
    assert readings == [DEFINITION]
