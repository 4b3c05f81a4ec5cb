"""The error tree: classes by consequence, written for the person who must act. Nothing is raised here.

Every problem says what happened to which named thing (`message`), the next step (`action`),
a stable documented name (`code`) and ids or counts (`context`: never an address, never a token).
The exit codes are part of the command line's contract (docs/reference/exit-codes.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

ContextValue = str | int | float | bool | None


class Consequence(StrEnum):
    """What a problem means for the work that met it: the classes below by name, so that it can be kept."""

    BUG = "bug"
    CONFIGURATION = "configuration"
    ACCESS = "access"
    APPROVAL = "approval"
    CONTACT = "contact"
    LATER = "later"
    CONNECTION = "connection"
    BROKEN_OFF = "broken_off"


class Problem(Exception):
    """Say what happened, what to do next, and under which stable code.

    `context` holds ids, counts and Mailchimp's request id; personal data and secrets are never put there.
    """

    consequence: ClassVar[Consequence] = Consequence.BUG
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(
        self,
        message: str,
        *,
        action: str,
        code: str,
        context: Mapping[str, ContextValue] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.action = action
        self.code = code
        self.context: dict[str, ContextValue] = dict(context or {})

    def __str__(self) -> str:
        return f"{self.message} {self.action}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing wrong in something a person wrote: where it is, what is wrong, what to do.

    `path` is dotted from the root of the input (`segments.vip.rules.all[1].attribute`); `line` and `column`
    count from 1 and are None where the input has no lines.
    """

    path: str
    message: str
    action: str
    code: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line is not None else ""
        return f"{place}{self.path}: {self.message} {self.action}".strip()


class ConfigurationProblem(Problem):
    """Stop the run: a person must change the configuration. Carries every mistake found, not only the first.

    `further`: because of these mistakes something was not looked at, and more may appear when they are corrected.
    """

    consequence = Consequence.CONFIGURATION
    exit_code = 2
    http_status = 422

    def __init__(
        self,
        message: str,
        *,
        action: str,
        code: str,
        context: Mapping[str, ContextValue] | None = None,
        mistakes: Sequence[Mistake] = (),
        further: bool = False,
    ) -> None:
        super().__init__(message, action=action, code=code, context=context)
        self.mistakes = tuple(mistakes)
        self.further = further


class SourceAway(ConfigurationProblem):
    """Read the data sources again later: they do not answer, or change meanwhile; what is configured may be right as it is."""

    consequence = Consequence.LATER
    exit_code = 5
    http_status = 503


class NotAllowed(Problem):
    """Refuse the actor: they may see the thing, but not do this to it."""

    consequence = Consequence.ACCESS
    exit_code = 3
    http_status = 403


class NotVisible(Problem):
    """Refuse the actor as if the thing did not exist."""

    consequence = Consequence.ACCESS
    exit_code = 3
    http_status = 404


class UnsafePlan(Problem):
    """Wait for a person's approval of exactly this plan; nothing has been written."""

    consequence = Consequence.APPROVAL
    exit_code = 4
    http_status = 409


class ContactRejected(Problem):
    """Record the reason for one contact and go on with the others."""

    consequence = Consequence.CONTACT
    exit_code = 1
    http_status = 422


class TryLater(Problem):
    """Send the same request again, bounded by attempts and seconds.

    `not_before_s` is how long to wait because the other side may still be busy with the first try. `occupies_s` is how
    long it may still hold a connection for it, though the same call may be made at once on another. Both are 0 when
    the first try is known to have ended; `throttled` asks for fewer calls at once, `timed_out` says that the request was too much
    for the time it had, or its answer for one reply.
    """

    consequence = Consequence.LATER
    exit_code = 5
    http_status = 503

    def __init__(
        self,
        message: str,
        *,
        action: str,
        code: str,
        context: Mapping[str, ContextValue] | None = None,
        not_before_s: float = 0.0,
        occupies_s: float = 0.0,
        throttled: bool = False,
        timed_out: bool = False,
    ) -> None:
        super().__init__(message, action=action, code=code, context=context)
        self.not_before_s = not_before_s
        self.occupies_s = occupies_s
        self.throttled = throttled
        self.timed_out = timed_out


class MachineTrouble(Problem):
    """Stop the work and take it up again later: the machine lacks something or refuses it (disk, rights, memory, database).

    Nothing is wrong with what was asked, and nothing that was finished is lost. `trouble.trouble_of` makes these.
    """

    consequence = Consequence.LATER
    exit_code = 5
    http_status = 503


class ConnectionLost(Problem):
    """Stop every export of the connection: the account no longer accepts our credentials."""

    consequence = Consequence.CONNECTION
    exit_code = 6
    http_status = 424


class BrokenOff(Problem):
    """End the work as asked: it was canceled, its export was taken away, or another worker has it by now.

    What was acknowledged stays; the next run does the rest. `grace_s` is how long calls under way may still be answered,
    so that what became of their people is known; then they are abandoned.
    """

    consequence = Consequence.BROKEN_OFF
    exit_code = 5
    http_status = 409

    def __init__(self, message: str, *, action: str, code: str, grace_s: float = 0.8) -> None:
        super().__init__(message, action=action, code=code)
        self.grace_s = grace_s
