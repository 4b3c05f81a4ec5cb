"""The process of the imitated store: one port, three protocols, and a door for tests below `/-/`."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

from tests.fakes.object_stores import azure, gcs, s3
from tests.fakes.object_stores.answers import Answer, Asked
from tests.fakes.object_stores.contents import Contents, Fault

_DOOR = "/-/"


class Handler(BaseHTTPRequestHandler):
    """Answer one request."""

    protocol_version = "HTTP/1.1"
    contents = Contents()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self._body()
        asked = Asked.of(self.command, self.path, dict(self.headers.items()), body)
        if self.path.startswith(_DOOR):
            self._send(self._door(body))
            return
        speaks = next(one for one in (gcs, azure, s3) if one.speaks(asked))
        answer = speaks.answer(asked, self.contents)
        if answer.hangs:
            self.contents.released.wait()
            self.close_connection = True
            return
        self._send(answer)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = bytearray()
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(body)

    def _door(self, body: bytes) -> Answer:
        """Do what a test wants of the store itself."""
        contents = self.contents
        what, _, rest = unquote(urlsplit(self.path).path).removeprefix(_DOOR).partition("/")
        bucket, _, key = rest.partition("/")
        match what:
            case "objects":
                contents.write(bucket, key, body)
            case "removed":
                del contents.buckets[bucket][key]
            case "bucket":
                contents.buckets.setdefault(bucket, {})
            case "fault":
                contents.faults.append(Fault(**json.loads(body)))
            case "later":
                contents.writes += int(rest or bucket)
            case "healed":
                contents.faults.clear()
            case "keys":
                return Answer(body=json.dumps(sorted(contents.buckets[bucket])).encode())
            case "clear":
                contents.buckets.clear()
                contents.faults.clear()
                contents.requests.clear()
                contents.uploads.clear()
                contents.writes = 0
                contents.release()
            case "requests":
                told = json.dumps(contents.requests).encode()
                contents.requests.clear()
                return Answer(body=told)
        return Answer()

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        with suppress(ConnectionError):  # who asked has gone
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
        if answer.ends:
            self.close_connection = True


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()  # its end is that of whoever started this, however that came
