"""Static files: served where they are installed, with what they hold as part of their address, so that they keep well.

Nothing is collected or written. An address with the right version may be kept for ever; one without, or with the version
of another release while machines are upgraded one by one, only for a minute.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponseBase
from servestatic.middleware import AsyncServeStaticFileResponse, ServeStaticMiddleware

VERSION = "v"
"""The parameter that carries the version."""

_FOR_EVER = f"max-age={365 * 24 * 60 * 60}, public, immutable"


class VersionedFiles(StaticFilesStorage):
    """Addresses of static files. A file that is missing has an address too, which leads nowhere; pages never fail for it."""

    def url(self, name: str | None, *args: object, **kwargs: object) -> str:
        """Return the address of a file with its version."""
        url = super().url(name)
        version = version_of(name or "")
        return f"{url}?{urlencode({VERSION: version})}" if version else url


class StaticFilesMiddleware(ServeStaticMiddleware):  # type: ignore[misc]  # the library has no types
    """Serve static files; those asked for by their version may be kept."""

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the file, or let the pages answer."""
        response: HttpResponseBase = await super().__call__(request)
        asked = request.GET.get(VERSION, "")
        if asked and isinstance(response, AsyncServeStaticFileResponse):
            name = request.path_info.removeprefix(self.static_prefix)
            if asked == version_of(name):
                response.headers["Cache-Control"] = _FOR_EVER
        return response


@cache
def version_of(name: str) -> str:
    """Return the version of a file as it was when it was first asked for; "" when there is none."""
    path = finders.find(name)
    if not isinstance(path, str):
        return ""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]
