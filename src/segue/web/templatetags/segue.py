"""Tags and filters of all templates: icons, statuses, numbers, instants, sortable links."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from segue.control.refreshes.models import Run
from segue.control.statuses import Status
from segue.web import formats, icons, sayings
from segue.web.help import topics
from segue.web.typed.marks import marks

register = template.Library()

_STATUS_ICONS = {
    Status.NOT_STARTED: ("empty", "quiet"),
    Status.QUEUED: ("clock", "quiet"),
    Status.REFRESHING: ("working", "busy"),
    Status.PROCESSING: ("working", "busy"),
    Status.SUCCESSFUL: ("good", "good"),
    Status.SUCCESSFUL_WITH_SKIPS: ("partly", "good"),
    Status.READ_WITH_PROBLEMS: ("warning", "warn"),
    Status.NEEDS_APPROVAL: ("hand", "warn"),
    Status.SKIPPED: ("skip", "quiet"),
    Status.FAILED_RETRYING: ("again", "warn"),
    Status.FAILED: ("bad", "bad"),
    Status.CANCELED: ("stop", "quiet"),
}


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    """Write what every form carries, in place of Django's tag: its marks, and Django's token among them.

    A view gives `opened_on` where the form edits what there is.
    """
    token, request = context.get("csrf_token"), context.get("request")
    if request is None or not token or token == "NOTPROVIDED":  # noqa: S105 - Django's word for none
        return SafeString()
    return marks(request, csrf=str(token), opened_on=context.get("opened_on"))


@register.simple_tag
def tied(errors: object, where: str) -> SafeString:
    """Write what ties a control to what is wrong with it, told at the id `where`; nothing where nothing is wrong."""
    if not errors:
        return SafeString()
    return format_html('aria-describedby="{}" aria-invalid="true"', where)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon; a word must stand beside it."""
    return icons.icon(name)


@register.simple_tag
def status(code: str) -> SafeString:
    """Show a status: always an icon and a word."""
    known = Status(code)
    name, tone = _STATUS_ICONS[known]
    return marked(name, tone, str(known.label))


@register.simple_tag
def also(code: str) -> SafeString:
    """Show a second status beside another: in a list of one line a row its word shows where there is room for two."""
    known = Status(code)
    name, tone = _STATUS_ICONS[known]
    return format_html(
        '<span class="status status-{} also" title="{}">{}<span>{}</span></span>',
        tone,
        known.label,
        icons.icon(name),
        known.label,
    )


@register.simple_tag
def marked(icon_name: str, tone: str, words: str) -> SafeString:
    """Show a word with its icon in one of the tones good, warn, bad, busy, quiet."""
    return format_html(
        '<span class="status status-{}">{}<span>{}</span></span>',
        tone,
        icons.icon(icon_name),
        words,
    )


@register.simple_tag
def left_open(run: Run) -> SafeString:
    """Say how many people a run that ended early did not send, and of how many no answer was heard; "" for a whole one."""
    if not (run.not_sent or run.unknown):
        return SafeString()
    text = _("%(not_sent)s not sent · %(unknown)s sent, answer unknown")
    words = formats.filled(
        text, not_sent=formats.number(run.not_sent), unknown=formats.number(run.unknown)
    )
    return format_html('<span class="mark quiet-text">{}</span>', words)


@register.simple_tag
def mailchimps(words: str) -> SafeString:
    """Quote words that are Mailchimp's own, which are English whatever the reader's language."""
    before, _name, after = _("“%(name)s”").partition("%(name)s")
    return format_html('{}<span lang="en">{}</span>{}', before, words, after)


@register.filter
def told(text: str) -> str:
    """Return what a layer below has said, in the reader's language."""
    return sayings.told(text)


@register.filter
def number(value: float | None) -> str:
    """Group a number as the reader's language does."""
    return formats.number(value)


@register.filter
def share(value: float) -> str:
    """Write a share of 0 to 1 as per cent."""
    return formats.share(value)


@register.filter
def duration(seconds: float | None) -> str:
    """Write a duration given in seconds."""
    return "–" if seconds is None else formats.duration(seconds)


@register.simple_tag(takes_context=True)
def ago(context: dict[str, Any], instant: datetime | None, empty: str = "–") -> str | SafeString:
    """Write an instant relative to the request, with the exact time on hover and for screen readers."""
    if instant is None:
        return empty
    return _timed(instant, formats.relative(instant, now=context["now"]))


@register.simple_tag(takes_context=True)
def moment(context: dict[str, Any], instant: datetime | None, empty: str = "–") -> str | SafeString:
    """Write an instant as day and time, with the exact time on hover and for screen readers."""
    if instant is None:
        return empty
    return _timed(instant, formats.short(instant, now=context["now"]))


@register.simple_tag(takes_context=True)
def help_address(context: dict[str, Any]) -> str:
    """Return the address of the help for the page that is shown."""
    request: HttpRequest = context["request"]
    match = request.resolver_match
    return topics.help_address(request.path_info, (match.url_name if match else None) or "")


@register.simple_tag(takes_context=True)
def to_the_second(context: dict[str, Any], instant: datetime | None) -> str | SafeString:
    """Write an instant as time to the second, with the day and zone on hover and for screen readers; "" for None."""
    if instant is None:
        return ""
    return _timed(instant, formats.to_the_second(instant, now=context["now"]))


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: object) -> str:
    """Return the page's query with some parameters changed; None takes one out."""
    request: HttpRequest = context["request"]
    query: QueryDict = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    encoded = query.urlencode()
    return f"?{encoded}" if encoded else "?"


def _timed(instant: datetime, words: str) -> SafeString:
    exact = formats.exact(instant)
    return format_html(
        '<time datetime="{}" title="{}">{}<span class="unseen"> ({})</span></time>',
        instant.isoformat(timespec="seconds"),
        exact,
        words,
        exact,
    )
