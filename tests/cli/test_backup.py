"""`segue backup` and `segue restore` on real installations: what is in a backup, what never comes back, what is refused."""

from __future__ import annotations

import json
import shutil
import stat
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest

from segue.service.locks import at_work, only_one
from tests.cli.installed import SIGNED_IN, ended, in_installation, up
from tests.cli.program import Shop, open_shop
from tests.fixtures.shortage import largest_file

STANDING = """
from datetime import UTC, datetime
from hashlib import sha256
from axes.models import AccessAttempt
from django.contrib.auth.tokens import default_token_generator
from segue.control.connections.models import Connection
from segue.control.exports.models import Export
from segue.control.people.models import Invitation, Person
from segue.control.refreshes.models import Refresh, Run, Task, Worker
from segue.control.sources.models import Definition, ProposedDefinition

now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
days = {"created_at": now, "expires_at": now}
alice = Person.objects.get()
Invitation.objects.create(role="viewer", token_hash=sha256(b"a-token").hexdigest(), **days)
Invitation.objects.create(email="came@office.example", role="viewer", token_hash="x", accepted_at=now, **days)
ProposedDefinition.objects.create(person=alice, text="a-proposal", proposed_at=now)
text = "version: 1\\nsources:\\n  people: {type: csv, path: people-*.gz}\\n"
Definition.objects.create(text=text, digest="d", folder="/srv/people", time_zone="UTC", arrival="page", applied_at=now)
AccessAttempt.objects.create(username="somebody", attempt_time=now, failures_since_start=1)
connection = Connection.objects.create(display_name="Newsletter", secret="sesame-us1", created_at=now)
for number, (status, refresh_status) in enumerate([
    ("queued", "queued"), ("processing", "processing"), ("failed_retrying", "processing"),
    ("needs_approval", "successful"), ("successful", "successful"),
]):
    export = Export.objects.create(name=f"Export {number}", key=f"e{number}", connection=connection,
                                   audience_id=f"a{number}", created_at=now,
                                   updated_at=now)
    refresh = Refresh.objects.create(scope="exports", trigger="person", status=refresh_status, created_at=now)
    Task.objects.create(refresh=refresh, kind="source", name="x", label="x", position=1, status=refresh_status)
    run = Run.objects.create(refresh=refresh, export=export, export_name=export.name, status=status, created_at=now,
                             owner="worker-1", fence=3, heartbeat_at=now)
    Export.objects.filter(pk=export.pk).update(last_run_id=run.pk, last_status=status)
Worker.objects.create(name="worker-1", began_at=now, heard_at=now)
print(default_token_generator.make_token(alice))
"""

AFTER = """
import json, sys
from datetime import UTC, datetime
from axes.models import AccessAttempt
from django.contrib.auth.tokens import default_token_generator
from segue.control.audit.models import Entry
from segue.control.connections.models import Connection
from segue.control.exports.models import Export
from segue.control.people.models import Invitation, Person, Session
from segue.control.refreshes.models import Refresh, Run, Task, Worker
from segue.control.refreshes.run_work import claim_run
from segue.control.refreshes.data_work import claim_data
from segue.control.sources.models import ProposedDefinition

now = datetime(2030, 3, 2, 9, 0, tzinfo=UTC)
alice = Person.objects.get()
print(json.dumps({
    "passing": [m.objects.count() for m in (Session, ProposedDefinition, AccessAttempt, Worker)],
    "invitations": [i.email for i in Invitation.objects.all()],
    "secret": Connection.objects.get().secret,
    "runs": [[r.status, r.code, r.owner] for r in Run.objects.order_by("id")],
    "refreshes": [[r.status, r.code] for r in Refresh.objects.order_by("id")],
    "tasks": sorted({t.status for t in Task.objects.all()}),
    "exports": [e.last_status for e in Export.objects.order_by("id")],
    "taken": [claim_run(owner="w", now=now) is None, claim_data(owner="w", now=now) is None],
    "link": default_token_generator.check_token(alice, TOKEN),
    "audit": [e.details["backup_of"] for e in Entry.objects.filter(action="installation.backup_restored")],
    "next": Worker.objects.create(name="w", began_at=now, heard_at=now).pk > 0,
}))
"""

ENDED = ["canceled", "interrupted_by_restore", ""]


def made_installation(home: Path, **changes: str) -> str:
    """Make an installation in which everything stands that must not come back; return a link's token."""
    from segue.service.keys import make_keys

    make_keys(home / "segue.keys")
    done = ended("manage", "--home", str(home), "migrate", cwd=home.parent, **changes)
    assert done.returncode == 0, done.stderr
    in_installation(home, SIGNED_IN, **changes)
    return in_installation(home, STANDING, **changes)


def comes_back_as_it_should(home: Path, token: str, **changes: str) -> None:
    """Check what a restored installation holds, and what it does not."""
    found = json.loads(in_installation(home, f"TOKEN = {token!r}\n" + AFTER, **changes))
    assert found == {
        "passing": [0, 0, 0, 0],
        "invitations": ["came@office.example"],
        "secret": "sesame-us1",
        "runs": [*[ENDED] * 4, ["successful", "", "worker-1"]],
        "refreshes": [*[ENDED[:2]] * 3, *[["successful", ""]] * 2],
        "tasks": ["canceled", "successful"],
        "exports": [*["canceled"] * 4, "successful"],
        "taken": [True, True],
        "link": False,
        "audit": [""],
        "next": True,
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("installed") / "home"
    return home, made_installation(home)


def _segue(*arguments: str, cwd: Path, **changes: str) -> tuple[int, str, str]:
    done = ended(*arguments, cwd=cwd, **changes)
    return done.returncode, done.stdout, done.stderr


def test_a_backup_opens_no_door_and_comes_back_without_what_was_under_way(
    installed: tuple[Path, str], tmp_path: Path
) -> None:
    home, token = installed
    file, secret = tmp_path / "kept.tar.gz", tmp_path / "secret"
    secret.write_text("a long passphrase\n", encoding="utf-8")

    code, out, _err = _segue(
        "backup", str(file), "--home", str(home), "--passphrase-file", str(secret), cwd=tmp_path
    )
    back = _segue(
        *("restore", str(file), "--home", str(tmp_path / "new")),
        *("--passphrase-file", str(secret)),
        cwd=tmp_path,
    )

    assert (code, back[0]) == (0, 0), (out, back)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert {
        stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "new").iterdir() if p.is_file()
    } == {0o600}
    with tarfile.open(file) as tar:
        held = b"".join(tar.extractfile(one).read() for one in tar if one.isfile())  # type: ignore[union-attr]
    for hidden in (sha256(b"a-token").hexdigest(), "a-proposal", "sesame-us1"):
        assert hidden.encode() not in held
    assert (home / "segue.keys").read_bytes().strip() not in held
    assert (tmp_path / "new" / "segue.keys").read_bytes() == (home / "segue.keys").read_bytes()
    comes_back_as_it_should(tmp_path / "new", token)


def test_a_backup_never_replaces_and_keeps_the_keys_apart(
    installed: tuple[Path, str], tmp_path: Path
) -> None:
    home, _token = installed
    file = tmp_path / "kept.tar.gz"

    (tmp_path / ".segue-backup-0a.part").write_bytes(b"of one that was killed")
    (tmp_path / ".segue-backup-0b.stage").mkdir()
    first = _segue("manage", "backup", str(file), "--home", str(home), cwd=tmp_path)
    content = file.read_bytes()
    again = _segue("backup", str(file), "--home", str(home), cwd=tmp_path)
    nowhere = _segue("backup", str(tmp_path / "no" / "x"), "--home", str(home), cwd=tmp_path)
    inside = _segue("backup", str(home / "x.tar.gz"), "--home", str(home), cwd=tmp_path)
    around = _segue(
        "backup", str(tmp_path / "in" / ".." / "x"), "--home", str(tmp_path), cwd=tmp_path
    )
    data = _segue(
        *("backup", str(tmp_path / "x.tar.gz"), "--home", str(home)),
        cwd=tmp_path,
        SEGUE_DATA_FOLDERS=f"/srv/data, {tmp_path}",
    )

    kept = _segue("backup", "/srv/people/people-1.gz", "--home", str(home), cwd=tmp_path)

    assert first[0] == 0
    assert (kept[0], "(backup_among_data)" in kept[2]) == (2, True)
    assert "The keys are not in it" in first[1]
    assert file.read_bytes() == content
    told = {one[2].splitlines()[-1].strip("()") for one in (again, nowhere, inside, data)}
    assert told == {"file_exists", "file_not_writable", "backup_in_home", "backup_among_data"}
    assert [one[0] for one in (again, nowhere, inside, around, data)] == [2] * 5
    assert [path.name for path in tmp_path.iterdir()] == ["kept.tar.gz"]


def test_a_wrong_passphrase_changes_nothing_and_the_keys_can_stay(
    installed: tuple[Path, str], tmp_path: Path
) -> None:
    home, _token = installed
    file, right, wrong = tmp_path / "kept.tar.gz", tmp_path / "right", tmp_path / "wrong"
    right.write_text("right\n", encoding="utf-8")
    wrong.write_text("wrong\n", encoding="utf-8")
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    new = ("--home", str(tmp_path / "new"))
    _segue("backup", str(file), "--home", str(home), "--passphrase-file", str(right), cwd=tmp_path)

    refused = _segue("restore", str(file), *new, "--passphrase-file", str(wrong), cwd=tmp_path)
    empty = _segue(
        "restore", str(file), *new, "--passphrase-file", str(tmp_path / "empty"), cwd=tmp_path
    )
    unasked = _segue("restore", str(file), *new, "--language", "fr", cwd=tmp_path)
    there = (tmp_path / "new").exists()
    without = _segue("restore", str(file), *new, "--without-keys", cwd=tmp_path)
    stopped = _segue("manage", "check", *new, cwd=tmp_path)

    assert (refused[0], empty[0], unasked[0], without[0]) == (2, 2, 2, 0)
    assert "(passphrase_wrong)" in refused[2]
    assert "(passphrase_empty)" in empty[2]
    assert "phrase secrète" in unasked[2]
    assert not there
    assert not (tmp_path / "new" / "segue.keys").exists()
    assert "(keys_lost)" in stopped[2]


def test_what_is_there_is_set_aside_only_when_that_was_asked_for(
    installed: tuple[Path, str], tmp_path: Path
) -> None:
    home, token = installed
    shutil.copytree(home, tmp_path / "home")
    mine = tmp_path / "home"
    _segue("backup", str(tmp_path / "kept.tar.gz"), "--home", str(mine), cwd=tmp_path)
    (mine / "reports").mkdir()
    (mine / "reports" / "later.json").write_text("{}", encoding="utf-8")
    restore = ("restore", str(tmp_path / "kept.tar.gz"), "--home", str(mine))

    refused = _segue(*restore, cwd=tmp_path)
    with at_work(mine):
        running = _segue(*restore, "--replace", cwd=tmp_path)
    with only_one(mine / "locks" / "account-x.lock", what="x"):
        busy = _segue(*restore, "--replace", cwd=tmp_path)
    untouched = (mine / "reports" / "later.json").exists()
    done = _segue(*restore, "--replace", cwd=tmp_path)

    (aside,) = tmp_path.glob("home.before-restore-*")
    assert (refused[0], running[0], busy[0], done[0]) == (2, 2, 2, 0), done
    assert "(restore_not_empty)" in refused[2]
    assert "(restore_in_use)" in running[2]
    assert "(restore_in_use)" in busy[2]
    assert untouched
    assert (aside / "reports" / "later.json").exists()
    assert str(aside) in done[1]
    assert not (mine / "reports").exists()
    assert (mine / "segue.keys").read_bytes() == (home / "segue.keys").read_bytes()
    comes_back_as_it_should(mine, token)


def test_keys_that_were_put_there_first_stay_beside_those_of_the_backup(
    installed: tuple[Path, str], tmp_path: Path
) -> None:
    home, token = installed
    secret, other = tmp_path / "secret", ended("manage", "new-key", cwd=tmp_path).stdout
    secret.write_text("a long passphrase", encoding="utf-8")
    with_secret = ("--passphrase-file", str(secret))
    backup = ("backup", str(tmp_path / "kept.tar.gz"), "--home", str(home))
    _segue(*backup, *with_secret, cwd=tmp_path)
    restore = ("restore", str(tmp_path / "kept.tar.gz"), *with_secret)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "segue.keys").write_text(other, encoding="ascii")
    (tmp_path / "elsewhere.keys").write_text(other, encoding="ascii")

    inside = _segue(*restore, "--home", str(tmp_path / "new"), cwd=tmp_path)
    elsewhere = _segue(
        *(*restore, "--home", str(tmp_path / "second")),
        cwd=tmp_path,
        SEGUE_KEYS_FILE=str(tmp_path / "elsewhere.keys"),
    )

    own = (home / "segue.keys").read_text(encoding="ascii")
    assert (inside[0], elsewhere[0]) == (0, 0), (inside, elsewhere)
    assert (tmp_path / "new" / "segue.keys").read_text(encoding="ascii") == own + other
    assert (tmp_path / "elsewhere.keys").read_text(encoding="ascii") == own + other
    assert not (tmp_path / "second" / "segue.keys").exists()
    comes_back_as_it_should(tmp_path / "new", token)


def test_segue_at_work_is_backed_up_and_not_replaced(
    installed: tuple[Path, str], tmp_path: Path
) -> None:
    home, _token = installed
    shutil.copytree(home, tmp_path / "home")
    mine = tmp_path / "home"

    with up(mine) as started:
        assert started.url
        made = _segue("backup", str(tmp_path / "kept.tar.gz"), "--home", str(mine), cwd=tmp_path)
        replaced = _segue(
            *("restore", str(tmp_path / "kept.tar.gz"), "--home", str(mine), "--replace"),
            cwd=tmp_path,
        )

    assert made[0] == 0, made
    assert replaced[0] == 2
    assert "(restore_in_use)" in replaced[2]


def test_an_embedded_database_elsewhere_is_put_back_elsewhere(
    installed: tuple[Path, str], tmp_path: Path
) -> None:
    home, token = installed
    (tmp_path / "home").mkdir()
    shutil.copy(home / "segue.keys", tmp_path / "home" / "segue.keys")
    shutil.copy(home / "segue.sqlite3", tmp_path / "there.sqlite3")
    url = {"DATABASE_URL": f"sqlite:///{quote(str(tmp_path / 'there.sqlite3'))}"}
    restore = ("restore", str(tmp_path / "kept.tar.gz"), "--home", str(tmp_path / "new"))

    made = _segue(
        *("backup", str(tmp_path / "kept.tar.gz"), "--home", str(tmp_path / "home")),
        cwd=tmp_path,
        **url,
    )
    refused = _segue(*restore, cwd=tmp_path, **url)
    done = _segue(*restore, "--replace", cwd=tmp_path, **url)

    assert (made[0], refused[0], done[0]) == (0, 2, 0), (made, refused, done)
    assert len(list(tmp_path.glob("there.sqlite3.before-restore-*Z"))) == 1
    shutil.copy(home / "segue.keys", tmp_path / "new" / "segue.keys")
    comes_back_as_it_should(tmp_path / "new", token, **url)


def test_a_backup_of_another_kind_of_database_is_refused(
    installed: tuple[Path, str], tmp_path: Path
) -> None:
    home, _token = installed
    file = tmp_path / "kept.tar.gz"
    _segue("backup", str(file), "--home", str(home), cwd=tmp_path)

    refused = _segue(
        *("restore", str(file), "--home", str(tmp_path / "new"), "--replace"),
        cwd=tmp_path,
        DATABASE_URL="mysql://x/y",
    )

    assert refused[0] == 2
    assert "(setting_invalid)" in refused[2]
    assert not (tmp_path / "new").exists()


# the folder of the command line


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    folder = tmp_path / "shop"
    folder.mkdir()
    with open_shop(folder) as opened:
        assert opened.segue("run", "--yes").code == 0
        yield opened


@pytest.mark.parametrize("size_bytes", [0, 300, 5_000, 20_000])
def test_a_full_disk_leaves_nothing_behind(shop: Shop, size_bytes: int) -> None:
    file = shop.folder.parent / "kept.tar.gz"

    with largest_file(size_bytes):
        stopped = shop.segue("backup", str(file), "--language", "fr")
    after = sorted(path.name for path in shop.folder.parent.iterdir())
    done = shop.segue("backup", str(file))

    assert stopped.code == 5
    assert "bug" not in stopped.err
    assert after == ["shop"]
    assert done.code == 0


@pytest.mark.parametrize("size_bytes", [0, 300, 5_000])
def test_a_full_disk_while_restoring_changes_nothing(shop: Shop, size_bytes: int) -> None:
    file, new = shop.folder.parent / "kept.tar.gz", shop.folder.parent / "new"
    shop.segue("backup", str(file))

    with largest_file(size_bytes):
        stopped = shop.segue("restore", str(file), "--home", str(new))
    after = sorted(path.name for path in shop.folder.parent.iterdir())
    (shop.folder.parent / ".new.restoring-killed").mkdir()
    done = shop.segue("restore", str(file), "--home", str(new), "--json")

    assert stopped.code == 5
    assert after == ["kept.tar.gz", "shop"]
    assert done.code == 0
    assert done.json["database"] == "none"
    assert not (shop.folder.parent / ".new.restoring-killed").exists()


def test_the_state_folder_of_the_command_line_is_found(shop: Shop) -> None:
    inner = shop.folder / "inner"
    inner.mkdir()

    made = shop.segue("backup", str(shop.folder.parent / "a.tar.gz"), "--json", cwd=inner)
    nothing = shop.segue(
        "backup", str(shop.folder.parent / "b.tar.gz"), "--home", str(inner / "none")
    )

    assert (made.code, made.json["database"], made.json["has_keys"]) == (0, "none", False)
    assert nothing.code == 2
    assert "(backup_of_nothing)" in nothing.err


def test_a_folder_that_the_configuration_names_is_backed_up_and_filled_again(shop: Shop) -> None:
    written = (shop.folder / "segue.yaml").read_text(encoding="utf-8")
    (shop.folder / ".segue").rename(shop.folder / "state")
    (shop.folder / "segue.yaml").write_text(f"home: state\n{written}", encoding="utf-8")
    (shop.folder / ".segue" / "audiences").mkdir(parents=True)
    file = shop.folder.parent / "kept.tar.gz"

    made = shop.segue("backup", str(file), "--json")
    shutil.rmtree(shop.folder / "state")
    back = shop.segue("restore", str(file), "--json")

    assert (made.code, back.code) == (0, 0), (made, back)
    assert made.json["files"] > 5
    assert back.json["home"] == str(shop.folder / "state")
    assert list((shop.folder / "state").glob("audiences/*/ledger/news/*.parquet"))


def test_what_is_damaged_already_is_told_and_the_rest_is_kept(shop: Shop) -> None:
    (ledger,) = (shop.folder / ".segue").glob("audiences/*/ledger/news/*.parquet")
    ledger.unlink()
    file, new = shop.folder.parent / "kept.tar.gz", shop.folder.parent / "new"

    made = shop.segue("backup", str(file))
    back = shop.segue("restore", str(file), "--home", str(new))
    planned = shop.segue("plan", "--home", str(new), "--json")

    assert (made.code, back.code, planned.code) == (2, 0, 2)
    assert "/ledger/news/" in made.out
    assert "/ledger/news/" in back.out
    assert planned.json["error"]["code"] == "state_file_missing"
