"""`segue apply` as a person meets it: the plan of changes first, nothing without a yes, and the record of it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings

from segue.cli.main import run_command
from segue.control.audit.models import Action, Entry
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.control.sources.models import Definition
from segue.service.keys import make_keys
from tests.cli.program import PROGRAM, Ended
from tests.control.stage import DEFINITION, connection, data_folder, declared, export
from tests.patience import PATIENCE_S

FEWER = DEFINITION.replace("is: Lyon", "is: Paris").replace(
    "  newcomers:\n    label: Newcomers\n    rules: {attribute: joined, after: 2026-01-01}\n", ""
)


@pytest.fixture
def folder(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with data and a file; the installation is that of the tests."""
    for name in [name for name in os.environ if name.startswith("SEGUE_") and "TEST" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "segue.yaml").write_text(DEFINITION, encoding="utf-8")
    return data_folder(tmp_path)


def _segue(*arguments: str) -> Ended:
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run_command([*arguments, "--home", str(settings.SEGUE_HOME)])
    return Ended(code=code, out=out.getvalue(), err=err.getvalue())


def test_the_first_file_is_shown_and_applied(folder: Path) -> None:
    ended = _segue("apply", "--yes")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        f"What {folder}/segue.yaml changes in the installation in {settings.SEGUE_HOME}:\n"
        "\n"
        "Data sources\n"
        "  + customers: CSV, customers.csv\n"
        "\n"
        "Tables\n"
        "  + Profiles: from customers, key id\n"
        "\n"
        "Profile attributes\n"
        "  + E-mail: E-mail, personal\n"
        "  + First name: Text, personal\n"
        "  + Last name: Text, personal\n"
        "  + city: Text\n"
        "  + joined: Date\n"
        "  + opted in: Yes or no\n"
        "\n"
        "Segments\n"
        "  + VIP: A person is selected when city is “Lyon”.\n"
        "  + Newcomers: A person is selected when joined is after 1 January 2026.\n"
        "\n"
        "Applied. The data is read with the next refresh.\n"
    )
    applied = Definition.objects.get()
    assert (applied.folder, applied.file_name, applied.arrival, applied.applied_by) == (
        str(folder),
        "segue.yaml",
        "command_line",
        None,
    )
    entry = Entry.objects.get(action=Action.DEFINITION_APPLIED)
    assert (entry.actor_id, entry.details["origin"]) == (None, "command_line")


def test_changes_and_what_they_stop_are_shown_in_french(folder: Path, alice: Person) -> None:
    declared(folder)
    export(alice, connection(alice), name="Lettre", segments=_newcomers())
    (folder / "other.yaml").write_text(FEWER, encoding="utf-8")

    ended = _segue("apply", "other.yaml", "--yes", "--language", "fr")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[1:] == [
        "",
        "Segments",
        "  ~ VIP\u00a0: Une personne est retenue si\u00a0: city est «\u00a0Lyon\u00a0». → "
        "Une personne est retenue si\u00a0: city est «\u00a0Paris\u00a0».",
        "  - Newcomers\u00a0: Une personne est retenue si\u00a0: joined tombe après le 1er\u00a0janvier 2026. "
        "(utilisé par Lettre)",
        "",
        "Les exportations qui utilisent ce qui est supprimé ne s’exécuteront plus avant d’être modifiées\u00a0: "
        "Lettre.",
        "Appliqué. Les données seront lues lors de la prochaine actualisation.",
    ]
    assert [row.name for row in Segment.objects.filter(removed_at=None)] == ["vip"]


def _newcomers() -> tuple[object, ...]:
    from segue.sync.export import SegmentTag

    return (SegmentTag(segment="newcomers", tag="New"),)


def test_what_counts_already_is_not_applied_again(folder: Path) -> None:
    declared(folder)

    ended = _segue("apply")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"{folder}/segue.yaml is what counts already; nothing was applied.\n"
    assert Definition.objects.count() == 1


def test_where_nobody_can_be_asked_nothing_is_applied(folder: Path) -> None:
    ended = _segue("apply")

    assert ended.code == 4
    assert ended.out.startswith("What ")
    assert ended.err.startswith("Needs approval: Nobody could be asked; nothing was applied.\n")
    assert not Definition.objects.exists()


def test_json_shows_the_plan_and_applies_it_only_with_yes(folder: Path) -> None:
    shown = _segue("apply", "--json")
    shown_only = Definition.objects.exists()
    applied = _segue("apply", "--json", "--yes")

    assert (shown.code, shown_only, applied.code) == (4, False, 0)
    assert (shown.json["applied"], applied.json["applied"]) == (False, True)
    assert shown.json["digest"] == applied.json["digest"]
    assert shown.json["file"] == str(folder / "segue.yaml")
    assert shown.json["changes"]["tables"] == [
        {
            "kind": "added",
            "name": "profiles",
            "label": "Profiles",
            "before": "",
            "after": "from customers, key id",
            "used_by": [],
        }
    ]
    assert [one["name"] for one in shown.json["changes"]["segments"]] == ["vip", "newcomers"]


def test_mistakes_are_all_told_with_their_places(folder: Path) -> None:
    wrong = DEFINITION.replace("is: Lyon", "is_it: Lyon").replace("label: VIP", "labl: VIP")
    (folder / "segue.yaml").write_text(wrong, encoding="utf-8")

    ended = _segue("apply", "--yes", "--json")

    assert ended.code == 2
    assert [(m["line"], m["code"]) for m in ended.json["error"]["mistakes"]] == [
        (16, "unknown_key"),
        (17, "rule_without_comparison"),
        (17, "rule_unknown_key"),
    ]
    assert not Definition.objects.exists()


@pytest.mark.parametrize("name", ["missing.yaml", "folder"])
def test_a_file_that_cannot_be_read_is_named(folder: Path, name: str) -> None:
    (folder / "folder").mkdir()

    ended = _segue("apply", name, "--yes")

    assert ended.code == 2
    assert str(folder / name) in ended.err


def test_without_an_installation_the_next_step_is_named(tmp_path: Path) -> None:
    (tmp_path / "segue.yaml").write_text(DEFINITION, encoding="utf-8")

    without_keys = _process(tmp_path, "apply", "--yes")
    make_keys(tmp_path / ".segue" / "segue.keys")
    without_database = _process(tmp_path, "apply", "--yes")

    assert (without_keys.code, without_database.code) == (2, 2)
    assert "segue up" in without_keys.err
    assert f"There is no installation in {tmp_path}/.segue yet." in without_database.err
    assert not (tmp_path / ".segue" / "segue.sqlite3").exists()


def test_on_a_terminal_a_person_is_asked_first(tmp_path: Path) -> None:
    (tmp_path / "segue.yaml").write_text(DEFINITION, encoding="utf-8")
    make_keys(tmp_path / ".segue" / "segue.keys")
    migrated = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--settings", "segue.settings", "-v", "0"],
        cwd=tmp_path,
        env=_environment(),
        check=False,
        capture_output=True,
        encoding="utf-8",
    )

    declined = _answered(tmp_path, "n\n")
    agreed = _answered(tmp_path, "y\n")
    again = _process(tmp_path, "apply", DJANGO_SETTINGS_MODULE="their.own.settings")
    printed = _process(tmp_path, "export-config", DJANGO_SETTINGS_MODULE="their.own.settings")

    assert migrated.returncode == 0, migrated.stderr
    assert declined.code == 130
    assert "Apply these changes? [y/N]" in declined.err
    assert "Nothing was applied." in declined.err
    assert (agreed.code, agreed.out.splitlines()[-1]) == (
        0,
        "Applied. The data is read with the next refresh.",
    )
    assert (again.code, "what counts already" in again.out) == (0, True)
    assert (printed.code, "version: 1" in printed.out) == (0, True)


def _environment(**settings: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SEGUE", "DJANGO"))}
    kept.pop("DATABASE_URL", None)
    return {**kept, **settings}


def _process(folder: Path, *arguments: str, **settings: str) -> Ended:
    done = subprocess.run(
        [*PROGRAM, *arguments],
        cwd=folder,
        env=_environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    return Ended(code=done.returncode, out=done.stdout, err=done.stderr)


def _answered(folder: Path, answer: str) -> Ended:
    """Run `segue apply` on a terminal where somebody types the answer."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, "apply"],
        cwd=folder,
        env=_environment(),
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        os.close(theirs)
        os.write(ours, answer.encode())
        assert process.stdout is not None
        out = process.stdout.read()
        code = process.wait(timeout=PATIENCE_S)
    err = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        err += part
    os.close(ours)
    return Ended(code=code, out=out, err=err.decode())
