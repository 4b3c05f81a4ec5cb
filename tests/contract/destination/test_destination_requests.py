"""Every request that the destination makes has Mailchimp's published shape, and none says more than it should."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from segue.core.emails import subscriber_hash
from segue.mailchimp.client import Call
from segue.mailchimp.destination import MailchimpDestination
from segue.sync.contact_fields import MERGE_TYPES
from tests.cast import NADIA
from tests.contract.destination.conformance import CHECKS, Conformance, Ground
from tests.contract.destination.standing import LIST, client_of, destination_of, sandbox_with
from tests.contract.live.workbench import Workbench
from tests.contract.sandbox.contract_shapes import check_request, shared_folder
from tests.fixtures.logs import secrets_in

ROOT = Path(__file__).resolve().parents[3]
WRITTEN = {"POST", "PATCH", "PUT"}


async def _calls_of_every_check() -> list[Call]:
    async with sandbox_with() as (sandbox, client), client_of(sandbox.base_url) as other:
        bench = Workbench(other, audience_id=LIST, domain="shop.example", stamp="t1")
        destination: MailchimpDestination = destination_of(client)
        for check in CHECKS:
            ground = Ground(destination=destination, bench=bench, name=check[-12:].replace("_", ""))
            await getattr(Conformance(), check)(ground)
        for kind in MERGE_TYPES:
            await destination.create_merge_field(LIST, tag=kind.name, name="", type=kind)
        await destination.contact(LIST, subscriber_hash(NADIA.email))
        return [call for call, _ in client.recorded.calls]


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    """Return all calls of the whole conformance suite."""
    return asyncio.run(_calls_of_every_check())


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """Return Mailchimp's published paths."""
    file = shared_folder() / "mailchimp" / "openapi-3.0.55.lists.json"
    paths: dict[str, Any] = json.loads(file.read_bytes())["paths"]
    return paths


def test_the_reference_page_names_every_call_and_no_other(calls: list[Call]) -> None:
    page = (ROOT / "docs/reference/mailchimp-calls.md").read_text(encoding="utf-8")

    named = set(re.findall(r"^\| `([A-Z]+) (/\S*)` \|", page, re.MULTILINE))

    assert named == {(call.method, call.route) for call in calls}


def test_every_body_has_the_published_shape(calls: list[Call]) -> None:
    for call in calls:
        if call.method in WRITTEN:
            check_request(call.method, call.route, call.body or b"")
        else:
            assert call.body is None


def test_every_query_is_published(calls: list[Call], published: dict[str, Any]) -> None:
    for call in calls:
        parameters = {
            p["name"]: p.get("schema", {})
            for p in published[call.route][call.method.lower()].get("parameters", [])
            if p["in"] == "query"
        }
        assert set(call.query) <= set(parameters), call.route
        for name, value in call.query.items():
            choices = parameters[name].get("enum")
            assert choices is None or value in choices, (call.route, name)


def test_every_asked_field_is_published(calls: list[Call], published: dict[str, Any]) -> None:
    for call in calls:
        names = call.query.get("fields", "") or call.query.get("exclude_fields", "")
        reply = published[call.route][call.method.lower()]["responses"]
        for name in filter(None, names.split(",")):
            schema = reply["200"]["content"]["application/json"]["schema"]
            for part in name.split("."):
                schema = schema.get("items", schema)["properties"]
                assert part in schema, f"{call.route}: {name}"
                schema = schema[part]


def test_no_url_holds_an_address(calls: list[Call]) -> None:
    assert secrets_in(" ".join(call.path() for call in calls)) == []


def test_a_batch_never_synchronises_tags_and_sends_status_only_to_create(
    calls: list[Call],
) -> None:
    batches = [json.loads(c.body or b"") for c in calls if c.route == "/lists/{list_id}" and c.body]

    assert len(batches) > 20
    for body in batches:
        assert set(body) == {"members", "update_existing"}
        has_status = any("status" in member for member in body["members"])
        assert not (has_status and body["update_existing"])
