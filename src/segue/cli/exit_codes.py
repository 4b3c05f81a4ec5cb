"""Which exit code a finished run deserves. The codes are STYLE's table; see docs/reference/exit-codes.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from segue.core.errors import (
    ConfigurationProblem,
    ConnectionLost,
    Consequence,
    TryLater,
    UnsafePlan,
)
from segue.sync.report import RunReport, RunStatus

_BUG = 1
_GRAVEST_FIRST = (
    _BUG,
    ConnectionLost.exit_code,
    ConfigurationProblem.exit_code,
    3,
    TryLater.exit_code,
    UnsafePlan.exit_code,
)

_OF_FAILURES: Mapping[Consequence | None, int] = {
    Consequence.CONNECTION: ConnectionLost.exit_code,
    Consequence.LATER: TryLater.exit_code,
}
"""Of runs that failed for something else than what their configuration asks for."""


def exit_code_of(report: RunReport) -> int:
    """Return 0 for a run that did all it could, else the code of what stopped it."""
    match report.status:
        case RunStatus.SUCCESSFUL | RunStatus.SUCCESSFUL_WITH_SKIPS:
            return 0
        case RunStatus.NEEDS_APPROVAL:
            return UnsafePlan.exit_code
        case RunStatus.FAILED_RETRYING | RunStatus.CANCELED:
            return TryLater.exit_code
        case RunStatus.INCONSISTENT:
            return _BUG
        case RunStatus.FAILED:
            return _OF_FAILURES.get(report.consequence, ConfigurationProblem.exit_code)


def gravest(codes: Iterable[int]) -> int:
    """Return the code that says most: a bug before a lost connection, before the rest; 0 when all is well."""
    found = set(codes) - {0}
    return next((code for code in _GRAVEST_FIRST if code in found), max(found, default=0))


def is_lost_connection(report: RunReport) -> bool:
    """Tell whether the run ended because the account no longer accepts us."""
    return report.status is RunStatus.FAILED and report.consequence is Consequence.CONNECTION
