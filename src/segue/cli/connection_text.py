"""Show what a connection says about itself and its audiences. Decides nothing."""

from __future__ import annotations

from segue.cli.connection_check import AudienceFinding, ConnectionFinding, Failure
from segue.cli.invocation import Language
from segue.cli.messages import say
from segue.cli.problem_words import words_of_problem
from segue.cli.terminal import Heading, print_line, print_table
from segue.core.errors import Problem
from segue.words.amounts import number


def print_finding(finding: ConnectionFinding, language: Language) -> None:
    """Print account, audiences, the exports' audiences, and what is wrong."""
    if finding.account is not None:
        account = finding.account
        contacts = "?" if account.contacts is None else number(account.contacts, language)
        print_line(
            say(
                language,
                "check_connection",
                name=finding.connection,
                account=account.name,
                role=account.role,
                plan=account.plan,
                contacts=contacts,
            ),
            style="green",
        )
    if finding.audiences:
        print_table(
            [
                Heading(text=say(language, "head_audience")),
                Heading(text="ID"),
                Heading(text=say(language, "head_contacts"), is_number=True),
            ],
            [
                [audience.name, audience.audience_id, number(audience.contacts, language)]
                for audience in finding.audiences
            ],
        )
        print_line()
    for audience in finding.audiences:
        if audience.double_opt_in:
            named = f"{audience.name} ({audience.audience_id})"
            print_line(say(language, "check_double_opt_in", audience=named), style="yellow")
    for export in finding.exports:
        _print_export(export, language)
    for problem in finding.problems:
        _print_failure(problem, finding.connection, language)


def _print_failure(failure: Failure, connection: str, language: Language) -> None:
    problem = Problem(failure.message, action=failure.action, code=failure.code)
    message, action = words_of_problem(problem, language)
    named = failure.export or connection
    print_line(say(language, "told_of", what=named, told=message), style="red")
    print_line(f"  {say(language, 'what_to_do', action=action)} ({failure.code})")


def _print_export(found: AudienceFinding, language: Language) -> None:
    print_line(
        say(
            language,
            "check_export",
            export=found.export,
            audience=f"{found.name} ({found.audience_id})",
        ),
        style="green",
    )
    print_line(
        "  "
        + say(
            language,
            "check_audience",
            contacts=number(found.contacts, language),
            fields=", ".join(found.merge_fields),
            tags=number(found.tags, language),
        )
    )
    if found.double_opt_in:
        print_line("  " + say(language, f"check_new_{found.new_contacts}"))
    if found.creates:
        print_line("  " + say(language, "check_creates", fields=", ".join(found.creates)))
