"""Ask a real Mailchimp account the open questions, tidy up, and say which switches to set. Printing is the caller's.

`make live-check` runs the destination's conformance suite first, then this; see docs/howto/live-check.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segue.core.errors import ConnectionLost, Problem
from segue.mailchimp.client import Call, Client
from tests.contract.live.questions import QUESTIONS, Answer, Question
from tests.contract.live.workbench import CleanUp, Workbench, said

SAFE_SWITCH = ("honours_status_if_new", "false")
"""What to set while question 1 has no answer: statuses are then read in full, and nobody can be resubscribed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All answers, and what the check left behind."""

    answers: tuple[Answer, ...]
    clean_up: CleanUp

    @property
    def switches(self) -> dict[str, str]:
        """Return the switches to set in a connection of segue.yaml."""
        return dict([SAFE_SWITCH, *(a.switch for a in self.answers if a.switch is not None)])


async def ask_all(bench: Workbench, *, generic: Client | None) -> Findings:
    """Ask every question and clean up, also when a question fails.

    `generic` is a client of the same account at the host without data centre; None leaves question 10 out.
    Raises: ConnectionLost when the account no longer accepts the credentials.
    """
    answers: list[Answer] = []
    try:
        for question in QUESTIONS:
            answers.append(await _ask(question, bench))
        if generic is not None:
            answers.append(await _generic_host(generic))
    finally:
        clean_up = await bench.clean_up()
    return Findings(answers=tuple(answers), clean_up=clean_up)


def lines(findings: Findings, *, connection: str) -> Sequence[str]:
    """Return the findings as lines for a terminal."""
    done = findings.clean_up
    return [
        "Open questions (FACTS.md §11):",
        *(f"  {a.number:>3}  {a.question} {a.answer}" for a in findings.answers),
        "",
        f"Cleaned up: {done.archived} contacts archived, {done.tags_deleted} tags deleted"
        + (
            f"; {done.failed} could not be, look for segue-check- in the audience."
            if done.failed
            else "."
        ),
        "The contacts stay in the archive: deleting them for good would block their addresses for ever.",
        "",
        "Set in segue.yaml:",
        "connections:",
        f"  {connection}:",
        *(f"    {name}: {value}" for name, value in findings.switches.items()),
    ]


async def _ask(question: Question, bench: Workbench) -> Answer:
    try:
        return await question(bench)
    except ConnectionLost:
        raise
    except Problem as hindrance:
        name = question.__name__.replace("_", " ")
        return Answer(number="?", question=f"{name}:", answer=f"not answered ({said(hindrance)})")


async def _generic_host(client: Client) -> Answer:
    question = f"Do these credentials work at {client.base_url}?"
    try:
        reply = await client.exchange(Call(method="GET", route="/ping"))
    except Problem as hindrance:
        return Answer(number="10", question=question, answer=f"not answered ({said(hindrance)})")
    works = "yes" if reply.status == 200 else "no"
    return Answer(number="10", question=question, answer=f"{works} (status {reply.status})")
