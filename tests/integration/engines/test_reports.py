"""Reports come back as they were, the last ones first; rejected contacts come back with address, reason and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from segue.core.errors import ConfigurationProblem
from segue.core.retention import REPORTS_KEPT
from segue.core.sentences import Sentence, said
from segue.engines.duckdb.audience.rejected import rejected_contacts
from segue.engines.duckdb.session import session
from segue.service.reports import Reports
from segue.sync.brakes import SegmentChange, Stop, StopKind
from segue.sync.kinds import Kind, Skip
from segue.sync.outcomes import Outcomes
from segue.sync.people import RejectedContact
from segue.sync.plan import Misfit, Plan
from segue.sync.ports import Counted, Reason
from segue.sync.report import RunReport, RunStatus
from tests.acceptance.world import LIST, batch_fault, crowd, person
from tests.fakes.laboratory import laboratory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLAN = Plan(
    export="newsletter",
    audience_id="a1b2c3d4e5",
    audience_name="Customers",
    made_at=NOW,
    digest="0123456789abcdef",
    members=12,
    wanted=10,
    acknowledged=7,
    counts={Kind.ADD: 3, Kind.SKIP: 2},
    skips={Skip.DUPLICATE: 1, Skip.NO_CONSENT: 1},
    segments=[SegmentChange(segment="vip", tag="Vip", before=7, after=10, adds=3, removes=0)],
    tags_removed=0,
    misfits=[Misfit(tag="ZIP", people=2)],
    fields_to_create=["ZIP"],
    stops=[
        Stop(kind=StopKind.LARGE_REMOVAL, subject="removals", count=10, total=40, threshold=0.2)
    ],
    calls=2,
    contacts_before=None,
    contacts_limit=500,
)
REPORT = RunReport(
    run_id="20260302T090000000-newsletter",
    export="newsletter",
    status=RunStatus.SUCCESSFUL_WITH_SKIPS,
    started_at=NOW,
    finished_at=NOW + timedelta(seconds=4),
    plan=PLAN,
    outcomes=Outcomes(
        accepted=2,
        counted=Counted(created=2),
        rejected={Reason.FAKE_ADDRESS: 1},
    ),
    seconds={"observe": 0.25, "push": 3.5},
    retries=1,
    throttlings=0,
    recovered=("20260301T090000000-newsletter",),
    calls={"POST /lists/{list_id}": 1},
)


def numbered(number: int) -> RunReport:
    return replace(REPORT, run_id=f"20260302T09{number:04}-newsletter")


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    reports = Reports(tmp_path / "reports")

    reports.keep(REPORT)

    found = reports.one(REPORT.run_id)
    assert (found.status, found.outcomes, found.seconds) == (
        REPORT.status, REPORT.outcomes, REPORT.seconds
    )  # fmt: skip
    assert (dict(found.plan.counts), list(found.plan.stops)) == (PLAN.counts, PLAN.stops)
    assert replace(found, plan=PLAN, recovered=REPORT.recovered) == REPORT
    assert list(found.plan.segments) == PLAN.segments


def test_the_last_reports_come_first(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    for number in (3, 1, 2):
        reports.keep(numbered(number))

    assert [r.run_id for r in reports.latest(2)] == [numbered(3).run_id, numbered(2).run_id]
    assert Reports(tmp_path / "none").latest(5) == []


def test_old_reports_are_removed(tmp_path: Path) -> None:
    reports = Reports(tmp_path)

    for number in range(REPORTS_KEPT + 3):
        reports.keep(numbered(number))

    assert len(list(tmp_path.glob("*.json"))) == REPORTS_KEPT
    assert reports.latest(1_000)[-1].run_id == numbered(3).run_id


def test_an_unknown_run_is_named_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        Reports(tmp_path).one("20200101T000000000-newsletter")

    assert refused.value.code == "run_unknown"
    assert "20200101T000000000-newsletter" in refused.value.message
    assert "segue report" in refused.value.action


def test_rejected_contacts_come_back_with_their_addresses(tmp_path: Path) -> None:
    with laboratory(tmp_path, *crowd(3), person(1, "Nadia")) as lab:
        lab.sandbox.refuse_addresses("p0002@*", number=2)
        lab.sandbox.refuse_addresses("nadia@*", number=3)
        lab.sandbox.add_fault(batch_fault("500"))
        lab.run()

    with session(tmp_path / "spill") as connection:
        found = {
            one.profile_key: one
            for one in rejected_contacts(connection, tmp_path / "audience", "run0001")
        }

    assert set(found) == {"1", "1002"}
    assert (found["1002"].address, found["1002"].reason) == (
        "p0002@shop.example", Reason.FAKE_ADDRESS
    )  # fmt: skip
    assert "shop.example" not in found["1002"].words
    assert isinstance(found["1"], RejectedContact)
    assert found["1"].reason is Reason.INVALID_FIELD
    assert LIST not in found["1"].words


def test_a_run_that_nobody_knows_has_no_rejected_contacts(tmp_path: Path) -> None:
    with session(tmp_path / "spill") as connection:
        assert list(rejected_contacts(connection, tmp_path / "audience", "run0001")) == []


@pytest.mark.parametrize("written", [b"", b"{", b"\xff\xfe", b'{"run_id": 7}'])
def test_a_damaged_report_is_named_with_its_way_out(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "run1.json").write_bytes(written)

    for asked in (lambda: Reports(tmp_path).latest(5), lambda: Reports(tmp_path).one("run1")):
        with pytest.raises(ConfigurationProblem) as caught:
            asked()
        assert caught.value.code == "report_damaged"
        assert str(tmp_path / "run1.json") in caught.value.action


def test_what_was_said_of_a_failure_comes_back_with_what_it_names(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    told = replace(
        REPORT, message=said("There is no export `%(name)s`.", name="news"), action="Add one."
    )

    reports.keep(told)

    again = reports.one(REPORT.run_id)
    assert isinstance(again.message, Sentence)
    assert again.message.values == {"name": "news"}
