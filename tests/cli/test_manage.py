"""`segue manage` on a real installation: what each command does and says, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import pytest

from tests.cli.installed import ended, in_installation

SECRET = """
from datetime import UTC, datetime
from segue.control.connections.models import Connection
Connection.objects.create(display_name="Newsletter", secret="sesame-us1", created_at=datetime.now(UTC))
"""
TELL = """
from segue.control.connections.models import Connection
print(Connection.objects.get().secret)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of an installation with one stored secret."""
    from segue.service.keys import make_keys

    home = tmp_path_factory.mktemp("installed") / "home"
    make_keys(home / "segue.keys")
    done = ended("manage", "--home", str(home), "migrate", cwd=home.parent)
    assert done.returncode == 0, done.stderr
    in_installation(home, SECRET)
    return home


def _manage(home: Path, *arguments: str, **changes: str) -> tuple[int, str, str]:
    done = ended("manage", *arguments, "--home", str(home), cwd=home.parent, **changes)
    return done.returncode, done.stdout, done.stderr


def test_keys_are_rotated_and_the_old_one_dropped_with_every_secret_readable(
    installed: Path,
) -> None:
    before = (installed / "segue.keys").read_text(encoding="ascii").split()

    first = _manage(installed, "rotate-keys")
    between = in_installation(installed, TELL)
    second = _manage(installed, "rotate-keys", "--drop-old")

    keys = (installed / "segue.keys").read_text(encoding="ascii").split()
    assert (first[0], second[0]) == (0, 0)
    assert "1 stored value was encrypted anew. Keys in use: 2." in first[1]
    assert "Keys in use: 1." in second[1]
    assert before[0] not in keys
    assert (between, in_installation(installed, TELL)) == ("sesame-us1", "sesame-us1")


def test_keys_from_the_environment_are_not_touched_and_the_way_is_told(installed: Path) -> None:
    keys = (installed / "segue.keys").read_text(encoding="ascii").strip()

    code, _out, err = _manage(installed, "rotate-keys", SEGUE_KEYS=keys)
    again = _manage(installed, "rotate-keys", "--re-encrypt", SEGUE_KEYS=keys)

    assert code == 2
    assert "(keys_in_environment)" in err
    assert again[0] == 0
    assert (installed / "segue.keys").read_text(encoding="ascii").strip() == keys


def test_check_finds_nothing_behind_https_and_names_what_is_open(installed: Path) -> None:
    https = {"SEGUE_URL": "https://segue.shop.example", "SEGUE_BEHIND_PROXY": "1"}

    good = _manage(installed, "check", "--deploy", **https)
    plain = _manage(installed, "check", "--deploy", SEGUE_URL="http://segue.shop.example")
    installed.chmod(0o755)
    opened = _manage(installed, "check", **https)
    installed.chmod(0o700)

    assert good[:2] == (0, "Everything is in order.\n")
    assert plain[0] == 2
    assert "security.W012" in plain[1] or "security.W011" in plain[1]
    assert opened[:2] == (
        2,
        "Note: other users of this machine can read or change "
        f"{installed}; close it with: chmod go= {quote(str(installed))}\n",
    )


def test_an_administrator_can_be_invited_when_nobody_can_sign_in_any_more(installed: Path) -> None:
    code, out, _err = _manage(installed, "add-administrator", "--link")
    alone = _manage(installed, "add-administrator")

    counted = in_installation(
        installed,
        "from segue.control.people.models import Invitation\n"
        "print(Invitation.objects.filter(role='administrator', accepted_at=None).count())",
    )
    assert code == 0
    assert "/invitation/" in out
    assert counted == "1"
    assert alone[0] == 2
    assert "use --link" in alone[2]


def test_a_folder_without_an_installation_is_named(tmp_path: Path) -> None:
    code, _out, err = _manage(tmp_path / "nowhere", "check")

    assert code == 2
    assert "`segue up`" in err


def test_a_fresh_key_is_a_key(tmp_path: Path) -> None:
    from segue.control.encryption import checked_keys

    done = ended("manage", "new-key", cwd=tmp_path)

    assert len(checked_keys(done.stdout.split())) == 1


def test_migrating_twice_changes_nothing(installed: Path) -> None:
    assert _manage(installed, "migrate")[:2] == (0, "The database is up to date already.\n")


SPEAKS = """
import click
from click.testing import CliRunner
from django.utils.translation import get_language, gettext
from pathlib import Path
from segue.cli.invocation import Invocation
from segue.cli.managing.opened import open_installation

@click.command()
@click.pass_obj
def tell(invocation):
    open_installation(invocation)
    click.echo(gettext("No connection is chosen."))

from django.conf import settings
asked = Invocation(environment={}, language="fr", home=settings.SEGUE_HOME)
print(CliRunner().invoke(tell, obj=asked).output.strip(), "|", get_language())
"""


def test_what_operations_refuse_is_told_in_the_language_of_whoever_asked(installed: Path) -> None:
    assert in_installation(installed, SPEAKS) == "Aucune connexion n’est choisie. | en"
