"""Which plans may write, and what is said of those that may not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segue.core.errors import UnsafePlan
from segue.core.sentences import said
from segue.sync.brakes import StopKind
from segue.sync.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Which plans may write. `digest` approves exactly one held plan; without it only plans that need no approval run.

    With `also_unheld` a plan that needs no approval runs even where another one was approved: the approved one was
    carried out in part, or what held it has gone. `first_run`: a person watched and said yes, so that being the first
    run alone does not hold a plan; every other stop still needs the digest.
    """

    digest: str | None = None
    also_unheld: bool = False
    first_run: bool = False

    def refusal(self, plan: Plan) -> UnsafePlan | None:
        """Return why this plan may not write, None when it may."""
        if plan.undecided:
            return _undecided(plan)
        if plan.refusals:
            return _over_limit(plan)
        held = self._held(plan)
        if self.also_unheld and not held:
            return None
        if self.digest is not None and self.digest != plan.digest:
            return UnsafePlan(
                said(
                    "The plan of '%(export)s' is %(digest)s now, not the approved %(approved)s.",
                    export=plan.export,
                    digest=plan.digest,
                    approved=self.digest,
                ),
                action="Something changed since: look at the plan again and approve the new one.",
                code="plan_changed",
                context={"export": plan.export, "digest": plan.digest},
            )
        return _unapproved(plan, held) if held and self.digest is None else None

    def _held(self, plan: Plan) -> Sequence[StopKind]:
        """Return the stops that this permission does not lift by itself."""
        lifted = {StopKind.FIRST_RUN} if self.first_run else set()
        return sorted({stop.kind for stop in plan.stops} - lifted)


def _unapproved(plan: Plan, held: Sequence[StopKind]) -> UnsafePlan:
    kinds = ", ".join(held)
    context: dict[str, str | int] = {
        "export": plan.export,
        "digest": plan.digest,
        "stops": kinds,
    }
    if list(held) == [StopKind.FIRST_RUN]:
        return UnsafePlan(
            said(
                "This would be the first run of '%(export)s': its plan waits for approval; nothing was written.",
                export=plan.export,
            ),
            action=said(
                "Look at the plan; then run again with --approve %(digest)s, or with --yes.",
                digest=plan.digest,
            ),
            code="first_run_needs_approval",
            context=context,
        )
    return UnsafePlan(
        said(
            "The plan of '%(export)s' waits for approval (%(kinds)s); nothing was written.",
            export=plan.export,
            kinds=kinds,
        ),
        action=said(
            "Look at the plan; to run exactly this one, run again with --approve %(digest)s.",
            digest=plan.digest,
        ),
        code="plan_needs_approval",
        context=context,
    )


def _undecided(plan: Plan) -> UnsafePlan:
    return UnsafePlan(
        said(
            "It is not sure that this installation is the real one: '%(export)s' wrote nothing to its audience.",
            export=plan.export,
        ),
        action="Say it once: segue manage installation --this-one, or --a-copy. No approval of a plan does, nor --yes.",
        code="installation_undecided",
        context={
            "export": plan.export,
            "stops": ", ".join(dict.fromkeys(stop.kind.value for stop in plan.undecided)),
        },
    )


def _over_limit(plan: Plan) -> UnsafePlan:
    stop = plan.refusals[0]
    limit = int(stop.threshold)
    return UnsafePlan(
        said(
            "The export '%(export)s' selects %(people)s people, %(over)s more than its limit of %(limit)s.",
            export=plan.export,
            people=stop.count,
            over=stop.count - limit,
            limit=limit,
        ),
        action="Choose fewer segments, or raise profile_limit in the export.",
        code="profile_limit_exceeded",
        context={"export": plan.export, "people": stop.count, "limit": limit},
    )
