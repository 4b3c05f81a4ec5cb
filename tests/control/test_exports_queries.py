"""Lists of exports: searching, sorting, permissions told by the database as the policy tells them, prerequisites."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.control.connections import operations as connections
from segue.control.connections.models import Connection
from segue.control.exports import operations, policy, queries
from segue.control.exports.models import Export
from segue.control.exports.queries import Prerequisite
from segue.control.people.models import Person
from segue.control.segments.models import Segment
from segue.control.statuses import Status
from segue.sync.export import SegmentTag
from tests.control import stage
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD


@pytest.fixture
def connected(alice: Person, tmp_path: Path) -> Connection:
    """Declare data and return a shared connection."""
    stage.declared(stage.data_folder(tmp_path))
    return stage.connection(alice)


def test_the_database_tells_permissions_as_the_policy_does(
    alice: Person, bob: Person, vera: Person, connected: Connection
) -> None:
    private = stage.connection(alice, name="Private", is_shared=False, account_id="acc2")
    stage.export(alice, connected, name="Shared")
    stage.export(alice, private, name="Private")
    operations.detach(
        exports=[stage.export(alice, private, name="Detached")], actor=alice, now=START
    )

    for person in (alice, bob, vera):
        rows = queries.ranked(queries.exports(), person)
        told = dict(rows.filter(permission_rank=0).values_list("name", "pk"))
        assert {row.name: row.name in told for row in rows} == {
            row.name: policy.edit_export.test(person, row) for row in rows
        }


def test_every_status_has_its_place_in_the_order() -> None:
    assert sorted(queries.GRAVITY) == sorted(Status)


def test_search_finds_names_connections_and_audiences(alice: Person, connected: Connection) -> None:
    stage.export(alice, connected, name="Spring")
    other = stage.connection(alice, name="Shop account", account_id="acc2")
    stage.export(alice, other, name="Summer", audience_id="f0f0f0f0f0")

    def found(text: str) -> list[str]:
        return [row.name for row in queries.searched(queries.exports(), text)]

    assert found("spr") == ["Spring"]
    assert found("shop") == ["Summer"]
    assert found("F0F0F0F0F0") == ["Summer"]
    assert found("newsletter") == ["Spring", "Summer"]
    assert found("f0f0") == []


def test_exports_of_a_segment_are_those_that_choose_it(
    alice: Person, connected: Connection
) -> None:
    stage.export(
        alice,
        connected,
        name="Both",
        segments=(
            SegmentTag(segment="vip", tag="VIP"),
            SegmentTag(segment="newcomers", tag="New"),
        ),
    )
    stage.export(alice, connected, name="VIP only")

    found = queries.of_segment(Segment.objects.get(name="newcomers"))

    assert [export.name for export in found] == ["Both"]


def test_missing_prerequisites_are_named_in_the_order_of_making_them(
    alice: Person, bob: Person, tmp_path: Path
) -> None:
    assert queries.missing_prerequisites(bob) == [
        Prerequisite.DEFINITION,
        Prerequisite.SEGMENT,
        Prerequisite.CONNECTION,
    ]

    without_email = stage.DEFINITION.replace("type: email", "type: text")
    stage.declared(stage.data_folder(tmp_path), text=without_email)
    assert queries.missing_prerequisites(bob) == [
        Prerequisite.EMAIL_ATTRIBUTE,
        Prerequisite.CONNECTION,
    ]

    stage.declared(tmp_path)
    private = stage.connection(alice, is_shared=False)
    assert queries.missing_prerequisites(bob) == [Prerequisite.CONNECTION]
    assert queries.missing_prerequisites(alice) == []

    connections.share(connection=private, is_shared=True, password=PASSWORD, actor=alice, now=START)
    assert queries.missing_prerequisites(bob) == []


def test_sorting_by_status_puts_first_what_needs_somebody(
    alice: Person, connected: Connection
) -> None:
    for status in (Status.SUCCESSFUL, Status.NEEDS_APPROVAL, Status.NOT_STARTED, Status.FAILED):
        export = stage.export(alice, connected, name=str(status))
        Export.objects.filter(pk=export.pk).update(last_status=status)

    rows = queries.ranked(queries.exports(), alice).order_by("status_rank")

    assert [row.name for row in rows] == [
        "failed",
        "needs_approval",
        "successful",
        "not_started",
    ]
