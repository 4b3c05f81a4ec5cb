"""An uploaded definition reads the data folders and nothing else of the server; the command line may read anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from segue.control.people.models import Person
from segue.control.sources.models import Arrival
from segue.core.errors import ConfigurationProblem, Mistake
from segue.service.configured import configured
from segue.service.definitions import apply, read_definition, read_uploaded
from tests.control.stage import DEFINITION, data_folder, declared
from tests.fakes.clocks import START

Upload = Callable[[str], Sequence[Mistake]]


@pytest.fixture
def server(db: None, tmp_path: Path, settings: Any) -> Path:
    """Return a machine: data, a home folder inside of them, and secrets beside."""
    data = tmp_path / "data"
    (data / "more").mkdir(parents=True)
    data_folder(data)
    data_folder(data / "more")
    (data / ".segue").mkdir()
    (data / ".segue" / "segue.keys").write_text("key\n", encoding="utf-8")
    (data / ".env").write_text("SECRET=1\n", encoding="utf-8")
    (data / "keys.txt").write_text("key\n", encoding="utf-8")
    (tmp_path / "secret.csv").write_text("id,email\n1,x\n", encoding="utf-8")
    settings.SEGUE_HOME = data / ".segue"
    settings.SEGUE_KEYS_FILE = data / "keys.txt"
    settings.SEGUE_DATA_FOLDER = data
    settings.SEGUE_DATA_FOLDERS = [data]
    return tmp_path


def _mistakes(path: str) -> Sequence[Mistake]:
    text = DEFINITION.replace("path: customers.csv", f'path: "{path}"')
    try:
        read_uploaded(text)
    except ConfigurationProblem as problem:
        return problem.mistakes
    return ()


@pytest.mark.parametrize(
    "path",
    [
        "customers.csv",
        "more/customers.csv",
        "more/../customers.csv",
        "not-there-yet.csv",
        "*.csv",
        "**/*.csv",
        "{data}/customers.csv",
        "{data}/more/*.csv",
    ],
)
def test_paths_below_a_data_folder_are_read(server: Path, path: str) -> None:
    assert _mistakes(path.format(data=server / "data")) == ()


@pytest.mark.parametrize(
    "path",
    [
        "../secret.csv",
        "more/../../secret.csv",
        "{root}/secret.csv",
        "/etc/passwd",
        "~/x.csv",
        "../*.csv",
        "/*/passwd",
        "*/../../secret.csv",
        "**/**/*.csv",
        ".env",
        ".segue/segue.keys",
        ".s*/segue.keys",
        ".segue/segue.sqlite3",
        "more/../.segue/segue.keys",
        "keys.txt",
        "k*.txt",
        "*.txt",
        "{data}",
    ],
)
def test_paths_that_lead_out_or_to_what_is_hidden_are_refused(server: Path, path: str) -> None:
    mistakes = _mistakes(path.format(root=server, data=server / "data" / ".segue"))

    assert [(one.path, one.code, one.line, one.column) for one in mistakes] == [
        ("sources.customers.path", "path_not_allowed", 3, 32)
    ]


def test_symbolic_links_are_followed_before_a_path_is_judged(server: Path) -> None:
    data = server / "data"
    (data / "out.csv").symlink_to(server / "secret.csv")
    (data / "away").symlink_to(server)
    (data / "round").symlink_to(data / "round")
    (data / "within.csv").symlink_to(data / "customers.csv")
    (data / "a[1].csv").symlink_to(server / "secret.csv")

    (data / "b[1]").symlink_to(server)

    codes = {
        path: [one.code for one in _mistakes(path)]
        for path in (
            "b[1]/*.csv",
            "out.csv",
            "away/secret.csv",
            "o*.csv",
            "round",
            "a[1].csv",
            "within.csv",
        )
    }

    refused = ["path_not_allowed"]
    assert codes == {
        "b[1]/*.csv": refused,
        "out.csv": refused,
        "away/secret.csv": refused,
        "o*.csv": refused,
        "round": codes["round"],
        "a[1].csv": refused,
        "within.csv": [],
    }


def test_a_link_that_is_bent_after_applying_is_refused_when_it_would_be_read(
    server: Path, alice: Person
) -> None:
    apply(read_uploaded(DEFINITION), arrival=Arrival.PAGE, actor=alice, now=START)
    before = configured().sources
    file = server / "data" / "customers.csv"
    file.unlink()
    file.symlink_to(server / "secret.csv")

    with pytest.raises(ConfigurationProblem) as refused:
        configured()

    assert list(before) == ["customers"]
    assert [one.code for one in refused.value.mistakes] == ["path_not_allowed"]


@pytest.mark.any_day
def test_the_command_line_may_read_anything_and_what_it_named_stays_allowed(
    server: Path, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    (server / "shop.dsn").write_text("host=db.example\n", encoding="utf-8")
    text = DEFINITION.replace("path: customers.csv", f'path: "{server}/secret.csv"').replace(
        "sources:",
        f'sources:\n  shop: {{type: postgresql, dsn: {{file: "{server}/shop.dsn"}}, table: t}}',
    )
    refused = [one.code for one in _uploaded(text)]
    declared(server, text=text)

    renamed = text.replace("label: VIP", "label: The best")
    apply(read_uploaded(renamed), arrival=Arrival.PAGE, actor=alice, now=START)

    assert refused == ["reference_not_allowed", "path_not_allowed"]
    assert configured().sources["customers"].path == server / "secret.csv"  # type: ignore[union-attr]
    assert [one.code for one in _uploaded(text.replace("secret.csv", "other.csv"))] == [
        "path_not_allowed"
    ]


def _uploaded(text: str) -> Sequence[Mistake]:
    try:
        read_uploaded(text)
    except ConfigurationProblem as problem:
        return problem.mistakes
    return ()


POSTGRES = DEFINITION.replace(
    "{type: csv, path: customers.csv}", "{type: postgresql, dsn: %s, table: t}"
)


@pytest.mark.parametrize(
    "name", ["SEGUE_KEYS", "DATABASE_URL", "SEGUE_SMTP_URL", "segue_keys", "DJANGO_SECRET"]
)
def test_an_upload_cannot_use_what_segue_itself_is_set_up_with(
    server: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "postgresql://db.example/segue")

    mistakes = _uploaded(POSTGRES % f"{{env: {name}}}")

    assert [(one.path, one.code) for one in mistakes] == [
        ("sources.customers.dsn", "reference_not_allowed")
    ]


def test_a_file_is_not_even_opened_for_the_secret_of_an_upload(server: Path) -> None:
    mistakes = _uploaded(POSTGRES % "{file: /dev/zero}")

    assert [one.code for one in mistakes] == ["reference_not_allowed"]


def test_a_secret_by_reference_comes_from_the_environment_and_shows_nowhere(
    server: Path, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from segue.control.audit.models import Entry
    from segue.control.sources.models import DataSource, Definition

    dsn = "postgresql://segue:swordfish@db.shop.example/shop"
    monkeypatch.setenv("SHOP_DATABASE_URL", dsn)
    read = read_uploaded(POSTGRES % "{env: SHOP_DATABASE_URL}")

    apply(read, arrival=Arrival.PAGE, actor=alice, now=START)

    source = configured().sources["customers"]
    kept = [
        repr(row) for model in (Definition, DataSource, Entry) for row in model.objects.values()
    ]
    assert source.dsn == dsn  # type: ignore[union-attr]
    assert DataSource.objects.get().place == "t"
    assert "swordfish" not in repr(source) + repr(read) + "".join(kept)


def test_a_reference_that_leads_nowhere_is_a_mistake_with_its_place(
    server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP_DATABASE_URL", raising=False)

    mistakes = _uploaded(POSTGRES % "{env: SHOP_DATABASE_URL}")

    assert [(one.line, one.column, one.code) for one in mistakes] == [(3, 38, "secret_missing")]


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://segue:swordfish@db.shop.example/shop",
        '"host=db.shop.example password=swordfish"',
    ],
)
def test_a_secret_in_clear_is_refused_and_not_repeated(server: Path, dsn: str) -> None:
    for read in (read_uploaded, _from_server):
        with pytest.raises(ConfigurationProblem) as refused:
            read(POSTGRES % dsn)

        assert [one.code for one in refused.value.mistakes] == ["secret_in_file"]
        assert "swordfish" not in f"{refused.value} {refused.value.mistakes}"


def _from_server(text: str) -> object:
    return read_definition(text, folder=Path("/"), file_name="segue.yaml")


def test_without_a_data_folder_of_its_own_a_server_started_at_the_root_reads_nothing(
    server: Path, settings: Any
) -> None:
    settings.SEGUE_DATA_FOLDER = settings.SEGUE_HOME
    settings.SEGUE_DATA_FOLDERS = [settings.SEGUE_HOME]

    assert [one.code for one in _mistakes("customers.csv")] == ["path_not_allowed"]
    assert [one.code for one in _mistakes("/etc/passwd")] == ["path_not_allowed"]
