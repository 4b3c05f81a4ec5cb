"""Messages go to public addresses and the installation's own places, by whatever way a target leads elsewhere."""

from __future__ import annotations

import ast
import gzip
import inspect
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import requests
from pytest_django import Settings

from segue.control.notices import operations
from segue.control.notices.border import CrossedError, border
from segue.control.notices.models import Channel, ChannelKind, Trouble
from segue.control.notices.networks import is_inside, may_be_sent_to
from segue.control.notices.services import REFUSED_OPTIONS, SERVICES
from segue.control.notices.transports import NotDelivered, send_to_service, why_refused
from segue.control.people.models import Person
from segue.core.errors import ConfigurationProblem
from tests.fakes.chat import ChatService, chat_service
from tests.fakes.clocks import START
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.one_database

HERE = [ip_network("127.0.0.1")]

SCHEMES = sorted(scheme for schemes in SERVICES.values() for scheme in schemes)
HOW_TO = Path(__file__).parents[2] / "docs" / "howto" / "get-notified.md"


@pytest.fixture
def chat() -> Iterator[ChatService]:
    """Return a chat service on this machine."""
    with chat_service() as service:
        yield service


def send(target: str) -> None:
    """Send a message to a target."""
    send_to_service(target=target, subject="Subject", body="Body")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "①②⑦.0.0.1",
        "0.0.0.0",
        "0",
        "10.1.2.3",
        "100.100.100.200",
        "168.63.129.16",
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "[::1]",
        "::",
        "0:0:0:0:0:0:0:1",
        "::ffff:127.0.0.1",
        "::ffff:a9fe:a9fe",
        "::127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001:0:7f00:1::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "localhost",
        "LOCALHOST.",
        "chat.localhost",
        "printer.local",
        "metadata.google.internal",
        "box.home.arpa",
    ],
)
def test_an_address_inside_is_known_in_every_form(host: str) -> None:
    assert is_inside(host, [])


@pytest.mark.parametrize(
    "host",
    [
        "8.8.8.8",
        "134744072",
        "172.32.0.1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "hooks.slack.com",
        "chat.shop.example",
        "localhost.shop.example",
    ],
)
def test_a_public_address_or_name_is_not_taken_for_one_inside(host: str) -> None:
    assert not is_inside(host, [])


@pytest.mark.parametrize(
    ("own", "address", "may"),
    [
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.4", False),
        ("10.1.0.0/16", "10.1.255.255", True),
        ("10.1.0.0/16", "::ffff:10.1.0.1", True),
        ("10.1.0.0/16", "10.2.0.0", False),
        ("fd00::/8", "fd12::1", True),
        ("fd00::/8", "10.1.2.3", False),
    ],
)
def test_the_installations_own_places_may_be_sent_to(own: str, address: str, may: bool) -> None:
    assert may_be_sent_to(ip_address(address), [ip_network(own)]) is may


@pytest.mark.parametrize(
    "target",
    [
        "json://127.0.0.1/hook",
        "jsons://[::1]:8443/hook",
        "xml://169.254.169.254/latest/meta-data",
        "form://2852039166/latest",
        "ntfy://localhost/topic",
        "gotify://192.168.1.1/AbCdEfGhIjKlMnO",
        "mmost://10.0.0.1/3ccdd113474722377935511fc85d3dd4",
        "matrixs://user:secret@10.0.0.1/#room",
        "rocket://user:secret@metadata.google.internal/#room",
        "workflows://127.0.0.1:443/WorkflowID/Signature/",
    ],
)
def test_a_channel_that_leads_inside_is_refused_and_nothing_is_asked_there(
    alice: Person, settings: Settings, target: str
) -> None:
    settings.SEGUE_NOTICE_PLACES = []

    with pytest.raises(ConfigurationProblem) as refusal:
        operations.add_channel(
            kind=ChannelKind.APPRISE, name="Chat", target=target, language="en", actor=alice, now=START
        )  # fmt: skip

    assert refusal.value.code == "channel_place"
    assert not Channel.objects.filter(name="Chat").exists()


@pytest.mark.parametrize(
    "target",
    [
        "json://a.example/x, json://b.example/y",
        "json://a.example/x json://b.example/y",
        "json://a.example/x;slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "workflows://a.example:443/WorkflowID/Signature/?template=/etc/passwd",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?Template=file:///etc/passwd",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?template=/etc/passwd",
        "json://a.example/x?redirect=yes",
        "json://a.example/x?retry=9&wait=60",
        "json://a.example/x?rto=86400",
        "vapid://mailto@a.example/subscriber?keyfile=/etc/ssl/private/key.pem",
        "fcm://project@key/device?keyfile=/etc/passwd",
        "mailto://user:secret@a.example",
        "apprise://a.example/token",
        "mqtt://a.example/topic",
        "irc://a.example/#room",
        "rsyslog://a.example",
        "smpp://user:secret@a.example/1/2",
        "https://a.example/hook",
        "file:///etc/passwd",
        "syslog://",
        "dbus://",
    ],
)
def test_one_target_is_one_service_that_reads_no_file_and_speaks_http(target: str) -> None:
    assert why_refused(target) is Trouble.TARGET_INVALID


@pytest.mark.parametrize(
    "target",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#a,#b",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "tgram://171234567:ABCdefghijklmnopqrstuvwxyz123456789/12315544",
        "jsons://hooks.shop.example/segue?+X-Token=secret",
        "ntfys://ntfy.shop.example/topic",
        "JSON://8.8.8.8/",
    ],
)
def test_what_leads_to_one_public_service_is_taken(target: str, settings: Settings) -> None:
    settings.SEGUE_NOTICE_PLACES = []

    assert why_refused(target) is None


def test_a_name_that_turns_out_to_lead_inside_is_not_asked(
    chat: ChatService, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEGUE_NOTICE_PLACES = []
    asked = _names_lead_here(monkeypatch)

    with pytest.raises(NotDelivered) as failure:
        send(f"json://chat.shop.example:{chat.port}/hook")

    assert failure.value.trouble is Trouble.PLACE_REFUSED
    assert asked == ["chat.shop.example"]
    assert chat.posts == []


def test_the_installations_own_chat_is_reached_by_name_and_address(
    chat: ChatService, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEGUE_NOTICE_PLACES = HERE
    _names_lead_here(monkeypatch)

    send(f"json://chat.shop.example:{chat.port}/hook")
    send(chat.target)

    assert [post["title"] for post in chat.posts] == ["Subject", "Subject"]


@pytest.mark.parametrize("piece", [b"x" * (1 << 16), b""], ids=["plain", "gzip"])
def test_an_answer_without_end_is_not_read_to_its_end(settings: Settings, piece: bytes) -> None:
    settings.SEGUE_NOTICE_PLACES = HERE
    with chat_service() as endless:
        endless.answers_without_end = piece or gzip.compress(bytes(1 << 22))

        with pytest.raises(NotDelivered) as failure:
            send(endless.target)

        assert failure.value.trouble is Trouble.SERVICE_REFUSED
        assert endless.has_let_go.wait(PATIENCE_S)
        assert endless.answered_bytes < 1 << 25


def test_a_redirect_is_not_followed(settings: Settings) -> None:
    settings.SEGUE_NOTICE_PLACES = HERE
    with chat_service() as inner, chat_service() as outer:
        outer.leads_to = f"http://127.0.0.1:{inner.port}/inner"

        with pytest.raises(NotDelivered) as failure:
            send(outer.target)

    assert failure.value.trouble is Trouble.SERVICE_REFUSED
    assert inner.posts == []


def test_a_library_that_follows_a_redirect_is_kept_from_going_inside() -> None:
    with chat_service(host="127.0.0.2") as inner, chat_service() as outer:
        outer.leads_to = f"http://127.0.0.2:{inner.port}/inner"

        with border(HERE) as around, pytest.raises(requests.ConnectionError):
            requests.post(f"http://127.0.0.1:{outer.port}/", json={}, timeout=PATIENCE_S)

    assert around.was_crossed
    assert inner.posts == []


def test_inside_the_border_nothing_is_started_opened_or_sent_past_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(
        tmp_path
    )  # the address of a local socket holds 108 bytes, a folder's name may have more
    with border([]):
        with pytest.raises(CrossedError):
            subprocess.run(["true"], check=False)
        with socket.socket() as stream, pytest.raises(CrossedError):
            stream.bind(("127.0.0.1", 0))
        with socket.socket(type=socket.SOCK_DGRAM) as letters, pytest.raises(CrossedError):
            letters.sendto(b"x", ("127.0.0.1", 9))
        with socket.socket(socket.AF_UNIX) as local, pytest.raises(CrossedError):
            local.connect("socket")
        with socket.socket() as stream, pytest.raises(CrossedError):
            stream.connect(("localhost", 9))

    assert subprocess.run(["true"], check=False).returncode == 0


LATE = """
import os, sys
from segue.control.notices import border

class Late:
    def __del__(self, look=os.listdir, tell=os.write):
        look("/")
        tell(1, b"looked")

with border.border([]):
    pass
sys.border, sys.late = border, Late()
"""


def test_a_process_that_sent_something_ends_in_peace() -> None:
    """The interpreter empties modules before the last events of its end, and the watch stays to the last."""
    paths = os.pathsep.join(sys.path)

    ended = subprocess.run(
        [sys.executable, "-c", LATE],
        env={**os.environ, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "looked", "")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_plug_in_of_an_allowed_service_speaks_http_and_starts_nothing(scheme: str) -> None:
    """An update of Apprise that gives a service new powers is looked at before it is taken."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(_plug_in(scheme)) or ast))
    imported = {name for node in ast.walk(tree) for name in _modules_of(node)}

    assert "requests" in imported
    assert (
        imported & {"socket", "ssl", "subprocess", "smtplib", "asyncio", "ctypes", "shutil"}
        == set()
    )


@pytest.mark.any_day
def test_every_option_that_an_allowed_service_may_get_was_looked_at() -> None:
    found = {
        name
        for scheme in SCHEMES
        for name, about in _plug_in(scheme).template_args.items()
        if any(part in name for part in ("template", "file", "path", "attach", "cert", "retry", "wait"))
        or any(part in _as_written(about.get("name", "")) for part in ("File", "Path", "Attach"))
    }  # fmt: skip

    assert found - REFUSED_OPTIONS == LOOKED_AT


def _as_written(name: Any) -> str:
    """Return the name of an option as its source writes it: Apprise tells it in the language of the environment."""
    return str(getattr(name, "text", name))


LOOKED_AT = {
    "album",  # Telegram: groups attachments, and there are none
    "batch",  # Discord: groups attachments, and there are none
    "file_url",  # Synology: an address that the Synology device fetches
    "filename",  # ntfy: how a file is called that is not sent
    "path",  # Matrix: where on its server the API begins
    "team_wait",  # Better Stack: its own time before it calls the next person
}
"""Options that sound like files or waiting and are neither."""


def test_the_documentation_lists_the_services_that_messages_are_sent_to() -> None:
    text = HOW_TO.read_text(encoding="utf-8")
    rows = {line for line in text.splitlines() if line.startswith("| ") and "://" in line}

    assert rows == {
        f"| {name} | {', '.join(f'`{scheme}://`' for scheme in schemes)} |"
        for name, schemes in SERVICES.items()
    }


def _names_lead_here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every name stand for this machine, as a name server may say at any time; return the names asked for."""
    asked: list[str] = []
    truly = socket.getaddrinfo

    def here(host: str, *rest: Any, **options: Any) -> Sequence[Any]:
        asked.append(host)
        return truly("127.0.0.1", *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    return asked


def _plug_in(scheme: str) -> Any:
    from apprise.plugins import N_MGR

    return N_MGR[scheme]


def _modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [(node.module or "").partition(".")[0]]
    return []
