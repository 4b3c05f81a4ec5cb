"""Answer pip-audit's questions from advisories that were given, as OSV's query interface does, on the loopback only."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tools.audit.osv import Advisories


@contextmanager
def serving(known: Advisories) -> Iterator[str]:
    """Serve on a free port for as long as the block lasts; return the address to ask."""

    class Handler(BaseHTTPRequestHandler):
        """One question each: a package and a version."""

        def do_POST(self) -> None:
            """Answer with the advisories about it."""
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = known.about(asked["package"]["name"], asked["version"])
            body = json.dumps({"vulns": found} if found else {}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
