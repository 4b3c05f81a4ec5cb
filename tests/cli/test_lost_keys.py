"""A key file that is lost: nothing makes new keys beside data that need the old ones, and everything says what to do."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.cli.installed import ended, in_installation, running, up
from tests.cli.test_manage import SECRET, TELL


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from segue.service.keys import make_keys

    home = tmp_path_factory.mktemp("installed") / "home"
    make_keys(home / "segue.keys")
    assert ended("manage", "--home", str(home), "migrate", cwd=home.parent).returncode == 0
    in_installation(home, SECRET)
    return home


@pytest.fixture
def home(installed: Path, tmp_path: Path) -> Path:
    """Return a copy of the installation whose keys are lost; the test may put them back."""
    shutil.copytree(installed, tmp_path / "home")
    (tmp_path / "home" / "segue.keys").rename(tmp_path / "kept.keys")
    return tmp_path / "home"


COMMANDS = (
    ("up", "--port", "0"),
    ("up", "--port", "0", "--make-keys"),
    ("up", "--worker-only"),
    ("manage", "migrate"),
    ("manage", "check"),
    ("manage", "rotate-keys"),
    ("manage", "rotate-keys", "--re-encrypt"),
    ("manage", "add-administrator", "--link"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_stops_and_makes_no_keys(home: Path, command: tuple[str, ...]) -> None:
    done = ended(*command, "--home", str(home), cwd=home.parent)
    french = ended(*command, "--home", str(home), "--language", "fr", cwd=home.parent)

    assert (done.returncode, french.returncode) == (2, 2), done
    assert "(keys_lost)" in done.stderr
    assert str(home / "segue.keys") in done.stderr
    assert "clés de cette installation" in french.stderr
    assert list(home.glob("*segue.keys*")) == []


@pytest.mark.parametrize("program", ["segue.web", "segue.worker"])
def test_the_pages_and_the_worker_stop(home: Path, program: str) -> None:
    command = (sys.executable, "-m", program)
    with running(*command, cwd=home.parent, SEGUE_HOME=str(home)) as started:
        code = started.process.wait()
        for reader in started.readers:
            reader.join()

    assert code == 2
    assert "keys of this installation are lost" in "\n".join(started.err)
    assert not (home / "segue.keys").exists()


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_key_file_is_a_lost_one(home: Path, content: str) -> None:
    (home / "segue.keys").write_text(content, encoding="ascii")

    done = ended("up", "--port", "0", "--home", str(home), cwd=home.parent)

    assert "(keys_lost)" in done.stderr
    assert (home / "segue.keys").read_text(encoding="ascii") == content


def test_a_key_file_named_elsewhere_is_not_made_either(home: Path) -> None:
    elsewhere = home.parent / "mounted" / "keys"

    done = ended(
        *("up", "--port", "0", "--home", str(home)), cwd=home.parent, SEGUE_KEYS_FILE=str(elsewhere)
    )

    assert "(keys_lost)" in done.stderr
    assert str(elsewhere) in done.stderr
    assert not elsewhere.exists()


def test_a_database_elsewhere_needs_its_keys_too(home: Path, tmp_path: Path) -> None:
    (home / "segue.sqlite3").rename(tmp_path / "there.sqlite3")

    done = ended(
        *("up", "--port", "0", "--home", str(home)),
        cwd=home.parent,
        DATABASE_URL=f"sqlite:///{quote(str(tmp_path / 'there.sqlite3'))}",
    )

    assert "(keys_lost)" in done.stderr
    assert not (home / "segue.keys").exists()


def test_keys_that_are_put_back_read_everything_again(home: Path) -> None:
    (home.parent / "kept.keys").rename(home / "segue.keys")

    assert in_installation(home, TELL) == "sesame-us1"


def test_an_installation_with_lost_keys_can_be_backed_up(home: Path, tmp_path: Path) -> None:
    file, secret = tmp_path / "kept.tar.gz", tmp_path / "secret"
    secret.write_text("a long passphrase", encoding="utf-8")

    sealed = ended(
        *("backup", str(file), "--home", str(home), "--passphrase-file", str(secret)), cwd=tmp_path
    )
    plain = ended("backup", str(file), "--home", str(home), cwd=tmp_path)

    assert "(keys_lost)" in sealed.stderr
    assert plain.returncode == 0, plain.stderr


def test_where_nothing_is_encrypted_yet_nothing_is_lost(home: Path) -> None:
    (home.parent / "kept.keys").rename(home / "segue.keys")
    in_installation(
        home,
        "from segue.control.connections.models import Connection\nConnection.objects.all().delete()\n"
        "from segue.control.notices.models import Channel\nChannel.objects.update(target='')",
    )
    (home / "segue.keys").unlink()

    with up(home) as started:
        assert started.url

    assert (home / "segue.keys").exists()


def test_keys_of_another_installation_are_told_and_the_old_ones_work_beside_them(
    home: Path,
) -> None:
    other = ended("manage", "new-key", cwd=home.parent).stdout
    (home / "segue.keys").write_text(other, encoding="ascii")
    (home / "segue.keys").chmod(0o600)

    checked = ended("manage", "check", "--home", str(home), cwd=home.parent)
    with up(home) as started:
        assert started.url
    old = (home.parent / "kept.keys").read_text(encoding="ascii")
    (home / "segue.keys").write_text(other + old, encoding="ascii")
    both = ended("manage", "check", "--home", str(home), cwd=home.parent)

    assert checked.returncode == 2
    assert "open none of the stored secrets" in checked.stdout
    assert "open none of the stored secrets" in "\n".join(started.out)
    assert "open none" not in both.stdout
    assert in_installation(home, TELL) == "sesame-us1"
