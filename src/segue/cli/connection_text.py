"""Show what a connection says about itself and its audiences. Decides nothing."""

from __future__ import annotations

from segue.cli.connection_check import AudienceFinding, ConnectionFinding
from segue.cli.invocation import Language
from segue.cli.messages import say
from segue.cli.terminal import Heading, number, print_line, print_table


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
    for export in finding.exports:
        _print_export(export, language)
    for problem in finding.problems:
        about = f"{problem.export}: " if problem.export else f"{finding.connection}: "
        print_line(f"{about}{problem.message}", style="red")
        todo = say(language, "what_to_do", action=problem.action)
        print_line(f"  {todo} ({problem.code})")


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
    if found.creates:
        print_line("  " + say(language, "check_creates", fields=", ".join(found.creates)))
