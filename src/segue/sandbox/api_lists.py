"""Audiences: GET /lists, GET /lists/{list_id} and the batch subscribe POST /lists/{list_id}. Source: FACTS.md §3."""

from __future__ import annotations

import orjson

from segue.sandbox.audience import Audience
from segue.sandbox.batch import Envelope, check_envelope, subscribe
from segue.sandbox.exchange import Call, Reply
from segue.sandbox.links import LIST, collection_links, links
from segue.sandbox.rendering import iso
from segue.sandbox.writing import Json

_MODULES: list[str] = []


def collection(call: Call) -> Reply:
    """List the audiences in the order in which they were made."""
    offset, count = call.page()
    audiences = list(call.account.audiences.values())
    if call.query.get("sort_field") == "date_created":
        is_down = call.query.get("sort_dir", "").upper() == "DESC"
        audiences.sort(key=lambda audience: audience.created_at, reverse=is_down)
    if address := call.query.get("email"):
        audiences = [audience for audience in audiences if audience.find(address)]
    document = {
        "lists": [_audience(call, audience) for audience in audiences[offset : offset + count]],
        "total_items": len(audiences),
        "constraints": {
            "may_create": False,
            "max_instances": len(call.account.audiences),
            "current_total_instances": len(call.account.audiences),
        },
        "_links": collection_links(call.base_url, "/lists", "Lists"),
    }
    return call.answer(document, "Lists/Collection.json")


def one(call: Call) -> Reply:
    """Show one audience."""
    return call.answer(_audience(call, call.audience()), "Lists/Instance.json")


def batch_subscribe(call: Call) -> Reply:
    """Write up to 500 contacts; 200 whenever the envelope is valid. Source: FACTS.md §3."""
    call.audience()
    body = call.body()
    members = check_envelope(body, call.switches)
    envelope = Envelope(
        update_existing=body.get("update_existing", False),
        sync_tags=body.get("sync_tags", False),
        skip_duplicate_check=call.flag("skip_duplicate_check"),
    )
    outcome = subscribe(call.writing(), members, envelope)
    renderer = call.renderer()
    own_links = links(call.base_url, LIST[:2], list_id=call.params["list_id"])
    reply = (
        b'{"new_members":%b,"updated_members":%b,"errors":%b,"total_created":%d,'
        b'"total_updated":%d,"error_count":%d,"_links":%b}'
    ) % (
        renderer.for_batch(outcome.created),
        renderer.for_batch(outcome.updated),
        orjson.dumps(outcome.errors),
        len(outcome.created),
        len(outcome.updated),
        len(outcome.errors),
        orjson.dumps(own_links),
    )
    schema = "Lists/Instance.json"
    if call.switches.fields_on_batch:
        return call.answer(orjson.loads(reply), schema)
    return Reply(status=200, body=reply, schema=schema)


def _audience(call: Call, audience: Audience) -> Json:
    return {
        "id": audience.list_id,
        "web_id": int(audience.suffix[:5], 16),
        "name": audience.name,
        "contact": _CONTACT,
        "permission_reminder": "You signed up on our website.",
        "use_archive_bar": False,
        "campaign_defaults": _DEFAULTS,
        "notify_on_subscribe": "",
        "notify_on_unsubscribe": "",
        "date_created": iso(audience.created_at),
        "list_rating": 0,
        "email_type_option": False,
        "subscribe_url_short": f"{call.base_url.removesuffix('/3.0')}/s/{audience.list_id}",
        "subscribe_url_long": f"{call.base_url.removesuffix('/3.0')}/subscribe?id={audience.list_id}",
        "beamer_address": f"{audience.list_id}@inbound.segue.example",
        "visibility": "prv",
        "double_optin": audience.double_opt_in,
        "has_welcome": False,
        "marketing_permissions": False,
        "modules": _MODULES,
        "stats": _stats(call, audience),
        "_links": links(call.base_url, LIST, list_id=audience.list_id),
    }


def _stats(call: Call, audience: Audience) -> Json:
    """Return the counts, cached for at least five minutes. Source: FACTS.md §3, §9.8."""
    age_limit_s = call.switches.stats_cache_s
    if audience.stats is None or call.now - audience.stats[0] >= age_limit_s:
        audience.stats = (call.now, _counted(audience))
    stats = audience.stats[1]
    if call.flag("include_total_contacts"):
        return {**stats, "total_contacts": len(audience.present)}
    return stats


def _counted(audience: Audience) -> Json:
    counts = {status: len(contacts) for status, contacts in audience.by_status.items()}
    return {
        "member_count": counts["subscribed"],
        "unsubscribe_count": counts["unsubscribed"],
        "cleaned_count": counts["cleaned"],
        "member_count_since_send": counts["subscribed"],
        "unsubscribe_count_since_send": counts["unsubscribed"],
        "cleaned_count_since_send": counts["cleaned"],
        "campaign_count": 0,
        "campaign_last_sent": "",
        "merge_field_count": len(audience.fields),
        "avg_sub_rate": 0,
        "avg_unsub_rate": 0,
        "target_sub_rate": 0,
        "open_rate": 0,
        "click_rate": 0,
        "last_sub_date": iso(audience.last_subscribed_at),
        "last_unsub_date": iso(audience.last_unsubscribed_at),
    }


_CONTACT = {
    "company": "Segue Sandbox", "address1": "1 Loopback Lane", "address2": "", "city": "Localhost",
    "state": "", "zip": "00000", "country": "US", "phone": "",
}  # fmt: skip
_DEFAULTS = {
    "from_name": "Alice",
    "from_email": "alice@segue.example",
    "subject": "",
    "language": "en",
}
