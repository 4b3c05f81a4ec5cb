"""Make a call for many people, and when it keeps failing find out for whom: halve it until the person is found.

The others are carried out, the person is rejected with a reason. A service that fails for everybody is told apart: people
are looked for only while it carries out a writing call that changes nobody, and never once several chunks fail alike.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from segue.core.errors import ConfigurationProblem, Problem, TryLater
from segue.sync.failures import Failures
from segue.sync.pacing import Attempts
from segue.sync.ports import Counted, Reason, Rejection
from segue.sync.store import Step

log = logging.getLogger("segue.sync")

REFUSED_PAYLOAD = "mailchimp_refused_payload"
"""The code of a call that was refused as a whole; one malformed contact may be the reason. Source: FACTS.md §4 #4."""

REFUSALS = frozenset({REFUSED_PAYLOAD, "mailchimp_refused_request"})
"""Codes of calls that are refused for what they hold: the same call is refused again, so it is halved at once."""

CALL_FAILURES = frozenset(
    {
        "mailchimp_unavailable",
        "mailchimp_unreadable_reply",
        "mailchimp_reply_too_large",
        "mailchimp_connection_broken",
        "mailchimp_gateway_time_out",
        "mailchimp_time_out",
        "mailchimp_unclear_not_found",
    }
)
"""Codes of failures that what the call holds may cause. Throttling and an unreachable service are not among them."""

CONNECTION_BROKEN = "mailchimp_connection_broken"
"""The code of a call whose connection broke: Mailchimp said nothing, and neither call nor service is to blame."""

BREAKS = 4
"""Broken connections in a row after which the service is taken to fail, when it is asked whether it works."""

SUSPICIOUS_AFTER = 3
"""Failed attempts after which a call is suspected, instead of the service."""

ATTEMPTS_OF_A_PART = 2
ATTEMPTS_OF_ONE = 3
"""Further attempts for the one person who is left, before they are rejected."""

FAILURES_IN_A_ROW = 3
"""Chunks that may exhaust their patience one after another before the rest is left for the next run."""

HALVINGS = 200
"""Calls that a run may spend on isolating people; beyond it what is left is not sent."""

SILENCE = 20
"""Calls of one chunk's isolation that may fail in a row: then it is the service after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of the people of one or more calls, by hash; whoever is named nowhere is accepted.

    `left_out` are those whom a reply passed over: what became of them must be looked up.
    """

    counted: Counted = field(default_factory=Counted)
    rejections: tuple[Rejection, ...] = ()
    request_id: str = ""
    unsent: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def plus(self, other: Answer) -> Answer:
        """Return both together."""
        return Answer(
            counted=self.counted.plus(other.counted),
            rejections=self.rejections + other.rejections,
            request_id=self.request_id or other.request_id,
            unsent=self.unsent + other.unsent,
            left_out=self.left_out + other.left_out,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be called for whom. `call` gets positions in `subs` and makes one call for these people."""

    step: Step
    subs: Sequence[str]
    call: Callable[[Sequence[int]], Awaitable[Answer]]


@dataclass(slots=True)
class _Search:
    """One search: parts whose call failed, and what the calls that got through said.

    `culprits` are the failures of single people. `silent` counts the calls since the last one that got through;
    `is_over`: it is the service that fails.
    """

    pending: list[tuple[Sequence[int], Problem]]
    answer: Answer
    is_any_through: bool = False
    culprits: list[Problem] = field(default_factory=list)
    silent: int = 0
    is_over: bool = False


class Isolating:
    """Makes the calls of one run. `carries_out` asks whether the service carries out a writing call that changes nobody."""

    def __init__(
        self,
        *,
        attempts: Attempts,
        carries_out: Callable[[], Awaitable[bool]],
        failures: Failures,
    ) -> None:
        self._attempts = attempts
        self._carries_out = carries_out
        self._failures = failures
        self._halvings_left = HALVINGS
        self._through = 0
        self._alike = 0

    async def run(self, work: Work) -> Answer:
        """Return what became of everybody.

        Raises TryLater when it is the service that fails, or the whole patience ended; other problems when the run
        must stop.
        """
        everybody = range(len(work.subs))
        tried = await self._try(work, everybody, SUSPICIOUS_AFTER)
        if isinstance(tried, TryLater):
            tried = await self._suspected(work, everybody, tried)
        if isinstance(tried, Answer):
            return tried
        return await self._search(work, everybody, tried)

    async def _try(self, work: Work, part: Sequence[int], attempts: int) -> Answer | Problem:
        """Make one call. Returns a problem that may be the call's own; any other is raised."""
        bound = _Bound(attempts)
        try:
            answer = await self._attempts.run(lambda: work.call(part), gives_up=bound)
        except TryLater as problem:
            return problem
        except ConfigurationProblem as problem:
            if problem.code not in REFUSALS:
                raise
            return problem
        self._through += 1
        self._alike = 0
        return answer

    async def _suspected(
        self, work: Work, everybody: Sequence[int], problem: TryLater
    ) -> Answer | Problem:
        """Decide whether the call or the service fails; for the latter there is the whole patience."""
        if problem.code not in CALL_FAILURES:
            raise problem
        self._alike += 1
        if self._alike < FAILURES_IN_A_ROW and await self._service_works():
            return problem
        before, left = self._through, self._attempts.most_attempts - SUSPICIOUS_AFTER
        tried = await self._try(work, everybody, left) if left > 0 else problem
        if isinstance(tried, TryLater) and self._through == before:
            raise tried
        return tried

    async def _service_works(self) -> bool:
        """Ask once; a broken connection is no answer, so that the question is put again."""
        try:
            return await self._attempts.run(self._carries_out, gives_up=_says_no())
        except TryLater:
            return False

    async def _search(self, work: Work, everybody: Sequence[int], problem: Problem) -> Answer:
        search = _Search([(everybody, problem)], Answer())
        while search.pending and await self._goes_on(search):
            part, problem = search.pending.pop()
            if len(part) == 1:
                await self._judge(work, part, problem, search)
            else:
                await self._halve(work, part, search)
        return self._ended(work, search)

    async def _goes_on(self, search: _Search) -> bool:
        """Return whether to look on: within the budget, and while it is not the service that fails."""
        part, problem = search.pending[-1]
        if search.is_over or (len(part) > 1 and self._halvings_left <= 0):
            return False
        if isinstance(problem, ConfigurationProblem) or not search.silent:
            return True
        if problem.code not in CALL_FAILURES or search.silent >= SILENCE:
            return False
        return await self._service_works()

    async def _halve(self, work: Work, part: Sequence[int], search: _Search) -> None:
        half = len(part) // 2
        self._halvings_left -= 2
        both = [part[half:], part[:half]]
        tried = [await self._try(work, some, ATTEMPTS_OF_A_PART) for some in both]
        answers = [one for one in tried if isinstance(one, Answer)]
        for some, one in zip(both, tried, strict=True):
            if isinstance(one, Problem):
                search.pending.append((some, one))
        search.silent = 0 if answers else search.silent + len(both)
        search.is_any_through |= bool(answers)
        for one in answers:
            search.answer = search.answer.plus(one)

    async def _judge(
        self, work: Work, part: Sequence[int], problem: Problem, search: _Search
    ) -> None:
        """Reject the one person who is left, if the call fails for them alone while the service works."""
        if isinstance(problem, TryLater):
            tried = await self._try(work, part, ATTEMPTS_OF_ONE)
            if isinstance(tried, Answer):
                search.answer = search.answer.plus(tried)
                search.is_any_through = True
                return
            if not await self._is_theirs(tried):
                search.pending.append((part, tried))
                search.is_over = True
                return
        search.culprits.append(problem)
        log.warning("run.person_isolated", extra={"step": work.step.value, "code": problem.code})
        rejection = _rejection(work.subs[part[0]], problem)
        search.answer = search.answer.plus(Answer(rejections=(rejection,)))

    async def _is_theirs(self, problem: Problem) -> bool:
        if problem.code in REFUSALS:
            return True
        return problem.code in CALL_FAILURES and await self._service_works()

    def _ended(self, work: Work, search: _Search) -> Answer:
        """Return what was found. Who is left is not sent; raise when nobody got through, or the run must stop."""
        if not search.pending:
            return self._found(work, search)
        problem = search.pending[-1][1]
        if isinstance(problem, ConfigurationProblem) or not search.is_any_through:
            raise problem
        left = tuple(work.subs[at] for part, _ in search.pending for at in part)
        self._failures.add(work.step, problem, people=len(left))
        return self._found(work, search).plus(Answer(unsent=left))

    def _found(self, work: Work, search: _Search) -> Answer:
        for problem in search.culprits:
            self._failures.add(work.step, problem, people=1)
        return search.answer


class _Bound:
    """Gives a call up after so many failures that may be its own; others are the patience's."""

    def __init__(self, attempts: int) -> None:
        self._left = attempts

    def __call__(self, problem: TryLater) -> bool:
        if problem.code not in CALL_FAILURES:
            return False
        self._left -= 1
        return self._left <= 0


def _says_no() -> Callable[[TryLater], bool]:
    """Return what gives the question up: any answer that the call may get for itself, or too many broken connections."""
    no, broken = _Bound(1), _Bound(BREAKS)
    return lambda problem: (broken if problem.code == CONNECTION_BROKEN else no)(problem)


def _rejection(sub: str, problem: Problem) -> Rejection:
    """Return the rejection of a person whose call fails: by Mailchimp's words about them where it gave any."""
    default = Reason.UNREADABLE if problem.code == REFUSED_PAYLOAD else Reason.CALL_FAILS
    reason = Reason(str(problem.context.get("reason") or default.value))
    words = str(problem.context.get("words") or "")
    return Rejection(subscriber_hash=sub, reason=reason, words=words)
