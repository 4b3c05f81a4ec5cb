"""Check requests and replies against Mailchimp's published shapes, read in place. Known deviations are listed here.

Beyond JSON Schema, every name in a reply or request must be published or be listed with its source.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

_ROOT = Path(__file__).resolve().parents[3]
_FILE = Path("mailchimp") / "openapi-3.0.55.lists.json"

OPTIONAL_IN_PROBLEMS = {"type"}
"""Required by the published shape, absent for #10 to #12. Source: FACTS.md §10."""

ADDED_TO_REPLIES = {
    # Source: FACTS.md §3: S91 has it, S55 lists it on the full member only.
    ("POST", "/lists/{list_id}"): {"new_members.contact_id", "updated_members.contact_id"},
    # Source: FACTS.md §7: S91 adds it.
    ("GET", "/lists/{list_id}/merge-fields"): {"merge_field_limit"},
    # Source: FACTS.md §8: once only, when it is made.
    ("POST", "/lists/{list_id}/webhooks"): {"signing_secret", "signing_enabled"},
}
ADDED_TO_REQUESTS = {
    # Source: FACTS.md §3, §10: not published for the batch, but accepted.
    ("POST", "/lists/{list_id}"): {"members.tags", "members.status_if_new"},
}

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time")
def _is_time_or_empty(value: object) -> bool:
    """Times that are unset are "". Source: FACTS.md §3, §10."""
    form = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00)?"
    return not isinstance(value, str) or re.fullmatch(form, value) is not None


def shared_folder() -> Path:
    """Return the folder beside the checkout with Mailchimp's shapes; skip without it, fail without it on CI."""
    folder = _ROOT.parent / "shared"
    if (folder / _FILE).is_file():
        return folder
    reason = f"Mailchimp's published shapes are not beside the checkout (../shared/{_FILE})"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; on CI they must be", pytrace=False)
    pytest.skip(reason)


def check_reply(method: str, path_template: str, status: int, body: bytes) -> None:
    """Fail unless the reply's body has the published shape."""
    operation = _operation(method, path_template)
    if status == 204:
        assert body == b"", f"{method} {path_template}: a 204 has no body"
        assert "204" in operation["responses"]
        return
    document = json.loads(body)
    schema = _reply_schema(operation, status)
    errors = _errors(schema, document)
    added = ADDED_TO_REPLIES.get((method, path_template), set())
    if status >= 400:
        added = added | {"errors"}
    errors += [f"{name} is not published" for name in _unpublished(schema, document) - added]
    assert errors == [], f"{method} {path_template} {status}: {errors}"


def check_request(method: str, path_template: str, body: bytes) -> None:
    """Fail unless the request's body has the published shape."""
    operation = _operation(method, path_template)
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        assert body in (b"", b"{}"), f"{method} {path_template} takes no body"
        return
    schema = content["application/json"]["schema"]
    document = json.loads(body)
    added = ADDED_TO_REQUESTS.get((method, path_template), set())
    errors = _errors(schema, document)
    errors += [f"{name} is not published" for name in _unpublished(schema, document) - added]
    assert errors == [], f"{method} {path_template}: {errors}"


@cache
def _published() -> dict[str, Any]:
    return json.loads((shared_folder() / _FILE).read_bytes())


def _operation(method: str, path_template: str) -> dict[str, Any]:
    paths = _published()["paths"]
    assert path_template in paths, f"{path_template} is not published"
    assert method.lower() in paths[path_template], f"{method} {path_template} is not published"
    return paths[path_template][method.lower()]


def _reply_schema(operation: dict[str, Any], status: int) -> dict[str, Any]:
    responses = operation["responses"]
    content = responses.get(str(status), responses["default"])["content"]
    schema = _resolved(content["application/json"]["schema"])
    if status < 400:
        return schema
    required = [name for name in schema["required"] if name not in OPTIONAL_IN_PROBLEMS]
    return {**schema, "required": required}


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow `$ref` within the file."""
    while "$ref" in schema:
        found: Any = _published()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def _errors(schema: dict[str, Any], document: Any) -> list[str]:
    validator = Draft202012Validator(
        {**schema, "components": _published()["components"]}, format_checker=_FORMATS
    )
    return [
        f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)
    ]


def _unpublished(schema: dict[str, Any], document: Any, path: str = "") -> set[str]:
    schema = _resolved(schema)
    if isinstance(document, list):
        items = schema.get("items", {})
        found = (_unpublished(items, element, path) for element in document)
        return set().union(*found)
    properties = schema.get("properties")
    if not isinstance(document, dict) or properties is None:
        return set()
    names: set[str] = set()
    for name, value in document.items():
        below = f"{path}.{name}" if path else name
        if name in properties:
            names |= _unpublished(properties[name], value, below)
        elif "additionalProperties" not in schema:
            names.add(below)
    return names
