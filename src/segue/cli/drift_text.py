"""Show in what an audience differs from what was acknowledged, as a table and as JSON. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from segue.cli.invocation import Language
from segue.cli.messages import say
from segue.cli.plan_text import print_refused
from segue.cli.terminal import Heading, print_line, print_table
from segue.sync.plan import Drift, DriftKind, Plan
from segue.words.amounts import number


def is_repairable(drift: Sequence[Drift]) -> bool:
    """Return whether a repair would mend any of it: who is gone stays out until they sign up again."""
    return any(one.kind is not DriftKind.GONE for one in drift)


def print_drift(plan: Plan, looked_at: int, language: Language) -> None:
    """Print a line for each kind of difference, or that there is none."""
    looked = {
        "export": plan.export,
        "audience": plan.audience_name,
        "id": plan.audience_id,
        "count": number(looked_at, language),
    }
    print_line(say(language, "reconcile_looked", **looked), style="bold")
    if not plan.drift:
        print_line(say(language, "reconcile_none"), style="green")
        return
    print_table(
        [
            Heading(text=say(language, "head_difference")),
            Heading(text=say(language, "head_subject")),
            Heading(text=say(language, "head_people"), is_number=True),
        ],
        [
            [
                say(language, f"differs_{one.kind}"),
                one.subject,
                number(one.people, language),
            ]
            for one in plan.drift
        ],
    )
    if any(one.kind is DriftKind.GONE for one in plan.drift):
        print_line(say(language, "reconcile_gone"))


def print_repair(plan: Plan, language: Language) -> None:
    """Print the command that repairs what was found."""
    if plan.refusals:
        print_refused(plan, language)
        return
    command = f"segue reconcile {plan.export} --repair"
    if plan.needs_approval:
        command = f"{command} --approve {plan.digest}"
    print_line(say(language, "reconcile_repair", command=command))


def drift_as_json(plan: Plan, looked_at: int) -> dict[str, Any]:
    """Return what was found, without people."""
    return {
        "audience": {"id": plan.audience_id, "name": plan.audience_name},
        "looked_at": looked_at,
        "differs": is_repairable(plan.drift),
        "drift": [
            {"kind": one.kind.value, "subject": one.subject, "people": one.people}
            for one in plan.drift
        ],
        "digest": plan.digest,
        "needs_approval": plan.needs_approval,
    }
