"""Batches of operations: submit, list, show, cancel. Source: FACTS.md §3, §9.14. What they do is `operations_at_work`."""

from __future__ import annotations

from hashlib import md5
from typing import Any, Final

from mailchimp_sandbox.exchange import Call, Reply, of_type
from mailchimp_sandbox.links import OPERATIONS, collection_links, links
from mailchimp_sandbox.operations import Operation, OperationBatch, Pace
from mailchimp_sandbox.problems import invalid_payload, not_found, too_many_batches
from mailchimp_sandbox.rendering import iso
from mailchimp_sandbox.writing import Json

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ONE: Final = "Batches/Instance.json"


def submit(call: Call) -> Reply:
    """Take operations to be done later.

    Raises: Problem #4; #27 when too many batches are open.
    """
    account = call.account
    sent = of_type(call.body(), "operations", list, "array")
    operations = [_operation(position, one) for position, one in enumerate(sent)]
    limit = call.switches.open_batches_limit
    if sum(not one.completed_at for one in account.batches.values()) >= limit:
        raise too_many_batches(limit)
    account.batches_made += 1
    seed = f"{account.account_id}/batch/{account.batches_made}"
    made = OperationBatch(
        batch_id=md5(seed.encode(), usedforsecurity=False).hexdigest()[:10],
        operations=operations,
        pace=Pace(wait_s=call.switches.operations_wait_s, step_s=call.switches.operations_step_s),
        submitted_at=account.moment(),
        caller_ip=call.caller_ip,
    )
    account.batches[made.batch_id] = made
    return call.answer(_shown(call, made) | {"status": "pending"}, _ONE)


def collection(call: Call) -> Reply:
    """List the batches."""
    offset, count = call.page()
    batches = list(call.account.batches.values())
    document = {
        "batches": [_shown(call, one) for one in batches[offset : offset + count]],
        "total_items": len(batches),
        "_links": collection_links(call.base_url, "/batches", "Batches"),
    }
    return call.answer(document, "Batches/Collection.json")


def one(call: Call) -> Reply:
    """Show one batch and how far it is."""
    return call.answer(_shown(call, _batch(call)), _ONE)


def cancel(call: Call) -> Reply:
    """Stop a batch and forget its results: 204. What it did already stays done."""
    del call.account.batches[_batch(call).batch_id]
    return Reply(status=204)


def _batch(call: Call) -> OperationBatch:
    found = call.account.batches.get(call.params["batch_id"])
    if found is None:
        raise not_found()
    return found


def _operation(position: int, sent: Any) -> Operation:
    path = f"operations.item:{position}"
    if not isinstance(sent, dict):
        raise invalid_payload(path, "Schema describes object, string found instead")
    missing = [name for name in ("method", "path") if name not in sent]
    if missing:
        raise invalid_payload(path, f"Required fields were not provided: {', '.join(missing)}")
    if sent["method"] not in _METHODS:
        raise invalid_payload(f"{path}.method", f"Value must be one of: {', '.join(_METHODS)}")
    for name, wanted in (("path", str), ("body", str), ("operation_id", str), ("params", dict)):
        if type(sent.get(name, wanted())) is not wanted:
            label = "object" if wanted is dict else "string"
            message = f"Schema describes {label}, something else found instead"
            raise invalid_payload(f"{path}.{name}", message)
    return Operation(
        method=sent["method"],
        path=sent["path"],
        params={name: _as_query(value) for name, value in sent.get("params", {}).items()},
        body=sent.get("body", ""),
        operation_id=sent.get("operation_id", ""),
    )


def _as_query(value: Any) -> str:
    """Return a parameter as a query string would carry it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(call: Call, batch: OperationBatch) -> Json:
    origin = call.base_url.removesuffix("/3.0")
    url = f"{origin}/batch-results/{batch.batch_id}-response.tar.gz" if batch.archive else ""
    return {
        "id": batch.batch_id,
        "status": batch.state(call.account.moment()),
        "total_operations": len(batch.operations),
        "finished_operations": len(batch.results),
        "errored_operations": batch.errored,
        "submitted_at": iso(int(batch.submitted_at)),
        "completed_at": iso(int(batch.completed_at)),
        "response_body_url": url,
        "_links": links(call.base_url, OPERATIONS, batch_id=batch.batch_id),
    }
