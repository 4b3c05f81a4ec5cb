"""Start and stop the sandbox: within a running event loop, in a thread of its own, or as a process."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from mailchimp_sandbox import persistence, seed
from mailchimp_sandbox.account import Account, Clock
from mailchimp_sandbox.admin import Admin
from mailchimp_sandbox.edge import Edge
from mailchimp_sandbox.handle import Handle
from mailchimp_sandbox.latency import Latency
from mailchimp_sandbox.oauth import OAuth, OAuthClient
from mailchimp_sandbox.page import Page
from mailchimp_sandbox.switches import Switches

HOST: Final = "127.0.0.1"
"""The sandbox is for this machine only."""
_MAX_BODY_BYTES: Final = 64 * 1024**2
_SAVE_EVERY_S: Final = 3.0


class Sandbox(Handle):
    """A sandbox: `async with Sandbox() as sandbox`, or `with Sandbox.in_thread() as sandbox`.

    `port` 0 takes a free one. `latency_s` applies to every call. `state_file` is read at the start and written
    at the end and while it changes. `base_url` ends with /3.0; `origin` is the same without it.
    """

    def __init__(
        self,
        *,
        api_key: str = "sandbox-key-us1",
        port: int = 0,
        switches: Switches | None = None,
        latency_s: float = 0.0,
        latency: Latency | None = None,
        state_file: Path | None = None,
        clock: Clock = time.time,
    ) -> None:
        """Prepare a sandbox; nothing is served before it is entered."""
        self.api_key = api_key
        self._account = Account(api_key=api_key, switches=switches or Switches(), clock=clock)
        self._edge = Edge(self._account, latency=latency or Latency(fixed_s=latency_s))
        super().__init__(self._account, self._edge)
        self.oauth = OAuth(self._account, self._edge.faults)
        self.base_url = ""
        self._port = port
        self._state_file = state_file
        self._runner: web.AppRunner | None = None
        self._saver: asyncio.Task[None] | None = None
        if state_file is not None and state_file.exists():
            persistence.load(self._account, state_file)

    @property
    def origin(self) -> str:
        """Return the address of the page and of /oauth2."""
        return self.base_url.removesuffix("/3.0")

    def register_client(self, client_id: str, client_secret: str, *, redirect_uri: str) -> None:
        """Register an OAuth application. Source: FACTS.md §1."""
        client = OAuthClient(secret=client_secret, redirect_uri=redirect_uri)
        self.oauth.clients[client_id] = client

    def seed(self, file: Path) -> None:
        """Make the audiences and contacts that a JSON file describes.

        Raises: ValueError naming what is wrong in the file.
        """
        seed.apply(self, file)

    def save(self) -> None:
        """Write the state file now, when there is one."""
        if self._state_file is not None:
            with self._account.lock:
                persistence.save(self._account, self._state_file)

    async def __aenter__(self) -> Self:
        """Serve until left."""
        app = web.Application(client_max_size=_MAX_BODY_BYTES)
        app.router.add_route("*", "/3.0{tail:(/.*)?}", self._edge.handle)
        app.router.add_get("/batch-results/{name}", self._edge.batch_results)
        self.oauth.add_routes(app)
        Admin(self).add_routes(app)
        Page(self).add_routes(app)
        # Source: FACTS.md §9.9: an abandoned call goes on, so handlers are not cancelled.
        runner = web.AppRunner(app, access_log=None, handler_cancellation=False)
        await runner.setup()
        site = web.TCPSite(runner, HOST, self._port, backlog=512)
        await site.start()
        self._runner = runner
        port = runner.addresses[0][1]
        self.base_url = self._edge.base_url = f"http://{HOST}:{port}/3.0"
        self.oauth.origin = self.origin
        self._edge.operations.base_url = self.base_url
        if self._state_file is not None:
            self._saver = asyncio.create_task(self._keep_saving())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving and save."""
        if self._saver is not None:
            self._saver.cancel()
        self._edge.faults.release()  # cleaning up waits for every call that is under way
        if self._runner is not None:
            await self._runner.cleanup()
        self.save()

    async def _keep_saving(self) -> None:
        """Save while it changes; a slow save makes the next one wait twenty times as long."""
        wait_s, saved = _SAVE_EVERY_S, self._account.version()
        while True:
            await asyncio.sleep(wait_s)
            version = self._account.version()
            if version != saved:
                began = time.perf_counter()
                self.save()
                saved = version
                wait_s = max(_SAVE_EVERY_S, 20 * (time.perf_counter() - began))

    @classmethod
    @contextmanager
    def in_thread(
        cls,
        *,
        api_key: str = "sandbox-key-us1",
        port: int = 0,
        switches: Switches | None = None,
        latency_s: float = 0.0,
        state_file: Path | None = None,
        clock: Clock = time.time,
    ) -> Iterator[Self]:
        """Serve from a background thread for the length of a `with` block."""
        sandbox = cls(
            api_key=api_key, port=port, switches=switches, latency_s=latency_s,
            state_file=state_file, clock=clock,
        )  # fmt: skip
        with _Background(sandbox):
            yield sandbox


class _Background:
    """A thread with an event loop that serves one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="segue-sandbox", daemon=True
        )

    def __enter__(self) -> None:
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(self._sandbox.__aenter__(), self._loop)
        try:
            started.result(timeout=30)
        except BaseException:
            self._end()
            raise

    def __exit__(self, *_: object) -> None:
        leaving = self._sandbox.__aexit__(None, None, None)
        try:
            asyncio.run_coroutine_threadsafe(leaving, self._loop).result(timeout=30)
        finally:
            self._end()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=30)
        self._loop.close()


def main_loop(sandbox: Sandbox, *, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT, then save; `announce` is called once with the line "Sandbox listening on …"."""
    gc.set_threshold(50_000, 20, 50)  # a million contacts are no garbage; look at them rarely
    asyncio.run(_until_stopped(sandbox, announce))


async def _until_stopped(sandbox: Sandbox, announce: Callable[[str], None]) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with sandbox:
        announce(f"Sandbox listening on {sandbox.base_url}")
        await stopped.wait()
