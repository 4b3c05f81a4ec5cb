"""`segue up` in real processes: what the first start makes, what survives a kill, what ends with what, what is refused."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from shlex import quote

import pytest

from tests.cli.installed import (
    SIGNED_IN,
    ended,
    environment,
    eventually,
    fetched,
    in_installation,
    is_alive,
    up,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")


def _mode(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode)


def test_the_first_start_makes_all_that_is_needed_and_tells_one_link(tmp_path: Path) -> None:
    home = tmp_path / "home"

    with up(home, "--web-only") as started:
        status, page = fetched(started.url)
        web = started.pids("web")[0]
        code = started.end()

    assert (status, code) == (200, 0)
    assert "<title>" in page
    assert not is_alive(web)
    assert {place.name: _mode(place) for place in (home, *home.glob("segue.*"))} == {
        "home": 0o700,
        "segue.keys": 0o600,
        "segue.sqlite3": 0o600,
    }
    told = "\n".join(started.out)
    assert len(re.findall(r"/invitation/[\w-]{20,}/", told)) == 1
    assert "/invitation/" not in "\n".join(started.err)


def test_a_killed_web_process_is_started_again_and_sessions_survive(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with up(home, "--web-only") as started:
        url = started.url
        cookie = f"segue_session={in_installation(home, SIGNED_IN)}"
        before = fetched(url, cookie=cookie)[1]

        os.kill(started.pids("web")[0], signal.SIGKILL)
        after = fetched(url, cookie=cookie)[
            1
        ]  # waits in the queue of the socket, which is not the dead one's

        assert len(started.pids("web")) == 2
    assert ">Alice<" in before
    assert ">Alice<" in after
    assert "process.died program=web exit_code=-9" in "\n".join(started.err)


@pytest.mark.skipif(find_spec("segue.worker") is None, reason="there is no worker yet")
def test_web_and_worker_run_side_by_side_and_each_is_started_again_by_itself(
    tmp_path: Path,
) -> None:
    with up(tmp_path / "home") as started:
        fetched(started.url)
        eventually(lambda: started.pids("worker"), "the start of the worker")
        web, worker = started.pids("web")[0], started.pids("worker")[0]

        os.kill(worker, signal.SIGKILL)
        eventually(lambda: len(started.pids("worker")) == 2, "another start of the worker")
        again = started.pids("worker")[1]
        answer = fetched(started.url)[0]
        code = started.end()

    assert (answer, code) == (200, 0)
    assert started.pids("web") == [web]
    assert not is_alive(again)


def test_nobody_is_left_when_the_parent_is_killed(tmp_path: Path) -> None:
    with up(tmp_path / "home", "--web-only") as started:
        fetched(started.url)
        web = started.pids("web")[0]

        started.end(signal.SIGKILL)

        eventually(lambda: not is_alive(web), "the end of the web process")


def test_two_starts_at_once_make_one_key_and_one_database(tmp_path: Path) -> None:
    home = tmp_path / "home"

    with up(home, "--web-only") as one, up(home, "--web-only") as other:
        answers = [fetched(one.url)[0], fetched(other.url)[0]]

    keys = (home / "segue.keys").read_text(encoding="ascii").split()
    made = [line for line in (*one.out, *other.out) if "segue.keys (made now)" in line]
    assert answers == [200, 200]
    assert (len(keys), len(made)) == (1, 1)
    assert sorted(place.name for place in home.iterdir()) == [
        "locks",
        "migrate.lock",
        "segue.keys",
        "segue.sqlite3",
    ]


def test_a_later_start_invites_nobody_once_there_is_somebody(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with up(home, "--web-only") as started:
        fetched(started.url)
        in_installation(home, SIGNED_IN)

    with up(home, "--web-only") as again:
        fetched(again.url)

    assert "brought up to date" in "\n".join(started.out)
    assert "\n".join(again.out) == "\n".join(
        [
            f"Home: {home}",
            f"Database: SQLite, {home / 'segue.sqlite3'}",
            f"Segue is at {again.url}",
            "Ctrl-C ends it.",
        ]
    )


def test_on_a_terminal_the_first_administrator_is_asked_for_until_the_answers_are_good(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "segue", "up", "--home", str(home), "--port", "0", "--web-only"],
        env=environment(TERM="dumb"),
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    typed = ["Alice", "alice@office.example", "1234", "1234"]
    typed += ["", "", "correct horse battery", "correct horse battery"]
    questions = iter(["Name", "E-mail", "Password", "The same password again"] * 2)

    shown = ""
    for answer in typed:
        shown += _read_until(ours, next(questions))
        os.write(ours, f"{answer}\n".encode())
    shown += _read_until(ours, "Ctrl-C ends it.")
    process.send_signal(signal.SIGINT)

    eventually(lambda: process.poll() is not None, "the end")
    os.close(ours)
    who = in_installation(
        home,
        "from segue.control.people.models import Person\nprint(*Person.objects.values_list('name', 'role'))",
    )
    assert process.returncode == 0
    assert "Choose another password." in shown
    assert "correct horse" not in shown
    assert who == "('Alice', 'administrator')"


def _read_until(terminal: int, text: str) -> str:
    read = b""
    while text.encode() not in read:
        part = os.read(terminal, 1024)
        assert part, f"ended without saying {text!r}: {read.decode()}"
        read += part
    return read.decode()


def test_a_port_in_use_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        done = ended("up", "--home", str(tmp_path / "home"), "--port", port, cwd=tmp_path)

    assert done.returncode == 2
    assert f"Port {port} is in use" in done.stderr
    assert "--port" in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_database_server_without_keys_is_refused(tmp_path: Path) -> None:
    done = ended(
        "up", "--home", str(tmp_path / "home"), "--port", "0", cwd=tmp_path,
        DATABASE_URL="postgresql://segue@127.0.0.1:1/segue",
    )  # fmt: skip

    assert done.returncode == 2
    assert "(keys_not_given)" in done.stderr
    assert "--make-keys" in done.stderr
    assert not (tmp_path / "home" / "segue.keys").exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"SEGUE_WORKER_SLOTS": "many"}, "setting_invalid"),
        ({"SEGUE_URL": "segue.shop.example"}, "setting_invalid"),
        ({"SEGUE_LOG_FORMAT": "xml"}, "setting_invalid"),
        ({"SEGUE_URL": "https://segue.shop.example"}, "proxy_not_named"),
        ({"SEGUE_KEYS": "not-a-key"}, "key_malformed"),
        ({"DATABASE_URL": "mysql://user:sesame@localhost/segue", "SEGUE_KEYS_FILE": "no.keys"}, "setting_invalid"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used_are_named(
    tmp_path: Path, changes: dict[str, str], code: str
) -> None:
    done = ended("up", "--home", str(tmp_path / "home"), "--port", "0", cwd=tmp_path, **changes)

    assert done.returncode == 2
    assert f"({code}" in done.stderr
    assert "sesame" not in done.stderr


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")

    done = ended("up", "--home", str(tmp_path / "file" / "home"), "--port", "0", cwd=tmp_path)

    assert done.returncode == 2
    assert "(home_not_writable)" in done.stderr


def test_a_database_of_a_newer_segue_is_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with up(home, "--web-only") as started:
        fetched(started.url)
    with closing(sqlite3.connect(home / "segue.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('exports', '0099_later', '2030-01-01')"
        )

    done = ended("up", "--home", str(home), "--port", "0", cwd=tmp_path)

    assert done.returncode == 2
    assert "(database_newer" in done.stderr


def test_behind_a_proxy_https_is_what_the_proxy_says_and_plain_http_is_sent_there(
    tmp_path: Path,
) -> None:
    https = {"SEGUE_URL": "https://segue.shop.example", "SEGUE_BEHIND_PROXY": "1"}
    with up(tmp_path / "home", "--web-only", **https) as started:
        port = int(started.said(r"^Listening on 127\.0\.0\.1:(\d+)$"))

        secure = _head(port, "Host: segue.shop.example", "X-Forwarded-Proto: https")
        plain = _head(port, "Host: segue.shop.example")

    assert secure[0] == "HTTP/1.1 200 OK"
    assert any(line.startswith("strict-transport-security: max-age=31536000") for line in secure)
    assert plain[0] == "HTTP/1.1 301 Moved Permanently"
    assert "location: https://segue.shop.example/sign-in/" in plain


def _head(port: int, *headers: str) -> list[str]:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        lines = ["GET /sign-in/ HTTP/1.1", *headers, "Connection: close", "", ""]
        connection.sendall("\r\n".join(lines).encode())
        reply = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    first, *rest = reply.partition("\r\n\r\n")[0].splitlines()
    return [first, *(line[: line.index(":")].lower() + line[line.index(":") :] for line in rest)]


def test_rights_that_others_have_are_told(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)  # whatever rights new folders get here

    with up(home, "--web-only") as started:
        fetched(started.url)

    assert f"close it with: chmod go= {quote(str(home))}" in "\n".join(started.out)


@pytest.mark.postgres
def test_on_postgresql_two_starts_at_once_bring_the_database_up_to_date_once(
    tmp_path: Path, postgres_dsn: str
) -> None:
    settings = {"DATABASE_URL": _own_database(postgres_dsn)}
    home = tmp_path / "home"

    with (
        up(home, "--web-only", "--make-keys", **settings) as one,
        up(tmp_path / "home", "--web-only", "--make-keys", **settings) as other,
    ):
        answers = [fetched(one.url)[0], fetched(other.url)[0]]

    told = "\n".join([*one.out, *other.out])
    assert answers == [200, 200]
    assert told.count("brought up to date") == 1
    assert "Database: PostgreSQL, segue_up on 127.0.0.1:" in told
    assert "@" not in told


def _own_database(dsn: str) -> str:
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS segue_up")
        connection.execute("CREATE DATABASE segue_up")
    return re.sub(r"/[^/]*$", "/segue_up", dsn)
