"""The open questions about Mailchimp (FACTS.md §11) that a check can answer safely, one function each. No output here.

Each makes contacts of its own on the workbench, looks what became of them, and answers in one line. Left out on purpose:
a contact in compliance state (only a person's own unsubscribe makes one), a forgotten one (permanent deletion blocks
the address for ever), a full plan, and very old since-dates (they may hold a connection for two minutes).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import msgspec

from segue.mailchimp.client import Call
from segue.mailchimp.errors import problem_from_reply, rejection_from
from segue.mailchimp.intake import read
from segue.mailchimp.payloads import timestamp
from segue.mailchimp.replies import BatchNames, BatchTotals, ListedMembers
from segue.mailchimp.transport import Reply
from tests.contract.live.workbench import Seen, Workbench

_MEMBERS = "/lists/{list_id}/members"

_members = msgspec.json.Decoder(ListedMembers)
_names = msgspec.json.Decoder(BatchNames)
_totals = msgspec.json.Decoder(BatchTotals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One question's answer; `switch` is what to set for it, None when it sets nothing."""

    number: str
    question: str
    answer: str
    switch: tuple[str, str] | None = None


Question: TypeAlias = Callable[[Workbench], Awaitable[Answer]]


async def status_if_new(bench: Workbench) -> Answer:
    """Ask whether a batch honours status_if_new: it leaves the unsubscribed alone and subscribes the new."""
    known, new = bench.address("q1-known"), bench.address("q1-new")
    await bench.subscribe(known)
    await bench.set_status(known, "unsubscribed")
    before = await bench.status(known)
    await bench.batch([_if_new(known), _if_new(new)])
    after = (await bench.status(known), await bench.status(new))
    honoured = before == "unsubscribed" and after == ("unsubscribed", "subscribed")
    return Answer(
        number="1",
        question="Does a batch honour status_if_new?",
        answer=f"{'yes' if honoured else 'no'}: a contact that was {before or 'absent'} is "
        f"{after[0] or 'absent'}, an unknown one is {after[1] or 'absent'}",
        switch=("honours_status_if_new", "true" if honoured else "false"),
    )


async def archived(bench: Workbench) -> Answer:
    """Ask what a batch does with archived contacts when only status_if_new is sent."""
    plain, opted_out = bench.address("q2-plain"), bench.address("q2-opted-out")
    await bench.subscribe(plain)
    await bench.subscribe(opted_out)
    await bench.set_status(opted_out, "unsubscribed")
    await bench.archive(plain)
    await bench.archive(opted_out)
    reply = await bench.batch([_if_new(plain), _if_new(opted_out)])
    found = (await bench.status(plain), await bench.status(opted_out))
    return Answer(
        number="2",
        question="What does a batch with status_if_new do with archived contacts?",
        answer=f"one that was subscribed is {found[0]}, one that was unsubscribed is {found[1]}; "
        f"reported as {_places(reply)}",
    )


async def error_texts(bench: Workbench) -> Answer:
    """Ask for the words of a batch's errors: no address, twice the same, there already."""
    twice, there = bench.address("q3-twice"), bench.address("q3-there")
    await bench.subscribe(there)
    updating = await bench.batch(
        [
            _subscribed(bench.malformed("q3-no-address")),
            _subscribed(twice),
            _subscribed(twice.upper()),
        ]
    )
    creating = await bench.batch([_subscribed(there)], update_existing=False)
    return Answer(
        number="3",
        question="Which words do a batch's errors use?",
        answer=f"malformed and duplicate: {_errors(updating)}; existing: {_errors(creating)}",
    )


async def tags_of_the_unsubscribed(bench: Workbench) -> Answer:
    """Ask whether tags can be given to and taken from contacts that are not subscribed."""
    tag, out, gone = bench.tag("q4"), bench.address("q4-out"), bench.address("q4-archived")
    await bench.subscribe(out)
    await bench.subscribe(gone, tag)
    await bench.set_status(out, "unsubscribed")
    await bench.archive(gone)
    await bench.batch([{"email_address": out, "tags": [tag]}])
    by_batch = _has(await bench.seen(out), tag)
    tag_id = (await bench.tag_ids()).get(tag, 0)
    added = await bench.change_tag(tag_id, "members_to_add", [out])
    by_call = _has(await bench.seen(out), tag)
    removed = await bench.change_tag(tag_id, "members_to_remove", [out, gone])
    left = [_has(await bench.seen(address), tag) for address in (out, gone)]
    return Answer(
        number="4",
        question="Can tags of unsubscribed and archived contacts be changed?",
        answer=f"a batch tags an unsubscribed one: {_yes(by_batch)}; after members_to_add "
        f"({added.status}) it has it: {_yes(by_call)}; after members_to_remove ({removed.status}) "
        f"unsubscribed and archived still have it: {_yes(left[0])}, {_yes(left[1])}",
    )


async def oversized_and_mistyped(bench: Workbench) -> Answer:
    """Ask what 501 members (one own contact, 501 times) and a value of a wrong type do to a call."""
    many, good, bad = (bench.address(f"q5-{name}") for name in ("many", "good", "bad"))
    large = await bench.batch([_subscribed(many)] * 501)
    mixed = await bench.batch([_subscribed(good), {**_subscribed(bad), "merge_fields": "text"}])
    fails = "the call" if not await bench.status(good) else "the member"
    return Answer(
        number="5",
        question="What do 501 members, and a value of a wrong type, do to a batch?",
        answer=f"501: {_outcome(large)}; wrong type fails {fails}: {_outcome(mixed)}",
    )


async def tag_names(bench: Workbench) -> Answer:
    """Ask how tag names are kept: long, with a comma, twice in another case."""
    address = bench.address("q6")
    asked = {
        "of 100 characters": bench.tag("q6-").ljust(100, "x"),
        "of 101 characters": bench.tag("q6-").ljust(101, "y"),
        "with a comma": bench.tag("q6-a,b"),
        "in lower case": bench.tag("q6-case"),
        "in capitals": bench.tag("q6-case").upper(),
    }
    for name in asked.values():
        await bench.batch([{**_subscribed(address), "tags": [name]}])
    seen = await bench.seen(address)
    kept = seen.tag_names if seen else frozenset()
    shown = ", ".join(
        f"{what}: {'kept' if name in kept else 'not kept'}" for what, name in asked.items()
    )
    return Answer(number="6", question="How are names of tags kept?", answer=shown)


async def since_is_exclusive(bench: Workbench) -> Answer:
    """Ask whether since_last_changed includes the second it names."""
    address = bench.address("q14")
    await bench.subscribe(address)
    seen = await bench.seen(address)
    changed_at = (
        datetime.fromisoformat(seen.last_changed) if seen else datetime(2001, 1, 1, tzinfo=UTC)
    )
    same = await _finds(bench, address, changed_at)
    earlier = await _finds(bench, address, changed_at - timedelta(seconds=1))
    return Answer(
        number="14",
        question="Does since_last_changed include the second that it names?",
        answer=f"{'yes' if same else 'no'}; a second earlier finds the contact: {_yes(earlier)}",
    )


async def fields_on_batch(bench: Workbench) -> Answer:
    """Ask whether `fields` makes the reply to a batch smaller."""
    address = bench.address("q16")
    wide = await bench.batch([_subscribed(address)])
    narrow = await bench.batch(
        [_subscribed(address)], query={"fields": "total_created,total_updated"}
    )
    smaller = narrow.status == 200 and b"_members" not in narrow.body
    return Answer(
        number="16",
        question="Does `fields` shorten the reply to a batch?",
        answer=f"{_yes(smaller)}: {len(wide.body)} bytes without, {len(narrow.body)} with "
        f"(status {narrow.status})",
    )


QUESTIONS: tuple[Question, ...] = (
    status_if_new,
    archived,
    error_texts,
    tags_of_the_unsubscribed,
    oversized_and_mistyped,
    tag_names,
    since_is_exclusive,
    fields_on_batch,
)


async def _finds(bench: Workbench, address: str, since: datetime) -> bool:
    query = {"since_last_changed": timestamp(since), "count": "1000", "sort_field": "last_changed"}
    query |= {
        "sort_dir": "DESC",
        "fields": "members.id,members.email_address,members.status,total_items",
    }
    names = {"list_id": bench.audience_id}
    reply = await bench.client.call(Call(method="GET", route=_MEMBERS, names=names, query=query))
    members = read(_members, reply.body).members
    return address in {member.email_address.lower() for member in members}


def _if_new(address: str) -> dict[str, object]:
    return {"email_address": address, "status_if_new": "subscribed"}


def _subscribed(address: str) -> dict[str, object]:
    """Return a contact of the check itself, whose consent is nobody's but ours."""
    return {"email_address": address, "status": "subscribed"}


def _has(seen: Seen | None, tag: str) -> bool:
    return seen is not None and tag.lower() in {name.lower() for name in seen.tag_names}


def _places(reply: Reply) -> str:
    if reply.status != 200:
        return _outcome(reply)
    names = read(_names, reply.body)
    return f"{len(names.new_members)} new, {len(names.updated_members)} updated, {_errors(reply)}"


def _errors(reply: Reply) -> str:
    if reply.status != 200:
        return _outcome(reply)
    errors = read(_totals, reply.body).errors
    judged = [(error.error_code, rejection_from(error)) for error in errors]
    return (
        "; ".join(f'"{r.words}" ({code}, read as {r.reason.value})' for code, r in judged)
        or "no errors"
    )


def _outcome(reply: Reply) -> str:
    if 200 <= reply.status < 300:
        return f"accepted ({reply.status})"
    refused = problem_from_reply(
        reply.status, reply.headers, reply.body, method="POST", path_template="/lists/{list_id}"
    )
    return f"refused ({reply.status}, read as {refused.code}): {refused.context['words']}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
