"""Show a plan on the terminal: counts, segments, reasons, stops, examples, digest. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from segue.cli.invocation import Language
from segue.cli.masking import shown_address
from segue.cli.messages import say
from segue.cli.terminal import Heading, number, print_line, print_table, share
from segue.sync.brakes import Stop, StopKind
from segue.sync.kinds import Kind
from segue.sync.plan import Plan

if TYPE_CHECKING:
    from segue.engines.duckdb.people import PersonChange

_SHARES = frozenset((StopKind.SHRUNKEN_SEGMENT, StopKind.LARGE_REMOVAL, StopKind.LARGE_ADDITION))


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
    print_line()
    for line in _notes(plan, language):
        print_line(line)
    _print_stops(plan.stops, language)


def print_samples(samples: Sequence[PersonChange], language: Language, *, in_full: bool) -> None:
    """Print a few people of the plan."""
    shown = [person for person in samples if person.kind is not Kind.SAME]
    if not shown:
        return
    rows = [
        [
            say(language, f"kind_{person.kind.name.lower()}"),
            person.profile_key,
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
        print_line(say(language, "plan_refused"))
        return
    command = f"segue run --export {plan.export}{options}"
    if plan.needs_approval:
        print_line(say(language, "plan_approve", command=f"{command} --approve {plan.digest}"))
    elif not plan.is_empty:
        print_line(say(language, "plan_run", command=command))


def stop_sentence(stop: Stop, language: Language) -> str:
    """Return what tripped a brake, in words."""
    threshold = (
        share(stop.threshold, language)
        if stop.kind in _SHARES
        else number(int(stop.threshold), language)
    )
    return say(
        language,
        f"stop_{stop.kind}",
        subject=stop.subject,
        count=number(stop.count, language),
        total=number(stop.total, language),
        threshold=threshold,
    )


def _print_counts(plan: Plan, language: Language) -> None:
    if plan.is_empty:
        print_line(say(language, "plan_empty"))
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


def _notes(plan: Plan, language: Language) -> Iterator[str]:
    for misfit in plan.misfits:
        yield say(language, "plan_misfit", people=number(misfit.people, language), tag=misfit.tag)
    if plan.fields_to_create:
        yield say(language, "plan_fields", fields=", ".join(plan.fields_to_create))
    if not plan.is_empty:
        yield say(language, "plan_calls", calls=number(plan.calls, language))


def _print_stops(stops: Sequence[Stop], language: Language) -> None:
    if stops:
        print_line(say(language, "plan_stops"), style="bold red")
    for stop in stops:
        print_line(f"  • {stop_sentence(stop, language)}", style="red")


def _tags(person: PersonChange) -> str:
    return ", ".join(
        [*(f"+{tag}" for tag in person.tags_added), *(f"−{tag}" for tag in person.tags_removed)]
    )


_NUMBERS = frozenset(("people", "before", "after", "added", "removed", "skipped"))


def _headings(language: Language, *keys: str) -> list[Heading]:
    return [Heading(text=say(language, f"head_{key}"), is_number=key in _NUMBERS) for key in keys]
