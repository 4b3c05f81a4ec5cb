"""Show what became of runs. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from segue.cli.invocation import Language
from segue.cli.messages import say
from segue.cli.plan_text import print_plan, print_stops
from segue.cli.problem_words import words_of_problem
from segue.cli.reading_text import reading_lines
from segue.cli.terminal import Heading, print_line, print_table
from segue.core.errors import Problem
from segue.shown.notes import headline
from segue.shown.rejected import call_failure, refusal
from segue.sync.failures import FailedCalls
from segue.sync.report import RunReport, RunStatus
from segue.words.amounts import duration, number
from segue.words.faces import Face
from segue.words.plans import step_words

_STYLES = {
    RunStatus.SUCCESSFUL: "green",
    RunStatus.SUCCESSFUL_WITH_SKIPS: "green",
    RunStatus.NEEDS_APPROVAL: "yellow",
}


def print_summary(report: RunReport, language: Language) -> None:
    """Print how a run ended, in a few lines, with what its plan found amiss at Mailchimp."""
    _print_end(report, language)
    for note in headline(report.plan, language, Face.TERMINAL):
        print_line(f"  • {note}", style="yellow")
    for line in reading_lines(report.plan, language):
        print_line(f"  {line}", style="yellow")


def _print_end(report: RunReport, language: Language) -> None:
    status = say(language, f"status_{report.status}")
    line = say(language, "run_line", export=report.export, status=status)
    print_line(line, style=_STYLES.get(report.status, "red"))
    if report.status is RunStatus.NEEDS_APPROVAL:
        _print_stops(report, language)
    else:
        print_line("  " + _counts(report, language))
    if report.recovered:
        print_line("  " + say(language, "run_recovered", runs=", ".join(report.recovered)))
    if report.problem:
        _print_problem(report, language)
    for failed in report.failed_calls:
        print_line("  " + _failure(failed, language))
    if report.outcomes.rejected_total:
        command = f"segue report {report.run_id} --rejected rejected.csv"
        print_line("  " + say(language, "run_rejected", command=command))


def print_report(report: RunReport, language: Language) -> None:
    """Print everything about one run."""
    print_line(report.run_id, style="bold")
    _print_end(report, language)
    print_plan(report.plan, language)
    if report.outcomes.rejected:
        print_table(
            _headings(language, "reason", "fix", "rejected"),
            [
                [*refusal(reason, language), number(count, language)]
                for reason, count in report.outcomes.rejected.items()
            ],
        )
    print_table(
        _headings(language, "step", "time"),
        [
            [step_words(step, language), duration(seconds, language)]
            for step, seconds in report.seconds.items()
        ],
    )
    print_line()
    print_line(
        say(
            language,
            "report_calls",
            calls=number(sum(report.calls.values()), language),
            retries=number(report.retries, language),
            throttled=number(report.throttlings, language),
        )
    )


def print_runs(reports: Sequence[RunReport], language: Language) -> None:
    """Print a line for each run."""
    print_table(
        _headings(
            language,
            "run",
            "export",
            "status",
            "started",
            "time",
            "accepted",
            "rejected",
            "skipped",
        ),
        [
            [
                report.run_id,
                report.export,
                say(language, f"status_{report.status}"),
                f"{report.started_at:%Y-%m-%d %H:%M:%S}",
                _time(report, language),
                number(report.outcomes.accepted, language),
                number(report.outcomes.rejected_total, language),
                number(report.plan.skipped, language),
            ]
            for report in reports
        ],
    )


def _print_problem(report: RunReport, language: Language) -> None:
    stopped = Problem(report.message, action=report.action, code=report.problem)
    message, action = words_of_problem(stopped, language)
    print_line(f"  {message}")
    print_line(f"  {say(language, 'what_to_do', action=action)} ({report.problem})")


def _print_stops(report: RunReport, language: Language) -> None:
    print_stops(report.plan.stops, language)


def _counts(report: RunReport, language: Language) -> str:
    outcomes = report.outcomes
    counted = {
        "accepted": outcomes.accepted,
        "rejected": outcomes.rejected_total,
        "skipped": report.plan.skipped,
        "not_sent": outcomes.not_sent,
        "unknown": outcomes.unknown,
    }
    shown = {key: number(count, language) for key, count in counted.items()}
    told_apart = outcomes.unknown or report.status is RunStatus.CANCELED
    key = "run_counts_unknown" if told_apart else "run_counts"
    return say(language, key, **shown, time=_time(report, language))


def _failure(failed: FailedCalls, language: Language) -> str:
    """Say which calls failed for good and why: HTTP status, code, Mailchimp's request id."""
    facts = [say(language, f"sending_{failed.step}")]
    facts += [f"HTTP {failed.http_status}"] if failed.http_status else []
    facts += [failed.code]
    facts += [say(language, "request_id", id=failed.request_id)] if failed.request_id else []
    return say(
        language,
        "run_failed_calls",
        calls=number(failed.calls, language),
        people=number(failed.people, language),
        facts=", ".join(facts),
        text=call_failure(failed.code, language).text,
    )


def _time(report: RunReport, language: Language) -> str:
    return duration((report.finished_at - report.started_at).total_seconds(), language)


_NUMBERS = frozenset(("accepted", "rejected", "skipped", "time"))


def _headings(language: Language, *keys: str) -> list[Heading]:
    return [Heading(text=say(language, f"head_{key}"), is_number=key in _NUMBERS) for key in keys]
