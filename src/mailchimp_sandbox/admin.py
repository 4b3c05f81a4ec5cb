"""The handle over HTTP, for a sandbox in another process: `/sandbox/…`, JSON only, outside /3.0.

Browsers are kept out: only requests with a JSON content type may change anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp import web

from mailchimp_sandbox.faults import Fault
from mailchimp_sandbox.orders import ACTS

if TYPE_CHECKING:
    from mailchimp_sandbox.server import Sandbox

ACTIONS: Final = ACTS | {
    "reset_calls", "random_faults", "refuse_addresses", "clear_faults", "set_latency", "meanwhile",
    "set_account", "issue_token", "revoke_token", "register_client", "is_erased",
}  # fmt: skip
"""Methods of the handle that `POST /sandbox/actions/{name}` calls with the JSON object as keyword arguments."""


class Admin:
    """Serve the handle of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Take hold of the sandbox."""
        self.sandbox = sandbox

    def add_routes(self, app: web.Application) -> None:
        """Serve /sandbox/…"""
        app.router.add_post("/sandbox/actions/{action}", self.act)
        app.router.add_post("/sandbox/faults", self.add_fault)
        app.router.add_post("/sandbox/switches", self.set_switches)
        app.router.add_get("/sandbox/state", self.state)
        app.router.add_get("/sandbox/calls", self.calls)

    async def act(self, request: web.Request) -> web.Response:
        """Call one method of the handle."""
        action = request.match_info["action"]
        if action not in ACTIONS:
            return _json({"error": f"Known actions: {', '.join(sorted(ACTIONS))}."}, status=404)
        method = getattr(self.sandbox, action)
        return await _answered(request, lambda arguments: method(**arguments))

    async def add_fault(self, request: web.Request) -> web.Response:
        """Order one fault: the fields of `Fault`."""
        return await _answered(request, lambda given: self.sandbox.add_fault(Fault(**given)))

    async def set_switches(self, request: web.Request) -> web.Response:
        """Set switches by name; others stay."""

        def change(given: dict[str, Any]) -> None:
            switches = self.sandbox.switches
            for name, value in given.items():
                switches = switches.changed(f"{name}={str(value).lower()}")
            self.sandbox.set_switches(switches)

        return await _answered(request, change)

    async def state(self, request: web.Request) -> web.Response:
        """Show all audiences with their contacts; `?list_id=` for one, `?contacts=false` for numbers only."""
        wanted = request.query.get("list_id")
        with_contacts = request.query.get("contacts", "true") != "false"
        shown = []
        for audience in self.sandbox.audiences():
            if wanted not in (None, audience.list_id):
                continue
            document = asdict(audience)
            if with_contacts:
                document["contacts"] = await asyncio.to_thread(self._contacts, audience.list_id)
            shown.append(document)
        return _json({"audiences": shown, "switches": asdict(self.sandbox.switches)})

    async def calls(self, _request: web.Request) -> web.Response:
        """Show the calls answered so far."""
        return _json(
            {
                "calls": [call._asdict() for call in self.sandbox.calls],
                "counts": self.sandbox.call_counts(),
                "most_simultaneous": self.sandbox.most_simultaneous,
                "faults_struck": self.sandbox.faults_struck,
                "happened": [one._asdict() for one in self.sandbox.happened],
            }
        )

    def _contacts(self, list_id: str) -> list[dict[str, Any]]:
        return [
            {
                "email": view.email,
                "status": view.status,
                "tags": sorted(view.tags),
                "merge_fields": dict(view.merge_fields),
                "opted_out_by": view.opted_out_by,
                "changed_at": view.changed_at,
                "contact_id": view.contact_id,
            }
            for view in self.sandbox.members(list_id)
        ]


async def _answered(request: web.Request, act: Callable[[dict[str, Any]], object]) -> web.Response:
    if request.content_type != "application/json":
        return _json({"error": "Send JSON with its content type."}, status=415)
    try:
        result = act(orjson.loads(await request.read() or b"{}"))
    except (TypeError, ValueError, LookupError) as error:
        return _json({"error": str(error)}, status=400)
    return _json({"result": result})


def _json(document: object, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(document), content_type="application/json")
