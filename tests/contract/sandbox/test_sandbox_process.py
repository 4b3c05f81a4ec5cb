"""The sandbox as a process, its state file, its seed file, its page, its routes for other processes."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import orjson
import pytest

from mailchimp_sandbox.__main__ import main
from mailchimp_sandbox.handle import UnknownToSandboxError
from mailchimp_sandbox.remote import RemoteSandbox
from mailchimp_sandbox.server import Sandbox
from mailchimp_sandbox.switches import Switches
from mailchimp_sandbox.views import MemberView
from tests.cast import EMILE, NADIA, OMAR, ROSA
from tests.contract.sandbox.sandbox_calls import LIST, Caller, HandClock, member_path
from tests.patience import PATIENCE_S

SEED = {
    "audiences": [
        {
            "id": LIST,
            "name": "Customers",
            "marketing_permissions": ["Email"],
            "merge_fields": {"AGE": "number"},
            "contacts": [
                {"email": NADIA.email, "tags": ["Loyal"], "merge_fields": {"AGE": 41}},
                {"email": OMAR.email, "status": "unsubscribed"},
            ],
            "erased": [ROSA.email],
        }
    ]
}


@contextmanager
def process(*options: str) -> Iterator[tuple[subprocess.Popen[str], RemoteSandbox]]:
    """Run a sandbox until the block ends."""
    command = [sys.executable, "-m", "mailchimp_sandbox", "--api-key", "k-us1", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as running:
        try:
            line = running.stdout.readline()
            assert line.startswith("Sandbox listening on http://127.0.0.1:")
            yield running, RemoteSandbox(line.split()[-1])
        finally:
            running.terminate()
            running.wait(timeout=PATIENCE_S)


def test_a_process_is_seeded_acted_on_from_outside_and_resumed(tmp_path: Path) -> None:
    seed, state = tmp_path / "seed.json", tmp_path / "state"
    seed.write_bytes(orjson.dumps(SEED))
    options = ("--seed-audience", str(seed), "--state", str(state))

    with process(*options) as (running, remote):
        remote.act("contact_unsubscribes", list_id=LIST, email=NADIA.email)
        remote.act("add_contact", list_id=LIST, email=EMILE.email, tags=["New"])
        seen = remote.members(LIST)
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=PATIENCE_S) == 0
    with process(*options) as (_, remote):
        resumed = remote.members(LIST)
        erased = remote.act("is_erased", list_id=LIST, email=ROSA.email)

    assert seen == [
        MemberView(email=EMILE.email, status="subscribed", tags=frozenset({"New"})),
        MemberView(
            email=NADIA.email,
            status="unsubscribed",
            tags=frozenset({"Loyal"}),
            merge_fields={"AGE": 41},
        ),
        MemberView(email=OMAR.email, status="unsubscribed"),
    ]
    assert (resumed, erased) == (seen, True)


def test_a_process_takes_switches_and_orders_from_outside() -> None:
    with process("--switch", "stats_cache_s=0", "--latency-ms", "1") as (_, remote):
        remote.act("add_audience", list_id=LIST, merge_fields={"AGE": "number"})
        remote.set_switches(contact_limit=5, batch_error_fields="absent")
        remote.add_fault(kind="500", path_pattern="/ping")
        with pytest.raises(ValueError, match="no audience"):
            remote.act("clean", list_id="nosuch", email=NADIA.email)
        with pytest.raises(ValueError, match="There is no fault"):
            remote.add_fault(kind="nonsense")
        switches = remote.state()["switches"]
        calls = remote.calls

    assert (switches["stats_cache_s"], switches["contact_limit"]) == (0.0, 5)
    assert switches["batch_error_fields"] == "absent"
    assert calls == []


def test_what_is_to_happen_meanwhile_is_ordered_from_outside() -> None:
    act = ["archive", {"list_id": LIST, "email": NADIA.email}]
    with process() as (_, remote):
        remote.act("add_audience", list_id=LIST)
        remote.act("add_contact", list_id=LIST, email=NADIA.email)
        remote.act("meanwhile", acts=[act], method="GET", path_pattern="/ping")
        with pytest.raises(ValueError, match="There is no act"):
            remote.act("meanwhile", acts=[["reset_calls", {}]])
        key = {"Authorization": "Bearer k-us1"}
        with urlopen(Request(f"{remote.base_url}/ping", headers=key), timeout=PATIENCE_S) as reply:
            assert reply.status == 200
        members, happened = remote.members(LIST), remote.happened

    assert [member.status for member in members] == ["archived"]
    assert [tuple(one) for one in happened] == [("archive", "")]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--switch", "nosuch=1"), "There is no switch 'nosuch'"),
        (("--switch", "gzip=maybe"), "takes true or false"),
        (("--switch", "duplicates_in_call=sometimes"), "takes reject_later or"),
    ],
)
def test_a_wrong_option_is_explained(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(list(options))

    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_everything_survives_the_state_file(tmp_path: Path, hand_clock: HandClock) -> None:
    state, exact = tmp_path / "state", Switches(stats_cache_s=0)
    with Sandbox.in_thread(state_file=state, switches=exact, clock=hand_clock) as first:
        first.add_audience(LIST, marketing_permissions=["Email"], merge_fields={"AGE": "number"})
        caller = Caller(sandbox=first)
        caller.call("PATCH", f"/lists/{LIST}", {"contact": {"city": "Lyon"}})
        caller.call("POST", f"/lists/{LIST}/webhooks", {"url": "https://hooks.example/segue"})
        caller.batch(
            [
                {
                    "email_address": NADIA.email,
                    "status": "subscribed",
                    "tags": ["A", "B"],
                    "merge_fields": {"AGE": 41},
                    "vip": True,
                    "location": {"latitude": 45.5, "longitude": 4.5},
                },
                {"email_address": OMAR.email, "status": "subscribed", "tags": ["A"]},
                {"email_address": ROSA.email, "status": "subscribed"},
            ]
        )
        asked = caller.get(member_path(NADIA.email))["marketing_permissions"][0]
        given = [{**asked, "enabled": True}]
        caller.call("PATCH", member_path(NADIA.email), {"marketing_permissions": given})
        first.contact_unsubscribes(LIST, OMAR.email)
        first.archive(LIST, ROSA.email)
        first.add_contact(LIST, "gone@shop.example")
        first.erase(LIST, "gone@shop.example")
        pages = [
            caller.get(path, exclude_fields=_ADDRESSES, **query) for path, query in _EVERYTHING
        ]

    with Sandbox.in_thread(state_file=state, switches=exact, clock=hand_clock) as second:
        caller = Caller(sandbox=second)
        again = [
            caller.get(path, exclude_fields=_ADDRESSES, **query) for path, query in _EVERYTHING
        ]
        opted_out = second.member(LIST, OMAR.email).opted_out_by
        is_erased = second.is_erased(LIST, "gone@shop.example")
        new = caller.put(
            "zoe@shop.example", {"email_address": "zoe@shop.example", "status": "pending"}
        )

    assert again == pages
    assert (opted_out, is_erased) == ("contact", True)
    assert new.json["web_id"] > max(one["web_id"] for one in pages[0]["members"])
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


_ADDRESSES = (
    "_links,members._links,segments._links,merge_fields._links,webhooks._links,"
    "subscribe_url_short,subscribe_url_long"
)


_MEMBERS = f"/lists/{LIST}/members"
_EVERYTHING: tuple[tuple[str, dict[str, str]], ...] = (
    (_MEMBERS, {}),
    (_MEMBERS, {"status": "archived"}),
    (_MEMBERS, {"sort_field": "last_changed"}),
    (f"/lists/{LIST}", {}),
    (f"/lists/{LIST}/segments", {}),
    (f"/lists/{LIST}/merge-fields", {}),
    (f"/lists/{LIST}/webhooks", {}),
)


def test_a_state_file_from_before_marketing_permissions_is_read(tmp_path: Path) -> None:
    """Its contacts lack what came later, its audiences the profile and the webhooks."""
    state = tmp_path / "state"
    with Sandbox.in_thread(state_file=state) as first:
        first.add_audience(LIST)
        first.add_contact(LIST, NADIA.email, tags=["A"])
        kept = first.members(LIST)
    head, audience, contact = (orjson.loads(line) for line in state.read_bytes().splitlines())
    for name in ("profile", "permissions", "webhooks"):
        del audience[name]
    del contact[len(contact) - 4]
    state.write_bytes(b"\n".join(orjson.dumps(one) for one in (head, audience, contact)))

    assert Sandbox(state_file=state).members(LIST) == kept


@pytest.mark.parametrize("text", ['{"format": 99}', "[1]", "nonsense", "{}"])
def test_a_file_of_another_kind_is_refused_as_state(tmp_path: Path, text: str) -> None:
    state = tmp_path / "state"
    state.write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match="state line 1 is no sandbox state"):
        Sandbox(state_file=state)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"nonsense", "expected a JSON object"),
        (b"{}", "expected a JSON object"),
        (b'{"audiences": [{"nmae": "x"}]}', r"audiences\[0\]: unknown nmae"),
        (b'{"audiences": [{"contacts": [{"status": "x"}]}]}', r"contacts\[0\] has no `email`"),
        (
            b'{"audiences": [{"contacts": [{"email": "a@b.example", "status": "x"}]}]}',
            "no status 'x'",
        ),
        (b'{"audiences": [{"merge_fields": {"A": "bool"}}]}', "no merge field type 'bool'"),
    ],
)
def test_a_wrong_seed_file_is_explained(tmp_path: Path, document: bytes, words: str) -> None:
    file = tmp_path / "seed.json"
    file.write_bytes(document)

    with pytest.raises(ValueError, match=words):
        Sandbox().seed(file)


def test_another_process_reaches_it_directly_whatever_proxy_leads_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setattr("urllib.request._opener", None)  # made once, with the proxies of then

    with Sandbox.in_thread() as sandbox:
        state = RemoteSandbox(sandbox.origin).state()

    assert state["audiences"] == []


def test_a_sandbox_runs_in_the_callers_own_loop() -> None:
    async def use() -> bytes:
        async with Sandbox() as sandbox:
            return await asyncio.to_thread(lambda: urlopen(sandbox.origin).read())

    assert b"Mailchimp sandbox" in asyncio.run(use())


def test_the_page_shows_audiences_tags_and_calls_and_escapes_them(
    cast: Sandbox, caller: Caller
) -> None:
    cast.add_tag(LIST, NADIA.email, "<b>Loyal</b>")
    caller.get(member_path(NADIA.email))

    with urlopen(cast.origin + "/") as reply:
        policy, page = reply.headers["Content-Security-Policy"], reply.read().decode()

    assert "<strong>2</strong> subscribed" in page
    assert "&lt;b&gt;Loyal&lt;/b&gt;" in page and "<b>Loyal" not in page
    assert "/lists/{list_id}/members/{subscriber_hash}" in page
    assert NADIA.email not in page
    assert "default-src 'none'" in policy
    assert "<script" not in page and "style=" not in page


def test_the_page_of_an_audience_shows_its_contacts(cast: Sandbox) -> None:
    with urlopen(f"{cast.origin}/audiences/{LIST}") as reply:
        page = reply.read().decode()
    with urlopen(f"{cast.origin}/sandbox/page.css") as reply:
        style = reply.headers["Content-Type"]

    assert "6 of 6 contacts" in page
    assert "FNAME: Émile" in page
    assert style.startswith("text/css")


def test_the_sandbox_listens_on_loopback_only() -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 only"):
        RemoteSandbox("http://shop.example:80")


def test_acting_on_what_is_not_there_is_an_error(cast: Sandbox) -> None:
    with pytest.raises(UnknownToSandboxError, match="no audience nosuch"):
        cast.members("nosuch")
    with pytest.raises(UnknownToSandboxError, match="no such contact"):
        cast.clean(LIST, "zoe@shop.example")
    with pytest.raises(ValueError, match="Only a pending contact"):
        cast.confirm_pending(LIST, NADIA.email)
    with pytest.raises(ValueError, match="already has this contact"):
        cast.add_contact(LIST, NADIA.email.upper())


def test_switches_are_set_by_name() -> None:
    changed = Switches()
    for assignment in (
        "contact_limit=250",
        "stats_cache_s=0",
        "gzip=false",
        "text_limit_bytes=none",
    ):
        changed = changed.changed(assignment)

    assert changed == Switches(
        contact_limit=250, stats_cache_s=0.0, gzip=False, text_limit_bytes=None
    )
