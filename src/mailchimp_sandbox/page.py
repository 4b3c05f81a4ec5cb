"""The small page at `/`: audiences, contacts by status, tags with counts, the last calls. Reads only."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web

from mailchimp_sandbox.calls import CallRecord
from mailchimp_sandbox.handle import UnknownToSandboxError
from mailchimp_sandbox.views import AudienceView, MemberView

if TYPE_CHECKING:
    from mailchimp_sandbox.server import Sandbox

_SHOWN_CALLS: Final = 15
_SHOWN_CONTACTS: Final = 100
_SHOWN_TAGS: Final = 50
_STYLE: Final = Path(__file__).with_name("page.css")
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'none'; base-uri 'none'"
)
_FRAME: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{refresh}<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/sandbox/page.css">
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


class Page:
    """Serve the pages of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Take hold of the sandbox."""
        self.sandbox = sandbox

    def add_routes(self, app: web.Application) -> None:
        """Serve the overview, one page an audience, and the style sheet."""
        app.router.add_get("/", self.overview)
        app.router.add_get("/audiences/{list_id}", self.contacts)
        app.router.add_get("/sandbox/page.css", self.style)

    async def overview(self, _request: web.Request) -> web.Response:
        """Show all audiences and the last calls."""
        audiences = "\n".join(_audience(one) for one in self.sandbox.audiences())
        nothing = "<p>No audience yet. Start the sandbox with <code>--seed-audience</code>.</p>"
        calls = _calls(self.sandbox.calls[-_SHOWN_CALLS:][::-1], self.sandbox.call_counts())
        body = (
            "<h1>Mailchimp sandbox</h1>\n"
            f'<p class="quiet">An imitation for trials: nothing here leaves this machine. '
            f"API: <code>{escape(self.sandbox.base_url)}</code></p>\n"
            f"{audiences or nothing}\n{calls}"
        )
        refresh = '<meta http-equiv="refresh" content="2">\n'
        return _page("Mailchimp sandbox", body, refresh=refresh)

    async def contacts(self, request: web.Request) -> web.Response:
        """Show the first hundred contacts of an audience."""
        list_id = request.match_info["list_id"]
        try:
            audience, members = self.sandbox.audience(list_id), self.sandbox.members(list_id)
        except UnknownToSandboxError:
            body = '<h1>No such audience</h1>\n<p><a href="/">All audiences</a></p>'
            return _page("No such audience", body, status=404)
        rows = "\n".join(_contact(member) for member in members[:_SHOWN_CONTACTS])
        body = (
            f'<p><a href="/">All audiences</a></p>\n<h1>{escape(audience.name)}</h1>\n{_counts(audience)}\n'
            f"<section><table><caption>{min(len(members), _SHOWN_CONTACTS)} of {len(members)} contacts, "
            'by address</caption><thead><tr><th scope="col">Address</th><th scope="col">Status</th>'
            '<th scope="col">Tags</th><th scope="col">Fields</th></tr></thead>\n'
            f"<tbody>\n{rows}\n</tbody></table></section>"
        )
        return _page(f"{audience.name} · Mailchimp sandbox", body)

    async def style(self, _request: web.Request) -> web.FileResponse:
        """Serve the style sheet."""
        return web.FileResponse(_STYLE, headers={"Content-Type": "text/css; charset=utf-8"})


def _page(title: str, body: str, *, refresh: str = "", status: int = 200) -> web.Response:
    text = _FRAME.format(title=escape(title), body=body, refresh=refresh)
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def _audience(audience: AudienceView) -> str:
    largest = sorted(audience.tags.items(), key=lambda item: (-item[1], item[0]))
    rows = "\n".join(
        f'<tr><td>{escape(name)}</td><td class="number">{count:,}</td></tr>'
        for name, count in largest[:_SHOWN_TAGS]
    )
    tags = (
        '<table><caption>Tags</caption><thead><tr><th scope="col">Name</th>'
        f'<th scope="col" class="number">Contacts</th></tr></thead><tbody>\n{rows}\n</tbody></table>'
        if rows
        else '<p class="quiet">No tags.</p>'
    )
    more = len(largest) - _SHOWN_TAGS
    note = f'<p class="quiet">and {more:,} smaller tags</p>' if more > 0 else ""
    link = f'<a href="/audiences/{escape(audience.list_id)}">{escape(audience.name)}</a>'
    return (
        f'<section>\n<h2>{link} <span class="quiet">{escape(audience.list_id)}</span></h2>\n'
        f"{_counts(audience)}\n{tags}\n{note}</section>"
    )


def _counts(audience: AudienceView) -> str:
    statuses = dict(audience.statuses) | ({"erased": audience.erased} if audience.erased else {})
    items = "".join(
        f"<li><strong>{count:,}</strong> {escape(name)}</li>" for name, count in statuses.items()
    )
    return f'<ul class="counts">{items or "<li>No contacts.</li>"}</ul>'


def _contact(member: MemberView) -> str:
    fields = ", ".join(f"{tag}: {value}" for tag, value in member.merge_fields.items())
    cells = (member.email, member.status, ", ".join(sorted(member.tags)), fields)
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _calls(calls: list[CallRecord], counts: dict[str, int]) -> str:
    total = sum(counts.values())
    rows = "\n".join(
        f"<tr><td>{escape(call.method)}</td><td>{escape(call.template)}</td>"
        f'<td class="number">{call.status or "cut"}</td><td class="number">{call.seconds * 1000:,.0f} ms</td></tr>'
        for call in calls
    )
    return (
        f"<section><table><caption>Last calls of {total:,}</caption><thead><tr>"
        '<th scope="col">Method</th><th scope="col">Path</th><th scope="col" class="number">Status</th>'
        f'<th scope="col" class="number">Time</th></tr></thead><tbody>\n{rows}\n</tbody></table></section>'
    )
