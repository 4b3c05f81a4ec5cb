"""What somebody does at Mailchimp by hand, over its API, as its own pages would. No expectations."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any
from urllib.request import Request, urlopen

from tests.acceptance.world import LIST
from tests.fakes.laboratory import Laboratory


def by_hand(lab: Laboratory, method: str, path: str, body: Any = None) -> Any:
    """Make one call below the audience and return what it answers, None for nothing."""
    key = b64encode(f"x:{lab.sandbox.api_key}".encode()).decode()
    request = Request(
        f"{lab.sandbox.base_url}/lists/{LIST}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Basic {key}", "Content-Type": "application/json"},
    )
    with urlopen(request) as reply:
        content = reply.read()
    return json.loads(content) if content else None


def merge_field_id(lab: Laboratory, tag: str) -> int:
    """Return the id of a merge field."""
    rows = by_hand(lab, "GET", "/merge-fields?count=100")["merge_fields"]
    return next(int(row["merge_id"]) for row in rows if row["tag"] == tag)


def tag_id(lab: Laboratory, name: str) -> int:
    """Return the id of a tag."""
    rows = by_hand(lab, "GET", "/segments?count=100")["segments"]
    return next(int(row["id"]) for row in rows if row["name"] == name)


def delete_merge_field(lab: Laboratory, tag: str) -> None:
    """Delete a merge field."""
    by_hand(lab, "DELETE", f"/merge-fields/{merge_field_id(lab, tag)}")


def make_merge_field(lab: Laboratory, tag: str, kind: str = "text") -> None:
    """Make a merge field."""
    by_hand(lab, "POST", "/merge-fields", {"tag": tag, "name": tag, "type": kind})


def delete_tag(lab: Laboratory, name: str) -> None:
    """Delete a tag."""
    by_hand(lab, "DELETE", f"/segments/{tag_id(lab, name)}")


def make_tag(lab: Laboratory, name: str, *addresses: str) -> None:
    """Make a tag and give it to people."""
    by_hand(lab, "POST", "/segments", {"name": name, "static_segment": list(addresses)})


def rename_tag(lab: Laboratory, name: str, new: str) -> None:
    """Rename a tag."""
    by_hand(lab, "PATCH", f"/segments/{tag_id(lab, name)}", {"name": new})


def take_off_long_ago(lab: Laboratory, address: str, tag: str) -> None:
    """Take a tag off as if it had happened long ago: the contact's time of change stays."""
    _, contact = lab.sandbox._contact(LIST, address)
    before = contact.last_changed
    lab.sandbox.remove_tag(LIST, address, tag)
    contact.last_changed = before


def value_long_ago(lab: Laboratory, address: str, tag: str, value: Any) -> None:
    """Change a value as if it had happened long ago: the contact's time of change is an hour old."""
    lab.sandbox.set_merge_field(LIST, address, tag=tag, value=value)
    _, contact = lab.sandbox._contact(LIST, address)
    contact.last_changed -= 3600
