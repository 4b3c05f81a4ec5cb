"""Lay out a plan on the terminal: counts, segments, reasons, stops, examples, digest. What it says is `shown.plan`'s."""

from __future__ import annotations

from collections.abc import Sequence

from segue.cli.invocation import Language
from segue.cli.messages import say
from segue.cli.reading_text import reading_lines
from segue.cli.terminal import Heading, print_line, print_table
from segue.shown.masking import shown_key
from segue.shown.people import PersonRow, changing, shown_person
from segue.shown.plan import Counted, PlanShown, shown_plan
from segue.sync.brakes import Stop, StopKind
from segue.sync.people import PersonChange
from segue.sync.plan import Plan
from segue.words.amounts import number
from segue.words.brakes import stop_sentence
from segue.words.faces import Face


def print_plan(plan: Plan, language: Language) -> None:
    """Print everything of a plan but its people and what to do next."""
    shown = shown_plan(plan, language, Face.TERMINAL)
    title = say(
        language, "plan_title", export=plan.export, audience=plan.audience_name, id=plan.audience_id
    )
    print_line(title, style="bold")
    counted = {"members": plan.members, "wanted": plan.wanted, "acknowledged": plan.acknowledged}
    print_line(
        say(language, "plan_people", **{key: number(n, language) for key, n in counted.items()})
    )
    _print_headline(shown, language)
    _print_counted(shown.kinds, language, "change", "people")
    _print_segments(shown, language)
    _print_counted(shown.skips, language, "reason", "skipped")
    _print_fields(shown, language)
    print_line()
    for line in shown.notes:
        print_line(line)
    _print_writing(plan, language)
    for line in reading_lines(plan, language):
        print_line(line, style="yellow")
    if plan.stops:
        print_line(say(language, "plan_stops"), style="bold red")
    print_stops(plan.stops, language)


def print_stops(stops: Sequence[Stop], language: Language) -> None:
    """Print what tripped the brakes."""
    for stop in stops:
        print_line(f"  • {stop_sentence(stop, language, Face.TERMINAL)}", style="red")


def print_samples(
    samples: Sequence[PersonChange], language: Language, *, in_full: bool, personal_keys: bool
) -> None:
    """Print a few people of the plan; their keys are masked as their addresses are where these are personal too."""
    rows = []
    for person in changing(samples):
        key = shown_key(person.profile_key, personal=personal_keys, in_full=in_full)
        row = shown_person(person, language, in_full=in_full)
        rows.append([row.kind, key, row.address, _tags(row), row.reason])
    if not rows:
        return
    print_table(
        _headings(language, "change", "profile", "address", "tag", "reason"),
        rows,
        title=say(language, "plan_samples"),
    )
    print_line()
    if not in_full:
        print_line(say(language, "plan_masked"), style="dim")


def print_next(plan: Plan, language: Language, options: str = "") -> None:
    """Print the digest and the command that runs this plan; `options` are those that the plan was made with."""
    print_line(say(language, "plan_digest", digest=plan.digest), style="bold")
    if plan.refusals:
        print_refused(plan, language)
        return
    command = f"segue run --export {plan.export}{options}"
    if plan.needs_approval:
        print_line(say(language, "plan_approve", command=f"{command} --approve {plan.digest}"))
        if [stop.kind for stop in plan.stops] == [StopKind.FIRST_RUN]:
            print_line(say(language, "plan_first_run"))
    elif not plan.is_empty:
        print_line(say(language, "plan_run", command=command))


def print_refused(plan: Plan, language: Language) -> None:
    """Say of a plan that no approval lifts what does: nothing, or to say which installation is the real one."""
    print_line(say(language, "plan_undecided" if plan.undecided else "plan_refused"))


def _print_headline(shown: PlanShown, language: Language) -> None:
    """Print whether there is anything to send, and what is not as it should be."""
    plan = shown.plan
    if plan.is_empty:
        print_line(say(language, "plan_empty" if plan.is_settled else "plan_unsettled"))
    for note in shown.headline:
        print_line(f"  • {note}" if plan.is_empty else note, style="yellow")


def _print_counted(rows: Sequence[Counted], language: Language, what: str, counts: str) -> None:
    if rows:
        counted = [[row.label, number(row.people, language)] for row in rows]
        print_table(_headings(language, what, counts), counted)


def _print_segments(shown: PlanShown, language: Language) -> None:
    keys, rows = ["segment", "tag", "before", "after", "added", "removed"], []
    keys += ["given_up"] if shown.gives_up_tags else []
    for row in shown.segments:
        one = row.change
        counted = [one.before, one.carriers, one.adds, one.removes]
        counted += [one.released] if shown.gives_up_tags else []
        rows.append([row.label, one.tag, *(number(n, language) for n in counted)])
    print_table(_headings(language, *keys), rows)


def _print_fields(shown: PlanShown, language: Language) -> None:
    rows = []
    for field in shown.fields:
        counted = (field.changed, field.cleared, field.kept, field.cut)
        rows.append([field.tag, *(number(n, language) for n in counted)])
    if rows:
        print_table(_headings(language, "merge_field", "changed", "cleared", "left", "cut"), rows)


def _print_writing(plan: Plan, language: Language) -> None:
    """Print what a run would create, and how many calls it would need."""
    if plan.fields_to_create:
        print_line(say(language, "plan_fields", fields=", ".join(plan.fields_to_create)))
    if not plan.is_empty:
        print_line(say(language, "plan_calls", calls=number(plan.calls, language)))


def _tags(person: PersonRow) -> str:
    return ", ".join(
        [*(f"+{tag}" for tag in person.tags_added), *(f"−{tag}" for tag in person.tags_removed)]
    )


_NUMBERS = frozenset(
    (
        "people",
        "before",
        "after",
        "added",
        "removed",
        "given_up",
        "skipped",
        "changed",
        "cleared",
        "left",
        "cut",
    )
)


def _headings(language: Language, *keys: str) -> list[Heading]:
    return [Heading(text=say(language, f"head_{key}"), is_number=key in _NUMBERS) for key in keys]
