"""`segue export-config` as a person meets it: the text alone on standard output, what is missing beside it."""

from __future__ import annotations

import os
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings

from segue.cli.main import run_command
from segue.control.connections.models import Connection
from segue.control.exports.operations import detach
from segue.control.exports.queries import exports
from segue.control.people.models import Person
from tests.cli.program import Ended
from tests.control.stage import DEFINITION, connection, data_folder, declared, export
from tests.fakes.clocks import START

FILE = (
    DEFINITION
    + """\
connections:
  main: {type: mailchimp, api_key: {env: SHOP_KEY}}
exports:
  news:
    connection: main
    audience: a1b2c3d4e5
    match: {email: email}
    segments: [vip]
    consent: {attribute: opted_in}
"""
)


@pytest.fixture
def folder(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with data; the installation is that of the tests."""
    for name in [name for name in os.environ if name.startswith("SEGUE_") and "TEST" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return data_folder(tmp_path)


def _segue(*arguments: str) -> Ended:
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run_command([*arguments, "--home", str(settings.SEGUE_HOME)])
    return Ended(code=code, out=out.getvalue(), err=err.getvalue())


def test_what_is_printed_can_be_applied_and_is_what_counts_then(folder: Path) -> None:
    (folder / "segue.yaml").write_text(FILE, encoding="utf-8")
    applied = _segue("apply", "--yes")

    printed = _segue("export-config")
    (folder / "segue.yaml").write_text(printed.out, encoding="utf-8")
    planned = _segue("apply", "--yes")

    assert "+ main: Mailchimp, its secret in SHOP_KEY" in applied.out
    assert "+ news: to the audience a1b2c3d4e5 by main: VIP" in applied.out
    assert (applied.code, printed.code, planned.code) == (0, 0, 0)
    assert printed.out.startswith("version: 1\n")
    assert (
        printed.err
        == "Before it is applied elsewhere, these variables hold the secrets: SHOP_KEY.\n"
    )
    assert "Nothing that counts changes, only the text." in planned.out
    assert Connection.objects.get().secret_place == "SHOP_KEY"
    assert exports().get().name == "news"


def test_a_file_is_written_whole_and_none_is_replaced_unasked(folder: Path, alice: Person) -> None:
    declared(folder)
    made = export(alice, connection(alice), name="Lettre")
    detach(exports=[made], actor=alice, now=START)

    first = _segue("export-config", "--output", "all.yaml", "--language", "fr")
    second = _segue("export-config", "--output", "all.yaml", "--language", "fr")
    third = _segue("export-config", "--output", "all.yaml", "--force")
    nowhere = _segue("export-config", "--output", "no/such/folder.yaml")

    assert (first.code, second.code, third.code, nowhere.code) == (0, 2, 0, 2)
    assert first.out == "all.yaml est écrit.\n"
    assert first.err.splitlines() == [
        "Omis sous exports, car un fichier ne peut pas le dire\u00a0: Lettre. Elle n’a pas de connexion.",
        "Avant de l’appliquer ailleurs, ces variables doivent contenir les secrets\u00a0: "
        "MAILCHIMP_NEWSLETTER_ACCOUNT.",
    ]
    assert "all.yaml existe déjà" in second.err
    assert "sandbox-key" not in (folder / "all.yaml").read_text(encoding="utf-8")
    assert list(folder.glob(".*.part")) == []


def test_before_a_definition_it_says_what_to_do(folder: Path) -> None:
    ended = _segue("export-config")

    assert (ended.code, ended.out) == (2, "")
    assert "segue apply" in ended.err


def test_a_source_in_a_store_keeps_its_address_and_its_references(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_KEY", "top-secret")
    (folder / "crm.secret").write_text("hush", encoding="utf-8")
    secrets = "{access_key: {env: CRM_KEY}, secret_key: {file: crm.secret}}"
    place = f"path: s3://crm-exports/day/*.csv, region: eu-west-3, credentials: {secrets}"
    text = FILE.replace("path: customers.csv", place)
    (folder / "segue.yaml").write_text(text, encoding="utf-8")
    applied = _segue("apply", "--yes")

    printed = _segue("export-config")

    assert (applied.code, printed.code) == (0, 0)
    assert "s3://crm-exports/day/*.csv" in printed.out
    assert str(folder / "crm.secret") in printed.out
    assert "hush" not in printed.out
    assert "top-secret" not in printed.out
    (folder / "segue.yaml").write_text(printed.out, encoding="utf-8")
    again = _segue("apply", "--yes")
    assert again.code == 0
    assert "no changes" in again.out.lower() or "nothing" in again.out.lower()
