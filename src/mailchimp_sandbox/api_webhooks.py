"""Webhooks of an audience: list, create, show, change, delete. Source: FACTS.md §3, §8.

The URL is not called when a webhook is made, and nothing is ever delivered: the sandbox calls nobody.
"""

from __future__ import annotations

from hashlib import md5
from typing import Final
from urllib.parse import urlsplit

from mailchimp_sandbox.exchange import Call, Reply, of_type
from mailchimp_sandbox.links import WEBHOOK, collection_links, links
from mailchimp_sandbox.problems import invalid_payload, not_found, webhook_url_taken
from mailchimp_sandbox.webhooks import EVENTS, SOURCES, Webhook
from mailchimp_sandbox.writing import Json

_ONE: Final = "Lists/Webhooks/Instance.json"


def collection(call: Call) -> Reply:
    """List the webhooks. The published shape has no pages here."""
    audience = call.audience()
    path = f"/lists/{audience.list_id}/webhooks"
    document = {
        "webhooks": [_shown(call, one) for one in audience.webhooks.values()],
        "list_id": audience.list_id,
        "total_items": len(audience.webhooks),
        "_links": collection_links(call.base_url, path, "Lists/Webhooks"),
    }
    return call.answer(document, "Lists/Webhooks/Collection.json")


def create(call: Call) -> Reply:
    """Make a webhook; this reply alone carries the signing secret.

    Raises: Problem #4, #15 for a URL that has one already.
    """
    audience, body = call.audience(), call.body()
    url = of_type(body, "url", str, "string")
    _check(call, body, but="")
    seed = f"{audience.list_id}/{url}/{audience.version}"
    made = Webhook(webhook_id=_hex(seed)[:10], url=url)
    _apply(made, body)
    audience.webhooks[made.webhook_id] = made
    audience.version += 1
    secret = {"signing_secret": _hex(f"secret/{seed}"), "signing_enabled": True}
    return call.answer(_shown(call, made) | secret, _ONE)


def one(call: Call) -> Reply:
    """Show one webhook."""
    return call.answer(_shown(call, _webhook(call)), _ONE)


def change(call: Call) -> Reply:
    """Change a webhook; events and sources that are not sent stay.

    Raises: Problem #4, #15.
    """
    webhook, body = _webhook(call), call.body()
    _check(call, body, but=webhook.webhook_id)
    _apply(webhook, body)
    call.audience().version += 1
    return call.answer(_shown(call, webhook), _ONE)


def delete(call: Call) -> Reply:
    """Delete a webhook: 204."""
    del call.audience().webhooks[_webhook(call).webhook_id]
    call.audience().version += 1
    return Reply(status=204)


def _webhook(call: Call) -> Webhook:
    found = call.audience().webhooks.get(call.params["webhook_id"])
    if found is None:
        raise not_found()
    return found


def _check(call: Call, body: Json, *, but: str) -> None:
    """Refuse a URL that is none or taken by another webhook than `but`, and marks that are neither true nor false."""
    for name, known in (("events", EVENTS), ("sources", SOURCES)):
        marks = of_type(body, name, dict, "object") if name in body else {}
        for mark in known:
            if mark in marks:
                of_type(marks, mark, bool, "boolean")
    if "url" not in body:
        return
    url = of_type(body, "url", str, "string")
    where = urlsplit(url)
    if where.scheme not in ("http", "https") or not where.hostname:
        raise invalid_payload("url", "This value is not a valid URL.")
    taken = {one.url for one in call.audience().webhooks.values() if one.webhook_id != but}
    if url in taken:
        raise webhook_url_taken()


def _apply(webhook: Webhook, body: Json) -> None:
    webhook.url = body.get("url", webhook.url)
    for marks, sent in ((webhook.events, "events"), (webhook.sources, "sources")):
        marks.update({name: body[sent][name] for name in marks if name in body.get(sent, {})})


def _shown(call: Call, webhook: Webhook) -> Json:
    names = {"list_id": call.params["list_id"], "webhook_id": webhook.webhook_id}
    return {
        "id": webhook.webhook_id,
        "url": webhook.url,
        "events": dict(webhook.events),
        "sources": dict(webhook.sources),
        "list_id": call.params["list_id"],
        "_links": links(call.base_url, WEBHOOK, **names),
    }


def _hex(seed: str) -> str:
    return md5(seed.encode(), usedforsecurity=False).hexdigest()
