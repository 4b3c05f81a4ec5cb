"""The demonstration in the browser: what it makes by the product's own ways, and that its pages answer without a person."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from segue_demo.browser.authorising import RETURN_PATH
from segue_demo.browser.cast import COLLEAGUES
from segue_demo.browser.timetable import beginning, moments
from tests.cli.installed import ended, in_installation

pytestmark = pytest.mark.any_day

COUNTED = """
import json
from segue.control.audit.models import Entry
from segue.control.connections.models import Agreement, Connection
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes.models import Refresh, Run, SystemSchedule, Worker
from segue.control.refreshes.papers import samples_of

held = Run.objects.get(status="needs_approval")
print(json.dumps({
    "people": list(Person.objects.order_by("name").values_list("name", "role", "language")),
    "connection": list(Connection.objects.values_list("credential_kind", "is_shared", "health")),
    "agreed": Agreement.objects.count(),
    "exports": list(Export.objects.order_by("name").values_list("name", "last_status")),
    "is_on": SystemSchedule.objects.get().is_on,
    "refreshes": list(Refresh.objects.order_by("id").values_list("trigger", flat=True)),
    "runs": list(Run.objects.order_by("id").values_list("status", "sent", "accepted", "rejected")),
    "held": [held.export_name, held.sent, bool(held.digest), len(samples_of(held)) > 0],
    "at": [str(at) for at in Refresh.objects.order_by("id").values_list("created_at", flat=True)],
    "workers": Worker.objects.count(),
    "secrets": Connection.objects.get().secret in str(list(Entry.objects.values_list("details"))),
}))
"""


def test_a_demonstration_is_made_by_the_products_own_ways_and_told(tmp_path: Path) -> None:
    """One test, for it is half a minute's work: tests apart may be carried out by workers apart, each of which makes it."""
    if find_spec("segue.worker") is None:
        pytest.skip("there is no worker yet")
    folder = tmp_path / "demo-home"

    done = ended(
        "demo", "--people", "300", "--home", str(folder), "--language", "fr", cwd=tmp_path,
        DATABASE_URL="postgresql://segue@127.0.0.1:1/production", SEGUE_HOME="production",
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    left = json.loads(in_installation(folder / "home", COUNTED))
    _people_connection_and_exports_are_there_in_the_readers_language(left)
    _the_history_is_of_the_real_engine_and_adds_up(left)
    assert left["workers"] == 0, "nobody who was at work is missed"
    _the_sign_ins_and_the_address_are_told(done.stdout)
    if find_spec("segue.web.pending") is None:
        assert "✓ Signed in as Alice; these pages answer: /, /exports/, /runs/" in done.stdout


def _people_connection_and_exports_are_there_in_the_readers_language(left: Any) -> None:
    assert left["people"] == [[one.name, one.role, "fr"] for one in COLLEAGUES]
    assert left["connection"] == [["access_token", True, "healthy"]]
    assert left["agreed"] == 1
    assert left["exports"] == [
        ["Birthday greetings", "successful_with_skips"],
        ["Monthly newsletter", "successful_with_skips"],
        ["Tea club", "needs_approval"],
    ]
    assert left["is_on"] is True
    assert left["secrets"] is False


def _the_history_is_of_the_real_engine_and_adds_up(left: Any) -> None:
    assert set(left["refreshes"]) == {"schedule", "export_schedule", "person"}
    assert left["at"] == sorted(left["at"])
    assert all(sent == accepted + rejected for _, sent, accepted, rejected in left["runs"])
    assert sum(accepted for _, _, accepted, _ in left["runs"]) > 200
    assert any(rejected for _, _, _, rejected in left["runs"])
    assert left["held"] == ["Tea club", 0, True, True]


def _the_sign_ins_and_the_address_are_told(told: str) -> None:
    assert re.search(r"^ +http://127\.0\.0\.1:80\d\d$", told, re.MULTILINE)
    assert [one.email in told for one in COLLEAGUES] == [True] * 3
    assert told.count("kettle-and-leaves") == 3


@pytest.mark.skipif(find_spec("segue.web.pending") is not None, reason="pages are still missing")
def test_mailchimp_sends_people_back_to_the_page_that_awaits_them() -> None:
    from django.urls import reverse

    assert reverse("connection-returned") == RETURN_PATH


@pytest.mark.parametrize("hour", [0, 6, 7, 23])
@pytest.mark.parametrize("day", range(23, 30))
def test_on_every_day_the_history_holds_several_refreshes_and_ends_before_now(
    day: int, hour: int
) -> None:
    now = datetime(2026, 3, day, hour, 30, tzinfo=UTC)  # the clocks change on the 29th

    known = list(moments(now))

    assert [at for at, _ in known] == sorted(at for at, _ in known)
    assert all(beginning(now) < at < now for at, _ in known)
    assert len([at for at, whole in known if whole]) in (4, 5)
    assert len([at for at, whole in known if not whole]) in (2, 3)


def test_too_few_people_make_no_story(tmp_path: Path) -> None:
    from segue_demo.browser.story import show

    with pytest.raises(ValueError, match="at least 300"):
        show(people=299, folder=tmp_path / "demo")
