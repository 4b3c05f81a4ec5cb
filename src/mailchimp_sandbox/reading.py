"""Pages of contacts: filters, order, and only the fields asked for. Source: FACTS.md §3, §9.7."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import orjson

from mailchimp_sandbox.audience import Audience
from mailchimp_sandbox.contacts import STATUSES, Contact
from mailchimp_sandbox.exchange import Call, Reply
from mailchimp_sandbox.links import collection_links
from mailchimp_sandbox.problems import invalid_payload
from mailchimp_sandbox.selection import Paths, drop, keep, tree, wanted
from mailchimp_sandbox.writing import read_fine_time

_ROOTS: Final = ("members", "list_id", "total_items", "_links")
_SORTABLE: Final[dict[str, Callable[[Contact], int]]] = {
    "timestamp_opt": lambda contact: contact.opted_in_at,
    "timestamp_signup": lambda contact: contact.signed_up_at,
    "last_changed": lambda contact: contact.last_changed,
}
_ORDER: Callable[[Contact], int] = lambda contact: contact.serial  # noqa: E731


@dataclass(frozen=True, slots=True)
class Selection:
    """Contacts that match, in order, and how many there are."""

    contacts: Iterable[Contact]
    total: int


def members(call: Call) -> Reply:
    """List the contacts of an audience, archived ones only when asked for."""
    offset, count = call.page()
    selection = _select(call, call.audience())
    page = islice(selection.contacts, offset, offset + count)
    return members_page(call, list(page), total=selection.total)


def members_page(call: Call, page: Sequence[Contact], *, total: int) -> Reply:
    """Write one page with `fields` and `exclude_fields` applied, without making what nobody asked for."""
    chosen = wanted(call.query.get("fields", ""), _ROOTS)
    exclude = tree(call.query.get("exclude_fields", ""))
    list_id = call.params["list_id"]
    parts = []
    for root in chosen or _ROOTS:
        if root in exclude and not exclude[root]:
            continue
        match root:
            case "members":
                value = _members(call, page, chosen.get("members", {}), exclude.get("members", {}))
            case "list_id":
                value = orjson.dumps(list_id)
            case "total_items":
                value = b"%d" % total
            case _:
                path = f"/lists/{list_id}/members"
                value = orjson.dumps(collection_links(call.base_url, path, "Lists/Members"))
        parts.append(b'"%b":%b' % (root.encode(), value))
    return Reply(
        status=200, body=b"{%b}" % b",".join(parts), schema="Lists/Members/Collection.json"
    )


def _members(call: Call, page: Sequence[Contact], chosen: Paths, exclude: Paths) -> bytes:
    renderer = call.renderer()
    if not chosen and not exclude:
        return renderer.full(page)
    if not chosen:
        return orjson.dumps(drop(orjson.loads(renderer.full(page)), exclude))
    rows = renderer.selected(page, list(chosen))
    if any(chosen.values()):
        rows = [_keep_below(row, chosen) for row in rows]
    return orjson.dumps(drop(rows, exclude) if exclude else rows)


def _keep_below(row: dict[str, object], chosen: Paths) -> dict[str, object]:
    return {name: keep(value, chosen[name]) for name, value in row.items()}


def _select(call: Call, audience: Audience) -> Selection:
    status = call.query.get("status", "")
    if status and status not in STATUSES:
        raise invalid_payload("status", f"Value must be one of: {', '.join(STATUSES)}")
    if call.query.get("unsubscribed_since") and status != "unsubscribed":
        message = "unsubscribed_since needs status=unsubscribed"
        raise invalid_payload("unsubscribed_since", message)
    everyone = audience.by_status[status] if status else audience.present
    tests = _tests(call)
    order = call.query.get("sort_field", "")
    if order and order not in _SORTABLE:
        raise invalid_payload("sort_field", f"Value must be one of: {', '.join(_SORTABLE)}")
    if not tests and not order:
        return Selection(everyone, len(everyone))
    question = tuple(
        sorted((k, v) for k, v in call.query.items() if k not in ("count", "offset", "fields"))
    )
    if audience.last_selection is None or audience.last_selection[0] != (
        audience.version,
        question,
    ):
        found = _found(call, audience, everyone, tests)
        audience.last_selection = ((audience.version, question), found)
    contacts: list[Contact] = audience.last_selection[1]
    return Selection(contacts, len(contacts))


def _found(
    call: Call,
    audience: Audience,
    everyone: dict[Contact, None],
    tests: list[Callable[[Contact], bool]],
) -> list[Contact]:
    pool: Iterable[Contact] = everyone
    if since := call.query.get("since_last_changed"):
        earliest = int(read_fine_time(since, "since_last_changed"))
        pool = [one for one in _changed_since(audience, earliest) if one in everyone]
    found = [contact for contact in pool if all(test(contact) for test in tests)]
    found.sort(key=_ORDER)
    order = call.query.get("sort_field", "")
    if order:
        found.sort(key=_SORTABLE[order])
    if call.query.get("sort_dir", "").upper() == "DESC":
        found.reverse()  # Source: FACTS.md §3: the exact reverse.
    return found


def _changed_since(audience: Audience, earliest: int) -> Iterable[Contact]:
    """Walk back from the latest change; cheap when little changed."""
    for contact in reversed(audience.changed):
        if contact.last_changed < earliest:
            return
        yield contact


def _tests(call: Call) -> list[Callable[[Contact], bool]]:
    query = call.query
    tests: list[Callable[[Contact], bool]] = []
    for name, read in (
        ("last_changed", _SORTABLE["last_changed"]),
        ("timestamp_opt", _SORTABLE["timestamp_opt"]),
    ):
        if text := query.get(f"since_{name}"):
            tests.append(_since(call, read, read_fine_time(text, f"since_{name}")))
        if text := query.get(f"before_{name}"):
            tests.append(_before(read, read_fine_time(text, f"before_{name}")))
    if text := query.get("unsubscribed_since"):
        moment = read_fine_time(text, "unsubscribed_since")
        tests.append(_since(call, lambda contact: contact.unsubscribed_at, moment))
    if call.flag("vip_only"):
        tests.append(lambda contact: contact.vip)
    if kind := query.get("email_type"):
        tests.append(lambda contact: contact.email_type == kind)
    if unique := query.get("unique_email_id"):
        tests.append(lambda contact: contact.key[:21:-1] == unique)
    return tests


def _since(call: Call, read: Callable[[Contact], int], moment: float) -> Callable[[Contact], bool]:
    # Source: FACTS.md §3, §11.14: looks exclusive, at one second's resolution.
    if call.switches.since_is_exclusive:
        return lambda contact: read(contact) > moment
    return lambda contact: read(contact) >= moment


def _before(read: Callable[[Contact], int], moment: float) -> Callable[[Contact], bool]:
    return lambda contact: read(contact) < moment
