"""GET / and GET /ping. Source: FACTS.md §1."""

from __future__ import annotations

from mailchimp_sandbox.exchange import Call, Reply
from mailchimp_sandbox.links import link
from mailchimp_sandbox.rendering import iso


def root(call: Call) -> Reply:
    """Tell who the account is."""
    account = call.account
    subscribed = sum(len(one.by_status["subscribed"]) for one in account.audiences.values())
    return call.answer(
        {
            "account_id": account.account_id,
            "login_id": "147258369",
            "account_name": account.name,
            "email": "alice@segue.example",
            "first_name": "Alice",
            "last_name": "Admin",
            "username": "segue-sandbox",
            "role": account.switches.account_role,
            "pricing_plan_type": "monthly",
            "account_timezone": "Etc/UTC",
            "account_industry": "software",
            "pro_enabled": False,
            "last_login": iso(call.now),
            "total_subscribers": subscribed,
            "_links": [link(call.base_url, "self", "/"), link(call.base_url, "lists", "/lists")],
        },
        "Root.json",
    )


def ping(call: Call) -> Reply:
    """Tell that the key works."""
    return call.answer({"health_status": "Everything's Chimpy!"}, "Ping.json")
