"""Which endpoint answers which method and path below /3.0. Source of the list: FACTS.md §3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from mailchimp_sandbox import (
    api_account,
    api_batches,
    api_lists,
    api_members,
    api_merge_fields,
    api_segments,
    api_webhooks,
    reading,
)
from mailchimp_sandbox.exchange import Call, Reply
from mailchimp_sandbox.problems import not_found, wrong_method

Endpoint = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The endpoint of a call, the template of its path and the variable parts."""

    endpoint: Endpoint
    template: str
    params: dict[str, str]


BATCH: Final = "/lists/{list_id}"
"""The path of batch subscribe."""
_LIST = BATCH
_MEMBER = _LIST + "/members/{subscriber_hash}"
_SEGMENT = _LIST + "/segments/{segment_id}"
_FIELD = _LIST + "/merge-fields/{merge_id}"
ENDPOINTS: Final[dict[str, dict[str, Endpoint]]] = {
    "/": {"GET": api_account.root},
    "/ping": {"GET": api_account.ping},
    "/batches": {"GET": api_batches.collection, "POST": api_batches.submit},
    "/batches/{batch_id}": {"GET": api_batches.one, "DELETE": api_batches.cancel},
    "/lists": {"GET": api_lists.collection, "POST": api_lists.create},
    _LIST: {
        "GET": api_lists.one,
        "POST": api_lists.batch_subscribe,
        "PATCH": api_lists.change,
        "DELETE": api_lists.delete,
    },
    _LIST + "/members": {"GET": reading.members, "POST": api_members.create},
    _MEMBER: {
        "GET": api_members.one,
        "PUT": api_members.upsert,
        "PATCH": api_members.change,
        "DELETE": api_members.archive,
    },
    _MEMBER + "/actions/delete-permanent": {"POST": api_members.erase},
    _MEMBER + "/tags": {"GET": api_members.tags, "POST": api_members.change_tags},
    _LIST + "/tag-search": {"GET": api_segments.search},
    _LIST + "/segments": {"GET": api_segments.collection, "POST": api_segments.create},
    _SEGMENT: {
        "GET": api_segments.one,
        "PATCH": api_segments.change,
        "DELETE": api_segments.delete,
        "POST": api_segments.add_and_remove,
    },
    _SEGMENT + "/members": {"GET": api_segments.members, "POST": api_segments.add_member},
    _SEGMENT + "/members/{subscriber_hash}": {"DELETE": api_segments.remove_member},
    _LIST + "/merge-fields": {"GET": api_merge_fields.collection, "POST": api_merge_fields.create},
    _FIELD: {
        "GET": api_merge_fields.one,
        "PATCH": api_merge_fields.change,
        "DELETE": api_merge_fields.delete,
    },
    _LIST + "/webhooks": {"GET": api_webhooks.collection, "POST": api_webhooks.create},
    _LIST + "/webhooks/{webhook_id}": {
        "GET": api_webhooks.one,
        "PATCH": api_webhooks.change,
        "DELETE": api_webhooks.delete,
    },
}
_BY_LENGTH: Final[dict[int, list[tuple[str, tuple[str, ...]]]]] = {}
for _template in ENDPOINTS:
    _parts = tuple(part for part in _template.split("/") if part)
    _BY_LENGTH.setdefault(len(_parts), []).append((_template, _parts))


def matched(method: str, raw_path: str) -> Match:
    """Return the endpoint of a method and a still encoded path below /3.0.

    Raises: Problem #23 for an unknown path, #25 for a method that the path does not know.
    """
    parts = [unquote(part) for part in raw_path.split("/") if part]
    for template, wanted in _BY_LENGTH.get(len(parts), ()):
        params = _params(wanted, parts)
        if params is None:
            continue
        methods = ENDPOINTS[template]
        if method not in methods:
            raise wrong_method(", ".join(methods))
        return Match(endpoint=methods[method], template=template, params=params)
    raise not_found()


def _params(wanted: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    params = {}
    for name, part in zip(wanted, parts, strict=True):
        if name[0] == "{":
            params[name[1:-1]] = part
        elif name != part:
            return None
    return params
