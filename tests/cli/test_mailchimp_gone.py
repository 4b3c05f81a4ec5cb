"""Mailchimp gone, cut off or answered for by a stranger, at every step of a run: told with the next step, and taken up again."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from mailchimp_sandbox.faults import Fault
from segue.cli.messages import say
from segue.service.adapters import SystemClock
from tests.cli.program import Ended, Shop
from tests.cli.shop_with_a_past import past, shop, taken_up_again
from tests.cli.steps import STEPS
from tests.fixtures.moments import Waiting

__all__ = ["past", "shop"]


class QuickClock(SystemClock):
    """The machine's time, but that waiting takes none: what was waited is added."""

    def __init__(self) -> None:
        self.waited_s = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.waited_s)

    def monotonic(self) -> float:
        return super().monotonic() + self.waited_s

    async def sleep(self, seconds: float) -> None:
        self.waited_s += seconds
        await super().sleep(0)


def refusing(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """Let the server be gone: what is connected breaks off, and nothing can be connected any more."""

    def refused(_self: socket.socket, _address: Any) -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    patch.setattr(socket.socket, "connect", refused)
    shop.sandbox.add_fault(Fault(kind="drop_before", times=None))


def answering(kind: str) -> Callable[[Shop, pytest.MonkeyPatch], None]:
    """Return what lets every call be carried out and answered so."""
    return lambda shop, _patch: shop.sandbox.add_fault(Fault(kind=kind, times=None))


KINDS: Mapping[str, tuple[Callable[[Shop, pytest.MonkeyPatch], None], str]] = {
    "gone": (refusing, "mailchimp_unreachable"),
    "cut off": (answering("drop_after"), "mailchimp_connection_broken"),
    "cut replies": (answering("truncated_json"), "mailchimp_unreadable_reply"),
    "deep replies": (answering("deep_json"), "mailchimp_unreadable_reply"),
}
BEFORE_THE_END = (
    ("read the sources", "gone"),
    ("ask for the account", "cut replies"),
    ("read the contacts", "cut off"),
    ("plan", "gone"),
    ("write the plan", "gone"),
    ("write the plan", "deep replies"),
    ("push and acknowledge", "cut off"),
    ("push and acknowledge", "cut replies"),
)
AFTER_THE_LAST_CALL = (("fold the ledger", "cut off"), ("report", "gone"))


def told(ended: Ended, language: str, codes: set[str]) -> None:
    """See that what was printed, whether it is a problem or the end of a run, names one of the codes and the next step."""
    text = ended.out + ended.err
    assert ended.code == 5, ended
    assert not {"Traceback", "bug", "bogue"} & set(re.findall(r"\w+", text)), text
    assert {code for code in codes if code in text}, text
    step = say("fr" if language == "fr" else "en", "what_to_do", action="")
    assert step in text or "Appels définitivement en échec" in text or "failed for good" in text


@pytest.mark.parametrize(("step", "kind"), [*BEFORE_THE_END, *AFTER_THE_LAST_CALL])
def test_a_run_without_mailchimp_says_so_and_is_taken_up_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str, kind: str
) -> None:
    happen, code = KINDS[kind]
    language = "fr" if list(STEPS).index(step) % 2 else "en"
    waiting = Waiting(STEPS[step], lambda: happen(shop, monkeypatch))

    with waiting.listening():
        ended = shop.segue("run", "--language", language, clock=QuickClock())

    assert waiting.has_come
    if (step, kind) in AFTER_THE_LAST_CALL:
        assert (ended.code, ended.err) == (0, "")
    else:
        told(ended, language, {code, "mailchimp_connection_broken"} if kind == "gone" else {code})
    monkeypatch.undo()
    shop.sandbox.clear_faults()
    taken_up_again(shop)


def test_a_check_says_that_mailchimp_is_gone_and_nothing_of_the_log(shop: Shop) -> None:
    file = shop.folder / "segue.yaml"
    right = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:1", right), encoding="utf-8")

    ended = shop.process("check", "--connection")

    assert (ended.code, ended.err) == (5, "")
    assert "(mailchimp_unreachable)" in ended.out


def test_a_name_that_leads_nowhere_and_a_server_that_speaks_no_tls_are_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, clock = shop.folder / "segue.yaml", QuickClock()
    right = file.read_text(encoding="utf-8")

    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    file.write_text(right.replace("http://127.0.0.1", "https://localhost"), encoding="utf-8")
    without_tls = shop.segue("run", clock=clock)
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", unknown)
        nowhere = shop.segue("run", "--language", "fr", clock=clock)
    file.write_text(right, encoding="utf-8")

    for ended, language, cause in (
        (without_tls, "en", "ClientConnectorSSLError"),
        (nowhere, "fr", "ClientConnectorDNSError"),
    ):
        told(ended, language, {"mailchimp_unreachable"})
        assert cause in ended.err
    taken_up_again(shop)
