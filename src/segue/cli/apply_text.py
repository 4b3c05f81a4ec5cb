"""A plan of changes of the installation, as text and as JSON. Names and numbers only: no personal data is in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from segue.cli.messages import say
from segue.cli.terminal import print_line

if TYPE_CHECKING:
    from segue.cli.invocation import Language
    from segue.service.changes import Change
    from segue.service.differences import PlanOfChanges

_STYLES = {"added": "green", "changed": "yellow", "removed": "red"}


def print_changes(plan: PlanOfChanges, language: Language) -> None:
    """Print what applying changes, part by part, and what it stops."""
    for part, changes in plan.parts().items():
        if changes:
            print_line()
            print_line(say(language, f"apply_{part}"), style="bold")
        for change in changes:
            print_line("  " + _line(change, language), style=_STYLES[change.kind])
    print_line()
    if plan.is_empty:
        print_line(say(language, "apply_only_text"))
    if plan.ignored:
        print_line(say(language, "apply_ignored", sections=", ".join(plan.ignored)))
    stopped = dict.fromkeys(name for one in plan.breaking for name in one.used_by)
    if stopped:
        print_line(say(language, "apply_breaking", exports=", ".join(stopped)), style="red")


def plan_as_json(plan: PlanOfChanges, path: Path) -> dict[str, Any]:
    """Return the plan as JSON holds it."""
    return {
        "file": str(path),
        "digest": plan.digest,
        "is_same_text": plan.is_same_text,
        "ignored": list(plan.ignored),
        "changes": {
            part: [_change_as_json(one) for one in changes]
            for part, changes in plan.parts().items()
        },
    }


def _line(change: Change, language: Language) -> str:
    line = say(
        language,
        f"apply_{change.kind}",
        label=change.label,
        before=change.before,
        after=change.after,
    )
    if not change.used_by:
        return line
    return f"{line} ({say(language, 'apply_used', exports=', '.join(change.used_by))})"


def _change_as_json(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "name": change.name or "profiles",
        "label": change.label,
        "before": change.before,
        "after": change.after,
        "used_by": list(change.used_by),
    }
