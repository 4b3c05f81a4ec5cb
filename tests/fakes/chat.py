"""A chat service on this machine: keeps what is posted to it, and refuses for as long as it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ChatService:
    """What arrived, and whether it is accepted. `leads_to`: where callers are sent instead; "": nowhere."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.refuses = False
        self.leads_to = ""
        self.answers_without_end = b""
        self.answered_bytes = 0
        self.has_let_go = threading.Event()
        self.port = 0

    @property
    def target(self) -> str:
        """Return the channel target that leads here; its path is a secret as that of any webhook."""
        return f"json://127.0.0.1:{self.port}/hook-secret-4711"


@contextmanager
def chat_service(host: str = "127.0.0.1") -> Iterator[ChatService]:
    """Serve on a free port of an address of the loopback."""
    service = ChatService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if service.leads_to:
                self.send_response(307)
                self.send_header("Location", service.leads_to)
                self.end_headers()
                return
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.posts.append(json.loads(body))
            if service.answers_without_end:
                self._go_on_for_ever()
                return
            self.send_response(503 if service.refuses else 200)
            self.end_headers()

        def _go_on_for_ever(self) -> None:
            self.send_response(200)
            if service.answers_without_end.startswith(b"\x1f\x8b"):
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            try:
                while True:
                    service.answered_bytes += self.wfile.write(service.answers_without_end)
            except OSError:
                service.has_let_go.set()

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer((host, 0), Handler)
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
