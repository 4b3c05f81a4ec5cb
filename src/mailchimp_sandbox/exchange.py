"""One call and its reply as the endpoints see them, free of the web framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from mailchimp_sandbox.account import Account
from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.contacts import Contact
from mailchimp_sandbox.problems import invalid_payload, not_found, unreadable_json
from mailchimp_sandbox.rendering import MemberRenderer
from mailchimp_sandbox.selection import filtered
from mailchimp_sandbox.switches import Switches
from mailchimp_sandbox.writing import Json, Writing

MAX_COUNT: Final = 1000
"""The largest page. Source: FACTS.md §2, and the published shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back; `schema` is the file that the Link header names."""

    status: int
    body: bytes = b""
    schema: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One authenticated call. `params` are the variable parts of the path, decoded."""

    account: Account
    base_url: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    payload: bytes
    caller_ip: str
    now: int

    @property
    def switches(self) -> Switches:
        """The account's switches."""
        return self.account.switches

    def audience(self) -> Audience:
        """Return the audience of the path.

        Raises: Problem #23.
        """
        return self.account.audience(self.params["list_id"])

    def contact(self) -> Contact:
        """Return the contact of the path.

        Raises: Problem #23.
        """
        found = self.audience().find(self.params["subscriber_hash"])
        if found is None:
            raise not_found()
        return found

    def renderer(self) -> MemberRenderer:
        """Return the writer of the audience's members."""
        audience = self.audience()
        if audience.renderer is None:
            audience.renderer = MemberRenderer(audience, self.base_url)
        made: MemberRenderer = audience.renderer
        return made

    def writing(self) -> Writing:
        """Return what stays the same while this call writes."""
        return Writing(
            account=self.account,
            audience=self.audience(),
            now=self.now,
            caller_ip=self.caller_ip,
            skips_required=self.flag("skip_merge_validation"),
        )

    def body(self) -> Json:
        """Return the JSON object sent.

        Raises: Problem #16 when it is no JSON, #4 when it is no object.
        """
        try:
            body = orjson.loads(self.payload or b"{}")
        except orjson.JSONDecodeError:
            raise unreadable_json() from None
        if not isinstance(body, dict):
            raise invalid_payload("", "Schema describes object, array found instead")
        return body

    def flag(self, name: str) -> bool:
        """Return a yes-or-no parameter, false when absent."""
        return self.query.get(name, "").lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        """Return a whole number from the query, not negative.

        Raises: Problem #4.
        """
        text = self.query.get(name, "")
        if not text:
            return default
        if not text.isascii() or not text.isdecimal():
            raise invalid_payload(name, "Schema describes integer, string found instead")
        return int(text)

    def page(self) -> tuple[int, int]:
        """Return offset and count; count is 10 by default.

        Raises: Problem #4 for a count over 1000, unless the switch `over_1000_answer` says to cut it.
        """
        count = self.number("count", 10)
        if count > MAX_COUNT and self.switches.over_1000_answer == "problem":
            # Assumption: the wording is not recorded.
            raise invalid_payload("count", f"This value should be {MAX_COUNT} or less.")
        return self.number("offset", 0), min(count, MAX_COUNT)

    def answer(self, document: Json, schema: str) -> Reply:
        """Return a 200 reply with `fields` and `exclude_fields` applied."""
        fields, exclude = self.query.get("fields", ""), self.query.get("exclude_fields", "")
        if fields or exclude:
            document = filtered(document, fields, exclude)
        return Reply(status=200, body=orjson.dumps(document), schema=schema)


def required(body: Json, *names: str) -> None:
    """Refuse a body that lacks one of these.

    Raises: Problem #4.
    """
    missing = [name for name in names if name not in body]
    if missing:
        listed = ", ".join(missing)
        raise invalid_payload("", f"Required fields were not provided: {listed}")


def of_type(body: Json, name: str, wanted: type, label: str) -> Any:
    """Return the value, which must be present and of this type.

    Raises: Problem #4.
    """
    required(body, name)
    value = body[name]
    if type(value) is not wanted:
        raise invalid_payload(name, f"Schema describes {label}, something else found instead")
    return value


def texts(body: Json, name: str) -> list[str]:
    """Return a list of strings, empty when absent.

    Raises: Problem #4.
    """
    value = body.get(name, [])
    if not isinstance(value, list):
        raise invalid_payload(name, "Schema describes array, object found instead")
    for position, element in enumerate(value):
        if not isinstance(element, str):
            message = "Schema describes string, something else found instead"
            raise invalid_payload(f"{name}.item:{position}", message)
    return value
