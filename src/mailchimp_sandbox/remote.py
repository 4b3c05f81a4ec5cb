"""The handle for a sandbox in another process: the same actions, over its `/sandbox/…` routes. Blocking."""

from __future__ import annotations

from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import orjson

from mailchimp_sandbox.admin import ACTIONS
from mailchimp_sandbox.calls import CallRecord
from mailchimp_sandbox.occasions import Happened
from mailchimp_sandbox.views import MemberView


class RemoteSandbox:
    """Act on the sandbox at `origin`, such as http://127.0.0.1:8010 (a base URL with /3.0 is fine too)."""

    def __init__(self, origin: str) -> None:
        """Remember where it is; nothing is sent yet."""
        self.origin = origin.rstrip("/").removesuffix("/3.0")
        if not self.origin.startswith("http://127.0.0.1:"):
            raise ValueError("The sandbox listens on http://127.0.0.1 only.")
        self.base_url = f"{self.origin}/3.0"

    def act(self, action: str, **arguments: Any) -> Any:
        """Call a method of the handle by name with its keyword arguments and return what it returns.

        Raises: ValueError with the sandbox's words.
        """
        if action not in ACTIONS:
            raise ValueError(f"Known actions: {', '.join(sorted(ACTIONS))}.")
        return self._sent(f"/sandbox/actions/{action}", arguments)["result"]

    def add_fault(self, **fault: Any) -> None:
        """Order a fault: the fields of `Fault`."""
        self._sent("/sandbox/faults", fault)

    def set_switches(self, **switches: Any) -> None:
        """Set switches by name."""
        self._sent("/sandbox/switches", switches)

    def members(self, list_id: str) -> list[MemberView]:
        """Return all contacts of an audience, archived ones too, sorted by address."""
        state = self._read(f"/sandbox/state?list_id={list_id}")
        return [
            MemberView(**{**record, "tags": frozenset(record["tags"])})
            for audience in state["audiences"]
            for record in audience["contacts"]
        ]

    def state(self) -> dict[str, Any]:
        """Return the audiences in numbers, as JSON."""
        return self._read("/sandbox/state?contacts=false")

    @property
    def calls(self) -> list[CallRecord]:
        """Return the calls answered so far."""
        return [CallRecord(**call) for call in self._read("/sandbox/calls")["calls"]]

    def call_counts(self) -> dict[str, int]:
        """Return how many calls there were by `METHOD template`."""
        counts: dict[str, int] = self._read("/sandbox/calls")["counts"]
        return counts

    def most_simultaneous(self) -> int:
        """Return how many calls were under way at the same time, at most."""
        return int(self._read("/sandbox/calls")["most_simultaneous"])

    def faults_struck(self) -> list[str]:
        """Return the kinds of the faults that struck so far."""
        return [kind for kind, *_ in self._read("/sandbox/calls")["faults_struck"]]

    @property
    def happened(self) -> list[Happened]:
        """Return the acts that were carried out meanwhile."""
        return [Happened(**one) for one in self._read("/sandbox/calls")["happened"]]

    def _sent(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        body = orjson.dumps(document)
        return self._fetch(Request(self.origin + path, data=body, headers=_JSON))  # noqa: S310

    def _read(self, path: str) -> dict[str, Any]:
        return self._fetch(Request(self.origin + path))  # noqa: S310

    def _fetch(self, request: Request) -> dict[str, Any]:
        try:
            with _DIRECTLY.open(request, timeout=120) as response:
                document: dict[str, Any] = orjson.loads(response.read())
        except HTTPError as error:
            raise ValueError(orjson.loads(error.read())["error"]) from error
        return document


_JSON = {"Content-Type": "application/json"}
_DIRECTLY = build_opener(ProxyHandler({}))
"""The sandbox is on this machine: a proxy that the environment names for the world beyond would look for it on its own."""
