"""Plans, reports and segments as JSON: the stable form that other programs read. See docs/reference/cli.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from segue.profiles.reading import Loss
from segue.segments.rules import Segment
from segue.shown.masking import shown_address, shown_key
from segue.shown.people import kind_code, skip_code
from segue.sync.brakes import SegmentChange, Stop
from segue.sync.failures import FailedCalls
from segue.sync.grounds import Unread
from segue.sync.guards import GuardCount
from segue.sync.people import PersonChange
from segue.sync.plan import Plan
from segue.sync.report import RunReport


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """Return a plan without its people."""
    return {
        "export": plan.export,
        "audience": {"id": plan.audience_id, "name": plan.audience_name},
        "made_at": plan.made_at,
        "digest": plan.digest,
        "needs_approval": plan.needs_approval,
        "can_be_approved": not plan.refusals,
        "is_empty": plan.is_empty,
        "is_settled": plan.is_settled,
        "is_first": plan.is_first,
        **_people(plan),
        "counts": {kind.name.lower(): count for kind, count in sorted(plan.counts.items())},
        "skips": {skip.name.lower(): count for skip, count in sorted(plan.skips.items())},
        "segments": [_segment(change) for change in plan.segments],
        "tags_removed": plan.tags_removed,
        "misfits": {misfit.tag: misfit.people for misfit in plan.misfits},
        "fields_to_create": list(plan.fields_to_create),
        "fields": [asdict(field) for field in plan.fields],
        "archives": plan.archives,
        "known": plan.known,
        "double_opt_in": plan.double_opt_in,
        "confirmations": plan.confirmations,
        "unconfirmed": plan.unconfirmed,
        "held": plan.held,
        "gone": plan.gone,
        "drift": [asdict(one) for one in plan.drift],
        "leftovers": [asdict(one) for one in plan.leftovers],
        "found_tags": [asdict(one) for one in plan.found_tags],
        "reading": _reading(plan),
        "guards": [_guard(guard) for guard in plan.guards],
        "stamp": asdict(plan.stamp) if plan.stamp else None,
        "stops": [_stop(stop) for stop in plan.stops],
        "calls": plan.calls,
        "contacts": {"before": plan.contacts_before, "limit": plan.contacts_limit},
    }


def _people(plan: Plan) -> dict[str, int]:
    return {
        "members": plan.members,
        "wanted": plan.wanted,
        "acknowledged": plan.acknowledged,
        "changes": plan.changes,
        "skipped": plan.skipped,
    }


def _segment(change: SegmentChange) -> dict[str, Any]:
    return {
        "segment": change.segment,
        "tag": change.tag,
        "before": change.before,
        "after": change.carriers,
        "wanted": change.after,
        "adds": change.adds,
        "removes": change.removes,
        "released": change.released,
    }


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "kind": stop.kind.value,
        "subject": stop.subject,
        "count": stop.count,
        "total": stop.total,
        "threshold": stop.threshold,
        "approvable": stop.approvable,
        "before": stop.before,
        "after": stop.after,
        "people": stop.people,
    }


def _reading(plan: Plan) -> dict[str, Any]:
    return {
        "unread": [unread_as_json(one) for one in plan.unread],
        "elsewhere": plan.unread_elsewhere,
    }


def _guard(guard: GuardCount) -> dict[str, Any]:
    return {
        "subject": guard.subject,
        "segments": list(guard.segments),
        "written": guard.written,
        "left_out": guard.left_out,
        "written_before": guard.written_before,
        "left_out_before": guard.left_out_before,
        "entering": guard.entering,
    }


def unread_as_json(one: Unread) -> dict[str, Any]:
    """Return what was lost at a place that an export stands on."""
    return {
        **loss_as_json(one.loss),
        "grounds": [ground.value for ground in one.grounds],
        "segments": list(one.segments),
    }


def loss_as_json(loss: Loss) -> dict[str, Any]:
    """Return what was lost at one place; samples of personal values are masked since they were read."""
    return {
        "place": loss.label,
        "part": loss.place.part.value,
        "table": loss.place.table,
        "name": loss.place.name,
        "source": loss.source,
        "column": loss.column,
        "written": loss.written,
        "lost": loss.lost,
        "share": round(loss.share, 4),
        "left_out": loss.left_out,
        "kinds": dict(loss.kinds),
        "samples": list(loss.samples),
    }


def samples_as_json(
    samples: Sequence[PersonChange], *, in_full: bool, personal_keys: bool
) -> list[dict[str, Any]]:
    """Return people of a plan, addresses and personal keys masked unless `in_full`."""
    return [
        {
            "kind": kind_code(person),
            "reason": skip_code(person),
            "profile_key": shown_key(person.profile_key, personal=personal_keys, in_full=in_full),
            "address": shown_address(person.address, in_full=in_full),
            "tags_added": list(person.tags_added),
            "tags_removed": list(person.tags_removed),
        }
        for person in samples
    ]


def segment_as_json(
    segment: Segment, *, members: int, losses: Sequence[Loss] = ()
) -> dict[str, Any]:
    """Return a segment with how many it selects, and what was not read of what its rules stand on."""
    return {
        "segment": segment.name,
        "label": segment.label,
        "description": segment.description,
        "tags": [*segment.tags],
        "active": segment.active,
        "members": members,
        "unread": [loss_as_json(loss) for loss in losses],
    }


def report_as_json(report: RunReport) -> dict[str, Any]:
    """Return a run's report with its plan."""
    outcomes = report.outcomes
    return {
        "run": report.run_id,
        "export": report.export,
        "status": report.status.value,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
        "problem": {"code": report.problem, "message": report.message, "action": report.action}
        if report.problem
        else None,
        "outcomes": {
            "sent": outcomes.sent,
            "accepted": outcomes.accepted,
            "created": outcomes.counted.created,
            "updated": outcomes.counted.updated,
            "untagged": outcomes.untagged,
            "moved": outcomes.moved,
            "rejected": {reason.value: count for reason, count in outcomes.rejected.items()},
            "not_sent": outcomes.not_sent,
            "answer_unknown": outcomes.unknown,
        },
        "seconds": dict(report.seconds),
        "retries": report.retries,
        "throttlings": report.throttlings,
        "calls": dict(report.calls),
        "failed_calls": [_failed(failed) for failed in report.failed_calls],
        "recovered": list(report.recovered),
        "plan": plan_as_json(report.plan),
    }


def _failed(failed: FailedCalls) -> dict[str, Any]:
    return {
        "step": failed.step.value,
        "code": failed.code,
        "http_status": failed.http_status or None,
        "calls": failed.calls,
        "people": failed.people,
        "request_id": failed.request_id or None,
    }
