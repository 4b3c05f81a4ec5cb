"""Show a plan on the terminal: counts, segments, reasons, stops, examples, digest. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from segue.cli.invocation import Language
from segue.cli.masking import shown_address, shown_key
from segue.cli.messages import say
from segue.cli.plan_notes import headline, notes
from segue.cli.reading_text import form_words, reading_lines
from segue.cli.terminal import Heading, number, print_line, print_table, share
from segue.sync.brakes import SHARES, Stop, StopKind
from segue.sync.kinds import Kind
from segue.sync.plan import Plan
from segue.words.counting import span

if TYPE_CHECKING:
    from segue.sync.people import PersonChange


def print_plan(plan: Plan, language: Language) -> None:
    """Print everything of a plan but its people and what to do next."""
    title = say(
        language, "plan_title", export=plan.export, audience=plan.audience_name, id=plan.audience_id
    )
    print_line(title, style="bold")
    counted = {"members": plan.members, "wanted": plan.wanted, "acknowledged": plan.acknowledged}
    print_line(
        say(language, "plan_people", **{key: number(n, language) for key, n in counted.items()})
    )
    _print_counts(plan, language)
    _print_segments(plan, language)
    _print_skips(plan, language)
    _print_fields(plan, language)
    print_line()
    for line in notes(plan, language):
        print_line(line)
    for line in reading_lines(plan, language):
        print_line(line, style="yellow")
    _print_stops(plan.stops, language)


def print_samples(
    samples: Sequence[PersonChange], language: Language, *, in_full: bool, personal_keys: bool
) -> None:
    """Print a few people of the plan; their keys are masked as their addresses are where these are personal too."""
    shown = [person for person in samples if person.kind is not Kind.SAME]
    if not shown:
        return
    rows = [
        [
            say(language, f"kind_{person.kind.name.lower()}"),
            shown_key(person.profile_key, personal=personal_keys, in_full=in_full),
            shown_address(person.address, in_full=in_full),
            _tags(person),
            say(language, f"skip_{person.skip.name.lower()}"),
        ]
        for person in shown
    ]
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


def stop_sentence(stop: Stop, language: Language) -> str:
    """Return what tripped a brake, in words."""
    threshold = (
        share(stop.threshold, language)
        if stop.kind in SHARES
        else number(int(stop.threshold), language)
    )
    return say(
        language,
        f"stop_{stop.kind}",
        subject=stop.subject,
        count=number(stop.count, language),
        total=number(stop.total, language),
        threshold=threshold,
        before=form_words(stop.before),
        after=form_words(stop.after),
        people=number(stop.people, language),
        gap=_span(stop.count, language),
        limit=_span(int(stop.threshold), language),
    )


def _span(minutes: int, language: Language) -> str:
    count, unit = span(minutes)
    return say(language, f"span_{unit}", n=number(count, language))


def _print_counts(plan: Plan, language: Language) -> None:
    if plan.is_empty:
        print_line(say(language, "plan_empty" if plan.is_settled else "plan_unsettled"))
    for note in headline(plan, language):
        print_line(f"  • {note}" if plan.is_empty else note, style="yellow")
    rows = [
        [say(language, f"kind_{kind.name.lower()}"), number(plan.counts[kind], language)]
        for kind in (*(k for k in Kind if k is not Kind.SAME), Kind.SAME)
        if plan.counts.get(kind)
    ]
    if rows:
        print_table(_headings(language, "change", "people"), rows)


def _print_segments(plan: Plan, language: Language) -> None:
    print_table(
        _headings(language, "segment", "tag", "before", "after", "added", "removed"),
        [
            [
                s.segment,
                s.tag,
                *(number(n, language) for n in (s.before, s.carriers, s.adds, s.removes)),
            ]
            for s in plan.segments
        ],
    )


def _print_skips(plan: Plan, language: Language) -> None:
    rows = [
        [say(language, f"skip_{skip.name.lower()}"), number(count, language)]
        for skip, count in sorted(plan.skips.items())
        if count
    ]
    if rows:
        print_table(_headings(language, "reason", "skipped"), rows)


def _print_fields(plan: Plan, language: Language) -> None:
    rows = [
        [field.tag, *(number(n, language) for n in counted)]
        for field in plan.fields
        if any(counted := (field.changed, field.cleared, field.kept, field.cut))
    ]
    if rows:
        print_table(_headings(language, "merge_field", "changed", "cleared", "left", "cut"), rows)


def _print_stops(stops: Sequence[Stop], language: Language) -> None:
    if stops:
        print_line(say(language, "plan_stops"), style="bold red")
    for stop in stops:
        print_line(f"  • {stop_sentence(stop, language)}", style="red")


def _tags(person: PersonChange) -> str:
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
        "skipped",
        "changed",
        "cleared",
        "left",
        "cut",
    )
)


def _headings(language: Language, *keys: str) -> list[Heading]:
    return [Heading(text=say(language, f"head_{key}"), is_number=key in _NUMBERS) for key in keys]
