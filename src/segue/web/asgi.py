"""The web process's application for an ASGI server."""

from __future__ import annotations

import os
from typing import cast

from asgiref.typing import ASGI3Application
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segue.settings")
_pages = cast(ASGI3Application, get_asgi_application())

from segue.control.clock import clock  # noqa: E402 - the settings are read by now
from segue.web.server.gatehouse import Gatehouse  # noqa: E402

application = Gatehouse(_pages, clock())
