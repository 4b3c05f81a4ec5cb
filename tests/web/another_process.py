"""A process that has seen nothing yet: it reads forms from standard input and sends each to the pages. No expectations.

Run with Django's settings of the tests; `SEGUE_TEST_COPY` is the database that it finds, as a restarted server does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a browser sends: its cookies, and the marks of its forms, are those that it got from the process before."""

    path: str
    data: Mapping[str, Any]
    cookies: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How it was answered."""

    status: int
    location: str
    page: str


def answers_after_a_restart(
    sent: Mapping[str, Sent], *, database: Path, folder: Path
) -> dict[str, Answered]:
    """Let a new process answer, each time on what `database` holds, with the installation's files in `folder`."""
    given = {name: asdict(one) for name, one in sent.items()}
    settings = {"SEGUE_TEST_COPY": str(database), "SEGUE_TEST_FOLDER": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.web.another_process"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", **settings},
        input=json.dumps(given),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: Answered(**one) for name, one in json.loads(done.stdout).items()}


def main() -> None:
    """Answer what standard input brings, each on its own: nothing of one is there for the next."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["SEGUE_TEST_COPY"]
    django.setup()
    from django.test import override_settings
    from django.test.utils import setup_test_environment

    setup_test_environment()
    folder = Path(os.environ["SEGUE_TEST_FOLDER"])
    places = {"SEGUE_HOME": folder / "home", "SEGUE_DATA_FOLDER": folder}
    with override_settings(**places, SEGUE_DATA_FOLDERS=[folder]):
        given = {name: Sent(**one) for name, one in json.load(sys.stdin).items()}
        print(json.dumps({name: asdict(_answered(one)) for name, one in given.items()}))


def _answered(sent: Sent) -> Answered:
    from django.db import transaction
    from django.test import Client

    from tests.web.typed import ORIGIN

    client = Client(enforce_csrf_checks=True)
    client.cookies.load(dict(sent.cookies))
    with transaction.atomic():
        answer = client.post(sent.path, sent.data, headers=ORIGIN)
        transaction.set_rollback(True)
    page = answer.content.decode()
    return Answered(
        status=answer.status_code, location=answer.headers.get("Location", ""), page=page
    )


if __name__ == "__main__":
    main()
