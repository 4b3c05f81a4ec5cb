"""Setting Django up for the command line and the worker: what is missing is named, with the next step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import segue
from segue.control.encryption import new_key
from tests.patience import PATIENCE_S

STORY = """
import json, sys
from pathlib import Path
from segue.core.errors import ConfigurationProblem
from segue.service.django import set_up, start
from segue.service.keys import make_keys

home, told = Path(sys.argv[1]), []

def tried(folder):
    try:
        set_up(folder)
    except ConfigurationProblem as problem:
        told.append(problem.code)
    else:
        told.append("set up")

tried(home)
make_keys(home / "segue.keys")
tried(home)
told.append((home / "segue.sqlite3").exists())
(home / "segue.sqlite3").touch()
tried(home)
start(home)
from django.core.management import call_command
call_command("migrate", verbosity=0)
tried(home)
tried(home)
tried(home / "other")
print(json.dumps(told))
"""


def test_set_up_names_what_an_installation_lacks_and_makes_nothing(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SEGUE", "DJANGO"))}
    environment.pop("DATABASE_URL", None)

    done = subprocess.run(
        [sys.executable, "-c", STORY, str(tmp_path / "home")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE_S,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        "key_missing",
        "installation_missing",
        False,
        "database_not_migrated",
        "set up",
        "set up",
        "installation_other",
    ]


def test_importing_it_loads_no_django() -> None:
    told = "import sys, segue.service.django; print('django.conf' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", told],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE_S,
    )

    assert done.stdout == "False\n", done.stderr


@pytest.mark.parametrize(
    ("folder", "given", "expected"),
    [
        ("{tmp}", {}, ["{tmp}", "{tmp}"]),
        ("/", {}, ["{tmp}/home", "{tmp}/home"]),
        ("/", {"SEGUE_DATA_FOLDER": "/data"}, ["/data", "/data"]),
        ("{tmp}", {"SEGUE_DATA_FOLDERS": "/data, /more"}, ["{tmp}", "/data", "/more"]),
    ],
)
def test_uploads_read_the_folder_of_the_server_or_those_that_are_set(
    tmp_path: Path, folder: str, given: dict[str, str], expected: list[str]
) -> None:
    told = (
        "import json; from segue import settings as s;"
        "print(json.dumps([str(s.SEGUE_DATA_FOLDER), *map(str, s.SEGUE_DATA_FOLDERS)]))"
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SEGUE", "DJANGO"))}
    paths = {"PYTHONPATH": str(Path(segue.__file__).parents[1])}
    keys = {"SEGUE_KEYS": new_key(), "SEGUE_HOME": str(tmp_path / "home")}

    done = subprocess.run(
        [sys.executable, "-c", told],
        cwd=folder.format(tmp=tmp_path),
        env=kept | paths | keys | given,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE_S,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [one.format(tmp=tmp_path) for one in expected]
