"""The file of `--seed-audience`: audiences with contacts to begin with, as JSON.

{"audiences": [{"id": "a1b2c3d4e5", "name": "Customers", "double_opt_in": false,
                "marketing_permissions": ["Email"], "merge_fields": {"AGE": "number"},
                "contacts": [{"email": "omar@shop.example", "status": "unsubscribed", "tags": ["VIP"],
                              "merge_fields": {"FNAME": "Omar"}, "opted_out_by": "contact"}],
                "erased": ["lost@shop.example"]}]}
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from mailchimp_sandbox.handle import Handle

_AUDIENCE = {
    "id", "name", "double_opt_in", "marketing_permissions", "merge_fields", "contacts", "erased",
}  # fmt: skip
_CONTACT = {"email", "status", "tags", "merge_fields", "opted_out_by"}


def apply(handle: Handle, file: Path) -> None:
    """Make what the file describes; an audience that exists already is left as it is.

    Raises: ValueError naming the file and what is wrong in it.
    """
    try:
        document = orjson.loads(file.read_bytes())
        audiences = document["audiences"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{file.name}: expected a JSON object with a list `audiences`.") from error
    existing = {one.list_id for one in handle.audiences()}
    for position, audience in enumerate(audiences):
        if audience.get("id") in existing:
            continue
        try:
            _apply_audience(handle, audience)
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{file.name}: audiences[{position}]: {error}") from error


def _apply_audience(handle: Handle, audience: dict[str, Any]) -> None:
    _check_names(audience, _AUDIENCE)
    list_id = handle.add_audience(
        audience.get("id"),
        name=audience.get("name", "Customers"),
        double_opt_in=audience.get("double_opt_in", False),
        marketing_permissions=audience.get("marketing_permissions", ()),
        merge_fields=audience.get("merge_fields", {}),
    )
    for number, contact in enumerate(audience.get("contacts", [])):
        _check_names(contact, _CONTACT)
        if "email" not in contact:
            raise ValueError(f"contacts[{number}] has no `email`")
        rest = {name: value for name, value in contact.items() if name != "email"}
        handle.add_contact(list_id, contact["email"], **rest)
    for email in audience.get("erased", []):
        handle.add_contact(list_id, email)
        handle.erase(list_id, email)


def _check_names(record: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(record.keys() - known)
    if unknown:
        raise ValueError(f"unknown {', '.join(unknown)}; known: {', '.join(sorted(known))}")
