"""Short words for the acceptance tests: one audience, people by name, what Mailchimp holds of them. No expectations."""

from __future__ import annotations

from typing import Any

from mailchimp_sandbox.faults import Fault
from segue.sync.export import Export, SegmentTag
from segue.sync.kinds import Kind
from segue.sync.plan import Plan
from segue.sync.report import RunReport
from tests.fakes.laboratory import Laboratory, Someone, export

LIST = "a1b2c3d4e5"
BATCH = "POST /lists/{list_id}"
BATCH_ROUTE = "/lists/{list_id}"
PAGES_ROUTE = "/lists/{list_id}/members"
TAG_ROUTE = "/lists/{list_id}/segments/{segment_id}"
MEMBER_ROUTE = "/lists/{list_id}/members/{subscriber_hash}"


def person(number: int, name: str, **changes: Any) -> Someone:
    """Return a VIP called so, whose address is made from the name."""
    return Someone(
        id=number, **{"email": f"{name.lower()}@shop.example", "first_name": name, **changes}
    )


def crowd(count: int, **changes: Any) -> list[Someone]:
    """Return so many VIPs: p0001@shop.example and so on, with keys from 1001 on."""
    return [person(1000 + n, f"P{n:04}", **changes) for n in range(1, count + 1)]


def batch_fault(kind: str, **more: Any) -> Fault:
    """Return a fault that strikes batches of contacts."""
    return Fault(kind=kind, method="POST", path_pattern=BATCH_ROUTE, **more)


def status(lab: Laboratory, name: str) -> str:
    """Return the status of a contact, "absent" when the audience holds none."""
    member = lab.sandbox.member(LIST, f"{name}@shop.example")
    return member.status if member else "absent"


def tags(lab: Laboratory, name: str) -> set[str]:
    """Return the tags of a contact."""
    member = lab.sandbox.member(LIST, f"{name}@shop.example")
    assert member is not None, "the audience has no such contact"
    return set(member.tags)


def audience(lab: Laboratory) -> dict[str, tuple[str, set[str]]]:
    """Return status and tags of every contact by the part of the address before the sign @."""
    return {
        m.email.lower().partition("@")[0]: (m.status, set(m.tags))
        for m in lab.sandbox.members(LIST)
    }


def second_run_is_empty(lab: Laboratory, exported: Export | None = None) -> RunReport:
    """Run again, and see that it neither plans nor makes any writing call."""
    lab.sandbox.reset_calls()
    report = lab.run(exported)
    assert changes(report.plan) == {}
    assert lab.sandbox.writes == []
    assert not report.plan.needs_approval
    return report


def changes(plan: Plan) -> dict[Kind, int]:
    """Return what a plan does, people left out aside."""
    return {kind: n for kind, n in plan.counts.items() if kind is not Kind.SKIP}


def other_export(name: str = "magazine", **more: Any) -> Export:
    """Return a second export on the same audience: locals get the tag that VIPs get from the first."""
    return export(name=name, segments=(SegmentTag(segment="local", tag="Vip"),), **more)


class Between:
    """A hook around a destination: `before` is called once, just before the first call of one of these methods."""

    def __init__(self, destination: Any, names: tuple[str, ...], before: Any) -> None:
        self._destination = destination
        self._names = names
        self._before = [before]

    def __getattr__(self, name: str) -> Any:
        if name in self._names and self._before:
            self._before.pop()()
        return getattr(self._destination, name)


WRITING = ("upsert", "untag", "move", "archive")


def just_before_writing(lab: Laboratory, event: Any) -> None:
    """Let something happen in Mailchimp after it was read and before the first writing call."""
    lab.around = lambda destination: Between(destination, WRITING, event)
