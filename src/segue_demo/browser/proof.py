"""Prove that the demonstration works where nobody looks on: sign in as a person would, and read pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from segue.core.errors import Problem
from segue.core.sentences import said
from segue_demo.browser.cast import PASSWORD

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_PATIENCE_S = 60


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser: keeps cookies, follows where pages send them."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self, email: str) -> None:
        """Fill in the form of the sign-in page. Raises: Problem when it does not let the person in."""
        page = self.read("/sign-in/")
        token = _TOKEN.search(page)
        form = {
            "username": email,
            "password": PASSWORD,
            "csrfmiddlewaretoken": token.group(1) if token else "",
        }
        reply = self._ask("POST", "/sign-in/", urlencode(form))
        if reply.status not in (302, 303):
            raise _broken("/sign-in/", reply.status)

    def read(self, path: str, *, shows: str = "") -> str:
        """Return a page. Raises: Problem when it does not answer well, or does not show the text."""
        reply = self._ask("GET", path)
        text = reply.read().decode()
        if reply.status != 200 or shows not in text:
            raise _broken(path, reply.status)
        return text

    def _ask(self, method: str, path: str, body: str | None = None) -> HTTPResponse:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=_PATIENCE_S)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url}
        connection.request(method, path, body=body, headers=headers)
        reply = connection.getresponse()
        for header in reply.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(header).items()}
        return reply


def _broken(path: str, status: int) -> Problem:
    return Problem(
        said(
            "The page %(path)s of the demonstration did not answer as it should (%(status)s).",
            path=path,
            status=status,
        ),
        action="Look at the end of serving.log in the demonstration's folder, and report it.",
        code="demo_page_broken",
        context={"status": status},
    )
