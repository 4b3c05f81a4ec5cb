"""Audiences: list, create, show, change, delete; and the batch subscribe POST /lists/{list_id}. Source: FACTS.md §3."""

from __future__ import annotations

from typing import Final

import orjson

from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.batch import Envelope, check_envelope, subscribe
from mailchimp_sandbox.exchange import Call, Reply, of_type, required
from mailchimp_sandbox.links import LIST, collection_links, links
from mailchimp_sandbox.problems import forbidden, invalid_payload
from mailchimp_sandbox.profile import permissions
from mailchimp_sandbox.rendering import iso
from mailchimp_sandbox.writing import Json


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
            "may_create": len(call.account.audiences) < call.switches.audience_limit,
            "max_instances": call.switches.audience_limit,
            "current_total_instances": len(call.account.audiences),
        },
        "_links": collection_links(call.base_url, "/lists", "Lists"),
    }
    return call.answer(document, "Lists/Collection.json")


def one(call: Call) -> Reply:
    """Show one audience."""
    return call.answer(_audience(call, call.audience()), "Lists/Instance.json")


def create(call: Call) -> Reply:
    """Make an audience.

    Raises: Problem #4; #19 when the plan allows no more. Assumption: which refusal that is. Source: FACTS.md §2.
    """
    body = call.body()
    required(body, *_REQUIRED)
    for name, parts in _REQUIRED_BELOW.items():
        _check_parts(body, name, parts)
    _check(body)
    if len(call.account.audiences) >= call.switches.audience_limit:
        raise forbidden()
    made = call.account.add_audience(None, body["name"], double_opt_in=False)
    _apply(made, body)
    return call.answer(_audience(call, made), "Lists/Instance.json")


def change(call: Call) -> Reply:
    """Change what an audience says of itself. Assumption: what is not sent stays, as with every PATCH."""
    audience, body = call.audience(), call.body()
    _check(body)
    _apply(audience, body)
    return call.answer(_audience(call, audience), "Lists/Instance.json")


def delete(call: Call) -> Reply:
    """Delete an audience with its contacts, tags and merge fields: 204."""
    call.account.delete_audience(call.params["list_id"])
    return Reply(status=204)


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
    origin = call.base_url.removesuffix("/3.0")
    return {
        "id": audience.list_id,
        "web_id": int(audience.suffix[:5], 16),
        "name": audience.name,
        **audience.profile.document(),
        "date_created": iso(audience.created_at),
        "list_rating": 0,
        "subscribe_url_short": f"{origin}/s/{audience.list_id}",
        "subscribe_url_long": f"{origin}/subscribe?id={audience.list_id}",
        "beamer_address": f"{audience.list_id}@inbound.segue.example",
        "visibility": "prv",
        "double_optin": audience.double_opt_in,
        "has_welcome": False,
        "marketing_permissions": bool(audience.permissions),
        "modules": [],
        "stats": _stats(call, audience),
        "_links": links(call.base_url, LIST, list_id=audience.list_id),
    }


def _check(body: Json) -> None:
    for name, wanted in _SETTABLE.items():
        if name in body:
            of_type(body, name, wanted, _LABELS[wanted])
    if not body.get("name", "x").strip():
        raise invalid_payload("name", "This value should not be blank.")


def _check_parts(body: Json, name: str, parts: tuple[str, ...]) -> None:
    missing = [part for part in parts if part not in of_type(body, name, dict, "object")]
    if missing:
        raise invalid_payload(name, f"Required fields were not provided: {', '.join(missing)}")


def _apply(audience: Audience, body: Json) -> None:
    for name in _SETTABLE.keys() & body.keys():
        match name:
            case "name":
                audience.name = body[name]
            case "double_optin":
                audience.double_opt_in = body[name]
            case "marketing_permissions":
                audience.permissions = permissions(audience.list_id) if body[name] else ()
            case "contact" | "campaign_defaults":
                getattr(audience.profile, name).update(_texts_of(body[name]))
            case _:
                setattr(audience.profile, name, body[name])
    audience.version += 1


def _texts_of(parts: Json) -> dict[str, str]:
    return {part: value for part, value in parts.items() if isinstance(value, str)}


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
    # Recorded (R1): last_sub_date is the latest opt-in among those who are subscribed now, "" when nobody is.
    subscribed = audience.by_status["subscribed"]
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
        "last_sub_date": iso(max((one.opted_in_at for one in subscribed), default=0)),
        "last_unsub_date": iso(audience.last_unsubscribed_at),
    }


_SETTABLE: Final[dict[str, type]] = {
    "name": str,
    "contact": dict,
    "permission_reminder": str,
    "use_archive_bar": bool,
    "campaign_defaults": dict,
    "notify_on_subscribe": str,
    "notify_on_unsubscribe": str,
    "email_type_option": bool,
    "double_optin": bool,
    "marketing_permissions": bool,
}
_LABELS: Final = {str: "string", dict: "object", bool: "boolean"}
# Source: the published shape of POST /lists.
_REQUIRED: Final = (
    "name",
    "contact",
    "permission_reminder",
    "campaign_defaults",
    "email_type_option",
)
_REQUIRED_BELOW: Final = {
    "contact": ("company", "address1", "city", "country"),
    "campaign_defaults": ("from_name", "from_email", "subject", "language"),
}
